"""Something else lies where we read or write: nothing else is touched, and the daemon lives on."""

import contextlib

import pytest

from faults import DAEMON, DROP_IN, daemon_pid, move_remote_control, wait_for_remote_control
from story import SETTINGS, STATE

HOME = f"{STATE}/console"
RUN = "/run/supervisord-ec"
# The daemon may write to it, so that no sandbox hides a write through a link.
CANARY = f"{STATE}/canary"
# Far over what the daemon needs, far under what reading a large file would cost.
MOST_MEMORY_KIB = 64 * 1024
# So many files are opened in one look; a daemon that goes round and round opens thousands.
MOST_OPENED = 100

KINDS = {
    "link": f"ln -sT {CANARY} {{path}}",
    "FIFO": "mkfifo -m 666 {path}",
    "directory": "mkdir {path} {path}/inner",
    "1 GB": "truncate --size=1G {path}",
}
# What is worth nothing, or is made anew: a change is made all the same.
WORTHLESS = [
    f"{HOME}/state.json", f"{HOME}/calendar.json", f"{HOME}/generations/.000099.tmp",
    f"{RUN}/requests/planted.json", f"{RUN}/requests/planted.reply.json",
]  # fmt: skip


def at_once(service, commands):
    """Runs shell commands between two looks of the daemon, which would mend things meanwhile."""
    pid = daemon_pid(service)
    service.machine.run(f"kill -STOP {pid}; {commands}; status=$?; kill -CONT {pid}; exit $status")


@contextlib.contextmanager
def planted(service, path, kind):
    """Something in the place of a file, which is back at the end."""
    kept = f"/root/{path.replace('/', '_')}"
    at_once(
        service,
        f"test ! -e {path} || mv {path} {kept}; {KINDS[kind].format(path=path)}"
        f" && chown -h supervisord-ec: {path}",
    )
    try:
        yield
    finally:
        at_once(service, f"rm -rf {path}; test ! -e {kept} || mv {kept} {path}")


@pytest.fixture
def sane(service):
    """The daemon is the same at the end, small, and at rest; the canary was not touched."""
    machine = service.machine
    machine.run(f"echo untouched > {CANARY} && chown supervisord-ec: {CANARY}")
    pid = daemon_pid(service)

    def look():
        assert daemon_pid(service) == pid
        peak = machine.run(f"grep VmHWM /proc/{pid}/status").text.split()[1]
        assert int(peak) < MOST_MEMORY_KIB
        opened = machine.run(
            f"timeout 2 strace -qq -p {pid} -e trace=openat,open -o /root/opened;"
            " wc -l < /root/opened"
        ).text
        assert int(opened) < MOST_OPENED, "the daemon is at rest"
        assert machine.read_file(CANARY) == "untouched\n"
        service.assert_https_stays()

    yield look
    machine.run(["rm", "-f", CANARY])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_worth_nothing_is_replaced_or_left_and_the_change_is_made(service, sane, kind):
    machine = service.machine
    with contextlib.ExitStack() as stack:
        for path in WORTHLESS:
            stack.enter_context(planted(service, path, kind))
        move_remote_control(service, 8444)
        wait_for_remote_control(service, 8444)
        told = service.notices().get("state-not-written", "")
        assert (f"{HOME}/state.json" in told) == (kind == "directory")
        sane()
    # The next try may be minutes away; a daemon that starts makes it at once.
    machine.systemctl("restart", DAEMON)
    service.wait_until_good()
    assert "state-not-written" not in service.notices()
    assert machine.invocation("nginx") == service.invocation


@pytest.mark.parametrize("kind", ["link", "FIFO", "1 GB"])
def test_a_current_that_is_no_link_of_ours_is_put_right(service, sane, kind):
    machine = service.machine
    at_once(service, f"rm {HOME}/current && {KINDS[kind].format(path=f'{HOME}/current')}")
    move_remote_control(service, 8444)
    wait_for_remote_control(service, 8444)
    sane()
    assert machine.run(f"readlink {HOME}/current").text.startswith("generations/")
    assert machine.invocation("nginx") == service.invocation


