"""The main job, last part: what people and programs read, release and adoption, the grace period.

Goes on from the third part. The last tests purge the package and begin anew.
"""

import json
import re

import pytest

from root import PROJECT
from story import BODY, SETTINGS, SITE, STATE

ADOPT = ["adopt", "nginx.service", "--profile", "nginx"]
RATCHET = f"{STATE}/units/nginx.service.json"


def adopt(story, name, *more):
    """Adopts as an administrator does: the diff, patch, and again."""
    command = [*ADOPT, "--name", name, *more]
    first = story.ec(*command, check=False)
    if first.returncode == 0:
        story.name = name
        return first
    assert first.returncode == 1 and first.stdout.startswith("---"), first
    story.machine.run(["patch", "-d", "/", "-p1"], input=first.stdout)
    result = story.ec(*command)
    story.name = name
    return result


# What is read

SHAPE = {
    "name": str, "unit": str, "profile": str, "state": str, "channels": list, "certificate": dict,
    "trusted_communication": dict, "enforcement": dict, "generation": dict, "last_action": dict,
    "notices": list, "next": dict,
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_status_json_has_the_documented_shape(story):
    report = story.report()
    assert {key: type(report[key]) for key in SHAPE} == SHAPE
    assert report["channels"][0] == {
        "name": "console", "protocol": "https", "ports": [8383],
        "address": "https://ec.example.test:8383/",
    }  # fmt: skip
    certificate = report["certificate"]
    assert re.fullmatch("[0-9a-f]{64}", certificate["sha256"])
    assert MOMENT.fullmatch(certificate["not_before"]) and MOMENT.fullmatch(certificate["not_after"])
    assert certificate["source"] == certificate["issuer"] == "self-signed"
    assert MOMENT.fullmatch(report["enforcement"]["at"])
    assert report["last_action"]["kind"] in ("restart", "reload", "switch")
    assert report["last_action"]["result"] == "done"
    assert report["trusted_communication"] == {"wanted": False, "in_force": False, "reason": None}


def test_plan_json_has_the_documented_shape(story):
    plan = story.plan()
    assert set(plan) == {"name", "steps", "wake_at", "notices"}
    assert MOMENT.fullmatch(plan["wake_at"])
    for step in plan["steps"]:
        assert set(step) == {"what", "at", "why"}
    assert any("certificate" in step["what"] + step["why"] for step in plan["steps"]), plan


def test_every_documented_key_is_there_and_no_other(story):
    document = (PROJECT / "docs/json.md").read_text()
    keys = set(re.findall(r"^\| `services\[\]\.([a-z_]+)`", document, re.M))
    assert set(story.report()) | set(story.plan()) == keys


def test_status_for_people_has_it_all_at_a_glance(story):
    shown = story.ec("status", "console").stdout
    report = story.report()
    assert "https://ec.example.test:8383/" in shown
    assert "days" in shown and "nginx.service" in shown
    compact = re.sub("[^0-9A-F]", "", shown.upper())
    assert report["certificate"]["sha256"].upper() in compact
    assert "\x1b" not in shown, "no colours where there is no terminal"


def test_systemd_shows_what_is_guarded_and_what_comes_next(story):
    text = story.machine.property("supervisord-ec", "StatusText")
    assert text.startswith("1 service guarded; next: ") and MOMENT.search(text), text


def test_reload_looks_at_everything_anew_and_leaves_nginx_alone(story):
    machine = story.machine
    before = machine.property("supervisord-ec", "MainPID"), machine.invocation("nginx")
    machine.systemctl("reload", "supervisord-ec")
    assert machine.is_active("supervisord-ec")
    assert (machine.property("supervisord-ec", "MainPID"), machine.invocation("nginx")) == before


def test_a_restart_of_the_daemon_leaves_nginx_alone(story):
    machine = story.machine
    before = machine.invocation("nginx"), story.report()["generation"]
    machine.systemctl("restart", "supervisord-ec")
    story.wait_until_good()
    assert (machine.invocation("nginx"), story.report()["generation"]) == before


def test_every_entry_of_ours_is_explained_and_names_its_service(story):
    catalog = story.machine.run(["journalctl", "--dump-catalog"]).stdout
    entries = [e for e in story.entries() if e.get("SYSLOG_IDENTIFIER") == "supervisord-ec"]
    ours = [e for e in entries if "CODE_FILE" in e]
    assert len(ours) > 20
    unexplained = {e["MESSAGE"] for e in ours if f"-- {e.get('MESSAGE_ID')}\n" not in catalog}
    assert unexplained == set()
    about = [e for e in ours if e["MESSAGE"].startswith("console: ")]
    assert [e for e in about if e.get("SUPERVISORD_EC_SERVICE") != "console"] == []
    committed = story.entries("MESSAGE_ID=a9ee414b2a144e49bb73ca25b63f02b5")[-1]
    assert committed["UNIT"] == "nginx.service"
    report = story.report()
    assert committed["SUPERVISORD_EC_GENERATION"] == str(report["generation"]["current"])
    assert committed["SUPERVISORD_EC_CERTIFICATE_SHA256"] == report["certificate"]["sha256"]
    assert committed["SUPERVISORD_EC_NOT_AFTER"] == report["certificate"]["not_after"]


def test_no_two_events_share_an_id(story):
    text = story.machine.read_file("/usr/lib/systemd/catalog/supervisord-ec.catalog")
    ids = re.findall("^-- ([0-9a-f]{32})$", text, re.M)
    assert len(ids) == len(set(ids))


def test_journalctl_x_explains(story):
    shown = story.machine.run(
        "journalctl --no-pager -x MESSAGE_ID=90216feb7ef74348a6c21ecf2024e046"
    ).stdout
    assert "Subject: HTTPS cannot be turned off" in shown
    assert "@" not in re.sub(r"\S+@\S+\.service", "", shown.partition("Subject:")[2]), shown


# Release, and adoption under another name


def test_release_leaves_the_server_as_it_is_on_plain_copies(story):
    machine = story.machine
    before, sha256 = machine.invocation("nginx"), machine.tls_sha256(8383)
    story.ec("release", "console")
    for path in (
        "/etc/supervisord-ec/adopted/console.json",
        "/etc/systemd/system/nginx.service.d/50-supervisord-ec.conf",
        "/etc/polkit-1/rules.d/50-supervisord-ec-console.rules",
    ):
        assert not machine.exists(path), path
    assert machine.run("find /etc/nginx -lname '*supervisord-ec*'").text == ""
    machine.systemctl("restart", "nginx")
    assert machine.invocation("nginx") != before
    assert machine.tls_sha256(8383) == sha256
    assert machine.https(8383).body == BODY and machine.http(8020).status == 308
    assert machine.open_keys() == []
    assert "enforcedSince" in machine.read_file(RATCHET)


def test_after_release_nothing_of_ours_acts(story):
    report = story.wait_for("not adopted", lambda r: r["state"] == "not-adopted")
    assert [n["code"] for n in report["notices"]] == ["not-adopted"]
    generation = report["generation"]
    before = story.machine.invocation("nginx")
    path = story.drop_in("60-after-release")
    story.machine.write_file(path, "[channels.console]\nhttps_port = 8390\n")
    story.machine.systemctl("reload", "supervisord-ec")
    story.machine.systemctl("reload", "nginx")
    assert story.machine.https(8383).body == BODY
    assert story.report()["generation"] == generation
    assert story.machine.invocation("nginx") == before
    story.machine.run(["rm", path])


def test_adoption_again_finds_https_enforced(story):
    adopt(story, "console")
    story.wait_until_good()
    story.assert_https_stays()


def test_under_another_name_https_stays_too(story):
    story.ec("release", "console")
    story.machine.run(f"rm -r {SETTINGS}/console.toml {SETTINGS}/console.toml.d")
    adopt(story, "gate")
    story.wait_until_good()
    story.assert_https_stays()
    result = story.ec("set", "gate", "channels.console.protocol", "http", check=False)
    assert result.returncode == 1
    assert story.machine.run("nginx -t 2>&1").text.count("conflicting") == 0


# A whole proxying site


def test_a_backend_gets_a_whole_site(story):
    machine = story.machine
    story.ec("release", "gate")
    machine.run(f"rm {SITE} /etc/nginx/sites-enabled/console")
    machine.run("rm -rf /etc/nginx/supervisord-ec /etc/nginx/conf.d/supervisord-ec-*")
    machine.background(
        "backend", "exec python3 -m http.server --bind 127.0.0.1 --directory /srv/console 9000"
    )
    adopt(story, "proxy", "--backend", "http://127.0.0.1:9000")
    story.wait_until_good()
    assert machine.https(8383).body == BODY
    assert machine.http(8020).status == 308, "the unit is enforced, whatever serves"


# From the beginning: the grace period


def test_purge_forgets_enforcement(story):
    machine = story.machine
    story.ec("release", "proxy")
    machine.run("apt-get purge --yes supervisord-ec")
    machine.run("rm -rf /etc/nginx/supervisord-ec /etc/nginx/conf.d/supervisord-ec-*")
    assert not machine.exists(RATCHET)
    story.name = "console"
    story.install_console()


def test_the_grace_period_begins_anew(story, deb):
    story.machine.install_deb(deb)
    adopt(story, "console")
    story.wait_until_good()
    assert story.machine.http(8020).body == BODY
    report = story.report()
    assert report["enforcement"]["state"] == "grace"
    plan = story.plan()
    assert any("enforce HTTPS" in s["what"] and s["at"] == report["enforcement"]["at"]
               for s in plan["steps"]), plan  # fmt: skip


@pytest.mark.parametrize("after,days", [("13d", 14), ("6d", 7), ("2d", 3), ("20h", 1)])
def test_the_end_of_the_grace_period_is_announced(story, after, days):
    story.set("channels.console.enforce_https_after", after)
    text = story.wait_for_notice(f"enforcement-soon-{days}d")
    assert story.report()["enforcement"]["at"] in text
    assert "https://ec.example.test:8383/" in text
    codes = [code for code in story.notices() if code.startswith("enforcement-soon")]
    assert codes == [f"enforcement-soon-{days}d"]
    assert story.machine.http(8020).body == BODY


def test_the_grace_period_has_a_cap_and_no_never(story):
    for value in ("never", "91d", "0s"):
        result = story.ec(
            "set", "console", "channels.console.enforce_https_after", value, check=False
        )
        assert result.returncode == 1, value


def test_the_end_of_the_grace_period_enforces_by_itself(story):
    machine = story.machine
    before = machine.invocation("nginx")
    first_seen = json.loads(machine.read_file(RATCHET))
    # Ten seconds from now on: the timer of the daemon does it, not the edit.
    age = int(machine.run(["date", "+%s"]).text) - find(first_seen, "firstSeen")
    story.set("channels.console.enforce_https_after", f"{age + 10}s")
    assert machine.http(8020).status == 200
    machine.wait_until(lambda: story.redirects_to(8383), "HTTPS is enforced by itself")
    story.wait_until_good()
    story.assert_https_stays()
    assert machine.invocation("nginx") == before
    assert story.said("grace period ended", "MESSAGE_ID=9b59faa29fd34e4fa2d242d3e3390dc9")


def find(tree, key):
    """A value anywhere in a JSON object."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            found = value if name == key else find(value, key)
            if found is not None:
                return found
    return None
