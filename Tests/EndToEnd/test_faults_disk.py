"""What is on the disk is damaged, cannot be written or has no room: nginx serves on, and it mends."""

import pytest

from faults import DAEMON, jobs, move_remote_control, wait_for_remote_control
from story import STATE

HOME = f"{STATE}/console"


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
def read_only(service):
    """A file system that turned read-only, as after an error of a disk."""
    machine = service.machine
    machine.run(f"mount --bind {STATE} {STATE} && mount -o remount,bind,ro {STATE}")
    machine.systemctl("restart", DAEMON)
    yield service
    machine.run(f"umount {STATE}", check=False)


def test_a_file_system_that_is_read_only_for_a_while(read_only):
    service, machine = read_only, read_only.machine
    run = machine.invocation("nginx")
    move_remote_control(service, 8444)
    machine.wait_until(
        lambda: {"stage-failed", "state-not-written"} & set(service.notices()), "a notice"
    )
    service.assert_https_stays()
    assert machine.tls_sha256(8443)
    machine.systemctl("restart", "nginx")
    service.assert_https_stays()
    run = machine.invocation("nginx")
    machine.run(f"umount {STATE}")
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == run


@pytest.fixture
def full(service):
    """A disk with no room left."""
    machine = service.machine
    machine.systemctl("stop", DAEMON)
    machine.run(
        f"mkdir /root/disk && mount -t tmpfs -o size=1M tmpfs /root/disk && cp -a {STATE}/. /root/disk"
        f" && mount --bind /root/disk {STATE}"
    )
    machine.systemctl("start", DAEMON)
    service.wait_until_good()
    machine.run(f"cat /dev/zero > {STATE}/fill", check=False)
    yield service
    machine.systemctl("stop", DAEMON)
    machine.run(f"rm -f {STATE}/fill; umount {STATE}; cp -a /root/disk/. {STATE}; umount /root/disk")
    machine.run("rmdir /root/disk")
    machine.systemctl("start", DAEMON)


def test_a_disk_that_is_full_for_a_while(full):
    service, machine = full, full.machine
    reloads = jobs(service)
    move_remote_control(service, 8444)
    notice = machine.wait_until(
        lambda: [text for code, text in service.notices().items()
                 if code in ("stage-failed", "state-not-written")], "a notice")  # fmt: skip
    assert "No space left" in notice[0] or "full" in notice[0]
    service.assert_https_stays()
    assert jobs(service) == reloads
    # Whoever restarts nginx meanwhile has it on what there is.
    machine.systemctl("restart", "nginx")
    service.assert_https_stays()
    machine.run(["rm", f"{STATE}/fill"])
    wait_for_remote_control(service, 8444)
    assert not {"stage-failed", "state-not-written"} & set(service.notices())
