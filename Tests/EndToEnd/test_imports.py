"""A CA's certificate: request, import, refusals, back. Real openssl as the CA, real nginx."""

import json

import pytest

CA = """
set -e
mkdir -p /root/ca && cd /root/ca
[ -e root.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 400 \
  -subj "/CN=Company Root" -addext basicConstraints=critical,CA:TRUE \
  -addext keyUsage=critical,keyCertSign -keyout root.key -out root.pem
"""

EXTENSIONS = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:ec.example.test
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


def issue(machine, request="/root/ec.csr", days=90, out="/root/answer.pem", extensions=EXTENSIONS):
    """Lets the company's CA answer a request; the answer holds the root too."""
    machine.run(CA)
    machine.write_file("/root/ca/ext", extensions)
    machine.run(
        f"cd /root/ca && openssl x509 -req -in {request} -CA root.pem -CAkey root.key"
        f" -days {days} -extfile ext -out leaf.pem && cat leaf.pem root.pem > {out}")


def digests(machine):
    """Every file of ours with its hash."""
    return machine.run(
        "find /var/lib/supervisord-ec /etc/supervisord-ec -type f ! -name state.json"
        " -exec sha256sum {} + | sort").stdout


def served(machine, port=8383):
    """SHA-256 of the certificate that answers."""
    return machine.run(
        f"openssl s_client -connect 127.0.0.1:{port} -servername ec.example.test </dev/null"
        " 2>/dev/null | openssl x509 -noout -fingerprint -sha256").stdout


@pytest.fixture
def imported(service):
    """The service with a certificate of the company's CA; self-signed again afterwards."""
    machine = service.machine
    assert service.ec(
        "certificate", "request", "console", "--name", "ec.example.test", "--out", "/root/ec.csr",
    ).returncode == 0
    issue(machine)
    done = service.ec("certificate", "import", "console", "--chain", "/root/answer.pem")
    assert done.returncode == 0, done.stdout + done.stderr
    yield service
    service.set("agents.trusted_communication", "false")
    service.set("certificate.source", "self-signed")
    service.wait_for("self-signed", lambda r: r["certificate"]["source"] == "self-signed"
                     and r["state"] == "good")


def test_a_request_waits_in_status_and_the_answer_is_served(service):
    machine = service.machine
    done = service.ec("certificate", "request", "console", "--name", "ec.example.test")
    assert done.returncode == 0, done.stderr
    assert "PRIVATE KEY" not in done.stdout
    machine.write_file("/root/ec.csr", done.stdout)
    assert "ec.example.test" in machine.run("openssl req -in /root/ec.csr -noout -verify -text").stdout
    service.wait_for("the request in status", lambda r: any(
        n["code"] == "request-pending" for n in r["notices"]))
    keys = machine.run("find /var/lib/supervisord-ec/console/requests -name key.pem -printf '%m %u\n'")
    assert keys.stdout.split() == ["600", "supervisord-ec"]
    issue(machine)
    before = machine.invocation("nginx")
    done = service.ec("certificate", "import", "console", "--chain", "/root/answer.pem")
    assert done.returncode == 0, done.stdout + done.stderr
    report = service.report()
    assert report["certificate"]["issuer"] == "private-ca"
    assert report["certificate"]["source"] == "imported"
    assert report["certificate"]["names"] == ["ec.example.test"]
    assert not any(n["code"] == "request-pending" for n in report["notices"])
    assert machine.invocation("nginx") == before
    verify = machine.run(
        "openssl s_client -connect 127.0.0.1:8383 -servername ec.example.test"
        " -CAfile /root/ca/root.pem -verify_return_error </dev/null 2>&1")
    assert "Verify return code: 0 (ok)" in verify.stdout
    closed = machine.run("find /var/lib/supervisord-ec -name '*.pem' -path '*key*' ! -perm 600").stdout
    assert closed == ""
    service.set("certificate.source", "self-signed")
    service.wait_for("self-signed again", lambda r: r["certificate"]["issuer"] == "self-signed"
                     and r["state"] == "good")


def test_what_is_refused_changes_nothing(imported):
    machine = imported.machine
    before, was = digests(machine), served(machine)
    machine.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90"
        " -subj /CN=ec.example.test -addext subjectAltName=DNS:ec.example.test"
        " -keyout /root/self.key -out /root/self.pem; cat /root/self.key >> /root/self.pem")
    done = imported.ec("certificate", "import", "console", "/root/self.pem", check=False)
    assert done.returncode == 1
    assert "[self-signed]" in done.stdout
    assert "nothing was changed" in done.stderr
    done = imported.ec("certificate", "import", "console", "/etc/hostname", check=False)
    assert done.returncode == 1
    assert digests(machine) == before
    assert served(machine) == was


def test_nothing_better_is_replaced_by_something_worse(imported):
    machine = imported.machine
    before = digests(machine)
    issue(machine, days=30, out="/root/short.pem")
    done = imported.ec(
        "certificate", "import", "console", "--chain", "/root/short.pem", check=False)
    assert done.returncode == 1
    assert "[ends-sooner]" in done.stdout
    assert "--replace-anyway" in done.stderr
    assert digests(machine) == before
    done = imported.ec(
        "certificate", "import", "console", "--chain", "/root/short.pem", "--replace-anyway")
    assert done.returncode == 0, done.stdout + done.stderr
    assert imported.report()["certificate"]["days_left"] <= 30


def test_trust_cannot_be_turned_on_with_a_private_ca(imported):
    done = imported.ec("set", "console", "agents.trusted_communication", "true", check=False)
    assert done.returncode == 1
    assert "public CA" in done.stdout + done.stderr
    trust = imported.report()["trusted_communication"]
    assert trust["wanted"] is False and trust["in_force"] is False


def test_an_import_is_not_renewed_by_us(imported):
    done = imported.ec("certificate", "renew", "console", check=False)
    assert done.returncode == 1
    assert "certificate import console" in done.stderr


def test_only_root_keeps_keys(imported):
    machine = imported.machine
    for verb in (["request", "console"], ["import", "console", "/etc/hostname"]):
        done = machine.run(
            ["runuser", "-u", "nobody", "--", "supervisord-ec", "certificate", *verb], check=False)
        assert done.returncode == 77, done.stderr


def test_a_plain_restart_serves_the_import_on(imported):
    machine = imported.machine
    was = served(machine)
    machine.systemctl("restart", "nginx")
    imported.wait_until_good()
    assert served(machine) == was
    report = json.loads(imported.ec("status", "console", "--json").stdout)
    assert report["services"][0]["certificate"]["issuer"] == "private-ca"
