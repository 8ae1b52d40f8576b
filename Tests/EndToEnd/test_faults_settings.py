"""NAME.toml itself is no settings file any more: bounded, told, and what was valid stays in force."""

import pytest

from faults import DAEMON, DROP_IN, daemon_pid, move_remote_control, wait_for_remote_control
from story import SETTINGS

FILE = f"{SETTINGS}/console.toml"
# Far over what the daemon needs, far under what reading a large file would cost.
MOST_MEMORY_KIB = 64 * 1024

STRANGE = {
    "a FIFO": "mkfifo {path}",
    "1 GB": "truncate --size=1G {path}",
    "a symlink to itself": "ln -s {path} {path}",
    "a dangling symlink": "ln -s /nowhere {path}",
    "a directory": "mkdir {path}",
    "an endless device": "ln -s /dev/zero {path}",
    "NUL bytes": "head -c 4096 /dev/zero > {path}",
    "not UTF-8": "printf 'unit = \"\\377\"\\n' > {path}",
    "empty": ": > {path}",
    "unreadable": "cp /root/kept.toml {path} && chmod 600 {path}",
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_is_no_settings_file_changes_nothing(service, case):
    machine = service.machine
    daemon, current = daemon_pid(service), service.report()["generation"]["current"]
    machine.run(f"mv {FILE} /root/kept.toml && {STRANGE[case].format(path=FILE)}")
    try:
        notice = machine.wait_until(
            lambda: service.notices().get("settings-invalid")
            or service.notices().get("settings-missing"), "a notice")  # fmt: skip
        assert "console.toml" in notice and "last valid settings stay in force" in notice
        service.assert_https_stays()
        report = service.report()
        assert report["generation"]["current"] == current and not report["generation"]["trial"]
        assert daemon_pid(service) == daemon
        peak = machine.run(f"grep VmHWM /proc/{daemon}/status").text.split()[1]
        assert int(peak) < MOST_MEMORY_KIB
    finally:
        machine.run(f"rm -rf {FILE} && mv /root/kept.toml {FILE}")
    service.wait_until_good()
    assert machine.invocation("nginx") == service.invocation


def test_the_last_valid_settings_outlive_a_restart_of_everything(service):
    machine = service.machine
    move_remote_control(service, 8444)
    wait_for_remote_control(service, 8444)
    machine.write_file(DROP_IN, "nonsense")
    service.wait_for_notice("settings-invalid")
    machine.systemctl("restart", DAEMON, "nginx")
    service.wait_for_notice("settings-invalid")
    service.wait_for("a look at nginx", lambda r: not r["generation"]["trial"])
    assert machine.tls_sha256(8444) and not machine.tls_sha256(8443)


def test_the_line_of_a_mistake_is_named(service):
    machine = service.machine
    machine.write_file(DROP_IN, "# One.\n\n[channels.remote-control]\nhttps_port = 0\n")
    notice = service.wait_for_notice("settings-invalid")
    assert DROP_IN in notice and "line 4" in notice
    checked = service.ec("check", check=False)
    assert checked.returncode == 1 and "line 4" in checked.stdout


def test_a_file_is_checked_before_it_is_put_in_place(service):
    text = service.machine.read_file(FILE).replace("8443", "99999")
    service.machine.write_file("/root/console.toml", text)
    result = service.ec("check", "/root/console.toml", check=False)
    assert result.returncode == 1 and "99999" in result.stdout
    assert "settings-invalid" not in service.notices()
