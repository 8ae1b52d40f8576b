"""What others do to the unit and to our pieces: seen, told, never fought."""

import pytest

from faults import (
    DAEMON,
    DROP_IN,
    jobs,
    move_remote_control,
    override,
    stays,
    wait_for_remote_control,
)
from story import BODY

UNIT_FILE = "/lib/systemd/system/nginx.service"
# Of this systemd makes a unit where it has none (systemd-sysv-generator(8)).
SCRIPT = "/etc/init.d/nginx"
RULE = "/etc/polkit-1/rules.d/50-supervisord-ec-console.rules"


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.4])
def test_a_restart_by_somebody_within_a_change_is_not_followed_by_another(service, delay):
    machine = service.machine
    move_remote_control(service, 8444)
    machine.run(f"sleep {delay}; systemctl restart nginx")
    run = machine.invocation("nginx")
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == run


def test_an_upgrade_of_the_server_is_not_followed_by_anything_of_ours(service):
    machine = service.machine
    before, pid = service.report()["generation"]["current"], machine.property("nginx", "MainPID")
    reloads = jobs(service)
    # What dpkg runs at the end of an upgrade; Debian's nginx exchanges its program as it runs.
    machine.run(
        "for script in /var/lib/dpkg/info/nginx*.postinst; do package=${script##*/};"
        " DPKG_MAINTSCRIPT_PACKAGE=${package%.postinst} DPKG_MAINTSCRIPT_NAME=postinst"
        " $script configure 0 || exit 1; done"
    )
    machine.wait_until(
        lambda: machine.property("nginx", "MainPID") not in ("0", pid), "another main process"
    )
    service.wait_until_good()
    service.assert_https_stays()
    assert service.report()["generation"]["current"] == before
    assert jobs(service) == reloads
    # It is the same service to us: the next change reaches it.
    move_remote_control(service, 8444)
    wait_for_remote_control(service, 8444)


def test_a_unit_that_starts_with_another_configuration_is_told_and_not_fought(service):
    machine = service.machine
    machine.write_file(
        "/etc/nginx/other.conf",
        "events {}\nhttp { server { listen 8020; root /srv/console; } }\n",
    )
    command = "/usr/sbin/nginx -g 'daemon on; master_process on;' -c /etc/nginx/other.conf"
    with override(machine, "nginx.service", f"[Service]\nExecStart=\nExecStart={command}\n"):
        # So far it is a file: what runs is as it was.
        service.wait_until_good()
        service.assert_https_stays()
        machine.systemctl("restart", "nginx")
        run = machine.invocation("nginx")
        service.wait_for_notice("served-differs")
        assert machine.http(8020).body == BODY
        assert service.report()["state"] != "good"
        assert service.report()["enforcement"]["state"] == "enforced"
        assert machine.invocation("nginx") == run, "nobody restarts it again"
    machine.systemctl("restart", "nginx")
    service.wait_until_good(60)
    machine.run(["rm", "/etc/nginx/other.conf"])


def test_a_unit_that_is_gone_is_told_and_served_on(service):
    machine = service.machine
    machine.run(f"mv {UNIT_FILE} /root/nginx.service; mv {SCRIPT} /root/script")
    machine.systemctl("daemon-reload")
    try:
        notice = service.wait_for_notice("unit-not-found")
        assert "nginx.service" in notice and "release console" in notice
        service.assert_https_stays()
        move_remote_control(service, 8444)
        # Nothing is done for a unit that nobody knows; the rest goes on.
        assert service.report()["state"] == "blocked"
        assert machine.tls_sha256(8443)
    finally:
        machine.run(f"mv /root/nginx.service {UNIT_FILE}; mv /root/script {SCRIPT}")
        machine.systemctl("daemon-reload")
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == service.invocation


def test_without_our_rule_the_change_waits_and_adopt_repairs_it(service):
    machine = service.machine
    machine.run(["rm", RULE])
    # It looks at its folder again only now and then.
    machine.systemctl("restart", "polkit.service")
    move_remote_control(service, 8444)
    notice = service.wait_for_notice("stage-failed")
    command = "supervisord-ec adopt nginx.service --profile nginx --name console"
    assert "polkit" in notice and command in notice
    service.assert_https_stays()
    assert machine.tls_sha256(8443) and not machine.tls_sha256(8444)
    machine.run(command.split())
    assert machine.exists(RULE)
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == service.invocation


def test_all_of_our_pieces_gone_adopt_puts_them_back(service):
    machine = service.machine
    machine.run(
        f"rm -r {RULE} /etc/systemd/system/nginx.service.d /etc/nginx/supervisord-ec"
        " /etc/nginx/conf.d/supervisord-ec-console.conf"
    )
    machine.systemctl("daemon-reload")
    service.wait_for_notice("preparation-missing")
    service.wait_for_notice("link-missing")
    assert machine.https(8383).body == BODY, "what runs, runs on"
    service.adopt()
    for code in ("preparation-missing", "link-missing"):
        service.wait_until_over(code)
    machine.systemctl("restart", "nginx")
    service.wait_until_good()


def test_a_restart_that_fails_for_others_within_a_change_is_left_to_them(service):
    machine = service.machine
    machine.write_file("/etc/nginx/conf.d/broken.conf", "nonsense;\n")
    move_remote_control(service, 8444)
    machine.systemctl("restart", "nginx", check=False)
    service.wait_for_notice("unit-failed")
    machine.run("rm /etc/nginx/conf.d/broken.conf")
    machine.systemctl("start", "nginx")
    wait_for_remote_control(service, 8444)
    machine.systemctl("reset-failed", DAEMON, check=False)


# While it is asked whether we may restart nginx, time passes.
SLOW_RULE = "/etc/polkit-1/rules.d/00-slow.rules"
SLOW = "sleep 4.25"
SLOW_TEXT = """\
polkit.addRule(function(action, subject) {
    var verbs = ["restart", "try-restart"];
    if (action.lookup("unit") === "nginx.service" && verbs.indexOf(action.lookup("verb")) >= 0) {
        polkit.spawn(["/bin/sleep", "4.25"]);
    }
    return undefined;
});
"""


def test_a_server_that_is_stopped_just_before_our_restart_stays_stopped(service):
    machine = service.machine
    machine.write_file(SLOW_RULE, SLOW_TEXT)
    machine.systemctl("restart", "polkit.service")
    try:
        # From all addresses to one no reload leads.
        machine.write_file(DROP_IN, '[channels.remote-control]\nbind = ["192.0.2.10"]\n')
        asked = lambda: machine.run(["pgrep", "-f", SLOW], check=False).text  # noqa: E731
        machine.wait_until(asked, "a restart is asked for")
        machine.systemctl("stop", "nginx")
        machine.wait_until(lambda: not asked(), "the answer")
        service.wait_for("that it is stopped", lambda r: r["state"] == "stopped")
        stays("nobody starts it", lambda: not machine.is_active("nginx"), 3)
        assert set(service.notices()) == {"unit-stopped"}
    finally:
        machine.run(["rm", SLOW_RULE])
        machine.systemctl("restart", "polkit.service")
        machine.systemctl("start", "nginx")
