"""How fast the planner decides: a Swift program, built for release, without a container."""

import json
import subprocess

import figures
import programs

SECTION = "Planner"
# In microseconds, with one service.
DECISION_AIM = 10


def measure(figures_, rounds):
    """Builds Benchmarks/PlannerBenchmark and runs it."""
    output = subprocess.run([programs.built("PlannerBenchmark"), str(rounds)], check=True,
                            capture_output=True, text=True).stdout  # fmt: skip
    for line in output.splitlines():
        entry = json.loads(line)
        aim = DECISION_AIM if entry["unit"] == "µs" else None
        figures_.add(SECTION, entry["what"], figures.OURS, entry["unit"], entry["values"], aim)
