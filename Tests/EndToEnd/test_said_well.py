"""What an administrator reads: one line for one thing, said once, and once when it is over."""

import json

import pytest

from faults import DAEMON, DROP_IN, move_remote_control
from story import STATE

HELPER = "supervisord-ec-stage@console.service"
# The MESSAGE_ID of the notice that a generation could not be written.
STAGE_FAILED = "b3f51e8f3f2c470e823b71a13d1b41eb"


def attempts(service, kind):
    """How often the change that fails was tried."""
    failure = json.loads(service.machine.read_file(f"{STATE}/console/state.json")).get("failure")
    return failure["attempts"] if failure and failure["kind"] == kind else 0


def entries(service):
    """Everything that we said in this boot."""
    return service.entries("SYSLOG_IDENTIFIER=supervisord-ec")


def mark(service):
    """Where the journal ends now, for `lines`."""
    return len(entries(service))


def lines(service, since, id=None):
    """What we said since then, without what only tells of a generation that lies ready."""
    found = [e for e in entries(service)[since:] if id is None or e.get("MESSAGE_ID") == id]
    return [e["MESSAGE"] for e in found if "is staged" not in e["MESSAGE"]]


def test_a_taken_port_is_said_once_however_often_it_is_tried(service):
    machine = service.machine
    machine.background("holder", "exec python3 -m http.server 8460")
    machine.wait_until(
        lambda: machine.http(8460).status, "the holder listens")
    since = mark(service)
    move_remote_control(service, 8460)
    machine.wait_until(lambda: attempts(service, "portTaken") >= 3, "three tries", 60)
    said = lines(service, since)
    assert len(said) == 1, said
    for words in ("8460", "holder.service", "supervisord-ec plan console"):
        assert words in said[0]
    # After a restart of the daemon: what still stands, once.
    since = mark(service)
    machine.systemctl("restart", DAEMON)
    machine.wait_until(lambda: any("guarded" in text for text in lines(service, since)), "a start")
    assert [text for text in lines(service, since) if "8460" in text] == said
    since = mark(service)
    machine.systemctl("stop", "holder")
    # Settings that are seen to change are tried at once.
    machine.write_file(DROP_IN, "# again\n[channels.remote-control]\nhttps_port = 8460\n")
    service.wait_for_port(8460, "remote-control")
    ended = "console: the port that was taken is free, or is not wanted any more"
    assert lines(service, since).count(ended) == 1


def test_a_generation_that_cannot_be_written_is_said_once_by_daemon_and_helper(service):
    machine = service.machine
    override = f"/etc/systemd/system/{HELPER}.d/fault.conf"
    machine.write_file(override, f"[Service]\nReadOnlyPaths={STATE}/console/generations\n")
    machine.systemctl("daemon-reload")
    since = mark(service)
    try:
        # A new key is made by the helper; what needs none the daemon writes itself.
        machine.write_file(DROP_IN, '[certificate]\nkey = "ecdsa-p384"\n')
        machine.wait_until(lambda: attempts(service, "stage") >= 3, "three tries", 60)
        said = lines(service, since, STAGE_FAILED)
        assert len(said) == 1 and "Read-only" in said[0], said
        # The helper says it when it is new, into its own unit's journal.
        both = [line for line in lines(service, since) if "Read-only" in line]
        assert len(both) == 2, lines(service, since)
    finally:
        machine.run(["rm", "-r", override.rpartition("/")[0]])
        machine.systemctl("daemon-reload")
    machine.run(["rm", DROP_IN])
    service.wait_until_good()


def test_what_comes_and_goes_is_told_in_words(service):
    machine = service.machine
    since = mark(service)
    machine.systemctl("stop", "nginx")
    service.wait_for_notice("unit-stopped")
    machine.systemctl("start", "nginx")
    service.wait_until_good()
    said = lines(service, since)
    assert "console: nginx.service is not stopped any more" in said
    assert [text for text in said if text.endswith(": over")] == []


# adopt

SECOND = """\
[Service]
Type=forking
ExecStart=%s
ExecReload=/bin/true
"""


@pytest.mark.parametrize(
    "command,named",
    [
        ("/usr/sbin/nginx -c /etc/nginx/second.conf", '"-c"'),
        ("/usr/sbin/nginx -p /srv/second", '"-p"'),
        ("/usr/bin/python3 -m http.server", '"/usr/bin/python3"'),
    ],
)
def test_another_server_or_configuration_is_not_adopted(service, command, named):
    machine = service.machine
    machine.write_file("/etc/systemd/system/second.service", SECOND % command)
    machine.systemctl("daemon-reload")
    result = service.ec(
        "adopt", "second.service", "--profile", "nginx", "--name", "second", check=False
    )
    machine.run("rm /etc/systemd/system/second.service")
    machine.systemctl("daemon-reload")
    assert result.returncode == 1 and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1 and named in result.stderr, result
    assert not machine.exists("/etc/supervisord-ec/services.d/second.toml")


def test_a_drop_in_that_gives_nginx_another_configuration_is_seen(service):
    machine = service.machine
    override = "/etc/systemd/system/nginx.service.d/other.conf"
    machine.write_file(
        override, "[Service]\nExecStart=\nExecStart=/usr/sbin/nginx -c /srv/nginx.conf\n"
    )
    machine.systemctl("daemon-reload")
    result = service.ec(
        "adopt", "nginx.service", "--profile", "nginx", "--name", "console", check=False
    )
    machine.run(["rm", override])
    machine.systemctl("daemon-reload")
    assert result.returncode == 1 and '"-c"' in result.stderr, result


def test_what_nginx_says_against_its_configuration_is_printed_once(service):
    machine = service.machine
    machine.write_file("/etc/nginx/conf.d/broken.conf", "nonsense;\n")
    result = service.ec(
        "adopt", "nginx.service", "--profile", "nginx", "--name", "console", check=False
    )
    machine.run("rm /etc/nginx/conf.d/broken.conf")
    assert result.returncode == 1
    assert (result.stdout + result.stderr).count("nonsense") == 1, result
