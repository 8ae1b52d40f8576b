"""The package itself: what it installs, to whom it belongs, how little its units may do, how it goes.

These tests leave the shared container as they found it, or use one of their own.
"""

import re
import subprocess

import pytest

from container import Container

UNITS = [
    "supervisord-ec.service",
    "supervisord-ec-prepare@probe.service",
    "supervisord-ec-stage@probe.service",
    "supervisord-ec-check@probe.service",
    "supervisord-ec-calendar@probe.service",
    "supervisord-ec-collect@probe.service",
    "supervisord-ec-changed@probe.service",
]
# What `systemd-analyze security` may show at most, in tenths; a change that needs more says why here.
# check@ runs the server's own check as root on the host's network: that alone is over 1.
CEILINGS = {UNITS[0]: 14, UNITS[1]: 8, UNITS[2]: 8, UNITS[3]: 20, **dict.fromkeys(UNITS[4:], 8)}

FOLDERS = {
    "/etc/supervisord-ec": "root:root 755",
    "/etc/supervisord-ec/adopted": "root:root 755",
    "/etc/supervisord-ec/services.d": "root:root 755",
    "/run/supervisord-ec": "supervisord-ec:supervisord-ec 755",
    "/run/supervisord-ec/requests": "root:supervisord-ec 2770",
    "/var/lib/supervisord-ec": "supervisord-ec:supervisord-ec 755",
}


def test_lintian_has_nothing_to_say(deb):
    result = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", str(deb)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_binary_needs_only_shared_libraries_of_debian(shared):
    libraries = shared.run("ldd /usr/bin/supervisord-ec").stdout
    assert "not found" not in libraries
    assert "swift" not in libraries, "the Swift runtime must be linked statically"
    assert "libssl.so.3" in libraries and "libsystemd.so.0" in libraries


def test_the_user_has_no_shell_and_no_home(shared):
    fields = shared.run("getent passwd supervisord-ec").text.split(":")
    assert fields[5:] == ["/nonexistent", "/usr/sbin/nologin"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_belong_to_whom_they_should(shared, folder):
    assert shared.owner_and_mode(folder) == FOLDERS[folder]


@pytest.mark.parametrize("unit", UNITS)
def test_units_verify(shared, unit):
    result = shared.run(["systemd-analyze", "verify", "--man=no", unit])
    assert result.stdout + result.stderr == ""


@pytest.mark.parametrize("unit", UNITS)
def test_units_stay_under_their_exposure_ceiling(shared, unit):
    template = re.sub("@.*", "@.service", unit)
    result = shared.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=true",
         f"--threshold={CEILINGS[unit]}", f"/lib/systemd/system/{template}"],
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout.splitlines()[-1]


def test_every_missing_sandbox_option_has_its_reason(shared):
    hardening = set(re.findall(r"^(?:Private|Protect|Restrict|Memory|Lock)\w+=", "\n".join(
        shared.read_file(f"/lib/systemd/system/{re.sub('@.*', '@.service', unit)}")
        for unit in UNITS), re.MULTILINE))  # fmt: skip
    for unit in UNITS:
        text = shared.read_file(f"/lib/systemd/system/{re.sub('@.*', '@.service', unit)}")
        unexplained = [name for name in hardening if f"\n{name}" not in text and f"# {name}" not in text]
        assert unexplained == [], unit


def test_the_sandbox_section_is_alphabetical(shared):
    for unit in UNITS:
        text = shared.read_file(f"/lib/systemd/system/{re.sub('@.*', '@.service', unit)}")
        section = text.partition("# The sandbox")[2].partition("[Install]")[0]
        names = re.findall(r"^(?:# )?(\w+)(?:=| is absent)", section, re.MULTILINE)
        assert names == sorted(names), unit


