"""Files that something else keeps: whatever way they are saved, the server has the new certificate.

Real openssl as the CA, real nginx, the ways in which clients and people save files. No hook is run.
"""

import json
import shlex

import pytest

from test_imports import CA, EXTENSIONS, served

FOLDER = "/srv/tls"
CHAIN, KEY = f"{FOLDER}/chain.pem", f"{FOLDER}/key.pem"
NEW = "/root/new"


class Source:
    """The followed files, and a CA that issues what is put into them."""

    def __init__(self, service):
        self.service = service
        self.machine = service.machine
        # Each certificate ends later than the one before, so that none is worse.
        self.days = 100

    def make(self, days=None, names="DNS:ec.example.test"):
        """A certificate with its root and a key below `NEW`; its SHA-256."""
        if days is None:
            self.days += 1
            days = self.days
        self.machine.run(CA)
        self.machine.write_file(
            "/root/ca/ext", EXTENSIONS.replace("DNS:ec.example.test", names))
        make_key = (
            f"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x"
            f" -keyout {NEW}/key.pem -out {NEW}/csr 2>/dev/null")
        self.machine.run(
            f"set -e; umask 077; mkdir -p {NEW}; {make_key}; cd /root/ca;"
            f" openssl x509 -req -in {NEW}/csr -CA root.pem -CAkey root.key -days {days}"
            f" -extfile ext -out {NEW}/leaf.pem 2>/dev/null;"
            f" cat {NEW}/leaf.pem root.pem > {NEW}/chain.pem;"
            f" chgrp supervisord-ec {NEW}/*.pem; chmod 640 {NEW}/*.pem")
        return self.sha256(f"{NEW}/leaf.pem")

    def sha256(self, path):
        text = self.machine.run(f"openssl x509 -in {path} -noout -fingerprint -sha256").text
        return text.split("=")[1].replace(":", "").lower()

    def put(self):
        """What `make` left, copied over what is followed."""
        self.machine.run(f"cp -p {NEW}/chain.pem {NEW}/key.pem {FOLDER}/")

    def wait_served(self, sha256, timeout=30):
        """The certificate is served, and kept."""
        self.service.wait_for(
            f"{sha256[:8]} served",
            lambda r: r["certificate"]["sha256"] == sha256 and r["state"] == "good"
            and not r["generation"]["trial"], timeout)
        seen = served(self.machine).strip().split("=")[1].replace(":", "").lower()
        assert seen == sha256

    def state(self):
        """What must not change when something is refused."""
        kept = self.machine.run(
            "cd /var/lib/supervisord-ec/console && find . -type f ! -name state.json"
            " ! -name followed.json -exec sha256sum {} + | sort; readlink current").stdout
        return kept, served(self.machine), self.machine.invocation("nginx")


@pytest.fixture
def followed(service):
    """The service on a followed certificate; self-signed again afterwards."""
    source = Source(service)
    machine = service.machine
    machine.run(f"rm -rf {FOLDER} {NEW}; mkdir -p {FOLDER}; chmod 755 {FOLDER}")
    first = source.make()
    source.put()
    service.set("certificate.certificate", CHAIN)
    service.set("certificate.key_file", KEY)
    service.set("certificate.source", "followed")
    source.wait_served(first)
    yield source
    service.set("certificate.source", "self-signed")
    service.wait_for("self-signed", lambda r: r["certificate"]["source"] == "self-signed"
                     and r["state"] == "good")
    machine.run(
        "rm -rf /srv/tls* /var/lib/supervisord-ec/console/imports"
        " /var/lib/supervisord-ec/console/followed.json")


