"""Figures: what was measured, how often, and how they are shown. A loss is a line like any other."""

import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

OURS = "supervisord-ec"


class Figure:
    """One thing measured on one subject, once or in many rounds."""

    def __init__(self, section, what, subject, unit, values, aim=None):
        self.section = section
        self.what = what
        self.subject = subject
        self.unit = unit
        self.values = [float(value) for value in values]
        self.aim = aim
        # How busy the machine was: what was measured beside other work says less.
        self.load = round(os.getloadavg()[0], 1)

    @property
    def median(self):
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def is_met(self):
        """Whether the aim is met by the median; None without one."""
        return None if self.aim is None else self.median <= self.aim

    def as_json(self):
        """For out/bench.json."""
        return {
            "section": self.section, "what": self.what, "subject": self.subject,
            "unit": self.unit, "rounds": len(self.values), "median": self.median,
            "min": min(self.values), "max": max(self.values), "aim": self.aim,
            "met": self.is_met, "load": self.load, "values": self.values,
        }  # fmt: skip


class Figures:
    """All figures of one run, in the order in which they were taken."""

    def __init__(self):
        self.all = []

    def add(self, section, what, subject, unit, values, aim=None):
        """Takes a figure in and shows it at once."""
        figure = Figure(section, what, subject, unit, list(values), aim)
        self.all.append(figure)
        print(f"  {what}, {subject}: {shown(figure.median)} {unit}", flush=True)
        return figure

    def ratio(self, section, what, over, under, aim=None):
        """Round by round, how much larger `over` is than `under`."""
        pairs = zip(over.values, under.values)
        return self.add(section, what, f"{over.subject} : {under.subject}", "times",
                        [a / b for a, b in pairs if b], aim)  # fmt: skip

    def table(self):
        """Every figure as a table in Markdown."""
        head = ("what", "subject", "rounds", "median", "min", "max", "unit", "aim", "load")
        lines = []
        section = None
        for figure in self.all:
            if figure.section != section:
                section = figure.section
                lines += ["", f"### {section}", "", row(head), row(["---"] * len(head))]
            aim = "" if figure.aim is None else f"≤ {shown(figure.aim)}, "
            aim += {None: "", True: "met", False: "**missed**"}[figure.is_met]
            values = [figure.median, min(figure.values), max(figure.values)]
            lines.append(row([figure.what, figure.subject, str(len(figure.values)),
                              *map(shown, values), figure.unit, aim,
                              str(figure.load)]))  # fmt: skip
        return "\n".join(lines).strip() + "\n"

    def report(self, package):
        """The finished section in Markdown: on what, when, then every figure."""
        on = machine()
        head = (
            f"supervisord-ec {package} on {on['cores']} cores of {on['processor']}, Linux {on['kernel']},"
            f" {now()}. `load` is the machine's load average while a figure was taken."
        )
        return f"{head}\n\n{self.table()}"

    def write(self, path, package):
        """Leaves the figures where programs find them, and as Markdown beside."""
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".md").write_text(self.report(package), encoding="utf-8")
        record = {"taken": now(), "package": package, "machine": machine()}
        record["figures"] = [figure.as_json() for figure in self.all]
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def row(cells):
    """A row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def shown(number):
    """Three digits that count; whole numbers whole."""
    if number == int(number) or abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) < 100 else f"{number:.0f}"


def now():
    """The moment, in UTC."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def machine():
    """What the figures depend on."""
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return {
        "processor": model, "cores": os.cpu_count(), "kernel": platform.release(),
        "load": [round(load, 1) for load in os.getloadavg()],
    }  # fmt: skip


def version_of(deb):
    """The version of a package file."""
    command = ["dpkg-deb", "--field", str(deb), "Version"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
