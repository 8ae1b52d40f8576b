"""The main job, first part: a console on HTTP moves to HTTPS and stays there.

The tests run in order; each goes on from what the one before left.
"""

import json

import pytest

from story import BODY, SETTINGS, SITE, STATE

ADOPT = ["adopt", "nginx.service", "--profile", "nginx", "--name", "console"]
RATCHET = f"{STATE}/units/nginx.service.json"


@pytest.fixture(scope="module")
def told(story):
    """What later tests need of earlier ones."""
    return {}


# Adoption


def test_adopt_prints_a_diff_and_edits_nothing(story, told):
    machine = story.machine
    sums = "find /etc/nginx -type f -exec sha256sum {} + | sort"
    before = machine.run(sums).stdout
    result = story.ec(*ADOPT, check=False)
    assert result.returncode == 1
    assert result.stdout.startswith("---"), result
    assert "patch -d / -p1" in result.stderr
    assert machine.run(sums).stdout == before
    assert not machine.exists("/etc/supervisord-ec/adopted/console.json")
    assert machine.http(8020).body == BODY
    told["diff"] = result.stdout


def test_the_diff_is_for_the_file_of_the_administrator_and_keeps_his_other_lines(story, told):
    assert f"+++ b{SITE}" in told["diff"] or f"+++ {SITE}" in told["diff"]
    story.machine.run(["patch", "-d", "/", "-p1"], input=told["diff"])
    text = story.machine.read_file(SITE)
    assert "include /etc/nginx/supervisord-ec/console/main.conf;" in text
    assert "root /srv/console;" in text and "limit_rate 100k;" in text
    assert story.machine.run("readlink /etc/nginx/sites-enabled/console").text == SITE
    story.machine.run("nginx -t")


def test_adopt_again_adopts_without_a_restart(story):
    before = story.machine.invocation("nginx")
    result = story.ec(*ADOPT)
    assert "Adopted: nginx.service" in result.stdout
    story.wait_until_good()
    assert story.machine.invocation("nginx") == before
    assert story.said("first", "SUPERVISORD_EC_SERVICE=console")


def test_adopt_once_more_changes_nothing(story):
    before = story.machine.invocation("nginx")
    generation = story.report()["generation"]
    story.ec(*ADOPT)
    assert story.report()["generation"] == generation
    assert story.machine.invocation("nginx") == before


# Before enforcement


def test_before_enforcement_the_console_answers_on_http(story):
    for host in ("127.0.0.1", "[::1]"):
        answer = story.machine.http(8020, host=host)
        assert (answer.status, answer.body) == (200, BODY)
    report = story.report()
    assert report["enforcement"]["state"] == "grace"
    assert report["channels"][0]["protocol"] == "http"


@pytest.mark.parametrize("port", [8383, 8443])
def test_before_enforcement_agents_and_remote_control_have_tls(story, port):
    wanted = story.report()["certificate"]["sha256"]
    assert story.machine.tls_sha256(port) == wanted
    assert story.machine.tls_sha256(port, host="[::1]") == wanted
    assert story.machine.https(port).body == BODY


def test_curl_takes_the_certificate_for_the_hosts_name_and_address(story):
    machine = story.machine
    machine.write_file("/root/console.pem", machine.certificate_pem(8383))
    for host in ("ec.example.test", "192.0.2.10"):
        machine.run(f"curl --fail --silent --cacert /root/console.pem https://{host}:8383/")
    refused = machine.run(
        "curl --silent --cacert /root/console.pem --connect-to ::127.0.0.1:"
        " https://other.example.test:8383/",
        check=False,
    )
    assert refused.returncode == 60, "a name that is not in it must not be taken"


def test_keys_belong_to_the_daemons_user_alone(story):
    machine = story.machine
    assert machine.open_keys() == []
    keys = machine.run(f"find {STATE} -name key.pem").text.splitlines()
    assert keys
    for key in keys:
        assert machine.owner_and_mode(key) == "supervisord-ec:supervisord-ec 600"
        assert machine.run(["cat", key], check=False, user="www-data").returncode != 0


# Rights