# Ways to save, each from NEW to FOLDER.
SAVES = {
    "cp": f"cp {NEW}/chain.pem {CHAIN}; cp {NEW}/key.pem {KEY}",
    "mv": f"cp -p {NEW}/*.pem {FOLDER}/.. ; mv /srv/chain.pem {CHAIN}; mv /srv/key.pem {KEY}",
    "rename beside it": (
        f"for f in chain key; do cp -p {NEW}/$f.pem {FOLDER}/.$f.tmp;"
        f" mv {FOLDER}/.$f.tmp {FOLDER}/$f.pem; done"),
    "sed -i": (
        f"for f in chain key; do sed -i -e '1{{r {NEW}/'$f.pem -e 'd}};d' {FOLDER}/$f.pem; done;"
        f" chgrp supervisord-ec {FOLDER}/*.pem"),
    "a link, swapped": (
        f"rm -rf /srv/tls.1; cp -rp {NEW} /srv/tls.1; chmod 755 /srv/tls.1; for f in chain key; do"
        f" ln -sfn /srv/tls.1/$f.pem {FOLDER}/$f.lnk; mv -T {FOLDER}/$f.lnk {FOLDER}/$f.pem; done"),
    "delete and create": (
        f"rm {CHAIN} {KEY}; sleep 1; cp -p {NEW}/key.pem {KEY}; cp -p {NEW}/chain.pem {CHAIN}"),
    "the folder, replaced": (
        f"rm -rf /srv/tls.new; cp -rp {NEW} /srv/tls.new; chmod 755 /srv/tls.new;"
        f" mv {FOLDER} /srv/tls.old; mv /srv/tls.new {FOLDER}; rm -rf /srv/tls.old"),
    "key first, then a pause": f"cp {NEW}/key.pem {KEY}; sleep 5; cp {NEW}/chain.pem {CHAIN}",
    "certificate first, then a pause": (
        f"cp {NEW}/chain.pem {CHAIN}; sleep 5; cp {NEW}/key.pem {KEY}"),
    "rsync": (
        f"for f in chain key; do cp -p {NEW}/$f.pem {FOLDER}/.$f.pem.Ab3; touch {FOLDER}/.$f.pem.Ab3;"
        f" mv -f {FOLDER}/.$f.pem.Ab3 {FOLDER}/$f.pem; done"),
}  # fmt: skip


@pytest.mark.parametrize("way", SAVES)
def test_a_new_certificate_is_served_however_it_is_saved(followed, way):
    before = followed.machine.invocation("nginx")
    for _ in range(2):
        new = followed.make()
        followed.machine.run(SAVES[way])
        followed.wait_served(new)
    assert followed.machine.invocation("nginx") == before
    codes = [n["code"] for n in followed.service.report()["notices"]]
    assert not any(code.startswith("followed") for code in codes), codes


def test_a_mounted_secret_is_followed_through_its_links(followed):
    """Kubernetes' writer: `chain.pem -> ..data/chain.pem`, and `..data` is renamed over."""
    machine = followed.machine

    def publish(stamp):
        machine.run(
            f"set -e; cd {FOLDER}; mkdir ..{stamp}; cp -p {NEW}/chain.pem {NEW}/key.pem ..{stamp}/;"
            f" chmod 755 ..{stamp}; old=$(readlink ..data || true);"
            f" ln -s ..{stamp} ..data_tmp; mv -T ..data_tmp ..data; rm -rf \"$old\"")

    new = followed.make()
    publish("1")
    machine.run(f"cd {FOLDER}; for f in chain key; do ln -s ..data/$f.pem $f.l; mv -T $f.l $f.pem; done")
    followed.wait_served(new)
    for stamp in ("2", "3"):
        new = followed.make()
        publish(stamp)
        followed.wait_served(new)


def test_four_links_of_certbot_are_followed(followed):
    """certbot: archive/x2.pem is written, then each link of live/ is removed and made anew."""
    machine = followed.machine
    machine.run(f"mkdir -p {FOLDER}/archive {FOLDER}/live; chmod 755 {FOLDER}/*/")
    for number in (1, 2, 3):
        new = followed.make()
        machine.run(
            f"set -e; cd {FOLDER}; cp -p {NEW}/chain.pem archive/chain{number}.pem;"
            f" cp -p {NEW}/key.pem archive/key{number}.pem; for f in key chain; do"
            f" rm -f live/$f.pem; sleep 0.2; ln -s ../archive/${{f}}{number}.pem live/$f.pem; done")
        if number == 1:
            followed.service.set("certificate.certificate", f"{FOLDER}/live/chain.pem")
            followed.service.set("certificate.key_file", f"{FOLDER}/live/key.pem")
        followed.wait_served(new)


def test_one_file_may_hold_both(followed):
    new = followed.make()
    followed.machine.run(f"cat {NEW}/key.pem {NEW}/chain.pem > {FOLDER}/both; chmod 640 {FOLDER}/both;"
                         f" chgrp supervisord-ec {FOLDER}/both; mv {FOLDER}/both {FOLDER}/both.pem")
    for key in ("certificate", "key_file"):
        followed.service.ec("set", "console", f"certificate.{key}", f"{FOLDER}/both.pem")
    followed.wait_served(new)


