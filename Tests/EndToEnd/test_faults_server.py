"""What nginx makes of it: a configuration that it refuses, one that it takes and does not serve."""

import pytest

from faults import (
    DROP_IN,
    jobs,
    move_remote_control,
    override,
    starts,
    stays,
    wait_for_remote_control,
)

BROKEN = "/etc/nginx/conf.d/broken.conf"
FOREIGN = "203.0.113.7"


def test_an_address_that_the_host_does_not_have_is_refused_before_anything_is_switched(service):
    machine = service.machine
    before, reloads = service.report()["generation"]["current"], jobs(service)
    machine.write_file(DROP_IN, f'[channels.remote-control]\nbind = ["{FOREIGN}"]\n')
    notice = service.wait_for_notice("refused-by-server")
    assert FOREIGN in notice and "nothing was changed" in notice
    report = service.report()
    assert (report["state"], report["generation"]["current"]) == ("blocked", before)
    assert machine.tls_sha256(8443) == report["certificate"]["sha256"]
    machine.run(["rm", DROP_IN])
    service.wait_until_over("refused-by-server")
    assert (jobs(service), machine.invocation("nginx")) == (reloads, service.invocation)


def test_a_broken_file_of_the_administrator_is_named_and_the_change_made_once_it_is_mended(service):
    machine = service.machine
    reloads = jobs(service)
    machine.write_file(BROKEN, "nonsense;\n")
    try:
        move_remote_control(service, 8444)
        notice = service.wait_for_notice("refused-by-server")
        assert BROKEN in notice and "nonsense" in notice
        assert machine.read_file(BROKEN) == "nonsense;\n"
        assert machine.tls_sha256(8443) and not machine.tls_sha256(8444)
        assert jobs(service) == reloads
    finally:
        machine.run(["rm", BROKEN])
    # Nothing tells us of the mending: it is found by the next try.
    wait_for_remote_control(service, 8444)
    assert "refused-by-server" not in service.notices()
    assert machine.invocation("nginx") == service.invocation


def test_with_a_broken_file_of_the_administrator_the_old_certificate_is_served_on(service):
    machine = service.machine
    before = machine.tls_sha256(8443)
    machine.write_file(BROKEN, "nonsense;\n")
    try:
        result = service.ec("certificate", "renew", "console", check=False)
        assert result.returncode == 1, result
        # The old one is served on, and it is said that the new one is not.
        assert machine.tls_sha256(8443) == before
        assert service.report()["last_action"]["result"] != "done"
    finally:
        machine.run(["rm", BROKEN])


@pytest.fixture
def taken_after_the_look(service):
    """Somebody takes port 8445 after we looked who holds it, and before nginx wants it."""
    machine = service.machine
    machine.write_file(
        "/run/systemd/system/latecomer.service",
        "[Service]\nType=exec\nExecStart=/usr/bin/python3 -m http.server 8445\n"
        "ExecStartPost=/bin/sh -c 'until curl -so /dev/null http://127.0.0.1:8445; do :; done'\n",
    )
    unit = "supervisord-ec-check@console.service"
    with override(machine, unit, "[Unit]\nWants=latecomer.service\nAfter=latecomer.service\n"):
        yield "latecomer.service"
    machine.systemctl("stop", "latecomer")


def test_a_reload_that_keeps_the_old_configuration_is_rolled_back_and_not_repeated(
    service, taken_after_the_look
):
    machine = service.machine
    before = service.report()["generation"]["current"]
    reloads = jobs(service)
    move_remote_control(service, 8445)
    report = service.wait_for("a roll-back", lambda r: r["state"] == "rolled-back")
    assert machine.is_active(taken_after_the_look)
    assert report["generation"]["current"] == before and not report["generation"]["trial"]
    action = report["last_action"]
    assert (action["kind"], action["result"]) == ("roll-back", "rolled-back")
    notice = service.wait_for_notice("rolled-back")
    assert "8445" in notice and "supervisord-ec restart console" in notice
    assert machine.tls_sha256(8443) == report["certificate"]["sha256"]
    # There, and back again; then nothing for a good while.
    assert jobs(service) - reloads <= 3
    made, checks = jobs(service), starts(service, "check")
    stays("no further try", lambda: jobs(service) == made, 8)
    assert starts(service, "check") == checks
    assert machine.invocation("nginx") == service.invocation


def test_the_administrator_frees_the_port_and_asks_again(service, taken_after_the_look):
    machine = service.machine
    move_remote_control(service, 8445)
    service.wait_for("a roll-back", lambda r: r["state"] == "rolled-back")
    path = "/run/systemd/system/latecomer.service"
    machine.write_file(path, "[Service]\nExecStart=/bin/sleep infinity\n")
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", "latecomer")
    service.ec("restart", "console")
    wait_for_remote_control(service, 8445)
    assert machine.invocation("nginx") == service.invocation


def test_another_name_of_a_unit_is_not_adopted(service):
    machine = service.machine
    machine.run("ln -s /lib/systemd/system/nginx.service /etc/systemd/system/web.service")
    machine.systemctl("daemon-reload")
    try:
        result = service.ec("adopt", "web.service", "--profile", "nginx", check=False)
        assert result.returncode == 1 and '"nginx.service"' in result.stderr
        assert not machine.exists("/etc/supervisord-ec/services.d/web.toml")
    finally:
        machine.run("rm /etc/systemd/system/web.service")
        machine.systemctl("daemon-reload")
