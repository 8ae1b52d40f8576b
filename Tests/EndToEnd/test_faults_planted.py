"""Something else lies where we read or write: nothing of others is touched, and the daemon lives on."""

import pytest

from faults import DAEMON, daemon_pid, move_remote_control, stays, wait_for_remote_control
from story import SETTINGS, STATE

HOME = f"{STATE}/console"
RUN = "/run/supervisord-ec"
# The daemon could write to it, so that no sandbox hides a write through a link.
CANARY = f"{STATE}/canary"
MOST_MEMORY_KIB = 64 * 1024

KINDS = {
    "link": f"ln -s {CANARY} {{path}}",
    "FIFO": "mkfifo -m 666 {path}",
    "directory": "mkdir -p {path}/inner",
    "1 GB": "truncate --size=1G {path}",
}
PLACES = {
    "state": f"{HOME}/state.json",
    "calendar": f"{HOME}/calendar.json",
    "lock": f"{HOME}/lock",
    "candidate": f"{HOME}/candidate",
    "current": f"{HOME}/current",
    "key": f"{HOME}/current/key.pem",
    "manifest": f"{HOME}/current/manifest.json",
    "ratchet": f"{STATE}/units/nginx.service.json",
    "record": "/etc/supervisord-ec/adopted/console.json",
    "status": f"{RUN}/console.json",
    "request": f"{RUN}/requests/planted.json",
    "reply": f"{RUN}/requests/planted.reply.json",
    "drop-in": f"{SETTINGS}/console.toml.d/90-set.toml",
}


@pytest.fixture
def canary(service):
    machine = service.machine
    machine.run(f"echo untouched > {CANARY} && chown supervisord-ec: {CANARY}")
    yield
    assert machine.read_file(CANARY) == "untouched\n"
    machine.run(["rm", CANARY])


def ticks(machine, pid):
    fields = machine.read_file(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_planted(service, canary, place, kind):
    machine, path = service.machine, PLACES[place]
    pid = daemon_pid(service)
    real = machine.run(f"readlink -f $(dirname {path})").text + "/" + path.rpartition("/")[2]
    existed = machine.exists(real)
    if existed:
        machine.run(f"mv {real} /root/kept")
    machine.run(KINDS[kind].format(path=real) + f"; chown -h supervisord-ec: {real}")
    try:
        move_remote_control(service, 8444)
        machine.run("sleep 1.5")
        before = ticks(machine, pid); j=len(machine.journal(lines=5000).splitlines())
        machine.run("sleep 2")
        print(place, kind, "ticks", ticks(machine, pid) - before, "journal", len(machine.journal(lines=5000).splitlines())-j, "port", bool(machine.tls_sha256(8444)))
        r = service.ec("status", "console", "--json", check=False)
        import json
        try:
            r=json.loads(r.stdout)["services"][0]; print("   ", r["state"], r["generation"], [n["code"]+": "+n["text"][:200] for n in r["notices"]])
        except Exception as e: print("   ", repr(r)[:400])
        assert daemon_pid(service) == pid
        peak = machine.run(f"grep VmHWM /proc/{pid}/status").text.split()[1]
        assert int(peak) < MOST_MEMORY_KIB, peak
        assert machine.https(8383).status == 200
        print("    KIND NOW", machine.run(f"stat -c '%F %s %U' {real}",check=False).text)
    finally:
        if existed:
            machine.run(f"rm -rf {real}; mv /root/kept {real}")
        else: machine.run(f"rm -rf {real}")
    wait_for_remote_control(service, 8444)
    assert machine.invocation("nginx") == service.invocation
