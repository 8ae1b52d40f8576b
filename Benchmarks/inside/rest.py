"""Looks at processes at rest.

usage: rest.py PID[,PID…] SECONDS      one answer, or a list for several
Answers memory in kB (resident, anonymous, of files, proportional), threads, and what a minute and an
hour of rest cost.
"""

import json
import os
import sys
import time


def fields(path):
    """Names and first numbers of a file like /proc/PID/status."""
    result = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, _, rest = line.partition(":")
            words = rest.split()
            if words and words[0].isdigit():
                result[name] = int(words[0])
    return result


def counters(pid):
    """Context switches and nanoseconds on a processor, of all threads."""
    voluntary = forced = nanoseconds = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        status = fields(f"/proc/{pid}/task/{task}/status")
        voluntary += status["voluntary_ctxt_switches"]
        forced += status["nonvoluntary_ctxt_switches"]
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="utf-8") as file:
            nanoseconds += int(file.read().split()[0])
    return voluntary, forced, nanoseconds


def look(pid, before, after, seconds):
    """What one process holds, and did between two looks at its counters."""
    voluntary, forced, nanoseconds = (b - a for a, b in zip(before, after))
    status = fields(f"/proc/{pid}/status")
    rollup = fields(f"/proc/{pid}/smaps_rollup")
    return {
        "threads": status["Threads"],
        "resident": status["VmRSS"], "anonymous": status["RssAnon"], "files": status["RssFile"],
        "proportional": rollup["Pss"], "peak": status["VmHWM"],
        "voluntary": voluntary * 60 / seconds, "forced": forced * 60 / seconds,
        "processor": nanoseconds / 1e9 * 3600 / seconds,
    }  # fmt: skip


def main():
    pids, seconds = sys.argv[1].split(","), float(sys.argv[2])
    before = [counters(pid) for pid in pids]
    time.sleep(seconds)
    after = [counters(pid) for pid in pids]
    found = [look(pid, *both, seconds) for pid, *both in zip(pids, before, after)]
    print(json.dumps(found if len(found) > 1 else found[0]))


if __name__ == "__main__":
    main()
