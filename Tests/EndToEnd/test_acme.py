"""certbot, lego, uacme and dehydrated beside us: they renew, we see and serve it, without a hook.

Their folders are root's alone. One container of its own: its root holds the clients.
"""

import json
import pathlib

import pytest

import acme
import root
from container import Container
from story import SETTINGS, Story

HERE = pathlib.Path(__file__).parent
COLLECT = "supervisord-ec-collect@console"
UNITS = "/etc/systemd/system"


@pytest.fixture(scope="module")
def host(deb):
    """The console on HTTPS, and an ACME server whose root nobody knows yet."""
    with Container("acme", tar=root.cached_root("acme", acme.PACKAGES)) as machine:
        told = Story(machine)
        told.install_console()
        machine.install_deb(deb)
        told.adopt()
        told.ec("enable-https", "console", "--yes")
        told.wait_until_good()
        acme.start_server(machine)
        yield told


def follow(told, certificate, key):
    """What root does: says which files to follow, and adopts again."""
    told.machine.write_file(
        f"{SETTINGS}/console.toml.d/50-followed.toml",
        f'[certificate]\nsource = "followed"\ncertificate = "{certificate}"\nkey_file = "{key}"\n',
    )
    return told.ec("adopt", "nginx.service", "--profile", "nginx", "--name", "console")


def wait_served(told, sha256, timeout=60):
    """The daemon says that it is served and kept, and it is."""
    told.wait_for(
        f"{sha256[:8]} is served",
        lambda r: r["certificate"]["sha256"] == sha256 and r["state"] == "good"
        and not r["generation"]["trial"],
        timeout,
    )  # fmt: skip
    assert told.machine.tls_sha256(8383) == sha256


def wait_for_notice(told, code):
    """As the story's; what may be a write in progress is told after half a minute only."""
    return told.machine.wait_until(lambda: told.notices().get(code), f"the notice {code}", 60)


class Load:
    """Requests without a pause; none may fail."""

    def __init__(self, machine):
        self.machine = machine

    def __enter__(self):
        self.machine.write_file("/root/load.py", (HERE / "load.py").read_text())
        self.machine.run("rm -f /root/load.json")
        self.machine.background(
            "load", "PAUSE=0.05 exec python3 /root/load.py /root/load.json https://127.0.0.1:8383/"
        )

    def __exit__(self, failed, *_):
        self.machine.systemctl("stop", "load")
        self.machine.wait_until(lambda: self.machine.exists("/root/load.json"), "the load ends")
        if failed is None:
            counts = json.loads(self.machine.read_file("/root/load.json"))
            assert counts["requests"] > 0 and counts["failures"] == [], counts


def test_an_unknown_root_is_refused_with_what_to_do_until_it_is_known(host):
    client, machine = acme.CLIENTS["certbot"], host.machine
    before = machine.tls_sha256(8383)
    machine.run(client.issue)
    result = follow(host, client.certificate, client.key)
    # Root sees what it lets the unprivileged user read.
    assert client.certificate in result.stderr and client.key in result.stderr
    text = host.wait_for_notice("followed-refused")
    assert 'missing: "CN=Pebble Root' in text and "update-ca-certificates" in text, text
    assert machine.tls_sha256(8383) == before
    acme.trust_server(machine)
    machine.systemctl("reload", "supervisord-ec")
    wait_served(host, acme.leaf_sha256(machine, client))
    assert host.report()["certificate"]["issuer"] == "private-ca"
    host.wait_until_over("followed-refused")


