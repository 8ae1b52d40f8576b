"""The daemon is killed anywhere in a change, and the bus goes away: the change is made, once.

A sample; every single step and more moments with: sudo WHOLE=1 make e2e ONLY=faults_crash
"""

import os
import random

import pytest

from faults import (
    DAEMON,
    committed,
    daemon_pid,
    jobs,
    move_remote_control,
    override,
    starts,
    wait_for_remote_control,
)

SEED = 20260301
WHOLE = "WHOLE" in os.environ
# So many steps of a change are passed over between two that are looked at.
STRIDE = 1 if WHOLE else 7
MOMENTS = 12 if WHOLE else 4
DELAYS = [0.0, 0.1, 0.2, 0.4] if WHOLE else [0.0, 0.2]
PORTS = (8444, 8443)
# What a change does is done by these calls: entries of the journal, messages on the bus and to
# systemd, state, links and status.
STEPS = {"sendmsg": 60, "rename": 40}


@pytest.fixture(scope="module")
def quick(life):
    """systemd starts a killed daemon again at once, so that a round takes no 5 s."""
    with override(life.machine, DAEMON, "[Service]\nRestartSec=100ms\n"):
        yield life


class Round:
    """One move of a port, with a kill of the daemon in it."""

    def __init__(self, service, port):
        self.service = service
        self.port = port
        self.pid = daemon_pid(service)
        self.kept = committed(service)
        self.run = service.machine.invocation("nginx")
        self.helpers = {"check": starts(service, "check")}
        self.reloads = jobs(service)

    def assert_made_once(self, how):
        """The port moved, one generation came of it, and nothing was done again and again."""
        service = self.service
        wait_for_remote_control(service, self.port)
        assert service.machine.invocation("nginx") == self.run, how
        kept = [number for number in committed(service) if number not in self.kept]
        assert len(kept) == 1, f"{how}: {self.kept} → {committed(service)}"
        for kind, before in self.helpers.items():
            assert 1 <= starts(service, kind) - before <= 3, f"{how}: {kind}"
        # One, and one more where it was not known whether the first had happened.
        assert 1 <= jobs(service) - self.reloads <= 2, how


@pytest.mark.parametrize("call", STEPS)
def test_killed_before_a_step_the_change_is_made_once(quick, service, call):
    machine = service.machine
    for count, number in enumerate(range(1, STEPS[call], STRIDE)):
        move = Round(service, PORTS[count % 2])
        unit = f"killer-{call}-{number}"
        calls = "rename,renameat,renameat2" if call == "rename" else call
        machine.background(
            unit,
            f"exec strace -qq -p {move.pid} -o /dev/null -e trace={calls}"
            f" -e inject={calls}:signal=KILL:when={number}",
        )
        machine.wait_until(
            lambda: "TracerPid:\t0\n" not in machine.read_file(f"/proc/{move.pid}/status"),
            "strace holds the daemon",
        )
        move_remote_control(service, move.port)
        wait_for_remote_control(service, move.port)
        survived = daemon_pid(service) == move.pid
        machine.systemctl("stop", unit, check=False)
        move.assert_made_once(f"killed before {call} {number}")
        if survived:
            break
    assert survived and number > 5, "the whole change was gone through"


def test_killed_at_any_moment_the_change_is_made_once(quick, service):
    machine = service.machine
    chance = random.Random(SEED)
    for number in range(MOMENTS):
        # All over the first 600 ms.
        delay = (number + chance.random()) * 0.6 / MOMENTS
        move = Round(service, PORTS[number % 2])
        machine.write_file(
            "/root/move.toml", f"[channels.remote-control]\nhttps_port = {move.port}\n"
        )
        machine.run(
            "mv /root/move.toml /etc/supervisord-ec/services.d/console.toml.d/50-fault.toml;"
            f" sleep {delay:.3f}; kill -KILL {move.pid}"
        )
        machine.wait_until(lambda: daemon_pid(service) not in ("0", move.pid), "a new daemon")
        move.assert_made_once(f"seed {SEED}, killed after {delay:.3f} s")


@pytest.mark.parametrize(
    "command",
    ["systemctl daemon-reexec", "systemctl daemon-reload", "systemctl restart dbus.service"],
)
def test_the_bus_and_systemd_go_away_within_a_change(quick, service, command):
    machine = service.machine
    for number, delay in enumerate([0.0, 0.1, 0.15, 0.2, 0.25, 0.3]):
        move = Round(service, PORTS[number % 2])
        move_remote_control(service, move.port)
        machine.run(f"sleep {delay}; {command}")
        move.assert_made_once(f"{command} after {delay} s")
        assert daemon_pid(service) == move.pid, "the daemon lives on"
