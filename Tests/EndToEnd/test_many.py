"""Fifty services on one host, nearly all in trouble: the good ones are looked after as if alone."""

import json
import time

import container as containers
import many
import pytest
import story

COUNT = 50
# On a loaded machine the first look at fifty takes its time.
PATIENCE = 120


@pytest.fixture(scope="module")
def host(deb):
    """A console and a second nginx that are good, and 48 dummies in trouble."""
    with containers.Container("many") as machine:
        told = story.Story(machine)
        told.install_console()
        machine.install_deb(deb)
        told.adopt()
        told.wait_until_good(60)
        many.add_second(machine)
        told.second = story.Story(machine)
        told.second.name = "second"
        told.second.wait_until_good(60)
        told.dummies = many.add_dummies(machine, COUNT - 2)
        yield told


def summary(host):
    """The lines of `status` without colours, and its exit status."""
    result = host.machine.run("COLUMNS=80 supervisord-ec status", check=False)
    return result.stdout.splitlines(), result.returncode


def states(host):
    """Name → state."""
    services = json.loads(host.ec("status", "--json", check=False).stdout)["services"]
    return {service["name"]: service["state"] for service in services}


def test_a_second_server_has_channels_and_certificate_of_its_own(host):
    second = host.second.report()
    assert host.machine.tls_sha256(9383) == second["certificate"]["sha256"]
    assert host.machine.tls_sha256(8383) == host.report()["certificate"]["sha256"]
    assert second["certificate"]["sha256"] != host.report()["certificate"]["sha256"]


def test_each_service_is_told_its_own_trouble(host):
    expected = {
        "broken": "settings-invalid",
        "failed": "unit-failed",
        "missing": "unit-not-found",
        "conflict": "port-taken",
    }
    for kind, code in expected.items():
        name = next(name for name in host.dummies if name.startswith(kind))
        one = story.Story(host.machine)
        one.name = name
        host.machine.wait_until(lambda: code in one.notices(), f"{name}: {code}", PATIENCE)


@pytest.mark.parametrize("name,port", [("console", 8500), ("second", 9500)])
def test_the_change_of_a_good_service_goes_through(host, name, port):
    good = host if name == "console" else host.second
    invocation = host.machine.invocation("nginx")
    began = time.monotonic()
    good.set("channels.console.https_port", str(port))
    report = good.wait_for_port(port)
    print(f"{name}: in force after {time.monotonic() - began:.1f} s")
    assert host.machine.tls_sha256(port) == report["certificate"]["sha256"]
    assert host.machine.invocation("nginx") == invocation


def test_the_trouble_of_others_is_not_ours(host):
    found = states(host)
    assert (found.pop("console"), found.pop("second")) == ("good", "good")
    assert len(found) == COUNT - 2
    assert host.ec("status", "console").returncode == 0
    assert host.ec("status", check=False).returncode == 1


def test_the_summary_is_a_line_for_each_in_80_columns(host):
    lines, status = summary(host)
    assert status == 1
    assert max(map(len, lines)) <= 80, max(lines, key=len)
    for name in ("console", "second", *host.dummies):
        assert sum(line.split()[:1] == [name] for line in lines) == 1, lines
    assert len(lines) <= COUNT + 5


def test_plan_names_every_service_in_80_columns(host):
    lines = host.machine.run("COLUMNS=80 supervisord-ec plan").stdout.splitlines()
    assert max(map(len, lines)) <= 80, max(lines, key=len)
    for name in ("console", "second", *host.dummies):
        assert any(line.startswith(name) for line in lines), name


def test_the_daemon_is_alone_and_never_stood_still(host):
    pid = host.machine.property("supervisord-ec", "MainPID")
    assert "Threads:\t1\n" in host.machine.read_file(f"/proc/{pid}/status")
    assert host.machine.property("supervisord-ec", "NRestarts") == "0"
