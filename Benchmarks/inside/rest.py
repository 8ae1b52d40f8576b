"""Looks at a process at rest.

usage: rest.py PID SECONDS
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


def main():
    pid, seconds = int(sys.argv[1]), float(sys.argv[2])
    before = counters(pid)
    time.sleep(seconds)
    after = counters(pid)
    voluntary, forced, nanoseconds = (b - a for a, b in zip(before, after))
    status = fields(f"/proc/{pid}/status")
    rollup = fields(f"/proc/{pid}/smaps_rollup")
    print(json.dumps({
        "threads": status["Threads"],
        "resident": status["VmRSS"], "anonymous": status["RssAnon"], "files": status["RssFile"],
        "proportional": rollup["Pss"], "peak": status["VmHWM"],
        "voluntary": voluntary * 60 / seconds, "forced": forced * 60 / seconds,
        "processor": nanoseconds / 1e9 * 3600 / seconds,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