@pytest.mark.parametrize("name", acme.CLIENTS)
def test_what_a_client_renews_is_served(host, name):
    client, machine = acme.CLIENTS[name], host.machine
    if not machine.exists(client.certificate):
        machine.run(client.issue)
        follow(host, client.certificate, client.key)
    wait_served(host, acme.leaf_sha256(machine, client))
    assert machine.run(["test", "-r", client.key], check=False, user="supervisord-ec").returncode
    unit, restarts = machine.invocation("nginx"), machine.property("nginx", "NRestarts")
    with Load(machine):
        for _ in range(2):
            machine.run(client.renew)
            renewed = acme.leaf_sha256(machine, client)
            wait_served(host, renewed)
    assert (machine.invocation("nginx"), machine.property("nginx", "NRestarts")) == (unit, restarts)
    told = [
        entry["MESSAGE"] for entry in host.entries(f"SUPERVISORD_EC_CERTIFICATE_SHA256={renewed}")
    ]
    assert len(told) == 1, told
    assert host.notices() == {}


def test_a_lost_event_costs_a_day_at_most(host):
    """The daemon has the files read at its start, whatever a path unit saw."""
    client, machine = acme.CLIENTS["certbot"], host.machine
    follow(host, client.certificate, client.key)
    machine.systemctl("stop", f"{COLLECT}.path", "supervisord-ec")
    machine.run(client.renew)
    machine.systemctl("start", "supervisord-ec")
    wait_served(host, acme.leaf_sha256(machine, client))
    machine.systemctl("start", f"{COLLECT}.path")


def test_a_missing_file_is_told_and_its_return_seen(host):
    client, machine = acme.CLIENTS["certbot"], host.machine
    folder = client.certificate.rpartition("/")[0]
    served = machine.tls_sha256(8383)
    machine.run(f"mv {folder} {folder}.away")
    assert "missing" in wait_for_notice(host, "followed-unreadable")
    assert machine.tls_sha256(8383) == served
    machine.run(f"mv {folder}.away {folder}")
    host.wait_until_over("followed-unreadable")
    wait_served(host, served)


def test_the_daemon_cannot_have_other_files_read(host):
    """What systemd hands over is root's word: settings alone change nothing about it."""
    machine = host.machine
    machine.run("cp -p /etc/shadow /root/secret.pem")
    # It says at once that it cannot be read, and ends with 1.
    host.try_to_set("certificate.key_file", "/root/secret.pem")
    assert "adopt" in wait_for_notice(host, "followed-unreadable")
    result = machine.systemctl("start", f"{COLLECT}.service", check=False)
    assert result.returncode != 0
    # Nor does root allow it unseen: the drop-in of commands is not root's alone.
    refused = host.ec("adopt", "nginx.service", "--profile", "nginx", "--name", "console", check=False)
    assert refused.returncode == 1 and "others than root may write" in refused.stderr, refused
    assert "secret" not in machine.run(f"cat {UNITS}/{COLLECT}.*.d/*.conf").stdout
    host.try_to_set("certificate.key_file", acme.CLIENTS["certbot"].key)
    host.wait_until_over("followed-unreadable")


def test_root_sees_what_it_allows_and_takes_it_back(host):
    machine = host.machine
    again = ["adopt", "nginx.service", "--profile", "nginx", "--name", "console"]
    assert "as root" not in host.ec(*again).stderr, "nothing new is allowed"
    machine.run(f"rm -f {SETTINGS}/console.toml.d/50-followed.toml")
    host.set("certificate.source", "self-signed")
    assert "no files" in host.ec(*again).stderr
    left = machine.run(f"find {UNITS} -name '*collect@console*'").text
    assert left == "" and not machine.is_active(f"{COLLECT}.path")
    host.wait_until_good()


def test_release_takes_it_back_too(host):
    client, machine = acme.CLIENTS["lego"], host.machine
    # The drop-in of commands beats that of follow().
    machine.run(f"rm -f {host.drop_in('90-set')}")
    machine.run(client.renew if machine.exists(client.certificate) else client.issue)
    follow(host, client.certificate, client.key)
    wait_served(host, acme.leaf_sha256(machine, client))
    assert machine.is_active(f"{COLLECT}.path")
    host.ec("release", "console")
    left = machine.run(f"find {UNITS} -name '*collect@console*'").text
    assert left == "" and not machine.is_active(f"{COLLECT}.path")
    assert machine.tls_sha256(8383) == acme.leaf_sha256(machine, client)
