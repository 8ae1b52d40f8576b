"""The package's life under an enforced console: upgrade, downgrade, remove, purge, and again.

One container; the tests go on from one another. What has to be so after every step is `answers`:
nginx serves the console over HTTPS, also after a daemon-reload and its own restart.
"""

import json
import pathlib
import subprocess
import tempfile

import pytest

import container as containers
import root
from faults import daemon_pid
from story import BODY, SETTINGS, STATE, Story

OLDER, NEWER = "0.0.9", "99.0.0"
RECORD = "/etc/supervisord-ec/adopted/console.json"
RATCHET = f"{STATE}/units/nginx.service.json"
DROP_IN = f"{SETTINGS}/console.toml.d/60-life.toml"
CHECK = "supervisord-ec-check@console.service"

# What runs when the daemon stops: it gives the state the form of an earlier version, and makes a
# change of the settings at the very moment at which nobody looks.
AT_STOP = """\
import json, os, shutil
state = "/var/lib/supervisord-ec/console/state.json"
if os.path.exists("/run/make-older"):
    record = json.load(open(state))
    for key in ("noticesSince", "otherFailure", "restoring", "staleRun", "lastAction"):
        record.pop(key, None)
    record["lastValidSettings"].pop("restart", None)
    json.dump(record, open(state, "w"))
    adopted = "/etc/supervisord-ec/adopted/console.json"
    record = json.load(open(adopted))
    record.pop("links", None)
    json.dump(record, open(adopted, "w"))
    os.remove("/run/make-older")
if os.path.exists("/run/change.toml"):
    shutil.move("/run/change.toml", "%s")
""" % DROP_IN

# Everything that an installation can leave, but for what systemd, dpkg and apt keep for themselves.
LISTING = """\
{ find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \\
    -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/apt \\
    -o -path /var/lib/dpkg -o -path /var/lib/nginx -o -path /root \\) -prune \\
    -o -printf '%p %u:%g %m %l\\n'
  find /run/systemd/system /run/supervisord-ec -printf '%p\\n' 2>/dev/null
  dpkg-statoverride --list; dpkg-divert --list
  systemctl list-unit-files --no-legend --no-pager --state=enabled,masked,enabled-runtime
} | LC_ALL=C sort
"""
# What stays on purpose: the user (its number must not come back as somebody else's), and what
# systemd writes by itself.
STAYS = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
         "/etc/.pwd.lock", "/var/lib/systemd", "/etc/nginx/", "/var/spool")  # fmt: skip


