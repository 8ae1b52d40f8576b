"""Fifty services, 48 of them in trouble: what the daemon costs then, and how long a good one waits."""

import time

import figures
import host  # first of those that need the path of the tests' modules
import many
import story

SECTION = "Fifty services, 48 in trouble"
COUNT = 50
SECONDS = 60
# Before the back-off of most has grown; each kind has shown its trouble.
WARM_UP_SECONDS = 30
# Of one processor.
PROCESSOR_AIM = 1
PORTS = range(8500, 8510)


def measure(figures_, deb):
    """The daemon's share of a processor, then changes of the good service."""
    with host.Host("trouble", deb) as bench:
        machine = bench.machine
        many.add_second(machine)
        names = many.add_dummies(machine, COUNT - 2)
        one = story.Story(machine)
        one.name = names[-1]
        one.wait_for("the last one is looked at", lambda report: report["state"] != "good", 300)
        time.sleep(WARM_UP_SECONDS)
        pid = machine.property("supervisord-ec.service", "MainPID")
        rest = bench.inside("rest", pid, str(SECONDS))
        figures_.add(SECTION, "processor of the daemon", figures.OURS, "%",
                     [rest["processor"] / 36], PROCESSOR_AIM)  # fmt: skip
        manager = bench.inside("rest", "1", str(SECONDS // 2))
        figures_.add(SECTION, "processor of PID 1, the flapping units included", "systemd", "%",
                     [manager["processor"] / 36])  # fmt: skip
        figures_.add(SECTION, "resident memory", figures.OURS, "MiB", [rest["resident"] / 1024])
        waited = []
        for port in PORTS:
            start = time.monotonic()
            bench.story.set("channels.console.https_port", str(port))
            # HTTP is not closed yet, so it has two ports.
            bench.story.wait_for(f"console on {port}", lambda report: serves(report, port))
            waited.append(time.monotonic() - start)
        figures_.add(SECTION, "a port change of the good one, from the command to its commit",
                     figures.OURS, "s", waited)  # fmt: skip


def serves(report, port):
    """Whether the console is on a port for good."""
    return (
        port in report["channels"][0]["ports"]
        and report["state"] == "good"
        and not report["generation"]["trial"]
    )
