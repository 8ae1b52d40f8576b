"""What goes wrong on a stranger's server: each fault is told, nothing is lost, and it mends itself.

Each test begins and ends with a good service: console on HTTPS, port 8383, in its own container.
"""

import json

import pytest

from faults import DROP_IN, daemon_pid, jobs
from story import SETTINGS, STATE


# Settings


@pytest.mark.parametrize(
    "text,code,words",
    [
        ("[channels.console\n", "syntax", ["line 1"]),
        ('[channels.console]\nhttps_port = "8384"\n', "wrong-type", ["8384", "whole number"]),
        ("[channels.console]\nhttps_port = 70000\n", "out-of-range", ["70000", "65535"]),
        ("[channels.console]\nhttps_prot = 8384\n", "unknown-key", ["https_prot", "https_port"]),
        ('[certificate]\nlifetime = "never"\n', "bad-value", ["never"]),
    ],
)
def test_a_broken_file_leaves_the_last_valid_settings_in_force(service, text, code, words):
    machine = service.machine
    machine.write_file(DROP_IN, text)
    notice = service.wait_for_notice("settings-invalid")
    for word in [DROP_IN, *words, "last valid settings stay in force"]:
        assert word in notice
    assert service.ec("status", check=False).returncode == 1
    checked = service.ec("check", "--json", check=False)
    assert checked.returncode == 1
    problems = json.loads(checked.stdout)["problems"]
    assert [problem["code"] for problem in problems] == [code]
    # Nothing is forgotten over a restart of the daemon either.
    machine.systemctl("restart", "supervisord-ec")
    service.wait_for_notice("settings-invalid")
    service.assert_https_stays()
    assert machine.invocation("nginx") == service.invocation


@pytest.mark.parametrize(
    "make",
    [f"mkfifo {DROP_IN}", f"truncate -s 1G {DROP_IN}", f"ln -s {DROP_IN} {DROP_IN}",
     f"mkdir {DROP_IN}", f"ln -s /dev/zero {DROP_IN}"],
)  # fmt: skip
def test_what_is_no_settings_file_is_told_and_blocks_nobody(service, make):
    service.machine.run(make)
    assert DROP_IN in service.wait_for_notice("settings-invalid")
    service.assert_https_stays()


def test_a_deleted_settings_file_changes_nothing(service):
    machine = service.machine
    path = f"{SETTINGS}/console.toml"
    machine.run(["mv", path, "/root/kept"])
    assert "release console" in service.wait_for_notice("settings-missing")
    machine.systemctl("restart", "supervisord-ec")
    service.wait_for_notice("settings-missing")
    service.assert_https_stays()
    machine.run(["mv", "/root/kept", path])
    service.wait_until_over("settings-missing")


def test_a_write_in_progress_is_not_read_as_the_truth(service):
    machine = service.machine
    path = f"{SETTINGS}/console.toml"
    text = machine.read_file(path)
    # The first half alone would be valid settings without the remote-control port.
    half = text.index("[channels.remote-control]")
    machine.write_file("/root/half", text[:half])
    machine.write_file("/root/rest", text[half:])
    before = service.report()["generation"]["current"]
    machine.run(f"cat /root/half > {path}; sleep 1; cat /root/rest >> {path}")
    service.wait_until_good()
    assert service.report()["generation"]["current"] == before


# Ports and probes


def test_a_port_of_somebody_else_is_named_and_taken_once_it_is_free(service):
    machine = service.machine
    machine.background("squatter", "exec python3 -m http.server 8390")
    machine.wait_until(lambda: machine.http(8390).status, "the squatter listens")
    before = service.report()["generation"]["current"]
    service.try_to_set("channels.console.https_port", "8390")
    notice = service.wait_for_notice("port-taken")
    pid = machine.property("squatter", "MainPID")
    for word in ["8390", "python3", pid, "squatter.service"]:
        assert word in notice
    assert service.report()["generation"]["current"] == before
    service.assert_https_stays()
    machine.systemctl("stop", "squatter")
    service.wait_for_port(8390)
    service.set("channels.console.https_port", "8383")
    service.wait_for_port(8383)
    assert machine.invocation("nginx") == service.invocation


