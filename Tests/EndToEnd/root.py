"""The cached Debian root that every container starts from: made once, by mmdebstrap, kept as a tar.

It holds every dependency of the package, because a container has no network.
"""

import hashlib
import os
import pathlib
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
CACHE = PROJECT / "out" / "cache"
SUITE = "bookworm"

PACKAGES = """
    systemd systemd-sysv dbus polkitd libnss-systemd adduser libssl3 libstdc++6
    nginx openssl ca-certificates curl gnutls-bin
    apt-utils iproute2 less patch procps python3 strace
""".split()

# The host's name must have a domain: certificates carry it. Nothing in a container asks the DNS.
FILES = {
    "etc/hostname": "ec\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n192.0.2.10 ec.example.test ec\n",
    "etc/resolv.conf": "",
}
# No timer may disturb a test.
QUIET = """
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
""".split()


def recipe(more=()):
    """Everything that the root depends on, as text: it names the cached file."""
    return repr((SUITE, sorted([*PACKAGES, *more]), FILES, QUIET))


def mirrors():
    """Where packages come from: MIRROR, else the sources of a host of the same suite, else Debian's."""
    if os.environ.get("MIRROR"):
        return [os.environ["MIRROR"]]
    release = pathlib.Path("/etc/os-release").read_text()
    sources = pathlib.Path("/etc/apt/sources.list.d/debian.sources")
    if f"VERSION_CODENAME={SUITE}" in release and sources.exists():
        return [str(sources)]
    return []


def cached_root(variant="root", more=()):
    """The path of the root's tar file, which is made first if the recipe has changed.

    A `variant` with `more` packages is a file of its own, so that the tests' root stays small.
    """
    digest = hashlib.sha256(recipe(more).encode()).hexdigest()[:16]
    tar = CACHE / f"{variant}-{SUITE}-{digest}.tar"
    if tar.exists():
        return tar
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob(f"{variant}-*.tar*"):
        old.unlink()
    print(f"making a Debian {SUITE} root (once, about a minute): {tar}", flush=True)
    partial = tar.with_suffix(f".tar.{os.getpid()}")
    hooks = []
    for path, text in FILES.items():
        hooks.append(
            f'--customize-hook=mkdir -p "$(dirname "$1/{path}")" && rm -f "$1/{path}"'
            f" && printf %s {shell_quote(text)} > \"$1/{path}\""
        )
    hooks.append('--customize-hook=systemctl --root="$1" mask ' + " ".join(QUIET))
    command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--format=tar"]
    command += ["--include=" + ",".join([*PACKAGES, *more]), *hooks, SUITE, str(partial), *mirrors()]
    try:
        subprocess.run(command, check=True)
        partial.rename(tar)
    finally:
        partial.unlink(missing_ok=True)
    give_to_caller(CACHE.parent, CACHE, tar)
    return tar


def give_to_caller(*paths):
    """Leaves nothing of root's behind for the one who called sudo, if the project is his."""
    user, group = os.environ.get("SUDO_UID"), os.environ.get("SUDO_GID")
    if user and PROJECT.stat().st_uid == int(user):
        for path in paths:
            os.chown(path, int(user), int(group or user))


def shell_quote(text):
    """One word for a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
