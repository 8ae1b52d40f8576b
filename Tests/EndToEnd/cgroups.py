"""A control group of its own for a container, on a host whose PID 1 is not systemd.

Without it all containers of such a host would share one, and stop each other's services.
"""

import os
import pathlib


def hierarchies():
    """Mount points that systemd in a container needs: version 2, and version 1 `name=systemd`."""
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options):
            found.append(pathlib.Path(before.split()[4]))
    return found


class Place:
    """One named control group in each hierarchy."""

    def __init__(self, name):
        self._name = name

    def enter(self):
        """Moves the calling process in; called between fork and exec."""
        places = hierarchies()
        if not places:
            raise RuntimeError("no cgroup2 is mounted: mount -t cgroup2 cgroup2 /sys/fs/cgroup")
        for place in places:
            folder = place / self._name
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.procs").write_text("0")

    def remove(self):
        """Removes the groups, which are empty once the container has ended."""
        for place in hierarchies():
            for folder, _, _ in os.walk(place / self._name, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    # A process that is still going away; an empty group costs nothing.
                    pass
