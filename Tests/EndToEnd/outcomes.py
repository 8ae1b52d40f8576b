"""What came of the injected faults: kept case by case, and written as docs/reliability-table.md."""

import datetime
import json

from injection import FAULTS
from root import PROJECT, give_to_caller

TABLE = PROJECT / "docs" / "reliability-table.md"
# One file for each change and process, so that a case can be gone through again alone.
FOLDER = PROJECT / "out" / "faults"

AT_ONCE, AGAIN, TOLD, MISSED, FAILED = "at once", "again", "told", "not reached", "FAILED"
LETTERS = {AT_ONCE: "o", AGAIN: "a", TOLD: "t", MISSED: "-", FAILED: "FAILED"}
COUNTED = (AT_ONCE, AGAIN, TOLD, MISSED, FAILED)

HEAD = """\
# Faults at the system calls of a change

Written by `sudo make faults`; [reliability.md](reliability.md) says what is promised. Each fault is
injected by strace(1) into one call of one process, on a Debian 12 with real systemd and nginx: the
process is killed before the call (SIGKILL), or the call fails. Then the change must come to its
right end.

- `o`: made at once, before any pause. `a`: made by itself after a pause, or late on a busy machine.
  `t`: it was told that it was not made (by a notice, or by the command that asked for it), and made
  at the next trigger: the settings read again, the command repeated, nginx restarted. `-`: this time
  the process did not get to that call. Empty: the call does not fail so (its manual page), or only reads.
- A row is one kind of call and file; a number says how many calls of that kind were tried. `(new)`:
  the call makes the file. Of calls that only read one file again and again, a few are tried; between
  the first and the last of equal calls that write, processes are killed, but no errors injected.
- After every round: no generation is half, every link names a whole one, no private key can be read
  by others, the ratchet is what it was (for enforcement: HTTPS is not served before it is set), and
  where nginx need not restart its InvocationID is the same. Where nginx runs on, clients ask without
  a pause, and none may fail.
"""


def save(kind, process, outcomes, points, pairs, watched):
    """Keeps what came of one case."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    text = json.dumps({
        "on": f"{now:%Y-%m-%d}",
        "points": points,
        "pairs": pairs,
        "watched": watched,
        "outcomes": [[p.call, p.what, fault, outcome] for p, fault, outcome in outcomes],
    })  # fmt: skip
    path = FOLDER / f"{kind.__name__}-{process}.json"
    path.write_text(text)
    give_to_caller(FOLDER, path)


def write_table(cases):
    """Writes the table of all cases that were gone through."""
    found = []
    for kind, process in cases:
        path = FOLDER / f"{kind.__name__}-{process}.json"
        if path.exists():
            found.append((kind, process, json.loads(path.read_text())))
    TABLE.write_text("\n".join([HEAD, *summary(found), *(line for case in found for line in rows(*case))]))
    give_to_caller(TABLE)


def summary(found):
    """The numbers of all cases."""
    columns = ["change", "process", "run on", "points", "faults", "of", *COUNTED, "requests, failed", "looks"]
    lines = ["## Numbers", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    for kind, process, case in found:
        results = [outcome for *_, outcome in case["outcomes"]]
        requests = case["watched"].get("requests")
        served = f"{requests}, {case['watched']['failures']}" if requests is not None else ""
        cells = [kind.title, process, case["on"], case["points"], len(results), case["pairs"]]
        cells += [results.count(outcome) for outcome in COUNTED]
        lines.append("| " + " | ".join(map(str, [*cells, served, case["watched"].get("looks", "")])) + " |")
    total = sum(len(case["outcomes"]) for *_, case in found)
    lines += ["", f"{total} faults in all. *of*: so many there are; a run that is cut short tries fewer.",
              "*looks*: so often links and keys were looked at meanwhile.", ""]  # fmt: skip
    return lines


def rows(kind, process, case):
    """The points of one case × faults."""
    lines = [f"## {kind.title[0].upper()}{kind.title[1:]}: `{process}`"]
    lines += ["| call | " + " | ".join(FAULTS) + " |", "|---" * (len(FAULTS) + 1) + "|"]
    cells = {}
    for call, what, fault, outcome in case["outcomes"]:
        cells.setdefault((call, what), {}).setdefault(fault, []).append(outcome)
    for (call, what), by_fault in cells.items():
        texts = [cell(by_fault.get(fault, [])) for fault in FAULTS]
        lines.append(f"| {call} {what} | " + " | ".join(texts) + " |")
    return [*lines, ""]


def cell(results):
    """For example `o`, or `5o 1t`."""
    if len(results) == 1:
        return LETTERS[results[0]]
    return " ".join(f"{results.count(o)}{LETTERS[o]}" for o in COUNTED if o in results)