def test_a_server_that_does_not_answer_is_rolled_back_and_left_alone(service):
    machine = service.machine
    before = service.report()["generation"]["current"]
    machine.systemctl("kill", "--signal=STOP", "nginx")
    service.try_to_set("channels.console.https_port", "8391")
    service.wait_for("a roll-back", lambda r: r["state"] in ("rolled-back", "blocked"))
    assert service.report()["generation"]["current"] == before
    assert "rolled back" in service.wait_for_notice("rolled-back")
    reloads = jobs(service)
    # It is not tried again and again: the back-off of a change that had reached the server is long.
    machine.run("sleep 12")
    assert jobs(service) - reloads <= 3
    machine.systemctl("kill", "--signal=CONT", "nginx")
    service.wait_for("the old port", lambda r: r["state"] == "rolled-back", 60)
    service.assert_https_stays()
    assert service.report()["last_action"]["result"] == "rolled-back"
    assert service.ec("restart", "console").returncode == 0
    service.wait_for_port(8391)
    service.set("channels.console.https_port", "8383")
    service.wait_for_port(8383)


# Units that cannot be adopted

UNITS = {
    "socketed.socket": "[Socket]\nListenStream=127.0.0.1:7001\n",
    "socketed.service": "[Service]\nExecStart=/bin/sleep infinity\n",
    "many@.service": "[Service]\nExecStart=/bin/sleep infinity\n",
}


@pytest.mark.parametrize(
    "unit,profile,words",
    [
        ("nosuch.service", "nginx", ["nosuch.service", "knows no unit"]),
        ("nginx", "nginx", ["nginx.service"]),
        ("ssh.socket", "nginx", ["not a service"]),
        ("many@.service", "nginx", ["template"]),
        ("many@one.service", "nginx", ["instance"]),
        ("socketed.service", "nginx", ["socketed.socket"]),
        ("../../etc/passwd.service", "nginx", ["not the name of a unit"]),
        ("nginx.service", "nosuch", ["no profile", "nosuch"]),
        ("nginx.service", "nginx", ["adopted already", "console"]),
    ],
)
def test_what_cannot_be_adopted_is_refused_and_leaves_nothing(service, unit, profile, words):
    machine = service.machine
    for name, text in UNITS.items():
        machine.write_file(f"/etc/systemd/system/{name}", text)
    machine.systemctl("daemon-reload")
    before = machine.run("find /etc/nginx /etc/supervisord-ec /etc/polkit-1 | sort").stdout
    result = service.ec("adopt", unit, "--profile", profile, "--name", "another", check=False)
    assert result.returncode == 1, result
    for word in words:
        assert word in result.stderr
    after = machine.run("find /etc/nginx /etc/supervisord-ec /etc/polkit-1 | sort").stdout
    assert after == before


# What others do to the unit


def test_a_stopped_unit_is_not_started_and_gets_its_change_at_its_start(service):
    machine = service.machine
    machine.systemctl("stop", "nginx")
    assert "systemctl start" in service.wait_for_notice("unit-stopped")
    assert service.report()["state"] == "stopped"
    service.set("channels.console.https_port", "8392")
    service.wait_for("a candidate", lambda r: r["generation"]["candidate"])
    result = service.ec("restart", "console", check=False)
    assert result.returncode == 1 and "systemctl start" in result.stderr
    assert not machine.is_active("nginx")
    machine.systemctl("start", "nginx")
    service.wait_for_port(8392)
    service.set("channels.console.https_port", "8383")
    service.wait_for_port(8383)


def test_a_masked_unit_is_left_alone(service):
    machine = service.machine
    machine.systemctl("stop", "nginx")
    machine.systemctl("mask", "nginx")
    machine.systemctl("daemon-reload")
    assert "unmask" in service.wait_for_notice("unit-masked")
    assert not machine.is_active("nginx")
    machine.systemctl("unmask", "nginx")
    machine.systemctl("start", "nginx")
    service.wait_until_over("unit-masked")


