"""An import for a later moment; imports while something else is under way; what nginx refuses."""

import concurrent.futures
import re
import time

import pytest

from test_imports import digests, issue, served

CONF = "/etc/nginx/conf.d/strict.conf"


def make(machine, name, kind="ec", days=90):
    """A certificate of the company's CA with a key of its own, in one file."""
    new = {
        "ec": "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
        "rsa": "-newkey rsa:2048",
    }[kind]
    machine.run(f"openssl req -new {new} -nodes -subj /CN=x -keyout /root/{name}.key"
                f" -out /root/{name}.csr 2>/dev/null")
    issue(machine, request=f"/root/{name}.csr", days=days, out=f"/root/{name}.pem")
    machine.run(f"cat /root/{name}.key >> /root/{name}.pem")
    text = machine.run(f"openssl x509 -in /root/{name}.pem -noout -fingerprint -sha256").text
    return text.split("=")[1].replace(":", "").lower()


def committed(service):
    """The generations that were served and kept, by their entries in the journal."""
    entries = service.entries("MESSAGE_ID=a9ee414b2a144e49bb73ca25b63f02b5")
    return [entry.get("SUPERVISORD_EC_GENERATION") for entry in entries]


def waits(report):
    return any(notice["code"] == "import-waits" for notice in report["notices"])


@pytest.fixture
def plain(service):
    """The service on its self-signed certificate, and back to that afterwards."""
    yield service
    service.machine.run(["rm", "-f", CONF])
    service.ec("hold", "console", "--off")
    service.set("certificate.source", "self-signed")
    service.wait_for("self-signed", lambda r: r["certificate"]["source"] == "self-signed"
                     and r["state"] == "good")


def test_it_lies_ready_and_is_served_at_its_moment_only(plain):
    machine = plain.machine
    sha256 = make(machine, "later")
    was = served(machine)
    done = plain.ec("certificate", "import", "console", "/root/later.pem", "--after", "60s")
    began = time.monotonic()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it waits, and is served from" in done.stdout
    report = plain.report()
    assert waits(report) and report["state"] == "good"
    assert report["next"]["what"] == "serve the imported certificate"
    candidate = machine.run("readlink /var/lib/supervisord-ec/console/candidate").text
    chain = f"/var/lib/supervisord-ec/console/{candidate}/chain.pem"
    text = machine.run(f"openssl x509 -in {chain} -noout -fingerprint -sha256").text
    assert text.split("=")[1].replace(":", "").lower() == sha256
    # Neither a start of the service, nor one of the daemon, nor a change serves it early.
    machine.systemctl("restart", "nginx")
    machine.systemctl("restart", "supervisord-ec")
    plain.set("channels.remote-control.https_port", "8444")
    plain.wait_for_port(8444, "remote-control")
    plain.set("channels.remote-control.https_port", "8443")
    plain.wait_for_port(8443, "remote-control")
    if time.monotonic() - began < 55:
        assert served(machine) == was
    # An administrator who looks while it waits sees when.
    plain.wait_for("the import", lambda r: r["certificate"]["sha256"] == sha256
                   and r["state"] == "good", timeout=90)
    assert time.monotonic() - began > 50
    assert served(machine) != was
    assert not waits(plain.report())


def test_it_can_be_taken_back_and_hurried(plain):
    machine = plain.machine
    sha256 = make(machine, "back")
    was = served(machine)
    plain.ec("certificate", "import", "console", "/root/back.pem", "--after", "30d")
    plan = plain.ec("plan", "console").stdout
    assert "serve the imported certificate" in plan and "certificate.activate_at" in plan
    done = plain.ec("certificate", "import", "console", "--withdraw")
    assert done.returncode == 0 and "Taken back" in done.stdout
    plain.wait_for("nothing that waits", lambda r: not waits(r)
                   and r["generation"]["candidate"] is None and r["state"] == "good")
    assert served(machine) == was
    done = plain.ec("certificate", "import", "console", "--now", check=False)
    assert done.returncode == 1 and "no import of \"console\" waits" in done.stderr
    # The key was kept, so that the certificate alone is enough.
    machine.run("openssl x509 -in /root/back.pem -out /root/only.pem; cat /root/ca/root.pem"
                " >> /root/only.pem")
    at = machine.run("date -d '+9 days' '+%Y-%m-%d %H:%M'").text
    plain.ec("certificate", "import", "console", "/root/only.pem", "--activate-at", at)
    assert served(machine) == was
    done = plain.ec("certificate", "import", "console", "--now")
    assert done.returncode == 0, done.stdout + done.stderr
    assert plain.report()["certificate"]["sha256"] == sha256


def test_a_moment_out_of_its_life_is_refused_and_changes_nothing(plain):
    machine = plain.machine
    make(machine, "short", days=10)
    before = digests(machine)
    done = plain.ec(
        "certificate", "import", "console", "/root/short.pem", "--after", "30d", check=False)
    assert done.returncode == 1 and "it has ended" in done.stderr
    assert digests(machine) == before


