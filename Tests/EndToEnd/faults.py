"""What the tests of faults share: counting what was done, and breaking units for a while."""

import contextlib
import json
import time

from story import SETTINGS, STATE

DAEMON = "supervisord-ec.service"
UNITS = "/etc/systemd/system"
# What a test breaks or changes in the settings; gone at its end.
DROP_IN = f"{SETTINGS}/console.toml.d/50-fault.toml"


# All that a test changes outside of /run, but for what it puts into /root.
KEPT = [
    "/etc/init.d/nginx", "/etc/nginx", "/etc/polkit-1/rules.d", "/etc/supervisord-ec",
    "/etc/systemd/system", "/usr/lib/supervisord-ec", "/usr/lib/systemd/system",
    "/usr/sbin/nginx", STATE,
]  # fmt: skip
SNAPSHOT = "/var/backups/good.tar"
# The programs that tests start for a while, by the beginning of their transient units' names.
TRANSIENT = ["squatter*", "killer*", "holder*", "latecomer*"]


def remember(service):
    """Keeps how the good service is on the disk, for `bring_back`."""
    service.machine.run(["tar", "--create", "--absolute-names", "--file", SNAPSHOT, *KEPT])


def bring_back(service):
    """Makes the host what it was at `remember`, whatever a test that failed has left.

    Nothing here may fail for what is left: only that the service is good again is demanded.
    """
    machine = service.machine
    machine.run("systemctl kill --signal=CONT nginx.service supervisord-ec.service", check=False)
    machine.systemctl("stop", *TRANSIENT, check=False)
    machine.systemctl("stop", DAEMON, "nginx.service", check=False)
    machine.systemctl("kill", "--signal=KILL", DAEMON, "nginx.service", check=False)
    machine.run(
        "findmnt --noheadings --list --output TARGET"
        f" | grep -e ^{STATE} -e ^/etc/ -e ^/run/supervisord-ec -e ^/root/ | tac"
        " | xargs --no-run-if-empty --max-args=1 umount --lazy; "
        "rm -rf /root/* /run/systemd/system/*.d/fault.conf /run/systemd/system/latecomer*"
        " /run/supervisord-ec/services.d /run/supervisord-ec/*.json"
        " /run/supervisord-ec/requests/*",
        check=False,
    )
    machine.run(["rm", "-rf", *KEPT])
    machine.run(["tar", "--extract", "--absolute-names", "--file", SNAPSHOT])
    machine.systemctl("daemon-reload")
    machine.systemctl("start", "dbus.socket", check=False)
    # polkit watches the folder of its rules, which is another one now.
    machine.systemctl("restart", "polkit.service", check=False)
    machine.systemctl("reset-failed", check=False)
    machine.systemctl("start", "nginx.service", DAEMON)
    service.wait_until_good(60)
    service.assert_https_stays()


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