def repacked(deb, version, folder):
    """The same package under another version."""
    tree = pathlib.Path(folder) / version
    subprocess.run(["dpkg-deb", "--raw-extract", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines()
    lines = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
    control.write_text("\n".join(lines) + "\n")
    result = pathlib.Path(folder) / f"supervisord-ec_{version}_amd64.deb"
    # No compression: it would take longer than the tests.
    subprocess.run(["dpkg-deb", "-Znone", "--root-owner-group", "-b", tree, result], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return result


@pytest.fixture(scope="module")
def debs(deb):
    """An older and a newer version of the package, and the one that is tested."""
    with tempfile.TemporaryDirectory(prefix="supervisord-ec-debs-", dir="/var/tmp") as folder:
        yield {"older": repacked(deb, OLDER, folder), "this": deb,
               "newer": repacked(deb, NEWER, folder)}  # fmt: skip


@pytest.fixture(scope="module")
def owned(debs):
    """A console that the older version adopted and put on HTTPS; `before`: the host without us."""
    with containers.Container("package-life") as machine:
        told = Story(machine)
        told.install_console()
        told.before = set(machine.run(LISTING).stdout.splitlines())
        machine.install_deb(debs["older"])
        machine.write_file("/root/at-stop.py", AT_STOP)
        machine.write_file(
            "/etc/systemd/system/supervisord-ec.service.d/life.conf",
            "[Service]\nExecStopPost=+/usr/bin/python3 /root/at-stop.py\n",
        )
        machine.systemctl("daemon-reload")
        adopt(told)
        yield told


def adopt(told):
    """Adopts, enforces, and waits until all is good."""
    told.adopt()
    told.ec("enable-https", "console", "--yes")
    told.set("restart.verify_within", "5s")
    told.wait_until_good()


def install(told, deb, *options):
    """Installs a package as unattended-upgrades does: nobody is there to answer."""
    inside = f"/var/tmp/{pathlib.Path(deb).name}"
    told.machine.run(["cp", "/dev/null", inside])
    told.machine.path(inside).write_bytes(pathlib.Path(deb).read_bytes())
    command = ["apt-get", "install", "--yes", "--reinstall", "--allow-downgrades", *options, inside]
    return told.machine.run(command, input="")


def answers(told, port=8383):
    """nginx serves the console over HTTPS: as it runs, and after its own start."""
    machine = told.machine
    assert machine.https(port).body == BODY
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", "nginx")
    assert machine.https(port).body == BODY
    assert machine.http(8020, "/a").location == f"https://127.0.0.1:{port}/a"
    assert machine.open_keys() == []


def loaded(told, port=8383):
    """Starts requests without a pause."""
    script = (root.PROJECT / "Tests/EndToEnd/load.py").read_text()
    told.machine.write_file("/root/load.py", script)
    told.machine.background(
        "load",
        "exec python3 /root/load.py /root/load.json"
        f" https://127.0.0.1:{port}/ http://127.0.0.1:8020/",
    )


def failures(told):
    """Ends the requests; what failed."""
    told.machine.systemctl("stop", "load")
    counts = json.loads(told.machine.read_file("/root/load.json"))
    assert counts["requests"] > 20, counts
    return counts["failures"]


def identity(told):
    """What no upgrade may change: this run of nginx, its certificate, the record of enforcement."""
    machine = told.machine
    return machine.invocation("nginx"), machine.tls_sha256(8383), machine.read_file(RATCHET)


def slow_down_the_check(told, command):
    """Lets check@ wait for a command first."""
    told.machine.write_file(
        f"/etc/systemd/system/{CHECK}.d/slow.conf", f"[Service]\nExecStartPre={command}\n"
    )
    told.machine.systemctl("daemon-reload")


def wait_for_the_check(told):
    """A change is under way: the check of its candidate runs."""
    state = lambda: told.machine.property(CHECK, "ActiveState")  # noqa: E731
    told.machine.wait_until(lambda: state() == "activating", "a slow check")


# Upgrade


def test_an_upgrade_keeps_the_state_and_a_change_made_meanwhile_and_nobody_notices(owned, debs):
    machine = owned.machine
    before = identity(owned)
    daemon = daemon_pid(owned)
    machine.write_file("/run/change.toml", "[channels.remote-control]\nhttps_port = 8450\n")
    machine.run("touch /run/make-older")
    loaded(owned)
    result = install(owned, debs["this"])
    owned.wait_for_port(8450, "remote-control")
    assert failures(owned) == []
    assert identity(owned) == before
    assert daemon_pid(owned) != daemon
    assert "onfiguration file" not in result.stdout + result.stderr
    trouble = owned.entries("MESSAGE_ID=e10cfdcdbde94978b17f6dc3b0cb165b")
    assert [entry["MESSAGE"] for entry in trouble] == []
    answers(owned)


def test_an_upgrade_is_no_reason_to_say_anything_twice(owned):
    ours = [e for e in owned.entries() if e.get("SYSLOG_IDENTIFIER") == "supervisord-ec"]
    starts = [e for e in ours if e.get("MESSAGE_ID") == "66e416c42d0f4d389841fd67a17ee3f1"]
    since = starts[-1]["__REALTIME_TIMESTAMP"]
    after = [e["MESSAGE"] for e in ours if e["__REALTIME_TIMESTAMP"] > since]
    assert len(after) == len(set(after)), after


def test_a_change_under_way_comes_true_after_the_upgrade(owned, debs):
    machine = owned.machine
    slow_down_the_check(
        owned, "/bin/sh -c 'while test -e /etc/nginx/slow-check; do sleep 0.1; done'"
    )
    machine.run("touch /etc/nginx/slow-check")
    before = machine.invocation("nginx")
    machine.write_file(DROP_IN, "[channels.remote-control]\nhttps_port = 8451\n")
    wait_for_the_check(owned)
    install(owned, debs["newer"])
    assert machine.property(CHECK, "ActiveState") == "activating"
    machine.run(f"rm -r /etc/nginx/slow-check /etc/systemd/system/{CHECK}.d")
    machine.systemctl("daemon-reload")
    owned.wait_for_port(8451, "remote-control")
    assert machine.invocation("nginx") == before
    answers(owned)


@pytest.mark.parametrize("choice", ["--force-confold", "--force-confnew"])
def test_what_the_administrator_wrote_survives_whatever_dpkg_is_told(owned, debs, choice):
    machine = owned.machine
    assert machine.run("dpkg-query -W -f='${Conffiles}' supervisord-ec").text == ""
    owned.edit("[channels.console]", "# mine\n[channels.console]")
    files = (
        "find /etc/supervisord-ec /etc/nginx /etc/systemd /etc/polkit-1 -type f | xargs sha256sum"
    )
    before = machine.run(files).stdout
    install(owned, debs["newer"], "-o", f"Dpkg::Options::={choice}")
    owned.wait_until_good()
    assert machine.run(files).stdout == before


# Downgrade


def test_a_downgrade_works_where_the_state_has_the_same_form(owned, debs):
    before = owned.machine.invocation("nginx")
    install(owned, debs["this"])
    owned.wait_until_good()
    assert owned.machine.invocation("nginx") == before
    answers(owned)


def test_what_a_newer_version_wrote_is_said_and_left_alone(owned):
    machine = owned.machine
    number = owned.report()["generation"]["current"]
    machine.systemctl("stop", "supervisord-ec")
    records = [f"{STATE}/console/state.json", f"{STATE}/console/current/manifest.json"]
    kept = [machine.read_file(path) for path in records]
    newer = [json.dumps({**json.loads(text), "version": 99}) for text in kept]
    owners = [machine.owner_and_mode(path) for path in records]
    for path, text in zip(records, newer):
        machine.write_file(path, text, in_place=True)
    sha256 = machine.tls_sha256(8383)
    machine.write_file(DROP_IN, "[channels.remote-control]\nhttps_port = 8452\n")
    machine.systemctl("start", "supervisord-ec")
    text = owned.wait_for_notice("newer-generation")
    assert "manifest.json" in text and "install that one again" in text
    assert owned.report()["state"] == "blocked"
    refused = owned.ec("certificate", "renew", "console", check=False)
    assert refused.returncode == 1 and "newer" in refused.stdout + refused.stderr, refused
    answers(owned)
    assert machine.tls_sha256(8383) == sha256
    assert [machine.read_file(path) for path in records] == newer
    assert machine.run(f"ls {STATE}/console/generations").stdout.split()[-1] == f"{number:06}"
    # The newer one comes back.
    machine.systemctl("stop", "supervisord-ec")
    for path, text in zip(records, kept):
        machine.write_file(path, text, in_place=True)
    assert [machine.owner_and_mode(path) for path in records] == owners
    machine.systemctl("start", "supervisord-ec")
    owned.wait_for_port(8452, "remote-control")
    assert machine.tls_sha256(8383) == sha256


# Removal

MAIN = "supervisord-ec.service"
WAYS = {
    "stopped": (f"systemctl stop {MAIN}", "true"),
    "masked": (f"systemctl mask --now {MAIN}", f"systemctl unmask {MAIN}"),
    # It ends as soon as it is started, again and again.
    "broken": (
        "mv /usr/bin/supervisord-ec /usr/bin/ec-whole;"
        " printf '#!/bin/sh\\ntest $1 != daemon && exec /usr/bin/ec-whole \"$@\"\\n'"
        " >/usr/bin/supervisord-ec; chmod 755 /usr/bin/supervisord-ec;"
        f" systemctl kill -s KILL {MAIN}",
        "rm /usr/bin/ec-whole",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_removal_releases_also_if_the_daemon_is(owned, debs, way):
    machine = owned.machine
    breaking, mending = WAYS[way]
    before, sha256 = machine.invocation("nginx"), machine.tls_sha256(8383)
    machine.run(breaking)
    loaded(owned)
    machine.run("apt-get remove --yes supervisord-ec", input="")
    assert failures(owned) == []
    assert machine.invocation("nginx") == before
    assert not machine.exists(RECORD) and not machine.exists("/usr/bin/supervisord-ec")
    assert machine.run("find /etc -lname '*supervisord-ec*' -path '*nginx*'").text == ""
    machine.run(f"mv {STATE} /var/lib/away")
    answers(owned)
    machine.run(f"mv /var/lib/away {STATE}; {mending}")
    assert machine.tls_sha256(8383) == sha256
    install(owned, debs["this"])
    assert machine.run("find /etc/supervisord-ec/adopted -type f").text == ""
    assert owned.report()["state"] == "not-adopted"
    owned.adopt()
    owned.wait_until_good()
    owned.assert_https_stays()


def test_removal_in_the_middle_of_a_change(owned, debs):
    machine = owned.machine
    slow_down_the_check(owned, "/bin/sleep 600")
    machine.write_file(DROP_IN, "[channels.remote-control]\nhttps_port = 8453\n")
    wait_for_the_check(owned)
    machine.run("apt-get remove --yes supervisord-ec", input="")
    states = "--state=active,activating,deactivating,failed"
    left = machine.systemctl("list-units", "--no-legend", states, "supervisord-ec*.service")
    assert left.text == ""
    answers(owned)
    machine.run(f"rm -r /etc/systemd/system/{CHECK}.d")
    install(owned, debs["this"])
    owned.adopt()
    owned.wait_for_port(8453, "remote-control")


# The end


def test_a_purge_leaves_what_a_server_still_reads(owned, debs):
    machine = owned.machine
    # A record that is lost: nothing says any more that the service is to be released.
    machine.run(["rm", RECORD])
    result = machine.run("apt-get purge --yes supervisord-ec", input="")
    assert f"{STATE} stays" in result.stderr + result.stdout, result
    answers(owned)
    install(owned, debs["this"])
    owned.adopt()
    owned.wait_until_good()
    assert owned.report()["enforcement"]["state"] == "enforced"


def test_a_purge_leaves_nothing_but_the_user_and_the_servers_own_files(owned):
    machine = owned.machine
    machine.run("apt-get purge --yes supervisord-ec", input="")
    answers(owned)
    machine.run("rm -rf /etc/systemd/system/supervisord-ec.service.d /root/load* /root/at-stop.py")
    machine.systemctl("daemon-reload")
    after = set(machine.run(LISTING).stdout.splitlines())
    left = sorted(line for line in after - owned.before if not line.startswith(STAYS))
    assert left == []
    assert sorted(line for line in owned.before - after if not line.startswith(STAYS)) == []
    copies = machine.run(
        "find /etc/nginx -name '*supervisord-ec*' -o -path '*supervisord-ec/*' -type f"
    )
    assert set(copies.stdout.split()) == {
        "/etc/nginx/supervisord-ec", "/etc/nginx/conf.d/supervisord-ec-console.conf",
        *(f"/etc/nginx/supervisord-ec/console/{name}"
          for name in ("chain.pem", "key.pem", "main.conf")),
    }  # fmt: skip
    assert machine.run("systemctl --failed --no-legend").text == ""


def test_after_a_purge_everything_begins_anew(owned, debs):
    machine = owned.machine
    install(owned, debs["this"])
    assert not machine.exists(RATCHET) and machine.is_active("supervisord-ec")
    owned.adopt()
    owned.wait_until_good()
    assert owned.report()["enforcement"]["state"] == "grace"
    assert machine.http(8020).body == BODY


# Without systemd


def test_it_installs_twice_and_goes_in_a_root_that_systemd_does_not_run(deb):
    with tempfile.TemporaryDirectory(prefix="supervisord-ec-chroot-", dir="/var/tmp") as folder:
        untar = ["tar", "-xf", root.cached_root(), "-C", folder, "--numeric-owner"]
        subprocess.run(untar, check=True)
        pathlib.Path(folder, "var/tmp/package.deb").write_bytes(deb.read_bytes())
        script = (
            "set -e; export DEBIAN_FRONTEND=noninteractive; cd /; dpkg -i /var/tmp/package.deb;"
            " dpkg -i /var/tmp/package.deb; systemctl is-enabled supervisord-ec;"
            " stat -c '%U %a' /var/lib/supervisord-ec; dpkg --remove supervisord-ec;"
            " dpkg -i /var/tmp/package.deb; dpkg --purge supervisord-ec;"
            " echo left:; find /etc /usr /var/lib -name '*supervisord-ec*' -not -path '/var/lib/systemd/*'"
        )
        result = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", f"--mount-proc={folder}/proc",
             "chroot", folder, "sh", "-c", script],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert "enabled\nsupervisord-ec 755\n" in result.stdout
    assert result.stdout.endswith("left:\n"), result.stdout
    # systemd tells of the user and the link that it makes; nothing else has to be told.
    for words in ("not released", "rror", "ailed"):
        assert words not in result.stderr, result.stderr
