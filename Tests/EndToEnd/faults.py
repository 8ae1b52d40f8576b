"""What the tests of faults share: counting what was done, and breaking units for a while."""

import contextlib
import json
import time

from story import SETTINGS, STATE

DAEMON = "supervisord-ec.service"
UNITS = "/etc/systemd/system"
# What a test breaks or changes in the settings; gone at its end.
DROP_IN = f"{SETTINGS}/console.toml.d/50-fault.toml"


def daemon_pid(service):
    """The daemon's process, as text; `0` while there is none."""
    return service.machine.property(DAEMON, "MainPID")


def jobs(service, verb="Reloaded"):
    """How often systemd has done something with nginx in this boot."""
    journal = service.machine.journal("nginx.service", lines=10_000)
    return sum(f"{verb} nginx.service" in line for line in journal.splitlines())


def starts(service, kind):
    """How often systemd has started stage@, check@ or prepare@ in this boot."""
    journal = service.machine.journal(f"supervisord-ec-{kind}@console.service", lines=10_000)
    return sum("]: Starting supervisord-ec-" in line for line in journal.splitlines())


def committed(service):
    """The generations that were kept, oldest first, as the daemon remembers them."""
    return json.loads(service.machine.read_file(f"{STATE}/console/state.json"))["committed"]


def move_remote_control(service, port):
    """Gives the channel for remote control another port, by a drop-in renamed into place."""
    service.machine.write_file(
        DROP_IN, f"[channels.remote-control]\nhttps_port = {port}\n"
    )


def wait_for_remote_control(service, port):
    """Remote control is served on a port, all is well; the report."""
    service.wait_for_port(port, "remote-control")
    report = service.wait_until_good()
    assert service.machine.tls_sha256(port) == report["certificate"]["sha256"]
    return report


def stays(what, predicate, seconds):
    """For things that must not happen: looks again and again that a predicate holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert predicate(), what
        time.sleep(0.5)


@contextlib.contextmanager
def override(machine, unit, text):
    """A drop-in for a unit, for a while."""
    path = f"/run/systemd/system/{unit}.d/fault.conf"
    machine.write_file(path, text)
    machine.systemctl("daemon-reload")
    try:
        yield
    finally:
        machine.run(["rm", path])
        machine.systemctl("daemon-reload")
        machine.systemctl("reset-failed", unit, check=False)


@contextlib.contextmanager
def masked(machine, unit):
    """Masks a unit for a while, also one whose file lies in the way of `systemctl mask`."""
    path = f"{UNITS}/{unit}"
    machine.run(["ln", "-s", "/dev/null", path])
    machine.systemctl("daemon-reload")
    try:
        yield
    finally:
        machine.run(["rm", path])
        machine.systemctl("daemon-reload")
