"""One fault at each system call of a change, and the change comes to its right end all the same.

By default a sample, always the same one; `make inject-all` goes through all of them and writes
docs/reliability-table.md. INJECT_ONLY, a regular expression for the lines that are printed, tries
those alone: INJECT_ONLY="EIO.*chain.pem".
"""

import contextlib
import json
import os
import re
import time

import pytest

import injection
from container import Container
from faults import DAEMON, DROP_IN, committed, daemon_pid, jobs, move_remote_control
from injection import KILL, Tracer, points, sampled, thinned
from root import PROJECT, give_to_caller
from story import SETTINGS, STATE, Story

SEED = 20260401
WHOLE = os.environ.get("INJECT") == "all"
ONLY = os.environ.get("INJECT_ONLY")
# Rounds of each case in a sample; a round takes 2 s, and 7 s where a pause comes before a new try.
SAMPLE = 14
# Reads of one file that are tried, of the many that there are.
READS = 2
# Long enough for the first two pauses (5 s, 10 s) and what follows them.
BY_ITSELF_SECONDS = 30
# Quicker than this there was no pause, so no second try.
AT_ONCE_SECONDS = 4
TABLE = PROJECT / "docs" / "reliability-table.md"
KEY_DROP_IN = f"{SETTINGS}/console.toml.d/60-key.toml"

AT_ONCE, AGAIN, TOLD, MISSED = "at once", "again", "told", "not reached"
MADE = "made"


@pytest.fixture(scope="module")
def traced(deb):
    """A console on HTTPS whose helpers run under strace when told to."""
    with Container("injection") as machine:
        service = Story(machine)
        service.install_console()
        machine.install_deb(deb)
        injection.install(machine)
        service.adopt()
        service.ec("enable-https", "console", "--yes")
        service.set("restart.verify_within", "3s")
        service.wait_until_good()
        yield service


@contextlib.contextmanager
def watched(service, answering):
    """Every moment: what links name is whole, no key is open; and the console answers."""
    machine = service.machine
    tools = "/usr/local/libexec"
    machine.background("integrity", f"exec python3 {tools}/integrity.py /root/integrity.json")
    if answering:
        machine.background(
            "load", f"PAUSE=0.05 exec python3 {tools}/load.py /root/load.json https://127.0.0.1:8383/"
        )
    yield
    machine.systemctl("stop", "integrity")
    report = json.loads(machine.read_file("/root/integrity.json"))
    assert report["looks"] > 0 and report["broken"] == []
    if answering:
        machine.systemctl("stop", "load")
        report = json.loads(machine.read_file("/root/load.json"))
        assert report["requests"] > 0 and report["failures"] == []


class Change:
    """Something that an administrator asks for; `is_made` once it is in force and all is well."""

    # Whether nginx goes on running, so that no request may fail.
    keeps_running = True
    processes = ("daemon", "stage")

    def __init__(self, service):
        self.service = service
        self.machine = service.machine
        self.run = self.machine.invocation("nginx")
        self.ratchet = self.machine.read_file(f"{STATE}/units/nginx.service.json")
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

    def assert_nothing_is_lost(self):
        """What holds after each round."""
        machine = self.machine
        found = injection.look(machine)
        assert found["broken"] == []
        assert machine.read_file(f"{STATE}/units/nginx.service.json") == self.ratchet
        if self.keeps_running:
            assert machine.invocation("nginx") == self.run, "nginx was restarted"


class Move(Change):
    """A port moves."""

    telling = ("stage-failed", "state-not-written", "change-failed")

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


class Renewal(Change):
    """A certificate is renewed on request; the command says how it ended."""

    telling = ()
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


CASES = [(change, process) for change in (Move, Renewal, Restart, LonelyRestart)
         for process in change.processes]  # fmt: skip
NAMES = {Move: "port moved", Renewal: "renewal on request", Restart: "restart, renewal staged",
         LonelyRestart: "restart, renewal not staged"}  # fmt: skip
# What came of each pair of point and fault: (change, process) → (point, fault, outcome).
results = {}


def settle(change):
    """Waits for the right end; how it came."""
    began = time.monotonic()
    machine = change.machine

    try:
        told = machine.wait_until(change.end, "made, or told why not", BY_ITSELF_SECONDS)
    except AssertionError:
        told = change.notice()
        assert told, f"neither made nor told: {json.dumps(change.service.report())}"
    if told is MADE:
        return AT_ONCE if time.monotonic() - began < AT_ONCE_SECONDS else AGAIN
    change.trigger_again()
    machine.wait_until(change.is_made, f"made after the next trigger; told was: {told}", 60)
    return TOLD


def record(service, kind, process):
    """The points of an undisturbed change in one process."""
    change = kind(service)
    tracer = Tracer(service, process)
    change.make_ready()
    tracer.arm()
    change.trigger()
    service.machine.wait_until(change.is_made, "an undisturbed change")
    change.assert_nothing_is_lost()
    log = tracer.disarm()
    found = points(process, log)
    assert len(found) > 3, log
    return thinned(found, READS)


def inject(service, kind, point, fault):
    """One round; how the change ended."""
    change = kind(service)
    tracer = Tracer(service, point.process)
    change.make_ready()
    tracer.arm(point.order(fault))
    change.trigger()
    outcome = settle(change)
    log = tracer.disarm()
    change.assert_nothing_is_lost()
    return outcome if Tracer.was_hit(log) else MISSED


@pytest.mark.parametrize("kind,process", CASES, ids=[f"{k.__name__}-{p}" for k, p in CASES])
def test_a_fault_at_any_call_and_the_change_comes_to_its_end(traced, kind, process):
    found = record(traced, kind, process)
    pairs = [(point, fault) for point in found for fault in point.faults]
    chosen = pairs if WHOLE else sampled(pairs, SAMPLE, SEED)
    if ONLY:
        chosen = [pair for pair in pairs if re.search(ONLY, f"{pair[1]:7}  {pair[0]}")]
    print(f"{len(found)} points, {len(pairs)} pairs, {len(chosen)} tried")
    failures = []
    outcomes = results.setdefault((kind, process), [])
    with watched(traced, answering=kind.keeps_running):
        for point, fault in chosen:
            began = time.monotonic()
            try:
                outcome = inject(traced, kind, point, fault)
            except AssertionError as error:
                outcome = "FAILED"
                failures.append(f"{fault:7}  {point}: {error}")
                recover(traced)
            outcomes.append((point, fault, outcome))
            print(f"{time.monotonic() - began:5.1f} s  {outcome:11}  {fault:7}  {point}", flush=True)
    assert_pruned(traced)
    assert failures == [], "\n\n".join(failures)
    missed = [pair for pair in outcomes if pair[2] == MISSED]
    assert len(missed) * 5 <= len(outcomes), missed


def assert_pruned(service):
    """What killed writers left is gone after the next change and the next start of the daemon."""
    service.machine.systemctl("restart", DAEMON)
    service.wait_until_good()
    change = Move(service)
    change.trigger()
    service.machine.wait_until(change.is_made, "an undisturbed change")
    service.machine.wait_until(
        lambda: injection.look(service.machine)["leftovers"] == [],
        f"nothing is left over: {injection.look(service.machine)['leftovers']}")  # fmt: skip


def recover(service):
    """After a failed round: one fault must not count as many."""
    machine = service.machine
    machine.run(f"rm -f {injection.FOLDER}/*.order")
    machine.systemctl("stop", "injection-tracer", check=False)
    machine.systemctl("restart", DAEMON)
    service.wait_until_good(60)
