"""One fault in one system call of ours: what the calls of a change are, and how one is made to fail.

strace(1) makes the Nth call of one kind fail or kills the process before it. `stage` and `prepare`
run under it from their start; the daemon is held by it for the time of a change.
"""

import json
import pathlib
import re

from faults import DAEMON, UNITS, daemon_pid

HERE = pathlib.Path(__file__).parent
# Where helper and tracer leave the orders and what was recorded; the user of ours may write there.
FOLDER = "/var/lib/injection"
SCRIPT = "/usr/local/libexec/injection"
HELPERS = ("stage", "prepare")

# The calls that change something on a disk, and open(2), which makes files and reads them.
CALLS = """
    openat write fsync fchmod chmod rename renameat renameat2 link linkat symlink symlinkat
    unlink unlinkat mkdir mkdirat rmdir
""".split()
OURS = ("/var/lib/supervisord-ec", "/run/supervisord-ec", "/etc/supervisord-ec")

KILL = "SIGKILL"
MAKING = ["EACCES", "EDQUOT", "EIO", "ENOSPC", "EROFS"]
# What the manual page of each call lets it answer; a killed process is possible anywhere.
ERRORS = {
    "openat": ["EMFILE", *MAKING],
    "write": ["EDQUOT", "EIO", "ENOSPC"],
    "fsync": ["EDQUOT", "EIO", "ENOSPC", "EROFS"],
    "fchmod": ["EIO", "EROFS"],
    "chmod": ["EACCES", "EIO", "EROFS"],
    "rename": MAKING,
    "symlink": MAKING,
    "link": MAKING,
    "mkdir": MAKING,
    "unlink": ["EACCES", "EIO", "EROFS"],
    "rmdir": ["EACCES", "EIO", "EROFS"],
}
FAULTS = [KILL, "EACCES", "EDQUOT", "EIO", "EMFILE", "ENOSPC", "EROFS"]

# The sandbox of stage@ and prepare@ with what strace needs: ptrace(2) is not in @system-service,
# the script and the record lie in FOLDER, and the status comes from a child of the main process. Our
# processes let nobody look into their memory (PR_SET_DUMPABLE), where the names of files are.
HELPER_DROP_IN = f"""[Service]
AmbientCapabilities=CAP_SYS_PTRACE
CapabilityBoundingSet=CAP_SYS_PTRACE
PrivateUsers=no
ExecStart=
ExecStart=/bin/sh {SCRIPT} %s %%i
NotifyAccess=all
ReadWritePaths={FOLDER}
SystemCallFilter=
"""
# An order counts for one run: the next try of the daemon is not disturbed.
HELPER_SCRIPT = f"""\
order={FOLDER}/$1.order
if mv $order $order.taken 2>/dev/null; then
    exec strace -f -q -y -s 0 -o {FOLDER}/$1.log $(cat $order.taken) supervisord-ec "$1" "$2"
fi
exec supervisord-ec "$1" "$2"
"""


def install(machine):
    """Puts strace between systemd and the helpers, and starts a killed daemon at once."""
    machine.run(f"mkdir -p {FOLDER} && chown supervisord-ec: {FOLDER}")
    machine.write_file(SCRIPT, HELPER_SCRIPT)
    for helper in HELPERS:
        machine.write_file(
            f"{UNITS}/supervisord-ec-{helper}@.service.d/injection.conf", HELPER_DROP_IN % helper
        )
    machine.write_file(f"{UNITS}/{DAEMON}.d/injection.conf", "[Service]\nRestartSec=100ms\n")
    # More restarts of nginx in a minute than any administrator's.
    machine.write_file(f"{UNITS}/nginx.service.d/injection.conf", "[Unit]\nStartLimitIntervalSec=0\n")
    for tool in ("integrity.py", "load.py"):
        machine.write_file(f"/usr/local/libexec/{tool}", (HERE / tool).read_text())
    machine.systemctl("daemon-reload")


