"""A new certificate under load: what do clients see that open a new TLS connection per request?"""

import json
import re
import time

import figures
import host

SECTION = "A new certificate under load"
KINDS = ("refused connections", "failed handshakes", "other errors")
# The load of wrk is closed: two connections at a time, each for one request.
WRK = "wrk --threads 1 --connections 2 --timeout 10s --header 'Connection: close'"
BARE = "beside-bare"
BARE_PORT = 9500
RELOAD, RESTART = "systemctl reload", "systemctl restart"


def measure(figures_, deb, rounds):
    """`certificate renew`, then plain reload and plain restart with a new certificate, each often."""
    with host.Host("certificate", deb) as bench:
        bench.start_beside(BARE, BARE_PORT)
        subjects = {
            figures.OURS: (8383, lambda: bench.story.ec("certificate", "renew", bench.story.name)),
            RELOAD: (BARE_PORT, lambda: by_hand(bench, "reload")),
            RESTART: (BARE_PORT, lambda: by_hand(bench, "restart")),
        }
        for subject, (port, renew) in subjects.items():
            record(figures_, subject, *under_load(bench, port, renew, rounds))


def by_hand(bench, verb):
    """What an administrator's script does: a new certificate in the place of the old one."""
    folder = f"/etc/beside/{BARE}"
    bench.machine.run(
        host.new_certificate(folder)
        + f" && mv {folder}/k.pem {folder}/key.pem && mv {folder}/n.pem {folder}/chain.pem"
        + f" && systemctl {verb} {BARE}"
    )


def under_load(bench, port, renew, rounds):
    """Renews `rounds` times; the seconds of each, and what both loads counted in all of them."""
    machine, seconds, stale = bench.machine, [], 0
    report = "/var/tmp/load.json"
    url = f"https://127.0.0.1:{port}/"
    machine.run(f"rm -f {report} /var/tmp/wrk.txt")
    machine.background("bench-load", f"exec python3 {host.INSIDE}/tls_load.py {port} {report}")
    machine.background("bench-wrk", f"exec {WRK} --duration 1h {url} >/var/tmp/wrk.txt 2>&1")
    before = machine.tls_sha256(port)
    for _ in range(rounds):
        start = time.monotonic()
        renew()
        seconds.append(time.monotonic() - start)
        now = machine.wait_until(lambda: machine.tls_sha256(port), "the port answers")
        stale += now == before
        before = now
    # wrk prints what it counted when it is interrupted.
    machine.systemctl("kill", "--signal=INT", "bench-wrk")
    machine.wait_until(lambda: "Requests/sec" in machine.read_file("/var/tmp/wrk.txt"), "wrk ends")
    machine.systemctl("kill", "--signal=TERM", "bench-load")
    machine.wait_until(lambda: machine.exists(report), "the load ends")
    machine.wait_until(lambda: not machine.is_active("bench-load"), "the load ends")
    return seconds, stale, json.loads(machine.read_file(report)), machine.read_file("/var/tmp/wrk.txt")


def record(figures_, subject, seconds, stale, counts, wrk):
    """Sums over all rounds."""
    rounds = f"{len(seconds)} new certificates"
    aim = 0 if subject == figures.OURS else None
    for kind in KINDS:
        figures_.add(SECTION, f"{rounds}: {kind}", subject, "in all", [counts.get(kind, 0)], aim)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", wrk)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", wrk)
    names = ("connect and handshake", "read", "write", "timeout")
    numbers = errors.groups() if errors else ("0",) * len(names)
    for name, number in [*zip(names, numbers), ("bad status", bad.group(1) if bad else "0")]:
        figures_.add(SECTION, f"{rounds}: {name} errors of wrk", subject, "in all", [int(number)], aim)
    asked = int(re.search(r"(\d+) requests in", wrk).group(1)) + counts.get("requests", 0)
    figures_.add(SECTION, f"{rounds}: requests answered", subject, "in all", [asked])
    figures_.add(SECTION, f"{rounds}: old one served afterwards", subject, "in all", [stale], aim)
    figures_.add(SECTION, "a new certificate, from the command to its end", subject, "s", seconds)
