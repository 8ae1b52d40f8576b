"""The daemon at rest with 1, 50 and 1,000 services; certmonger with as many certificates beside it.

Only the first service is adopted by the command. The others are copies of its record, its settings
and its state under other names, each with a dummy unit (`oneshot`, remaining after exit); they name the
same ports, so all of them are probed and found good. certmonger's first request is made by its own
command; the others are copies of its record with certificates and keys of their own names.
"""

import json
import time

import figures
import host
import story

SECTION = "At rest"
CERTMONGER = "certmonger"
COUNTS = (1, 50, 1000)
REST_SECONDS = 60
# Nothing on a processor for so long is rest.
QUIET_SECONDS = 15
LONGEST_START = 900
# In MiB, by the number of services.
RESIDENT_AIMS = {1: 16, 1000: 25}
ANONYMOUS_AIMS = {1: 3}

DUMMY = """\
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
"""
PREPARATION = """\
[Unit]
Wants=supervisord-ec-prepare@%p.service
After=supervisord-ec-prepare@%p.service
"""
COPY_SERVICES = """
import json, pathlib, shutil, sys
name, count = sys.argv[1], int(sys.argv[2])
adopted, settings = pathlib.Path("/etc/supervisord-ec/adopted"), pathlib.Path(sys.argv[3])
state = pathlib.Path(sys.argv[4])
record = json.loads((adopted / f"{name}.json").read_text())
text = (settings / f"{name}.toml").read_text()
for number in range(1, count):
    copy = f"dummy-{number:04}"
    inner = record["value"] if "value" in record else record
    inner["name"], inner["unit"], inner["links"] = copy, f"{copy}.service", []
    (adopted / f"{copy}.json").write_text(json.dumps(record))
    (settings / f"{copy}.toml").write_text(text.replace("nginx.service", f"{copy}.service"))
    (settings / f"{copy}.toml.d").mkdir(exist_ok=True)
    pathlib.Path(f"/etc/systemd/system/{copy}.service").write_text(sys.argv[5])
    shutil.copytree(state / name, state / copy, symlinks=True, dirs_exist_ok=True)
"""
COUNT_STATES = """
import collections, json, pathlib
reports = (json.loads(p.read_text()) for p in pathlib.Path("/run/supervisord-ec").glob("*.json"))
print(json.dumps(collections.Counter(report["state"] for report in reports)))
"""
COPY_REQUESTS = """
import pathlib, shutil, sys
count = int(sys.argv[1])
requests, certificates = pathlib.Path("/var/lib/certmonger/requests"), pathlib.Path("/etc/pki-bench")
first = next(requests.iterdir())
text = first.read_text()
for number in range(1, count):
    name = f"c{number:04}"
    for suffix in ("pem", "key"):
        shutil.copy(certificates / f"c0000.{suffix}", certificates / f"{name}.{suffix}")
    (requests / f"{first.name}-{number}").write_text(text.replace("c0000", name))
"""


def measure(figures_, deb, counts=COUNTS, seconds=REST_SECONDS):
    """A container for each number of services."""
    for count in counts:
        with host.Host(f"rest-{count}", deb) as bench:
            start_ours(figures_, bench, count)
            start_certmonger(figures_, bench, count)
            # Both at once, as neither has anything to do with the other.
            kinds = ((figures.OURS, "supervisord-ec", "service"), (CERTMONGER,) * 2 + ("certificate",))
            pids = [bench.machine.property(unit, "MainPID") for _, unit, _ in kinds]
            for pid in pids:
                wait_for_rest(bench.machine, pid)
            found = bench.inside("rest", ",".join(pids), str(seconds))
            for (subject, _, what), rest in zip(kinds, found):
                suffix = f"{count:,} {what}{'s' if count > 1 else ''}"
                record(figures_, subject, suffix, rest, count if subject == figures.OURS else None)