def test_preparation_waits_for_neither_daemon_nor_bus_nor_network(shared):
    unit = "supervisord-ec-prepare@probe.service"
    before = shared.property(unit, "After").split() + shared.property(unit, "Requires").split()
    forbidden = ("dbus", "network", "supervisord-ec.service", "basic.target", "sysinit.target")
    assert [name for name in before if name.startswith(forbidden)] == []
    assert shared.property(unit, "TimeoutStartUSec") == "10s"
    assert shared.property(unit, "StartLimitIntervalUSec") == "0"


def test_the_catalog_is_known_to_the_journal(shared):
    ids = re.findall(r"^-- ([0-9a-f]{32})$",
                     shared.read_file("/usr/lib/systemd/catalog/supervisord-ec.catalog"), re.M)
    known = shared.run("journalctl --list-catalog").stdout
    assert [i for i in ids if i not in known] == []


def test_the_manual_pages_are_there(shared):
    # The root leaves documentation in; a page that groff warns of is found by lintian.
    for page in ("man8/supervisord-ec.8.gz", "man5/supervisord-ec.toml.5.gz"):
        assert shared.exists(f"/usr/share/man/{page}")


# What belongs to whom in the files that a check reads
SITE = """server {{
    listen 80{port} ssl;
    ssl_certificate {folder}/chain.pem;
    ssl_certificate_key {folder}/key.pem;
    access_log /var/log/nginx/console.log;
    {more}
}}
"""


@pytest.fixture(scope="module")
def sandbox(shared):
    """check@ with nginx's check in the place of our command: what is tried is the unit's sandbox."""
    state = "/var/lib/supervisord-ec/probe"
    override = "/etc/systemd/system/supervisord-ec-check@probe.service.d/test.conf"
    script = (
        'error=$(/usr/sbin/nginx -t -q 2>&1) || { systemd-notify "STATUS=$error"; exit 1; }'
    )
    shared.write_file(
        override,
        "[Service]\nNotifyAccess=all\nExecStart=\nExecStart=/bin/sh -c '%s'\n"
        % script.replace('"', '\\"'),
    )
    for number in (1, 2):
        folder = f"{state}/generations/{number:06}"
        shared.run(
            f"mkdir -p {folder} && cd {folder} && openssl req -x509 -newkey ec -pkeyopt"
            " ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout key.pem -out chain.pem 2>&1"
            " && chmod 600 key.pem"
        )
        shared.write_file(f"{folder}/site.conf", SITE.format(port=number, folder=folder, more=""))
    shared.run(
        f"ln -s generations/000001 {state}/current; ln -s generations/000002 {state}/candidate;"
        f" chown -hR supervisord-ec: {state}; chmod 700 {state}/generations/*"
    )
    shared.write_file("/etc/nginx/conf.d/probe.conf", f"include {state}/current/site.conf;\n")
    shared.systemctl("daemon-reload")
    shared.systemctl("reload-or-restart", "nginx")
    yield f"{state}/generations/000002"
    shared.run(
        f"rm -rf {state} /etc/nginx/conf.d/probe*.conf /var/cache/probe {override.rpartition('/')[0]}"
    )
    shared.systemctl("daemon-reload")
    shared.systemctl("reset-failed", "supervisord-ec-check@probe", check=False)
    shared.systemctl("restart", "nginx")


def check(shared):
    """Runs check@; the reason of a refusal, or None."""
    unit = "supervisord-ec-check@probe"
    shared.systemctl("start", unit, check=False)
    if shared.property(unit, "Result") == "success":
        return None
    return shared.property(unit, "StatusText") or "no reason"


def test_the_check_reads_keys_appends_to_logs_and_binds_low_ports(shared, sandbox):
    shared.write_file(f"{sandbox}/site.conf", SITE.format(port=2, folder=sandbox, more="listen 81;"))
    assert check(shared) is None


def test_the_check_leaves_the_running_server_alone(shared, sandbox):
    process = shared.property("nginx", "MainPID")
    assert check(shared) is None
    assert shared.read_file("/run/nginx.pid").strip() == process
    assert shared.https(801).status != 0 and shared.https(802).status == 0


