"""Swift programs of Benchmarks/, built for release as the owner of the tree."""

import os
import pwd
import subprocess

import root


def built(product):
    """Builds a program and returns its path."""
    found = subprocess.run(["packaging/find-swift"], cwd=root.PROJECT, check=True,
                           capture_output=True, text=True).stdout.strip()  # fmt: skip
    scratch = root.PROJECT / "out" / "bench-build"
    command = [f"{found}/swift", "build", "--quiet", "--configuration", "release",
               "--static-swift-stdlib", "--scratch-path", str(scratch), "--product",
               product]  # fmt: skip
    owner = pwd.getpwuid(os.stat(root.PROJECT).st_uid).pw_name
    if os.geteuid() == 0 and owner != "root":
        command = ["sudo", "-H", "-u", owner, "--", *command]
    subprocess.run(command, cwd=root.PROJECT, check=True)
    return scratch / "release" / product