def test_imports_and_changes_at_once_end_with_the_last_word(plain):
    """Two imports, a setting, a restart: each whole, one generation for each that was served."""
    machine = plain.machine
    first, second = make(machine, "first"), make(machine, "second", days=91)
    before = len(committed(plain))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(plain.ec, "restart", "console", check=False),
            pool.submit(plain.ec, "certificate", "import", "console", "/root/first.pem",
                        check=False),
            pool.submit(plain.ec, "set", "console", "restart.verify_within", "4s", check=False),
            pool.submit(plain.ec, "certificate", "import", "console", "/root/second.pem",
                        "--replace-anyway", check=False),
        ]
        results = [job.result() for job in jobs]
    assert all(result.returncode in (0, 1, 69) for result in results), results
    last = re.search(
        r'imported = "([0-9a-f]{64})"',
        machine.read_file("/etc/supervisord-ec/services.d/console.toml.d/90-set.toml"))[1]
    assert last in (first, second)
    plain.wait_for("the last word", lambda r: r["certificate"]["sha256"] == last
                   and r["state"] == "good", timeout=60)
    assert "4s" in machine.read_file("/etc/supervisord-ec/services.d/console.toml.d/90-set.toml")
    assert 1 <= len(committed(plain)) - before <= 2
    plain.set("restart.verify_within", "3s")


def test_there_and_back_in_quick_order(plain):
    machine = plain.machine
    sha256 = make(machine, "quick")
    before = len(committed(plain))
    for _ in range(2):
        plain.ec("certificate", "import", "console", "/root/quick.pem", check=False)
        plain.ec("set", "console", "certificate.source", "self-signed", check=False)
    plain.wait_for("self-signed", lambda r: r["certificate"]["source"] == "self-signed"
                   and r["state"] == "good", timeout=60)
    plain.ec("set", "console", "certificate.source", "imported")
    plain.wait_for("the import", lambda r: r["certificate"]["sha256"] == sha256
                   and r["state"] == "good", timeout=60)
    # One for each word that was given, at most: some may have come too quickly to be served.
    assert len(committed(plain)) - before <= 5


def strict(plain):
    """An administrator's nginx that takes no RSA key of 2048 bits (security level 3)."""
    plain.machine.write_file(CONF, "ssl_ciphers DEFAULT@SECLEVEL=3;\n")
    plain.machine.run("nginx -t && systemctl reload nginx")


def test_what_nginx_refuses_is_rolled_back(plain):
    machine = plain.machine
    strict(plain)
    make(machine, "weak", kind="rsa")
    was = served(machine)
    invocation = machine.invocation("nginx")
    done = plain.ec("certificate", "import", "console", "/root/weak.pem", check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert served(machine) == was
    assert machine.invocation("nginx") == invocation
    # Nor does a start by somebody serve it.
    machine.systemctl("restart", "nginx")
    assert served(machine) == was
    assert machine.is_active("nginx")


def test_what_nginx_refuses_is_said_before_its_moment(plain):
    machine = plain.machine
    strict(plain)
    make(machine, "weaker", kind="rsa")
    was = served(machine)
    done = plain.ec(
        "certificate", "import", "console", "/root/weaker.pem", "--after", "30d", check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "too small" in done.stderr
    report = plain.report()
    assert waits(report) and any(n["code"] == "refused-by-server" for n in report["notices"])
    machine.systemctl("restart", "nginx")
    assert served(machine) == was


def test_a_stopped_server_starts_only_with_what_it_takes(plain):
    machine = plain.machine
    strict(plain)
    make(machine, "asleep", kind="rsa")
    was = served(machine)
    machine.systemctl("stop", "nginx")
    plain.wait_for("the stop", lambda r: r["state"] == "stopped")
    plain.ec("certificate", "import", "console", "/root/asleep.pem", check=False)
    plain.wait_for("the check", lambda r: any(
        n["code"] == "refused-by-server" for n in r["notices"]))
    machine.systemctl("start", "nginx")
    assert served(machine) == was


def test_a_password_and_a_key_are_seen_nowhere(plain):
    """In no environment, argument, journal or core; what holds them is locked in memory."""
    machine = plain.machine
    make(machine, "secret")
    password = "Xy7-correct-horse"
    machine.run(f"cd /root && openssl pkcs12 -export -in secret.pem -inkey secret.key -certfile"
                f" ca/root.pem -out secret.pfx -passout pass:{password} && mkfifo -m 600 pipe")
    # It waits for the password, with its files read, for as long as nobody writes.
    machine.background(
        "import-secret",
        "supervisord-ec certificate import console --pkcs12 /root/secret.pfx --password-file"
        " /root/pipe")
    find = "pgrep -x -f 'supervisord-ec certificate import console --pkcs12 .*'"
    pid = machine.wait_until(
        lambda: machine.run(find, check=False).text, "the import").splitlines()[0]
    # Not every host lets its containers lift the limit.
    if machine.run("ulimit -l unlimited", check=False).returncode == 0:
        machine.wait_until(
            lambda: "VmLck:\t       0 kB" not in machine.read_file(f"/proc/{pid}/status"),
            "the lock")
    limits = machine.read_file(f"/proc/{pid}/limits")
    assert re.search(r"Max core file size +0 +0 ", limits), limits
    daemon = machine.property("supervisord-ec", "MainPID")
    assert re.search(
        r"Max core file size +0 +0 ", machine.read_file(f"/proc/{daemon}/limits"))
    # Not dumpable (prctl(2)): what tells of its memory is root's, not its user's.
    assert machine.run(["stat", "--format=%U", f"/proc/{daemon}/environ"]).text == "root"
    assert machine.run(
        f"runuser -u supervisord-ec -- cat /proc/{daemon}/environ", check=False).returncode != 0
    machine.run(f"printf '%s\\n' '{password}' > /root/pipe")
    plain.wait_for("the import", lambda r: r["certificate"]["source"] == "imported"
                   and r["state"] == "good")
    key = machine.run("sed -n 2p /root/secret.key").text
    seen = machine.run(
        "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n';"
        " journalctl --no-pager --output=export; cat /run/supervisord-ec/*.json", check=False).stdout
    assert password not in seen and key not in seen
    machine.run(["rm", "-f", "/root/pipe", "/root/secret.pfx"])
