"""What is on the disk is damaged, cannot be written or has no room: nginx serves on, and it mends."""

import pytest

from faults import DAEMON, jobs, move_remote_control, wait_for_remote_control
from story import STATE

HOME = f"{STATE}/console"
# A file system of its own, for a while.
DISK = "/root/disk"


def link(service, name="current"):
    """The generation that a link names."""
    return service.machine.run(f"readlink {HOME}/{name}").text


def test_a_damaged_candidate_is_made_anew(service):
    machine = service.machine
    machine.systemctl("stop", DAEMON)
    # A generation that is staged and not switched to: its maker died, the disk lost its contents.
    machine.run(
        f"cp -a {HOME}/current/ {HOME}/generations/000900"
        f" && echo '{{' > {HOME}/generations/000900/manifest.json"
        f" && ln -sfn generations/000900 {HOME}/candidate && chown -h supervisord-ec: {HOME}/candidate"
    )
    machine.systemctl("start", DAEMON)
    service.wait_until_good()
    move_remote_control(service, 8444)
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == service.invocation


@pytest.mark.parametrize("running", [True, False], ids=["daemon runs", "daemon stopped"])
@pytest.mark.parametrize("damage", [
    "ln -sfn generations/009999 {home}/current",
    "rm {home}/current",
    "rm -r {home}/$(readlink {home}/current)",
    "echo x > {home}/current/manifest.json",
    "truncate --size=0 {home}/current/key.pem",
], ids=["dangling", "no link", "generation gone", "manifest damaged", "key damaged"])  # fmt: skip
def test_what_nginx_starts_from_is_damaged_and_nginx_serves_on(service, damage, running):
    machine = service.machine
    before = machine.tls_sha256(8383)
    if not running:
        machine.systemctl("stop", DAEMON)
    machine.run(damage.format(home=HOME))
    machine.systemctl("reload" if running else "start", DAEMON)
    # It is made whole again, or at least told; HTTPS is served all the time.
    machine.wait_until(
        lambda: machine.run(f"test -s {HOME}/current/key.pem", check=False).returncode == 0
        and service.report()["state"] == "good", "whole again", 60)  # fmt: skip
    service.assert_https_stays()
    assert machine.tls_sha256(8383) and before
    machine.systemctl("restart", "nginx")
    service.assert_https_stays()
    service.wait_until_good()


@pytest.fixture
def disk(service):
    """Our state on a small disk of its own."""
    machine = service.machine
    machine.systemctl("stop", DAEMON)
    machine.run(
        f"mkdir {DISK} && mount -t tmpfs -o size=1M tmpfs {DISK} && cp -a {STATE}/. {DISK}"
        f" && mount --bind {DISK} {STATE}"
    )
    machine.systemctl("start", DAEMON)
    service.wait_until_good()
    yield service
    machine.systemctl("stop", DAEMON)
    machine.run(f"umount {STATE} && cp -a {DISK}/. {STATE} && umount {DISK} && rmdir {DISK}")
    machine.systemctl("start", DAEMON)


TROUBLES = {
    "full": (f"cat /dev/zero > {STATE}/fill", f"rm {STATE}/fill", "No space left"),
    "read-only": (f"mount -o remount,ro {DISK}", f"mount -o remount,rw {DISK}", "Read-only"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_disk_that_cannot_be_written_for_a_while(disk, trouble):
    machine = disk.machine
    begin, end, words = TROUBLES[trouble]
    reloads = jobs(disk)
    machine.run(begin, check=False)
    try:
        move_remote_control(disk, 8444)
        assert words in machine.wait_until(lambda: notice(disk), "a notice")
        disk.assert_https_stays()
        assert machine.tls_sha256(8443) and jobs(disk) == reloads
        # Whoever restarts nginx or the daemon meanwhile has them on what there is.
        machine.systemctl("restart", "nginx")
        machine.systemctl("restart", DAEMON)
        machine.wait_until(lambda: notice(disk), "the notice again")
        disk.assert_https_stays()
        run = machine.invocation("nginx")
    finally:
        machine.run(end)
    wait_for_remote_control(disk, 8444)
    assert notice(disk) is None
    assert machine.invocation("nginx") == run


def notice(service):
    """What stands about a disk."""
    found = service.notices()
    return found.get("stage-failed") or found.get("state-not-written")
