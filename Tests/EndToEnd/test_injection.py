"""One fault at each system call of a change, and the change comes to its right end all the same.

By default a sample, always the same one; `make faults` goes through all of them and writes
docs/reliability-table.md. CALLS, a regular expression for the lines that are printed, tries those
alone: make faults ONLY=Renewal-stage CALLS="EIO.*chain.pem".
"""

import contextlib
import json
import os
import random
import re
import time

import pytest

import changes
import injection
import outcomes
from changes import MADE, Enforcement, Move
from container import Container
from faults import DAEMON
from injection import Tracer, points, thinned
from outcomes import AGAIN, AT_ONCE, FAILED, MISSED, TOLD
from story import Story

SEED = 20260401
WHOLE = os.environ.get("FAULTS") == "all"
CALLS = os.environ.get("CALLS")
# Rounds of each case in a sample; a round takes 2 s, and 7 s where a pause comes before a new try.
SAMPLE_WRITING = 6
SAMPLE_READING = 2
# Long enough for the first pauses (5 s, 10 s; 30 s for the ratchet) and what follows them.
BY_ITSELF_SECONDS = 45


@pytest.fixture(scope="module")
def traced(deb):
    """A console on HTTPS whose helpers run under strace when told to."""
    with Container("injection") as machine:
        service = Story(machine)
        service.install_console()
        machine.install_deb(deb)
        injection.install(machine)
        service.adopt()
        service.set("restart.verify_within", "3s")
        service.wait_until_good()
        Enforcement.keep(service)
        service.ec("enable-https", "console", "--yes")
        service.wait_until_good()
        yield service


@pytest.fixture(scope="module", autouse=True)
def table():
    """Once all was gone through, the table is written anew."""
    yield
    if WHOLE and not CALLS:
        outcomes.write_table(CASES)


@contextlib.contextmanager
def watched(service, seen, answering):
    """Every moment: what links name is whole, no key is open; and the console answers.

    The counts are put into `seen`.
    """
    machine = service.machine
    tools = "/usr/local/libexec"
    machine.background("integrity", f"exec python3 {tools}/integrity.py /root/integrity.json")
    if answering:
        machine.background(
            "load", f"PAUSE=0.05 exec python3 {tools}/load.py /root/load.json https://127.0.0.1:8383/"
        )
    try:
        yield
    finally:
        machine.systemctl("stop", "integrity")
        looks = json.loads(machine.read_file("/root/integrity.json"))
        seen["looks"] = looks["looks"]
        if answering:
            machine.systemctl("stop", "load")
            load = json.loads(machine.read_file("/root/load.json"))
            seen.update(requests=load["requests"], failures=len(load["failures"]))
    assert looks["looks"] > 0 and looks["broken"] == []
    if answering:
        assert load["requests"] > 0 and load["failures"] == []


CASES = [(change, process) for change in changes.ALL for process in change.processes]


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
        return AT_ONCE if time.monotonic() - began < change.at_once_seconds else AGAIN
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
    change.put_back()
    found = points(process, log)
    assert len(found) > 3, log
    return thinned(found, kind.reads)


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
    change.put_back()
    return outcome if Tracer.was_hit(log) else MISSED


def chosen(pairs):
    """What is tried: all, what was asked for, or the same sample each time, in their order."""
    if CALLS:
        return [pair for pair in pairs if re.search(CALLS, f"{pair[1]:7}  {pair[0]}")]
    if WHOLE:
        return pairs
    draw = random.Random(SEED)
    numbers = []
    for writes, most in ((True, SAMPLE_WRITING), (False, SAMPLE_READING)):
        some = [number for number, (point, _) in enumerate(pairs) if point.makes == writes]
        numbers += draw.sample(some, min(most, len(some)))
    return [pairs[number] for number in sorted(numbers)]


def one_round(service, kind, point, fault, failures):
    """One round; its outcome, printed. What failed is added to `failures`."""
    began = time.monotonic()
    try:
        outcome = inject(service, kind, point, fault)
    except AssertionError as error:
        outcome = FAILED
        failures.append(f"{fault:7}  {point}: {error}")
        recover(service, kind)
    print(f"{time.monotonic() - began:5.1f} s  {outcome:11}  {fault:7}  {point}", flush=True)
    return outcome


@pytest.mark.parametrize("kind,process", CASES, ids=[f"{k.__name__}-{p}" for k, p in CASES])
def test_a_fault_at_any_call_and_the_change_comes_to_its_end(traced, kind, process):
    found = record(traced, kind, process)
    pairs = [(point, fault) for point in found for fault in point.faults]
    tried = chosen(pairs)
    print(f"{len(found)} points, {len(pairs)} pairs, {len(tried)} tried")
    failures, ends, seen = [], [], {}
    try:
        with watched(traced, seen, answering=kind.keeps_running):
            for point, fault in tried:
                ends.append((point, fault, one_round(traced, kind, point, fault, failures)))
    finally:
        # What was seen until it was interrupted counts.
        if WHOLE and not CALLS:
            outcomes.save(kind, process, ends, len(found), len(pairs), seen)
    assert_pruned(traced)
    assert failures == [], "\n\n".join(failures)
    missed = [pair for pair in ends if pair[2] == MISSED]
    # How many looks a change takes differs from run to run; most faults must come.
    assert len(missed) * 2 <= len(ends), missed


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


def recover(service, kind):
    """After a failed round: one fault must not count as many."""
    machine = service.machine
    machine.run(f"rm -f {injection.FOLDER}/*.order")
    machine.systemctl("stop", "injection-tracer", check=False)
    machine.systemctl("kill", "--kill-who=main", "--signal=CONT", "nginx")
    machine.systemctl("restart", DAEMON)
    machine.run(["supervisord-ec", "restart", "console"], check=False)
    service.wait_until_good(60)
