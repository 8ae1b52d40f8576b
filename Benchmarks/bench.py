"""Takes the section "Figures" of docs/reliability.md: `sudo make bench`; a part: `… ONLY=rest`.

Nothing fails for a figure; one that misses its aim is printed like one that meets it.
"""

import argparse
import time

import figures
import host  # first of those that need the path of the tests' modules
import at_rest
import certificate
import certificates
import changes
import followed
import in_trouble
import planner
import port_change

PARTS = {
    "planner": lambda all_, deb: planner.measure(all_, rounds=20),
    "port": lambda all_, deb: port_change.measure(all_, deb, rounds=30),
    "changes": lambda all_, deb: changes.measure(all_, deb, rounds=2),
    "certificate": lambda all_, deb: certificate.measure(all_, deb, rounds=50),
    "certificates": lambda all_, deb: certificates.measure(all_, deb, rounds=100, count=1000),
    "followed": lambda all_, deb: followed.measure(all_, deb, rounds=30),
    "trouble": in_trouble.measure,
    "rest": at_rest.measure,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all by default")
    parser.add_argument("--deb", help="the package to measure; the newest in out/ by default")
    arguments = parser.parse_args()
    out = host.root.PROJECT / "out"
    found = sorted(out.glob("supervisord-ec_*.deb"), key=lambda path: path.stat().st_mtime)
    if not arguments.deb and not found:
        parser.exit(1, "no package in out/: run make deb\n")
    deb = arguments.deb or found[-1]
    host.containers.clean_up_on_sigterm()
    all_ = figures.Figures()
    for part in arguments.parts or PARTS:
        print(f"== {part}", flush=True)
        start = time.monotonic()
        PARTS[part](all_, deb)
        print(f"   took {time.monotonic() - start:.0f} s", flush=True)
    report = out / "bench.json"
    version = figures.version_of(deb)
    all_.write(report, version)
    host.root.give_to_caller(report, report.with_suffix(".md"))
    print(f"\n{all_.report(version)}\nas Markdown and JSON: {report.with_suffix('.md')}, {report}")


if __name__ == "__main__":
    main()