def manager(story, method, signature, *arguments):
    """A call to systemd as the daemon's user; the exit status of busctl and what it said."""
    return story.machine.run(
        ["busctl", "call", "--allow-interactive-authorization=no", "org.freedesktop.systemd1",
         "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", method, signature,
         *arguments],
        check=False, user="supervisord-ec",
    )  # fmt: skip


ALLOWED = [
    ("ReloadUnit", "nginx.service"),
    ("RestartUnit", "nginx.service"),
    ("StartUnit", "supervisord-ec-stage@console.service"),
    ("StartUnit", "supervisord-ec-check@console.service"),
    ("StartUnit", "supervisord-ec-prepare@console.service"),
]
REFUSED = [
    ("StopUnit", "nginx.service"),
    ("StartUnit", "nginx.service"),
    ("RestartUnit", "dbus.service"),
    ("RestartUnit", "supervisord-ec.service"),
    ("StopUnit", "supervisord-ec-stage@console.service"),
    ("StartUnit", "supervisord-ec-stage@other.service"),
    ("StartUnit", "rescue.service"),
]


@pytest.mark.parametrize("method,unit", ALLOWED)
def test_the_daemons_user_may(story, method, unit):
    result = manager(story, method, "ss", unit, "replace")
    assert result.returncode == 0, result
    story.machine.wait_until(
        lambda: story.machine.systemctl("list-jobs", "--no-legend").text in ("", "No jobs running."),
        "the job ends",
    )


@pytest.mark.parametrize("method,unit", REFUSED)
def test_the_daemons_user_may_not(story, method, unit):
    before = story.machine.invocation(unit)
    result = manager(story, method, "ss", unit, "replace")
    assert result.returncode != 0
    assert "authentication" in result.stderr or "denied" in result.stderr, result
    assert story.machine.invocation(unit) == before


def test_the_daemons_user_may_not_start_a_transient_unit(story):
    result = manager(
        story, "StartTransientUnit", "ssa(sv)a(sa(sv))", "own.service", "replace", "1",
        "ExecStart", "a(sasb)", "1", "/bin/touch", "2", "/bin/touch", "/root/owned", "false", "0",
    )  # fmt: skip
    assert result.returncode != 0
    assert not story.machine.exists("/root/owned")


def test_every_user_may_look_and_only_root_may_change(story):
    for verb in (["status"], ["plan"], ["certificate", "show"], ["check"], ["profiles"]):
        story.ec(*verb, user="www-data")
    for verb in (
        ["enable-https", "console", "--yes"],
        ["set", "console", "channels.console.https_port", "9000"],
        ["certificate", "renew", "console"],
        ["restart", "console"],
        ["release", "console"],
        ADOPT,
    ):
        assert story.ec(*verb, check=False, user="www-data").returncode == 77, verb
    assert story.machine.http(8020).status == 200


# Enforcement


@pytest.mark.parametrize("answer", ["n\n", "", "\n", "YES\n", "yes please\n"])
def test_enable_https_takes_only_yes(story, answer):
    generation = story.report()["generation"]
    result = story.ec("enable-https", "console", check=False, input=answer)
    assert result.returncode == 1
    assert "cannot be undone" in result.stdout and "Nothing changed." in result.stdout
    assert story.machine.http(8020).body == BODY
    assert story.report()["generation"] == generation
    assert not story.machine.exists(story.drop_in("90-set"))


def test_enable_https_moves_the_console_without_a_restart(story):
    before = story.machine.invocation("nginx")
    result = story.ec("enable-https", "console", input="yes\n")
    assert "https://ec.example.test:8383/" in result.stdout
    story.assert_https_stays()
    assert story.machine.invocation("nginx") == before