def test_a_unit_that_failed_of_the_administrators_doing_is_not_fought(service):
    machine = service.machine
    machine.write_file("/etc/nginx/conf.d/broken.conf", "nonsense;\n")
    machine.systemctl("restart", "nginx", check=False)
    assert "journalctl -u nginx" in service.wait_for_notice("unit-failed")
    assert service.report()["state"] == "failed"
    machine.run("rm /etc/nginx/conf.d/broken.conf")
    machine.systemctl("start", "nginx")
    service.wait_until_over("unit-failed")


# The daemon


def test_a_daemon_that_is_held_is_told_and_comes_back(service):
    machine = service.machine
    pid = daemon_pid(service)
    machine.run(["kill", "-STOP", pid])
    for verb in (["set", "console", "channels.console.https_port", "8393"],
                 ["hold", "console", "--until", "1h"], ["restart", "console"]):  # fmt: skip
        result = service.ec(*verb, check=False)
        assert result.returncode == 69, result
    assert "8393" not in machine.run(f"cat {SETTINGS}/console.toml.d/90-set.toml").stdout
    machine.systemctl("restart", "nginx")
    assert machine.is_active("nginx")
    service.machine.wait_until(
        lambda: daemon_pid(service) not in ("0", pid), "the watchdog restarts the daemon", 60
    )


@pytest.mark.parametrize("masked", [False, True])
def test_without_the_daemon_nothing_is_written_and_restarts_work(service, masked):
    machine = service.machine
    machine.systemctl("stop", "supervisord-ec")
    if masked:
        machine.run("mv /lib/systemd/system/supervisord-ec.service /root/kept.service")
        machine.run("ln -s /dev/null /etc/systemd/system/supervisord-ec.service")
        machine.systemctl("daemon-reload")
    for verb in (["set", "console", "channels.console.https_port", "8393"], ["restart", "console"],
                 ["certificate", "renew", "console"], ["hold", "console", "--until", "1h"]):  # fmt: skip
        result = service.ec(*verb, check=False)
        assert result.returncode == 69, result
        assert "systemctl start supervisord-ec" in result.stderr
    status = service.ec("status", check=False)
    assert status.returncode == 69
    assert "not running" in status.stdout + status.stderr
    machine.systemctl("restart", "nginx")
    assert machine.https(8383).status == 200
    if masked:
        machine.run("rm /etc/systemd/system/supervisord-ec.service")
        machine.run("mv /root/kept.service /lib/systemd/system/supervisord-ec.service")
        machine.systemctl("daemon-reload")
    machine.systemctl("start", "supervisord-ec")


@pytest.mark.parametrize(
    "dropin",
    ["ExecStart=\nExecStart=/bin/false\n", "ExecStart=\nExecStart=/bin/sleep 60\nTimeoutStartSec=2s\n"],
    ids=["failing", "hanging"],
)
def test_a_preparation_that_does_not_work_does_not_keep_the_server_from_starting(service, dropin):
    machine = service.machine
    path = "/run/systemd/system/supervisord-ec-prepare@console.service.d/fault.conf"
    machine.write_file(path, f"[Service]\n{dropin}")
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", "nginx")
    assert machine.https(8383).status == 200
    machine.run(["rm", path])
    machine.systemctl("daemon-reload")
    machine.systemctl("reset-failed")


def test_a_masked_preparation_is_told(service):
    machine = service.machine
    unit = "supervisord-ec-prepare@console.service"
    machine.systemctl("mask", unit)
    machine.systemctl("daemon-reload")
    assert "adopt" in service.wait_for_notice("preparation-missing")
    machine.systemctl("restart", "nginx")
    assert machine.https(8383).status == 200
    machine.systemctl("unmask", unit)
    machine.systemctl("daemon-reload")
    service.wait_until_over("preparation-missing")


def test_a_deleted_drop_in_is_told_and_adopt_repairs_it(service):
    machine = service.machine
    machine.run("rm -r /etc/systemd/system/nginx.service.d")
    machine.systemctl("daemon-reload")
    service.wait_for_notice("preparation-missing")
    service.adopt()
    service.wait_until_over("preparation-missing")


