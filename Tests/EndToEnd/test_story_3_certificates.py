"""The main job, third part: the certificate is kept alive.

Goes on from the second part: the console is on HTTPS, port 8383.
"""

import datetime
import re

import pytest

from story import STATE

PORTS = (8383, 8443)


def days(report):
    """Lifetime in days from now, as the certificate says."""
    end = datetime.datetime.fromisoformat(report["certificate"]["not_after"].replace("Z", "+00:00"))
    return round((end - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400)


def text(story, port=8383):
    """The served certificate as OpenSSL shows it."""
    pem = story.machine.certificate_pem(port)
    return story.machine.run("openssl x509 -noout -text", input=pem).stdout


def assert_served(story, sha256, ports=PORTS):
    """Every port has this certificate."""
    assert {port: story.machine.tls_sha256(port) for port in ports} == dict.fromkeys(ports, sha256)


def make_expiring(story):
    """A certificate with 29 days left, and settings that want 365 from the next renewal on."""
    story.set("certificate.lifetime", "29d")
    story.ec("certificate", "renew", "console")
    story.set("certificate.lifetime", "365d")
    report = story.report()
    assert report["certificate"]["days_left"] in (28, 29)
    return report["certificate"]["sha256"]


def test_the_certificate_lasts_a_year_and_strict_clients_like_it(story):
    shown = text(story)
    assert 364 <= days(story.report()) <= 365
    assert "ASN1 OID: prime256v1" in shown
    assert "TLS Web Server Authentication" in shown
    assert "Subject Key Identifier" in shown and "Authority Key Identifier" in shown
    assert "DNS:ec.example.test" in shown and "IP Address:192.0.2.10" in shown
    story.machine.write_file("/root/c.pem", story.machine.certificate_pem(8383))
    story.machine.run("openssl verify -x509_strict -purpose sslserver -CAfile /root/c.pem /root/c.pem")
    shown = story.machine.run(
        "gnutls-cli --x509cafile /root/c.pem --port 8383 ec.example.test </dev/null"
    ).stdout
    assert "The certificate is trusted." in shown


def test_renew_serves_a_new_certificate_without_a_restart(story):
    machine = story.machine
    before, invocation = story.report()["certificate"]["sha256"], machine.invocation("nginx")
    result = story.ec("certificate", "renew", "console")
    after = story.report()["certificate"]["sha256"]
    assert after != before, result
    assert_served(story, after)
    assert machine.invocation("nginx") == invocation
    shown = re.sub("[^0-9A-F]", "", story.ec("certificate", "show", "console").stdout.upper())
    assert after.upper() in shown


def test_a_lifetime_counts_from_the_next_renewal_on(story):
    before = story.report()["certificate"]["sha256"]
    story.set("certificate.lifetime", "200d")
    story.wait_until_good()
    assert_served(story, before)
    story.set("certificate.lifetime", "365d")


def test_twenty_nine_days_left_is_a_notice_that_says_what_to_do(story):
    sha256 = make_expiring(story)
    assert_served(story, sha256)
    notice = story.wait_for_notice("expires-soon")
    assert "expires soon" in notice and "restart the service" in notice
    assert "systemctl restart nginx.service" in notice
    assert story.said("restart the service", "MESSAGE_ID=9c7646e81c7140948b15fd2d8a1d59f0")
    assert "restart the service" in story.ec("status", "console").stdout
    story.wait_for("a staged candidate", lambda r: r["generation"]["candidate"])
    assert_served(story, sha256)


def test_a_plain_restart_renews(story):
    before = story.report()["certificate"]["sha256"]
    story.machine.systemctl("restart", "nginx")
    story.machine.wait_until(
        lambda: story.machine.tls_sha256(8383) not in (None, before), "a new certificate"
    )
    after = story.machine.tls_sha256(8383)
    story.wait_until_over("expires-soon")
    report = story.wait_until_good()
    assert report["certificate"]["sha256"] == after and 364 <= days(report) <= 365
    assert_served(story, after)
    assert story.said("switched", "MESSAGE_ID=bb4af6d1a8a74caea75f3a4f2bb156d9")


def test_a_restart_outside_the_window_renews_nothing(story):
    before = story.report()["certificate"]["sha256"]
    story.machine.systemctl("restart", "nginx")
    story.wait_until_good()
    assert_served(story, before)


@pytest.mark.parametrize("staged", [True, False], ids=["candidate there", "candidate gone"])
def test_a_plain_restart_renews_without_the_daemon(story, staged):
    machine = story.machine
    before = make_expiring(story)
    story.wait_for("a staged candidate", lambda r: r["generation"]["candidate"])
    machine.systemctl("mask", "--now", "supervisord-ec")
    if not staged:
        machine.run(f'rm -r "{STATE}/console/$(readlink {STATE}/console/candidate)"')
        machine.run(f"rm {STATE}/console/candidate")
    try:
        machine.systemctl("restart", "nginx")
        machine.wait_until(lambda: machine.tls_sha256(8383) not in (None, before), "a renewal")
        after, invocation = machine.tls_sha256(8383), machine.invocation("nginx")
        assert_served(story, after)
        status = story.ec("status", "console", check=False)
        assert status.returncode == 69 and "daemon is not running" in status.stdout
    finally:
        machine.systemctl("unmask", "supervisord-ec")
        machine.systemctl("start", "supervisord-ec")
    report = story.wait_until_good()
    assert report["certificate"]["sha256"] == after and 364 <= days(report) <= 365
    assert machine.invocation("nginx") == invocation, "the daemon had nothing left to do"


def test_restart_in_the_window_renews_by_a_reload(story):
    before, invocation = make_expiring(story), story.machine.invocation("nginx")
    story.ec("restart", "console")
    report = story.wait_until_good()
    assert report["certificate"]["sha256"] != before
    assert_served(story, report["certificate"]["sha256"])
    assert story.machine.invocation("nginx") == invocation


def test_other_names_wait_for_the_next_restart_with_a_notice(story):
    before = story.report()["certificate"]["sha256"]
    names = ["ec.example.test", "other.example.test", "192.0.2.10"]
    story.set("certificate.names", str(names).replace("'", '"'))
    assert "names" in story.wait_for_notice("certificate-change-pending")
    assert_served(story, before)
    story.machine.systemctl("restart", "nginx")
    story.wait_until_over("certificate-change-pending")
    report = story.wait_until_good()
    assert sorted(report["certificate"]["names"]) == sorted(names)
    assert_served(story, report["certificate"]["sha256"])
    assert "DNS:other.example.test" in text(story)


@pytest.mark.parametrize(
    "key,shown",
    [("ecdsa-p384", "secp384r1"), ("rsa-3072", "(3072 bit)"), ("ecdsa-p256", "prime256v1")],
)
def test_another_kind_of_key_comes_with_the_next_restart(story, key, shown):
    machine = story.machine
    invocation = machine.invocation("nginx")
    before = story.report()["certificate"]["sha256"]
    story.set("certificate.key", key)
    assert key in story.wait_for_notice("certificate-change-pending")
    assert_served(story, before)
    story.ec("restart", "console")
    story.wait_until_over("certificate-change-pending")
    assert shown in text(story)
    assert machine.invocation("nginx") == invocation, "a reload serves a certificate"
    assert machine.open_keys() == []


def test_only_five_good_generations_are_kept(story):
    story.wait_until_good()
    folder = f"{STATE}/console/generations"
    machine = story.machine
    machine.wait_until(lambda: len(machine.run(["ls", folder]).text.split()) <= 6, "pruned")
    kept = machine.run(["ls", folder]).text.split()
    report = story.report()["generation"]
    good = [name for name in kept if int(name) != report["candidate"]]
    assert len(good) == 5 and int(good[-1]) == report["current"], (kept, report)
    assert report["current"] > 10, "there was something to prune"


def test_the_daemon_has_one_thread_after_all_that(story):
    process = story.machine.property("supervisord-ec", "MainPID")
    fields = dict(re.findall(r"^(\w+):\s*(.*)$",
                             story.machine.read_file(f"/proc/{process}/status"), re.M))  # fmt: skip
    print("resident memory of the daemon:", fields["VmRSS"])
    assert fields["Threads"] == "1"
    children = story.machine.read_file(f"/proc/{process}/task/{process}/children")
    assert children.strip() == ""