def start_ours(figures_, bench, count):
    """From a start of the daemon with all services until all are good."""
    machine, unit = bench.machine, "supervisord-ec.service"
    machine.systemctl("stop", unit)
    if count > 1:
        copy_services(bench, count)
    began = time.monotonic()
    machine.systemctl("start", unit)
    entered = int(machine.property(unit, "ActiveEnterTimestampMonotonic"))
    ready = (entered - int(machine.property(unit, "InactiveExitTimestampMonotonic"))) / 1e6
    good = lambda: states(machine).get("good") == count  # noqa: E731
    machine.wait_until(good, f"{count} services are good", LONGEST_START)
    settled = time.monotonic() - began
    suffix = f"{count:,} service{'s' if count > 1 else ''}"
    figures_.add(SECTION, f"start until ready, {suffix}", figures.OURS, "s", [ready])
    figures_.add(SECTION, f"start until all are probed and good, {suffix}", figures.OURS, "s", [settled])


def copy_services(bench, count):
    """Adopted copies of the console with dummy units, all of them started."""
    machine, name = bench.machine, bench.story.name
    machine.run(["python3", "-c", COPY_SERVICES, name, str(count), story.SETTINGS, story.STATE, DUMMY])
    machine.run(f"chown -hR supervisord-ec: {story.STATE}/dummy-*")
    machine.systemctl("daemon-reload")
    machine.run("cd /etc/systemd/system && systemctl start dummy-*.service", timeout=600)
    # Only now: else preparation would run for each of them.
    machine.write_file("/etc/systemd/system/dummy-.service.d/50-supervisord-ec.conf", PREPARATION)
    machine.systemctl("daemon-reload")


def states(machine):
    """How many services are in each state, by the files that `status` reads."""
    text = machine.run(["python3", "-c", COUNT_STATES]).stdout
    return json.loads(text)


def wait_for_rest(machine, pid):
    """Until the process used no processor for a while."""

    def used():
        return machine.run(f"cut -d' ' -f1 /proc/{pid}/schedstat").text

    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        before = used()
        time.sleep(QUIET_SECONDS)
        if int(used()) - int(before) < 1_000_000:
            return
    print(f"  process {pid} does not come to rest")


def start_certmonger(figures_, bench, count):
    """certmonger with as many self-signed certificates, all of them watched."""
    machine = bench.machine
    machine.run("mkdir -p /etc/pki-bench")
    machine.systemctl("start", CERTMONGER)
    machine.run(
        "getcert request -w -c SelfSign -I c0000 -k /etc/pki-bench/c0000.key"
        " -f /etc/pki-bench/c0000.pem -N CN=c0000"
    )
    machine.systemctl("stop", CERTMONGER)
    machine.run(["python3", "-c", COPY_REQUESTS, str(count)])
    began = time.monotonic()
    machine.systemctl("start", CERTMONGER)
    watched = lambda: machine.run(  # noqa: E731
        "getcert list | grep -c 'status: MONITORING'", check=False
    ).text == str(count)
    machine.wait_until(watched, f"certmonger watches {count}", LONGEST_START)
    settled = time.monotonic() - began
    suffix = f"{count:,} certificate{'s' if count > 1 else ''}"
    figures_.add(SECTION, f"start until all are watched, {suffix}", CERTMONGER, "s", [settled])


def record(figures_, subject, suffix, rest, count):
    """What the process holds and does at rest."""
    mebibytes = {key: rest[key] / 1024 for key in ("resident", "anonymous", "files", "proportional")}
    figures_.add(SECTION, f"resident memory, {suffix}", subject, "MiB", [mebibytes["resident"]],
                 RESIDENT_AIMS.get(count))  # fmt: skip
    figures_.add(SECTION, f"anonymous memory, {suffix}", subject, "MiB", [mebibytes["anonymous"]],
                 ANONYMOUS_AIMS.get(count))  # fmt: skip
    figures_.add(SECTION, f"memory of files, {suffix}", subject, "MiB", [mebibytes["files"]])
    figures_.add(SECTION, f"proportional memory, {suffix}", subject, "MiB", [mebibytes["proportional"]])
    figures_.add(SECTION, f"threads, {suffix}", subject, "threads", [rest["threads"]],
                 1 if count else None)  # fmt: skip
    figures_.add(SECTION, f"voluntary context switches, {suffix}", subject, "a minute",
                 [rest["voluntary"]])  # fmt: skip
    figures_.add(SECTION, f"processor at rest, {suffix}", subject, "s an hour", [rest["processor"]])
