"""Many changes of settings: is the last one in force, and how many actions did that take?

A burst keeps a processor busy, so each subject has its own; the slow series run beside each other.
"""

import concurrent.futures

import figures
import host

SECTION = "Many changes"
BURST = ("200 changes in 2 s", 200, 0.01)
SERIES = ("20 changes 1.5 s apart", 20, 1.5)
DOCUMENTED = "path unit"
UNLIMITED = "path unit, StartLimitIntervalSec=0"

# As systemd.path(5) and Debian's manuals show it.
PATH = """\
[Unit]
{limit}
[Path]
PathChanged=/etc/beside/{name}/listen.conf
[Install]
WantedBy=multi-user.target
"""
ACTION = """\
[Unit]
{limit}
[Service]
Type=oneshot
ExecStart=/usr/bin/systemctl reload {name}.service
"""
BESIDE = {
    DOCUMENTED: ("beside-path", 9500, ""),
    UNLIMITED: ("beside-unlimited", 9501, "StartLimitIntervalSec=0"),
}


def measure(figures_, deb, rounds):
    """Bursts and slow series on each subject, in one container."""
    with host.Host("changes", deb) as bench:
        for name, port, limit in BESIDE.values():
            bench.start_beside(name, port)
            folder = "/etc/systemd/system"
            bench.machine.write_file(f"{folder}/{name}-reload.path", PATH.format(name=name, limit=limit))
            bench.machine.write_file(
                f"{folder}/{name}-reload.service", ACTION.format(name=name, limit=limit)
            )
        bench.machine.systemctl("daemon-reload")
        counter = iter(range(100))
        for change, times in ((BURST, rounds), (SERIES, max(1, rounds // 2))):
            results = {}
            for turn in range(times):
                for subject, result in one_round(bench, change, turn, 9700 + next(counter)).items():
                    results.setdefault(subject, []).append(result)
            record(figures_, change[0], results)


def one_round(bench, change, turn, last):
    """Edits for every subject; what each made of it."""
    machine = bench.machine
    for name, _, _ in BESIDE.values():
        # A path unit that gave up in the round before gets a new chance.
        machine.systemctl("reset-failed", check=False)
        machine.systemctl("restart", name, f"{name}-reload.path")
    bench.story.wait_until_good(60)
    units = {figures.OURS: "nginx.service"}
    units |= {subject: f"{name}.service" for subject, (name, _, _) in BESIDE.items()}
    before = {subject: bench.reloads(unit) for subject, unit in units.items()}
    generation = bench.generations()
    first = "rename" if turn % 2 else "in-place"

    def edit(subject):
        _, count, pause = change
        if subject == figures.OURS:
            path, template = bench.story.drop_in("50-bench"), "[channels.console]\\nhttps_port = @\\n"
        else:
            path = f"/etc/beside/{BESIDE[subject][0]}/listen.conf"
            template = "listen @ ssl;\\nlisten [::]:@ ssl;\\n"
        # Each has ports of its own: all of them run on one host.
        shift = {figures.OURS: 0, DOCUMENTED: 1000, UNLIMITED: 2000}[subject]
        return bench.inside(
            "edit_often", path, str(count), str(pause), first, template, str(last), str(shift)
        )

    workers = 1 if change is BURST else len(units)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        answers = dict(zip(units, pool.map(edit, units)))
    bench.story.wait_until_good(60)
    return {
        subject: {
            "waited": answers[subject]["waited"],
            "edited": answers[subject]["edited"],
            "actions": bench.reloads(unit) - before[subject],
            "active": machine.is_active(unit),
            "generations": bench.generations() - generation if subject == figures.OURS else None,
        }
        for subject, unit in units.items()
    }


def record(figures_, change, results):
    """Lost changes count as 1, kept ones as 0, so that every figure is better if smaller."""
    for subject, rounds in results.items():
        aim = 0 if subject == figures.OURS else None
        lost = [r["waited"] is None for r in rounds]
        figures_.add(SECTION, f"{change}: last one not in force", subject, "of 1", lost, aim)
        figures_.add(SECTION, f"{change}: unit not active", subject, "of 1",
                     [not r["active"] for r in rounds], aim)  # fmt: skip
        figures_.add(SECTION, f"{change}: reloads and restarts", subject, "times",
                     [r["actions"] for r in rounds])  # fmt: skip
        if subject == figures.OURS:
            figures_.add(SECTION, f"{change}: generations", subject, "times",
                         [r["generations"] for r in rounds])  # fmt: skip
        waited = [r["waited"] for r in rounds if r["waited"] is not None]
        if waited:
            figures_.add(SECTION, f"{change}: from the last change to its port", subject, "s", waited)
