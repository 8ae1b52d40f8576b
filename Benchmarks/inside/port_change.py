"""Changes a port and waits until the new one answers: through us, and by the bare steps.

usage: port_change.py ROUNDS NAME BARE_UNIT
Answers the times of all rounds, in seconds, and at which moment each of ours began (CLOCK_MONOTONIC).
"""

import json
import os
import subprocess
import sys
import time

import answers

LONGEST_WAIT_SECONDS = 60


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)


def through_us(name, port):
    path = f"/etc/supervisord-ec/services.d/{name}.toml.d/50-bench.toml"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write(path, f"[channels.console]\nhttps_port = {port}\n")
    start = time.monotonic()
    os.rename(path + ".new", path)
    waited = answers.wait_for(port, LONGEST_WAIT_SECONDS)
    return start, waited


def by_hand(unit, port):
    folder = f"/etc/beside/{unit}"
    start = time.monotonic()
    write(f"{folder}/listen.conf", f"listen {port} ssl;\nlisten [::]:{port} ssl;\n")
    os.rename(f"{folder}/listen.conf.new", f"{folder}/listen.conf")
    subprocess.run(["nginx", "-t", "-q", "-c", f"{folder}/nginx.conf"], check=True)
    subprocess.run(
        ["busctl", "--quiet", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
         "org.freedesktop.systemd1.Manager", "ReloadUnit", "ss", f"{unit}.service", "replace"],
        check=True,
    )  # fmt: skip
    answers.wait_for(port, LONGEST_WAIT_SECONDS)
    return time.monotonic() - start


def rest(name):
    """Waits until the change is kept, so that the next one does not wait for it."""
    for _ in range(600):
        command = ["supervisord-ec", "status", name, "--json"]
        text = subprocess.run(command, capture_output=True, check=False).stdout
        report = json.loads(text)["services"][0]
        if report["state"] == "good" and not report["generation"]["trial"]:
            return
        time.sleep(0.1)
    raise SystemExit(f"the service does not come to rest: {report}")


def main():
    rounds, name, unit = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    ours, hand, began = [], [], []
    for number in range(rounds):
        start, waited = through_us(name, 9000 + number)
        if waited is None:
            raise SystemExit(f"round {number}: the new port never answered")
        began.append(start)
        ours.append(waited)
        rest(name)
        hand.append(by_hand(unit, 9300 + number))
    print(json.dumps({"ours": ours, "hand": hand, "began": began}))


if __name__ == "__main__":
    main()
