"""The main job, second part: ports and addresses change, nothing is dropped, refusals change nothing.

Goes on from the first part: the console is on HTTPS, port 8383.
"""

import json
import pathlib

import pytest

from container import Container
from story import BODY

HERE = pathlib.Path(__file__).parent


class Load:
    """Requests without a pause, on ports that stay, and a slow download from the port that goes."""

    URLS = ["http://127.0.0.1:8020/", "https://127.0.0.1:8443/", "https://[::1]:8443/"]

    def __init__(self, machine: Container, port):
        self.machine = machine
        self.port = port

    def __enter__(self):
        self.machine.write_file("/root/load.py", (HERE / "load.py").read_text())
        self.machine.run("rm -f /root/load.json /root/slow.size")
        urls = " ".join(self.URLS)
        self.machine.background("load", f"exec python3 /root/load.py /root/load.json {urls}")
        # Four seconds at the rate that the console's administrator set.
        self.machine.background(
            "slow",
            f"curl --silent --fail --insecure https://127.0.0.1:{self.port}/slow/file"
            " | wc -c >/root/slow.size",
        )
        self.machine.wait_until(self._slow_is_connected, "the slow download has begun")
        return self

    def _slow_is_connected(self):
        return self.machine.run(f"ss -Htn state established dport = :{self.port}").text

    def __exit__(self, kind, *_):
        if kind is None:
            self.machine.wait_until(
                lambda: self.machine.exists("/root/slow.size")
                and self.machine.read_file("/root/slow.size").strip(),
                "the slow download ends",
            )
        self.machine.systemctl("stop", "load", "slow", check=False)

    def counts(self):
        """What came of it; only after the end."""
        self.machine.wait_until(lambda: self.machine.exists("/root/load.json"), "the load ends")
        return json.loads(self.machine.read_file("/root/load.json"))


@pytest.mark.parametrize(
    "old,new,in_place",
    [(8383, 8384, False), (8384, 8383, True)],
    ids=["rename-over", "written in place"],
)
def test_the_port_moves_and_nothing_is_dropped(story, old, new, in_place):
    machine = story.machine
    before = machine.invocation("nginx")
    certificate = story.report()["certificate"]["sha256"]
    with Load(machine, old) as load:
        story.edit(
            f"[channels.console]\nhttp_port = 8020\nhttps_port = {old}",
            f"[channels.console]\nhttp_port = 8020\nhttps_port = {new}",
            in_place=in_place,
        )
        story.wait_for_port(new)
    counts = load.counts()
    print(counts)
    assert counts["failures"] == [] and counts["requests"] > 100
    assert machine.read_file("/root/slow.size").strip() == "400000"
    assert story.redirects_to(new)
    assert machine.tls_sha256(new) == certificate
    assert machine.invocation("nginx") == before, "a reload serves it"


def test_a_port_that_another_channel_uses_stays_open(story):
    # The agents kept 8383 while the console moved to 8384 and back.
    story.set("channels.console.https_port", "8384")
    story.wait_for_port(8384)
    assert story.machine.https(8383).body == BODY
    story.set("channels.console.https_port", "8383")
    story.wait_for_port(8383)
    story.machine.wait_until(lambda: story.machine.https(8384).status == 0, "8384 is closed")


def test_set_says_what_comes_next_and_a_port_that_nobody_uses_is_closed(story):
    result = story.ec("set", "console", "channels.remote-control.https_port", "8444")
    assert "90-set.toml" in result.stdout and "Next" in result.stdout
    story.wait_for_port(8444, "remote-control")
    assert story.machine.https(8444).body == BODY
    story.machine.wait_until(lambda: story.machine.https(8443).status == 0, "8443 is closed")
    story.set("channels.remote-control.https_port", "8443")
    story.wait_for_port(8443, "remote-control")


@pytest.mark.parametrize(
    "key,value,accepted",
    [
        ("channels.console.https_port", "70000", "65535"),
        ("channels.console.https_prot", "8384", "https_port"),
        ("certificate.key", "rsa-512", "rsa-3072"),
        ("channels.console.enforce_https_after", "never", "d"),
    ],
)
def test_set_refuses_what_it_does_not_know(story, key, value, accepted):
    before = story.machine.read_file(story.drop_in("90-set"))
    result = story.ec("set", "console", key, value, check=False)
    assert result.returncode == 1 and accepted in result.stderr, result
    assert story.machine.read_file(story.drop_in("90-set")) == before


