"""Runs commands by turns as whole processes, and times each.

usage: by_turns.py ROUNDS FOLDER {"subject": ["command", ...], ...}
Answers {"wall": {subject: seconds...}, "processor": {subject: seconds...}}.
"""

import json
import os
import subprocess
import sys
import time


def once(command):
    """Seconds from start to end, and those of the processor (user and system)."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    text = process.stderr.read().decode()
    process.stderr.close()
    if status != 0:
        raise SystemExit(f"{command}: {text}")
    return wall, usage.ru_utime + usage.ru_stime


def main():
    rounds, folder, commands = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    os.chdir(folder)
    wall = {subject: [] for subject in commands}
    processor = {subject: [] for subject in commands}
    for _ in range(rounds):
        for subject, command in commands.items():
            seconds, busy = once(command)
            wall[subject].append(seconds)
            processor[subject].append(busy)
    print(json.dumps({"wall": wall, "processor": processor}))


if __name__ == "__main__":
    main()