# What is refused → the notice, and how long it takes at most.
REFUSED = {
    "truncated": (f"head -c 300 {CHAIN} > {FOLDER}/x; mv {FOLDER}/x {CHAIN}", "followed-unreadable"),
    "empty": (f": > {KEY}", "followed-unreadable"),
    "another key": (
        f"openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 > {KEY}", "followed-mismatch"),
    "self-signed": (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 300"
        f" -subj /CN=ec.example.test -addext subjectAltName=DNS:ec.example.test -keyout {KEY}"
        f" -out {CHAIN}", "followed-refused"),
    "removed": (f"rm {CHAIN}", "followed-unreadable"),
    "no right to read": (f"chmod 600 {KEY}", "followed-unreadable"),
    "a folder": (f"rm {KEY}; mkdir {KEY}", "followed-unreadable"),
    "too large": (f"head -c 2000000 /dev/zero > {KEY}", "followed-unreadable"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_changes_nothing_and_is_told(followed, what):
    script, code = REFUSED[what]
    before = followed.state()
    followed.machine.run(script)
    followed.service.machine.wait_until(
        lambda: code in followed.service.notices(), f"the notice {code}", 60)
    assert followed.state() == before
    text = followed.service.notices()[code]
    assert FOLDER in text or "certificate" in text
    # Mended, all is well without a word of ours.
    followed.machine.run(f"rmdir {KEY} 2>/dev/null", check=False)
    new = followed.make()
    followed.put()
    followed.wait_served(new)
    followed.service.wait_until_over(code)


def test_a_worse_one_waits_until_it_is_confirmed(followed):
    before = followed.state()
    new = followed.make(days=20)
    followed.put()
    text = followed.service.wait_for_notice("followed-held")
    assert "--replace-anyway" in text
    assert followed.state() == before
    followed.machine.run("systemctl restart supervisord-ec")
    followed.service.wait_for_notice("followed-held")
    assert followed.state() == before
    done = followed.service.ec("certificate", "import", "console", "--replace-anyway")
    assert done.returncode == 0, done.stdout + done.stderr
    followed.wait_served(new)
    assert "followed-held" not in followed.service.notices()
    # What was insisted on stays.
    followed.machine.run(f"systemctl reload supervisord-ec; touch {CHAIN}")
    followed.wait_served(new)


def test_a_change_while_the_daemon_is_down_is_seen_when_it_is_back(followed):
    followed.machine.run("systemctl stop supervisord-ec")
    new = followed.make()
    followed.put()
    followed.machine.run("systemctl start supervisord-ec")
    followed.wait_served(new)


def test_a_restart_of_nginx_keeps_what_is_followed(followed):
    was = served(followed.machine)
    followed.machine.systemctl("restart", "nginx")
    followed.service.wait_until_good()
    assert served(followed.machine) == was


def test_it_is_not_renewed_by_us(followed):
    done = followed.service.ec("certificate", "renew", "console", check=False)
    assert done.returncode == 1
    assert "followed" in done.stderr


def test_what_systemd_hides_from_the_daemon_is_said(followed):
    followed.machine.run(f"mkdir -p /home/tls; cp {FOLDER}/*.pem /home/tls; chmod -R a+rX /home/tls")
    followed.service.try_to_set("certificate.certificate", "/home/tls/chain.pem")
    text = followed.service.wait_for_notice("followed-unreadable")
    assert "ProtectHome" in text and "supervisord-ec adopt" in text


def test_both_paths_are_needed(service):
    service.machine.write_file(
        "/root/half.toml",
        'unit = "nginx.service"\nprofile = "nginx"\n'
        f'[certificate]\nsource = "followed"\nkey_file = "{KEY}"\n')
    done = service.ec("check", "/root/half.toml", check=False)
    assert done.returncode == 1
    assert "certificate.certificate" in done.stdout + done.stderr


def test_the_journal_tells_it_in_one_line(followed):
    new = followed.make()
    followed.put()
    followed.wait_served(new)
    entries = followed.service.entries(f"SUPERVISORD_EC_CERTIFICATE_SHA256={new}")
    texts = [json.dumps(entry.get("MESSAGE")) for entry in entries]
    assert any("followed" in text for text in texts), shlex.join(texts)