def test_the_old_port_can_be_closed_and_opened_again(story):
    before = story.machine.invocation("nginx")
    story.set("channels.console.after_https", "closed")
    story.machine.wait_until(lambda: story.machine.http(8020).status == 0, "8020 is closed")
    story.wait_until_good()
    assert story.machine.https(8383).body == BODY
    story.set("channels.console.after_https", "redirect")
    story.machine.wait_until(lambda: story.redirects_to(8383), "8020 redirects")
    story.wait_until_good()
    assert story.machine.invocation("nginx") == before


# A change that nginx refuses


def test_an_address_that_the_host_has_not_changes_nothing(story):
    machine = story.machine
    before = machine.invocation("nginx")
    current = story.report()["generation"]["current"]
    path = story.drop_in("50-bind")
    machine.write_file(path, '[channels.console]\nbind = ["192.0.2.99"]\n')
    text = story.wait_for_notice("refused-by-server")
    assert "192.0.2.99" in text, text
    story.assert_https_stays()
    assert machine.invocation("nginx") == before
    assert story.report()["generation"]["current"] == current
    assert story.report()["state"] == "blocked"
    assert story.ec("status", "console", check=False).returncode == 1
    assert story.said("192.0.2.99", "MESSAGE_ID=ef42beb8a8724d20bcb2975a0d7601f8")


def test_plan_names_the_next_try_after_a_refusal(story):
    steps = story.plan()["steps"]
    assert any(step["at"] and "192.0.2.99" in step["why"] for step in steps), steps


def test_a_restart_meanwhile_starts_what_is_good(story):
    current = story.report()["generation"]["current"]
    story.machine.systemctl("restart", "nginx")
    story.machine.wait_until(lambda: story.machine.https(8383).body == BODY, "nginx answers")
    assert story.report()["generation"]["current"] == current


def test_once_mended_it_is_applied(story):
    machine = story.machine
    machine.write_file(story.drop_in("50-bind"), '[channels.remote-control]\nbind = ["192.0.2.10"]\n')
    story.wait_until_over("refused-by-server")
    machine.wait_until(lambda: machine.https(8443).status == 0, "8443 leaves the other addresses")
    machine.wait_until(lambda: machine.https(8443, host="192.0.2.10").body == BODY, "8443 answers")
    story.wait_until_good()
    assert story.ec("status", "console", check=False).returncode == 0
    machine.run(["rm", story.drop_in("50-bind")])
    machine.wait_until(lambda: machine.https(8443).status == 200, "8443 is everywhere again")
    story.wait_until_good()


def test_a_server_block_of_the_administrator_that_is_broken_changes_nothing(story):
    machine = story.machine
    before = machine.invocation("nginx")
    machine.write_file("/etc/nginx/conf.d/broken.conf", "nonsense;\n")
    # `set` may see the refusal already, and then says so with its exit status.
    story.ec("set", "console", "channels.console.https_port", "8385", check=False)
    assert "nonsense" in story.wait_for_notice("refused-by-server")
    story.assert_https_stays()
    assert machine.invocation("nginx") == before


def test_a_change_that_is_refused_does_not_keep_a_renewal_waiting(story):
    invocation = story.machine.invocation("nginx")
    before = story.report()["certificate"]["sha256"]
    # Certificates alone are not checked, but nginx cannot be reloaded with a broken configuration.
    result = story.ec("certificate", "renew", "console", check=False)
    assert result.returncode == 1, result
    story.assert_https_stays()
    assert story.machine.tls_sha256(8383) == before
    assert story.machine.invocation("nginx") == invocation


def test_once_the_server_block_is_mended_a_request_does_not_wait(story):
    machine = story.machine
    before = machine.invocation("nginx")
    machine.run("rm /etc/nginx/conf.d/broken.conf")
    story.ec("restart", "console")
    story.wait_for_port(8385)
    assert machine.invocation("nginx") == before
    story.set("channels.console.https_port", "8383")
    story.wait_for_port(8383)
