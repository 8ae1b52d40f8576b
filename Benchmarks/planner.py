"""How fast the planner decides: a Swift program, built for release, without a container."""

import json
import os
import pwd
import subprocess

import figures
import root

SECTION = "Planner"
# In microseconds, with one service.
DECISION_AIM = 10


def measure(figures_, rounds):
    """Builds Benchmarks/PlannerBenchmark as the owner of the tree and runs it."""
    found = subprocess.run(["packaging/find-swift"], cwd=root.PROJECT, check=True,
                           capture_output=True, text=True).stdout.strip()  # fmt: skip
    scratch = root.PROJECT / "out" / "bench-build"
    command = [f"{found}/swift", "build", "--quiet", "--configuration", "release",
               "--static-swift-stdlib", "--scratch-path", str(scratch), "--product",
               "PlannerBenchmark"]  # fmt: skip
    owner = pwd.getpwuid(os.stat(root.PROJECT).st_uid).pw_name
    if os.geteuid() == 0 and owner != "root":
        command = ["sudo", "-H", "-u", owner, "--", *command]
    subprocess.run(command, cwd=root.PROJECT, check=True)
    output = subprocess.run([scratch / "release" / "PlannerBenchmark", str(rounds)], check=True,
                            capture_output=True, text=True).stdout  # fmt: skip
    for line in output.splitlines():
        entry = json.loads(line)
        aim = DECISION_AIM if entry["unit"] == "µs" else None
        figures_.add(SECTION, entry["what"], figures.OURS, entry["unit"], entry["values"], aim)
