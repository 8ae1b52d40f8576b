"""nginx is restarted by hand while something of ours is missing: it starts, and renews if it can."""

import time

import pytest

from faults import DAEMON, daemon_pid, masked, override

PREPARE = "supervisord-ec-prepare@console.service"
FOLDER = "/var/lib/supervisord-ec/console"
# TimeoutStartSec= of preparation, and what a start of nginx takes on a busy machine.
LONGEST_START = 10 + 5


@pytest.fixture
def due(service):
    """The service in its renewal window; afterwards with a whole certificate again."""
    service.set("certificate.lifetime", "29d")
    service.ec("certificate", "renew", "console")
    service.set("certificate.lifetime", "365d")
    service.wait_for_notice("expires-soon")
    yield service
    if service.report()["certificate"]["days_left"] < 30:
        service.ec("certificate", "renew", "console")


def restart(machine):
    """Restarts nginx by hand; answers how many seconds that took."""
    begin = time.monotonic()
    machine.systemctl("restart", "nginx")
    return time.monotonic() - begin


def stop(service):
    service.machine.systemctl("stop", DAEMON)
    return lambda: service.machine.systemctl("start", DAEMON)


def hold(service):
    pid = daemon_pid(service)
    service.machine.run(["kill", "-STOP", pid])
    return lambda: service.machine.run(["kill", "-CONT", pid], check=False)


def kill_for_good(service):
    """Masked, and no process left."""
    context = masked(service.machine, DAEMON)
    service.machine.run("mv /lib/systemd/system/supervisord-ec.service /root/")
    context.__enter__()
    service.machine.systemctl("kill", "--signal=KILL", DAEMON, check=False)

    def again():
        service.machine.run("mv /root/supervisord-ec.service /lib/systemd/system/")
        context.__exit__(None, None, None)
        service.machine.systemctl("start", DAEMON)

    return again


@pytest.mark.parametrize("away", [stop, hold, kill_for_good])
def test_a_restart_by_hand_renews_without_the_daemon(due, away):
    machine = due.machine
    before = machine.tls_sha256(8383)
    again = away(due)
    try:
        assert restart(machine) < LONGEST_START
        renewed = machine.tls_sha256(8383)
        assert renewed and renewed != before
    finally:
        again()
    run = machine.invocation("nginx")
    report = due.wait_for(
        "the renewed certificate is kept",
        lambda r: r["state"] == "good" and r["certificate"]["sha256"] == renewed
        and not r["generation"]["trial"], 60)  # fmt: skip
    assert report["certificate"]["days_left"] > 360
    assert "expires-soon" not in due.notices()
    assert machine.invocation("nginx") == run, "the daemon restarts nothing that is well"


def test_a_start_that_fails_on_what_was_renewed_without_the_daemon_goes_back(due):
    machine = due.machine
    before, good = machine.tls_sha256(8383), due.report()["generation"]["current"]
    refusing = f"[Service]\nExecStartPre=/usr/bin/test {FOLDER}/current -ef {FOLDER}/generations/{good:06}\n"
    machine.systemctl("stop", DAEMON)
    try:
        with override(machine, "nginx.service", refusing):
            assert machine.systemctl("restart", "nginx", check=False).returncode != 0
            machine.systemctl("restart", "nginx")
            assert machine.tls_sha256(8383) == before
            # Not taken over again, else each second start would fail.
            machine.systemctl("restart", "nginx")
            assert machine.tls_sha256(8383) == before
    finally:
        machine.systemctl("start", DAEMON)
    assert "failed to run with it" in due.wait_for_notice("rolled-back")
    due.wait_for("what came back is served", lambda r: r["last_action"]["result"] == "rolled-back")


def test_without_dbus_a_restart_by_hand_renews(due):
    machine = due.machine
    before = machine.tls_sha256(8383)
    machine.systemctl("stop", "dbus.socket", "dbus.service")
    try:
        assert restart(machine) < LONGEST_START
        assert machine.tls_sha256(8383) not in (None, before)
    finally:
        machine.systemctl("start", "dbus.socket", "dbus.service")
    due.wait_until_good(60)


@pytest.mark.parametrize(
    "text",
    ["[Service]\nExecStart=\nExecStart=/bin/false\n",
     "[Service]\nExecStart=\nExecStart=/bin/sleep infinity\n",
     "[Service]\nExecStart=\nExecStart=/nowhere\n"],
    ids=["failing", "hanging", "gone"],
)  # fmt: skip
def test_nginx_starts_whatever_becomes_of_preparation(due, text):
    machine = due.machine
    before = machine.tls_sha256(8383)
    with override(machine, PREPARE, text):
        assert restart(machine) < LONGEST_START
        assert machine.tls_sha256(8383) == before
        due.assert_https_stays()
    # Nothing was lost: the next restart renews.
    machine.systemctl("restart", "nginx")
    assert machine.tls_sha256(8383) not in (None, before)


def test_nginx_starts_without_the_files_of_preparation(due):
    machine = due.machine
    template = "/lib/systemd/system/supervisord-ec-prepare@.service"
    machine.run(f"mv {template} /root/")
    machine.systemctl("daemon-reload")
    try:
        assert restart(machine) < LONGEST_START
        due.assert_https_stays()
        assert "adopt" in due.wait_for_notice("preparation-missing")
    finally:
        machine.run(f"mv /root/supervisord-ec-prepare@.service {template}")
        machine.systemctl("daemon-reload")
    due.wait_until_over("preparation-missing")


def test_preparation_waits_for_no_lock_that_somebody_holds(due):
    machine = due.machine
    lock = "/var/lib/supervisord-ec/console/lock"
    # An open file description lock (fcntl(2), F_OFD_SETLK), as ours is.
    machine.background(
        "holder",
        "exec python3 -c \"import fcntl,struct,time; f=open('" + lock + "','r+');"
        " fcntl.fcntl(f, 37, struct.pack('hhqqi', 1, 0, 0, 0, 0)); time.sleep(600)\"",
    )
    machine.wait_until(lambda: lock in machine.run(
        "ls -l /proc/$(systemctl show -P MainPID holder)/fd").text, "the lock is held")  # fmt: skip
    try:
        assert restart(machine) < LONGEST_START
        due.assert_https_stays()
    finally:
        machine.systemctl("stop", "holder")
