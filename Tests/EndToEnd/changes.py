"""Changes that an administrator asks for, each with its right end: what a fault must not prevent."""

import itertools
import json

import injection
from faults import DAEMON, DROP_IN, move_remote_control
from story import SETTINGS, STATE

RATCHET = f"{STATE}/units/nginx.service.json"
KEY_DROP_IN = f"{SETTINGS}/console.toml.d/60-key.toml"
HTTPS_DROP_IN = f"{SETTINGS}/console.toml.d/70-https.toml"
# The service in its grace period, kept before HTTPS was enforced.
SNAPSHOT = "/var/tmp/in-grace.tar"
# Goes back to it without a moment at which a link names what is not there.
RESTORE = f"""
cd {STATE}/console && good=$(tar -xOf {SNAPSHOT} var/tmp/in-grace.current)
tar -C / --skip-old-files -xpf {SNAPSHOT} var/lib/supervisord-ec/console/generations
ln -s $good .restored && mv -T .restored current && rm -f candidate
for folder in generations/*; do [ $folder = $good ] || rm -r $folder; done
rm -r {SETTINGS}/console.toml.d/*
tar -C / -xpf {SNAPSHOT} --exclude=console/generations --exclude=console/current
systemctl reload nginx
"""

MADE = "made"


class Change:
    """Something that an administrator asks for; `is_made` once it is in force and all is well."""

    # What the table calls it.
    title = None
    # Quicker than this there was no pause (5 s, counted in whole seconds), so no second try.
    at_once_seconds = 4
    # Whether nginx goes on running, so that no request may fail.
    keeps_running = True
    processes = ("daemon", "stage")
    # Codes of notices that say why it is not made.
    telling = ()
    # Calls that only read one file are tried so often, of the many that there are.
    reads = 2

    def __init__(self, service):
        self.service = service
        self.machine = service.machine
        self.run = self.machine.invocation("nginx")
        self.ratchet = self.machine.read_file(RATCHET)
        self.before = service.report()["certificate"]["sha256"]

    def make_ready(self):
        """What has to be before it is asked for."""

    def is_good(self):
        """All is well, and nothing of ours is under way."""
        report = self.service.report()
        errors = [n["code"] for n in report["notices"] if n["severity"] == "error"]
        return report["state"] == "good" and not report["generation"]["trial"] and not errors

    def end(self):
        """MADE, or what is told once it is clear that nothing more happens by itself, or None."""
        return MADE if self.is_made() else None

    def trigger_again(self):
        """What mends it if it was told that it could not be done."""
        self.trigger()

    def notice(self):
        """What is told while it is not made; None if nothing is."""
        notices = self.service.report()["notices"]
        return next((n["text"] for n in notices if n["code"] in self.telling), None)

    def put_back(self):
        """What has to be undone after a round."""

    def assert_nothing_is_lost(self):
        """What holds after each round."""
        machine = self.machine
        found = injection.look(machine)
        assert found["broken"] == []
        assert machine.read_file(RATCHET) == self.ratchet
        if self.keeps_running:
            assert machine.invocation("nginx") == self.run, "nginx was restarted"


class Move(Change):
    """A port moves."""

    title = "a port moves"
    # The key is kept, so the daemon writes the generation itself.
    processes = ("daemon",)
    telling = (
        "stage-failed", "state-not-written", "change-failed", "step-failed", "settings-invalid"
    )  # fmt: skip

    def trigger(self):
        text = self.machine.run(["cat", DROP_IN], check=False).stdout
        self.old, self.new = (8444, 8443) if "8444" in text else (8443, 8444)
        move_remote_control(self.service, self.new)

    def trigger_again(self):
        self.machine.systemctl("reload", DAEMON)

    def is_made(self):
        ports = {c["name"]: c["ports"] for c in self.service.report()["channels"]}
        return (
            ports["remote-control"] == [self.new]
            and self.is_good()
            and self.machine.tls_sha256(self.new) == self.before
            and not self.machine.tls_sha256(self.old)
        )


class RollBack(Move):
    """A port moves, but nginx's master process does nothing any more: the old port comes back."""

    title = "a change is rolled back"
    # What leads to the roll-back is the same as for any change.
    reads = 0
    # What was rolled back is not tried again soon: each round moves to another port.
    ports = itertools.count(8500)
    # It takes a second until it is clear that nothing answers.
    at_once_seconds = 5

    def make_ready(self):
        self.generation = self.service.report()["generation"]["current"]
        # Its workers go on with what they have.
        self.machine.systemctl("kill", "--kill-who=main", "--signal=STOP", "nginx")

    def trigger(self):
        channels = {c["name"]: c["ports"] for c in self.service.report()["channels"]}
        (self.old,), self.new = channels["remote-control"], next(self.ports)
        text = f'[channels.remote-control]\nhttps_port = {self.new}\n[restart]\nverify_within = "1s"\n'
        self.machine.write_file(DROP_IN, text)

    def is_made(self):
        report = self.service.report()
        return (
            report["state"] == "rolled-back"
            and f":{self.new}: " in self.service.notices()["rolled-back"]
            and report["generation"]["current"] == self.generation
            and self.machine.tls_sha256(self.old) == self.before
        )

    def put_back(self):
        self.machine.systemctl("kill", "--kill-who=main", "--signal=CONT", "nginx")
        move_remote_control(self.service, self.old)
        self.service.wait_until_over("rolled-back")
        self.service.wait_until_good()