def test_a_deleted_link_is_told_and_adopt_repairs_it(service):
    machine = service.machine
    machine.run("rm /etc/nginx/conf.d/supervisord-ec-console.conf")
    assert "adopt" in service.wait_for_notice("link-missing")
    service.adopt()
    service.wait_until_over("link-missing")


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6])
def test_a_daemon_killed_within_a_port_change_finishes_it_without_a_restart(service, delay):
    machine = service.machine
    reloads = jobs(service)
    for port in (8394, 8383):
        text = f"[channels.console]\nhttps_port = {port}\n"
        machine.write_file("/root/move.toml", text)
        machine.run(
            f"mv /root/move.toml {SETTINGS}/console.toml.d/95-move.toml; sleep {delay};"
            " systemctl kill --signal=KILL supervisord-ec; systemctl start supervisord-ec"
        )
        service.wait_for_port(port)
    machine.run(["rm", f"{SETTINGS}/console.toml.d/95-move.toml"])
    assert machine.invocation("nginx") == service.invocation
    # One reload a move, and one more where it was not known whether the first had happened.
    assert jobs(service) - reloads <= 4


@pytest.mark.parametrize(
    "command",
    ["systemctl daemon-reexec", "systemctl daemon-reload", "systemctl restart dbus"],
)
def test_systemd_and_the_bus_may_be_away_for_a_while(service, command):
    machine = service.machine
    pid = daemon_pid(service)
    machine.run(command)
    service.try_to_set("channels.console.https_port", "8395")
    service.wait_for_port(8395)
    service.set("channels.console.https_port", "8383")
    machine.run(command)
    service.wait_for_port(8383)
    assert daemon_pid(service) == pid
    assert machine.invocation("nginx") == service.invocation


# What is on disk


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"version": 1}', "\x00" * 100])
def test_a_damaged_state_is_found_out_again(service, text):
    machine = service.machine
    machine.systemctl("stop", "supervisord-ec")
    machine.write_file(f"{STATE}/console/state.json", text)
    machine.systemctl("start", "supervisord-ec")
    service.wait_until_good()
    assert machine.invocation("nginx") == service.invocation


def test_a_state_of_a_newer_version_is_refused_and_left_untouched(service):
    machine = service.machine
    path = f"{STATE}/console/state.json"
    machine.systemctl("stop", "supervisord-ec")
    kept = machine.read_file(path)
    newer = json.dumps({**json.loads(kept), "version": 99})
    machine.write_file(path, newer)
    machine.systemctl("start", "supervisord-ec")
    service.wait_for_notice("state-not-written")
    assert machine.read_file(path) == newer
    service.assert_https_stays()
    machine.systemctl("stop", "supervisord-ec")
    machine.write_file(path, kept)
    machine.run(["chown", "supervisord-ec:supervisord-ec", path])
    machine.systemctl("start", "supervisord-ec")


def test_a_damaged_ratchet_is_told_and_left_untouched(service):
    machine = service.machine
    path = f"{STATE}/units/nginx.service.json"
    kept = machine.read_file(path)
    machine.write_file(path, "{")
    machine.systemctl("reload", "supervisord-ec")
    service.wait_for_notice("ratchet-unreadable")
    service.assert_https_stays()
    assert machine.read_file(path) == "{"
    machine.write_file(path, kept)
    machine.run(["chown", "supervisord-ec:supervisord-ec", path])
    machine.systemctl("reload", "supervisord-ec")
    service.wait_until_over("ratchet-unreadable")


def test_a_folder_that_cannot_be_written_is_told_and_the_change_made_later(service):
    machine = service.machine
    folder = f"{STATE}/console/generations"
    machine.run(["chown", "root:root", folder])
    try:
        # Saved; that it fails is told at once, by status 1.
        service.ec("set", "console", "channels.console.https_port", "8396", check=False)
        assert folder in service.wait_for_notice("stage-failed")
        service.assert_https_stays()
    finally:
        machine.run(["chown", "supervisord-ec:supervisord-ec", folder])
    service.wait_for_port(8396)
    service.set("channels.console.https_port", "8383")
    service.wait_for_port(8383)


def test_no_key_was_ever_left_open(service):
    assert service.machine.open_keys() == []