def test_the_check_takes_a_new_cache_folder(shared, sandbox):
    shared.write_file(
        "/etc/nginx/conf.d/probe-cache.conf", "proxy_cache_path /var/cache/probe keys_zone=probe:1m;"
    )
    assert check(shared) is None


def test_no_key_is_open_to_others(shared, sandbox):
    assert shared.open_keys() == []
    shared.run(f"chmod 640 {sandbox}/key.pem")
    assert shared.open_keys() == [f"{sandbox}/key.pem"], "the search itself must find one"
    shared.run(f"chmod 600 {sandbox}/key.pem")


def test_a_refusal_leaves_its_reason_in_the_units_status(shared, sandbox):
    shared.write_file(
        f"{sandbox}/site.conf", SITE.format(port=2, folder=sandbox, more="nonsense;")
    )
    assert 'unknown directive "nonsense"' in check(shared)


# The package's life

def test_upgrade_restarts_the_daemon_and_leaves_nginx_alone(disposable, life, deb):
    before, daemon = disposable.invocation("nginx"), disposable.invocation("supervisord-ec")
    generation = life.report()["generation"]["current"]
    disposable.install_deb(deb)
    assert disposable.invocation("nginx") == before
    assert disposable.invocation("supervisord-ec") != daemon
    assert disposable.systemctl("is-enabled", "supervisord-ec").text == "enabled"
    assert life.wait_until_good()["generation"]["current"] == generation
    assert disposable.invocation("nginx") == before


def test_folders_daemon_and_https_come_back_after_a_reboot(disposable, life):
    disposable.shutdown()
    disposable.boot()
    for folder, expected in FOLDERS.items():
        assert disposable.owner_and_mode(folder) == expected
    assert disposable.property("supervisord-ec", "UnitFileState") == "enabled"
    life.wait_until_good()
    life.assert_https_stays()


def test_remove_keeps_settings_and_nginx_goes_on_by_itself(disposable, life):
    kept = "/etc/supervisord-ec/services.d/console.toml"
    text, served = disposable.read_file(kept), disposable.tls_sha256(8383)
    before = disposable.invocation("nginx")
    disposable.run("apt-get remove --yes supervisord-ec")
    assert disposable.read_file(kept) == text
    assert disposable.invocation("nginx") == before
    assert not disposable.exists("/usr/bin/supervisord-ec")
    # It starts and reloads without anything of ours.
    disposable.run("mv /var/lib/supervisord-ec /var/lib/kept")
    disposable.systemctl("reload", "nginx")
    disposable.systemctl("restart", "nginx")
    disposable.run("mv /var/lib/kept /var/lib/supervisord-ec")
    assert served and disposable.tls_sha256(8383) == served
    life.machine.wait_until(lambda: life.redirects_to(8383), "the old port redirects")
    assert disposable.run("grep -rlE '/(var/lib|run)/supervisord-ec' /etc/nginx", check=False).text == ""
    assert disposable.run("grep -rl supervisord-ec /etc/systemd /etc/polkit-1", check=False).text == ""
    assert disposable.open_keys() == []


def test_installing_again_adopts_nothing(disposable, deb):
    disposable.install_deb(deb)
    assert disposable.run("find /etc/supervisord-ec/adopted -type f").text == ""


def test_purge_says_so_and_leaves_only_the_user(disposable):
    result = disposable.run("apt-get purge --yes supervisord-ec")
    assert "Removing the settings in /etc/supervisord-ec and all state" in result.stdout
    left = disposable.run(
        "find / -xdev -name '*supervisord-ec*' -not -path '/proc/*' -not -path '/var/tmp/*'"
        # The copies that nginx goes on from are its own now.
        " -not -path '/etc/nginx/*'"
        " -not -path '/var/log/*' -not -path '/var/lib/systemd/deb-systemd-helper*'"
        "; ls -d /run/supervisord-ec 2>/dev/null; true"
    ).text
    assert left == ""
    assert disposable.run("getent passwd supervisord-ec", check=False).returncode == 0
    disposable.systemctl("restart", "nginx")
    assert disposable.https(8383).status == 200