class Renewal(Change):
    """A certificate is renewed on request; the command says how it ended."""

    title = "a certificate is renewed on request"
    command = (
        "supervisord-ec certificate renew console >/root/renew.txt 2>&1"
        " && echo 0 >/root/renew || echo 1 >/root/renew"
    )

    def trigger(self):
        self.machine.run("rm -f /root/renew /root/renew.txt")
        self.machine.background("renewal", self.command)

    def is_made(self):
        now = self.machine.tls_sha256(8383)
        return (
            now not in (None, self.before)
            and self.machine.tls_sha256(8443) in (None, now)
            and self.answer() == "0"
            and self.is_good()
        )

    def end(self):
        return super().end() or self.notice()

    def answer(self):
        """The command's exit status, once it has ended."""
        return self.machine.run(["cat", "/root/renew"], check=False).text

    def notice(self):
        """The command's own words, once it has failed."""
        if self.answer() in ("", "0"):
            return None
        return self.machine.read_file("/root/renew.txt")


class Restart(Change):
    """The administrator restarts nginx while another certificate is due."""

    title = "nginx is restarted, the next certificate lies ready"
    keeps_running = False
    processes = ("prepare",)
    telling = ("certificate-change-pending", "prepare-failed", "preparation-failed")

    def make_ready(self):
        text = self.machine.run(["cat", KEY_DROP_IN], check=False).stdout
        key = "ecdsa-p256" if "p384" in text else "ecdsa-p384"
        self.machine.write_file(KEY_DROP_IN, f'[certificate]\nkey = "{key}"\n')
        self.service.wait_for("a candidate", lambda r: r["generation"]["candidate"])

    def trigger(self):
        self.machine.systemctl("restart", "nginx")
        self.service.assert_https_stays()

    def is_renewed(self):
        """Whether nginx started on another certificate."""
        return self.machine.tls_sha256(8383) not in (None, self.before)

    def is_made(self):
        return self.is_renewed() and self.is_good()

    def end(self):
        return super().end() if self.is_renewed() else self.notice()


class LonelyRestart(Restart):
    """As before, without the daemon, and nothing is staged: preparation makes the certificate."""

    title = "nginx is restarted without the daemon, the certificate has to be made"

    def make_ready(self):
        super().make_ready()
        home = f"{STATE}/console"
        self.machine.systemctl("stop", DAEMON)
        # The link first: it never names what is not there.
        self.machine.run(
            f'folder=$(readlink {home}/candidate); rm {home}/candidate && rm -r "{home}/$folder"'
        )

    def trigger(self):
        super().trigger()
        self.machine.systemctl("start", DAEMON)


class Enforcement(Change):
    """A console in its grace period goes to HTTPS for good."""

    title = "HTTPS is enforced"
    processes = ("daemon",)
    telling = ("ratchet-not-written", "stage-failed", "step-failed", "settings-invalid")

    @staticmethod
    def keep(service):
        """Remembers a service in its grace period, to which `make_ready` goes back."""
        service.machine.run(
            f"readlink {STATE}/console/current >/var/tmp/in-grace.current && tar -C / -cf {SNAPSHOT}"
            " var/tmp/in-grace.current var/lib/supervisord-ec etc/supervisord-ec"
        )

    def make_ready(self):
        machine = self.machine
        machine.systemctl("stop", DAEMON)
        machine.run(f"set -e; {RESTORE}")
        machine.systemctl("start", DAEMON)
        # What it wrote before it was stopped may be read for a moment.
        self.service.wait_for(
            "the console in its grace period",
            lambda r: r["state"] == "good" and r["enforcement"]["state"] == "grace")  # fmt: skip
        self.ratchet = json.loads(machine.read_file(RATCHET))

    def trigger(self):
        self.machine.write_file(HTTPS_DROP_IN, '[channels.console]\nprotocol = "https"\n')

    def trigger_again(self):
        self.machine.systemctl("reload", DAEMON)

    def is_made(self):
        moved = self.machine.http(8020, "/a?b=c")
        if (moved.status, moved.location) != (308, "https://127.0.0.1:8383/a?b=c"):
            return False
        # Nothing acts on it before it is kept.
        assert self.enforced_since(), "HTTPS is served and the ratchet is not set"
        return self.is_good() and self.is_in_settings()

    def enforced_since(self):
        """What the ratchet on the disk says."""
        return json.loads(self.machine.read_file(RATCHET)).get("enforcedSince")

    def is_in_settings(self):
        """Whether the second record is there."""
        text = self.machine.run(["cat", f"{SETTINGS}/console.toml.d/90-set.toml"], check=False)
        return 'protocol = "https"' in text.stdout

    def assert_nothing_is_lost(self):
        first = self.ratchet["firstSeen"]
        self.ratchet = self.machine.read_file(RATCHET)
        assert json.loads(self.ratchet)["firstSeen"] == first
        super().assert_nothing_is_lost()
        self.service.assert_https_stays()


ALL = (Move, RollBack, Renewal, Restart, LonelyRestart, Enforcement)