class Point:
    """The Nth call of one kind in one process of a change."""

    def __init__(self, process, call, number, what):
        self.process = process
        self.call = call
        self.number = number
        # What the call was about, with numbers of generations and processes left out.
        self.what = what
        # A call like it comes before and after: killed here too, but it fails no other way.
        self.is_repeated = False

    @property
    def faults(self):
        """What can happen here."""
        if self.is_repeated:
            return [KILL]
        if not self.makes and self.call == "openat":
            return [KILL, "EACCES", "EIO", "EMFILE"]
        kind = re.sub("(at|at2)$", "", self.call) if self.call != "openat" else "openat"
        return [KILL, *ERRORS[kind]]

    @property
    def makes(self):
        """Whether something on a disk changes here; else the call only reads."""
        return self.call != "openat" or self.what.endswith("(new)")

    def order(self, fault):
        """What strace is told."""
        how = "signal=KILL" if fault == KILL else f"error={fault}"
        return f"-e trace={','.join(CALLS)} -e inject={self.call}:{how}:when={self.number}"

    def __repr__(self):
        return f"{self.process}: {self.call} {self.number}: {self.what}"


def points(process, log):
    """The points of a recorded run, in their order."""
    counts = dict.fromkeys(CALLS, 0)
    found = []
    for line in log.splitlines():
        match = re.match(r"(?:\[pid )?\d*\]? *(\w+)\((.*)\) += ", line)
        if not match or match[1] not in counts:
            continue
        call, arguments = match.groups()
        counts[call] += 1
        paths = [path for path in re.findall(r'[<"](/[^>"]*)[>"]', arguments)
                 if path.startswith(OURS)]  # fmt: skip
        if not paths or ('"' in arguments and "ENOENT" in line and call != "openat"):
            continue
        what = normal(paths[-1]) + (" (new)" if "O_CREAT" in arguments else "")
        found.append(Point(process, call, counts[call], what))
    return found


def normal(path):
    """A path without what differs from run to run."""
    path = path.replace("/var/lib/supervisord-ec/", "")
    path = re.sub(r"\b\d{6}\b", "N", path)
    path = re.sub(r"\.\d+\.tmp$", ".tmp", path)
    return re.sub(r"requests/\.?[0-9a-zA-Z-]{8,}", "requests/ID", path)


def thinned(points, most):
    """Reads of one file come again at every look: at most so many of them, evenly spread.

    Writes are all kept; between the first and the last of one kind they are `is_repeated`.
    """
    kinds = {}
    for point in points:
        kinds.setdefault((point.call, point.what), []).append(point)
    kept = []
    for same in kinds.values():
        if same[0].makes:
            for point in same[1:-1]:
                point.is_repeated = True
            kept += same
        elif most:
            step = max(1, len(same) // most)
            kept += same[::step][:most]
    return sorted(kept, key=points.index)


class Tracer:
    """strace around one process of a change: gives orders to it, and reads what it recorded."""

    def __init__(self, service, process):
        self.service = service
        self.machine = service.machine
        self.process = process
        self.log = f"{FOLDER}/{process}.log"

    def arm(self, order=""):
        """From now on: the helper's next run, or the daemon as it is."""
        self.machine.run(f"rm -f {self.log} {FOLDER}/*.order {FOLDER}/*.taken")
        order = order or f"-e trace={','.join(CALLS)}"
        if self.process in HELPERS:
            self.machine.write_file(f"{FOLDER}/{self.process}.order", order)
            return
        pid = daemon_pid(self.service)
        self.machine.background(
            "injection-tracer", f"exec strace -f -q -y -s 0 -p {pid} -o {self.log} {order}"
        )
        self.machine.wait_until(
            lambda: "TracerPid:\t0\n" not in self.machine.read_file(f"/proc/{pid}/status"),
            "strace holds the daemon")  # fmt: skip

    def disarm(self):
        """Lets go; what was recorded."""
        self.machine.run(f"rm -f {FOLDER}/*.order")
        self.machine.systemctl("stop", "injection-tracer", check=False)
        return self.machine.run(["cat", self.log], check=False).stdout

    @staticmethod
    def was_hit(log):
        """Whether the fault came; else the process did not get so far."""
        return "(INJECTED)" in log or "+++ killed by SIGKILL +++" in log


def look(machine):
    """One look of integrity.py."""
    return json.loads(machine.run(["python3", "/usr/local/libexec/integrity.py"]).stdout)