@pytest.mark.parametrize("file", ["key.pem", "manifest.json"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_generation_that_is_not_whole_any_more_is_made_anew(service, sane, kind, file):
    machine = service.machine
    number = service.report()["generation"]["current"]
    with planted(service, f"{HOME}/generations/{number:06}/{file}", kind):
        machine.systemctl("reload", DAEMON)
        service.wait_for("another one", lambda r: r["generation"]["current"] not in (None, number))
        service.wait_until_good()
        sane()
    assert machine.invocation("nginx") == service.invocation


REFUSED = [
    ("stage-failed", f"{HOME}/lock", "link"),
    ("stage-failed", f"{HOME}/lock", "directory"),
    ("stage-failed", f"{HOME}/candidate", "directory"),
    ("not-adopted", "/etc/supervisord-ec/adopted/console.json", "link"),
    ("not-adopted", "/etc/supervisord-ec/adopted/console.json", "FIFO"),
    ("not-adopted", "/etc/supervisord-ec/adopted/console.json", "1 GB"),
    ("settings-invalid", f"{SETTINGS}/console.toml.d/90-set.toml", "FIFO"),
]  # fmt: skip


@pytest.mark.parametrize("code,path,kind", REFUSED, ids=[
    f"{path.rpartition('/')[2]} {kind}" for _, path, kind in REFUSED])  # fmt: skip
def test_what_is_needed_is_told_and_the_change_made_once_it_is_back(
    service, sane, code, path, kind
):
    machine = service.machine
    with planted(service, path, kind):
        move_remote_control(service, 8444)
        assert path in service.wait_for_notice(code)
        sane()
        assert machine.tls_sha256(8443) and not machine.tls_sha256(8444)
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == service.invocation


@pytest.mark.parametrize("kind", KINDS)
def test_a_ratchet_that_is_none_is_left_untouched_and_https_stays(service, sane, kind):
    with planted(service, f"{STATE}/units/nginx.service.json", kind):
        assert "left untouched" in service.wait_for_notice("ratchet-unreadable")
        sane()
    service.wait_until_over("ratchet-unreadable")


def test_a_status_that_cannot_be_written_is_said_once_and_comes_back(service, sane):
    machine = service.machine
    path = f"{RUN}/console.json"
    since = machine.run("date +%s").text
    machine.run(f"rm {path} && mkdir -p {path}/inner")
    try:
        move_remote_control(service, 8444)
        machine.wait_until(lambda: machine.tls_sha256(8444), "the new port")
        result = service.ec("status", "console", check=False)
        assert result.returncode == 1 and path in result.stdout
        pid = daemon_pid(service)
    finally:
        machine.run(["rm", "-r", path])
    machine.wait_until(lambda: machine.exists(path), "a status", 60)
    wait_for_remote_control(service, 8444)
    assert daemon_pid(service) == pid
    said = service.entries(f"--since=@{since}", "SUPERVISORD_EC_TROUBLE=status-not-written")
    assert len(said) == 1
    sane()


@pytest.mark.parametrize("place", [HOME, f"{HOME}/generations"], ids=["service", "generations"])
def test_a_folder_that_became_a_link_is_not_written_through(service, place):
    machine = service.machine
    machine.run(f"mkdir {STATE}/elsewhere && chown supervisord-ec: {STATE}/elsewhere")
    machine.run(f"cp -a {place}/. {STATE}/elsewhere && mv {place} /root/kept")
    machine.run(f"ln -s {STATE}/elsewhere {place}")
    listing = f"find {STATE}/elsewhere -printf '%p %T@\\n' | sort"
    before = machine.run(listing).stdout
    try:
        move_remote_control(service, 8444)
        assert "where a folder belongs" in service.wait_for_notice("stage-failed")
        assert machine.run(listing).stdout == before
        refused = service.ec("release", "console", check=False)
        assert refused.returncode == 1 and "where a folder belongs" in refused.stderr
        assert machine.run(listing).stdout == before
        service.assert_https_stays()
    finally:
        machine.run(f"rm {place} && mv /root/kept {place} && rm -r {STATE}/elsewhere")
        machine.run(["rm", "-f", DROP_IN])
    machine.systemctl("reload", DAEMON)


NEWER = 's/"version" : 1/"version" : 99/'


def test_what_a_newer_version_wrote_is_refused_untouched_and_told(service, sane):
    machine = service.machine
    for code, path in {
        "ratchet-unreadable": f"{STATE}/units/nginx.service.json",
        "not-adopted": "/etc/supervisord-ec/adopted/console.json",
    }.items():
        machine.run(f"cp -a {path} /root/kept && sed -i '{NEWER}' {path} && cp {path} /root/newer")
        try:
            notice = service.wait_for_notice(code)
            assert "newer supervisord-ec" in notice and path in notice
            sane()
            machine.run(f"cmp {path} /root/newer")
        finally:
            machine.run(f"mv /root/kept {path}")
        service.wait_until_over(code)
