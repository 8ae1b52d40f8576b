"""Looks at our state on the disk for what must never be there. Runs inside the container.

usage: integrity.py               one look, as JSON: what is broken, what is left over
       integrity.py REPORT        looks again and again until SIGTERM; REPORT has what was broken

Broken: a link that names no whole generation, a generation in place that is not whole, a key that
others can read. Left over: temporary files and folders that a killed writer left.
"""

import json
import os
import signal
import stat
import sys
import time

STATE = "/var/lib/supervisord-ec"
HOME = f"{STATE}/console"
FOLDERS = [STATE, "/run/supervisord-ec", "/etc/supervisord-ec"]
PAUSE_SECONDS = 0.02


def checksum(data):
    """FNV-1a, 64 bits, as in the manifest."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:x}"


def faults_of(folder, thorough=True):
    """Why a generation is not whole; empty if it is."""
    try:
        with open(f"{folder}/manifest.json", encoding="utf-8") as file:
            manifest = json.load(file)
        found = []
        for name, record in manifest["files"].items():
            with open(f"{folder}/{name}", "rb") as file:
                data = file.read()
            if len(data) != record["size"] or thorough and checksum(data) != record["checksum"]:
                found.append(f"{folder}/{name} is damaged")
        number = manifest["generation"]["number"]
        if f"{number:06}" != os.path.basename(folder):
            found.append(f"{folder} says that it is {number}")
        return found
    except (OSError, ValueError, KeyError) as error:
        return [f"{folder}: {error!r}"]


def broken_links(thorough=True):
    """What is wrong with what `current` and `candidate` name."""
    found = []
    for link in ("current", "candidate"):
        try:
            target = os.readlink(f"{HOME}/{link}")
        except FileNotFoundError:
            if link == "current":
                found.append("current is not there")
            continue
        faults = faults_of(f"{HOME}/{target}", thorough)
        # Switched and pruned while we looked: then the link names another one by now.
        try:
            if faults and os.readlink(f"{HOME}/{link}") == target:
                found += [f"{link}: {fault}" for fault in faults]
        except FileNotFoundError:
            pass
    return found


def open_keys():
    """Private keys that others than their owner can read."""
    found = []
    for folder, _, files in os.walk(STATE):
        for name in files:
            path = f"{folder}/{name}"
            try:
                mode = os.lstat(path).st_mode
                if not stat.S_ISREG(mode) or not mode & 0o077:
                    continue
                with open(path, "rb") as file:
                    if b"PRIVATE KEY" in file.read(1 << 20):
                        found.append(f"{path} has mode {mode & 0o7777:o}")
            except OSError:
                continue
    return found


def leftovers():
    """Temporary files and folders of ours, wherever we write."""
    found = []
    for top in FOLDERS:
        for folder, folders, files in os.walk(top):
            names = [name for name in folders + files if name.endswith(".tmp")]
            found += [f"{folder}/{name}" for name in names]
    return sorted(found)


def look():
    """One whole look."""
    generations = f"{HOME}/generations"
    broken = broken_links() + open_keys()
    for name in sorted(os.listdir(generations)):
        if not name.startswith("."):
            broken += faults_of(f"{generations}/{name}")
    return {"broken": broken, "leftovers": leftovers()}


def watch(report):
    """Looks until SIGTERM at what is true at every moment."""
    seen, looks, stop = [], 0, []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    while not stop:
        for fault in broken_links(thorough=False) + open_keys():
            if fault not in seen:
                seen.append(fault)
        looks += 1
        time.sleep(PAUSE_SECONDS)
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"looks": looks, "broken": seen}, file)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        watch(sys.argv[1])
    else:
        json.dump(look(), sys.stdout)