def test_the_old_port_redirects_so_that_nobody_remembers_it(story):
    for method in ("GET", "HEAD"):
        answer = story.machine.http(8020, "/a?b=c", method=method)
        assert (answer.status, answer.location) == (308, "https://127.0.0.1:8383/a?b=c")
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_old_port_takes_no_secrets(story, method):
    answer = story.machine.http(8020, "/login", method=method, data="password=secret")
    assert answer.status == 403 and "https://" in answer.body
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("port", [8383, 8443])
def test_plain_http_on_a_tls_port_is_told_where_to_go(story, port):
    answer = story.machine.http(port, "/a?b=c")
    assert (answer.status, answer.location) == (308, f"https://127.0.0.1:{port}/a?b=c")
    assert answer.headers["cache-control"] == "no-store"
    assert story.machine.http(port, method="POST", data="password=secret").status == 403


def test_enforcement_is_kept_twice_and_told(story):
    ratchet = json.loads(story.machine.read_file(RATCHET))
    assert "enforcedSince" in json.dumps(ratchet), ratchet
    assert 'protocol = "https"' in story.machine.read_file(story.drop_in("90-set"))
    assert [e for e in story.entries("MESSAGE_ID=9b59faa29fd34e4fa2d242d3e3390dc9")]


def test_enable_https_twice_is_no_error(story):
    generation = story.report()["generation"]
    assert "already" in story.ec("enable-https", "console", "--yes").stdout
    assert story.report()["generation"] == generation


# It stays


def test_set_back_to_http_is_refused_and_not_saved(story):
    before = story.machine.read_file(story.drop_in("90-set"))
    for value in ("http", '"http"'):
        result = story.ec("set", "console", "channels.console.protocol", value, check=False)
        assert result.returncode == 1 and "enforced" in result.stderr
    assert story.machine.read_file(story.drop_in("90-set")) == before
    story.assert_https_stays()


def test_a_drop_in_back_to_http_has_no_effect_and_is_explained(story):
    before = story.machine.invocation("nginx")
    generation = story.report()["generation"]
    path = story.drop_in("95-x")
    story.machine.write_file(path, '[channels.console]\nprotocol = "http"\n')
    text = story.wait_for_notice("revert-refused")
    assert path in text and "cannot be undone" in text
    assert story.said("cannot be undone", "MESSAGE_ID=90216feb7ef74348a6c21ecf2024e046")
    story.assert_https_stays()
    assert story.report()["generation"] == generation
    story.machine.run(["rm", path])
    story.wait_until_over("revert-refused")
    assert story.machine.invocation("nginx") == before


def remove_set(story):
    story.machine.run(["rm", story.drop_in("90-set")])


def set_to_http(story):
    story.machine.write_file(story.drop_in("90-set"), '[channels.console]\nprotocol = "http"\n')


def settings_to_http(story):
    story.edit("[channels.console]", '[channels.console]\nprotocol = "http"')


def forget_ratchet(story):
    story.machine.run(["rm", RATCHET])


@pytest.mark.parametrize(
    "change", [settings_to_http, set_to_http, remove_set, forget_ratchet], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("while_stopped", [False, True], ids=["running", "stopped"])
def test_one_record_of_enforcement_alone_keeps_it(story, change, while_stopped):
    machine = story.machine
    settings = machine.read_file(f"{SETTINGS}/console.toml")
    before = machine.invocation("nginx")
    if while_stopped:
        machine.systemctl("stop", "supervisord-ec")
    change(story)
    machine.systemctl("start" if while_stopped else "reload", "supervisord-ec")
    # Both records are whole again in the end, whichever was lost.
    machine.wait_until(lambda: machine.exists(RATCHET), "the ratchet is there")
    if change is not set_to_http:
        machine.wait_until(
            lambda: 'protocol = "https"'
            in machine.run(["cat", story.drop_in("90-set")], check=False).stdout,
            "the setting is there",
        )
    story.assert_https_stays()
    assert "enforcedSince" in machine.read_file(RATCHET)
    machine.write_file(f"{SETTINGS}/console.toml", settings)
    machine.write_file(story.drop_in("90-set"), '[channels.console]\nprotocol = "https"\n')
    story.wait_until_over("revert-refused")
    story.wait_until_good()
    assert machine.invocation("nginx") == before


def test_plain_restarts_of_nginx_keep_https(story):
    story.machine.systemctl("restart", "nginx")
    story.wait_until_good()
    story.assert_https_stays()
