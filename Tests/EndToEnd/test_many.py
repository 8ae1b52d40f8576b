"""Fifty services on one host, 48 of them in trouble of every kind: the good ones do not feel it."""

import json

import container as containers
import many
import pytest
from story import SETTINGS, Story

COUNT = 50
# Nobody scrolls sideways for a table.
COLUMNS = 120


@pytest.fixture(scope="module")
def host(deb):
    """A good console, a good second nginx, and 48 with trouble, which have all shown it."""
    with containers.Container("many") as machine:
        machine.install_deb(deb)
        told = Story(machine)
        told.install_console()
        told.adopt()
        told.wait_until_good(60)
        many.add_second(machine)
        named(told, "second").wait_until_good(60)
        told.names = many.add_dummies(machine, COUNT - 2)
        machine.wait_until(lambda: all(map(in_trouble(told), told.names)), "all the trouble", 60)
        yield told


def named(host, name):
    """Another service on the same host."""
    one = Story(host.machine)
    one.name = name
    return one


def in_trouble(host):
    """Whether a service has a notice, by one look at all."""
    text = host.ec("status", "--json", check=False).stdout
    found = {s["name"] for s in json.loads(text)["services"] if s["notices"]}
    return found.__contains__


def rows(host, verb):
    """Name → its line, of the table of all services."""
    header, *lines = host.ec(verb, check=False).stdout.splitlines()
    assert header.startswith("NAME"), header
    assert all(len(line) <= COLUMNS for line in lines), max(lines, key=len)
    return {line.split()[0]: line for line in lines if line.split()[0] in [*host.names, "console", "second"]}


def test_one_line_tells_of_each_and_who_is_in_trouble(host):
    lines = rows(host, "status")
    assert len(lines) == COUNT
    for name, line in lines.items():
        well = line.split()[1] == "good" and line.endswith(" -")
        assert well == (name in ("console", "second")), line


def test_the_plan_has_a_line_for_each(host):
    assert len(rows(host, "plan")) == COUNT


@pytest.mark.parametrize("port", [8501, 8502, 8503])
def test_a_change_of_a_good_one_does_not_wait_for_the_others(host, port):
    host.set("channels.console.https_port", str(port))
    host.wait_for(
        f"the console is on {port}",
        lambda r: port in r["channels"][0]["ports"] and r["state"] == "good"
        and not r["generation"]["trial"], 10)  # fmt: skip
    assert host.machine.tls_sha256(port)


def test_what_is_mended_is_seen_at_once(host):
    machine, name = host.machine, host.names[0]
    path = f"{SETTINGS}/{name}.toml"
    text = machine.read_file(path)
    machine.write_file(path, text.replace('unit = "nginx.servic\n', ""))
    named(host, name).wait_for(
        "the settings are right again",
        lambda r: not any(n["code"].startswith("settings") for n in r["notices"]), 10)  # fmt: skip
