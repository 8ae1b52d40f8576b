"""One throw-away Debian with real systemd, in systemd-nspawn.

Works as root on a host that systemd runs, and on one where it does not (PID 1 something else,
cgroup version 1 beside an empty version 2). Nothing outside the container's folder is changed.
"""

import hashlib
import http.client
import itertools
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

import cgroups
import root

# From the start of nspawn to an answer of systemctl; a loaded machine with two cores needs 20 s.
BOOT_SECONDS = 120
# What a single command may take; package installation is the slowest.
COMMAND_SECONDS = 120
PREFIX = "supervisord-ec-test-"

_numbers = itertools.count(1)


class CommandFailed(AssertionError):
    """A command in the container ended with an exit status that was not expected."""


class Result:
    """What a command left behind."""

    def __init__(self, command, completed):
        self.command = command
        self.returncode = completed.returncode
        self.stdout = completed.stdout
        self.stderr = completed.stderr

    @property
    def text(self):
        """Standard output without the last line's end."""
        return self.stdout.strip()

    def __repr__(self):
        return (
            f"$ {self.command}\nexit status {self.returncode}\n"
            f"--- stdout\n{self.stdout}--- stderr\n{self.stderr}---"
        )


class Container:
    """A booted container; use it in a `with` statement, which also removes it.

    `tar` is the root that it starts from; without one, the root of the tests.
    """

    def __init__(self, name="ec", tar=None):
        self.name = f"{name}-{os.getpid()}-{next(_numbers)}"
        self._tar = tar
        self.folder = None
        self.leader = None
        self._nspawn = None
        self._cgroup = cgroups.Place(PREFIX + self.name)

    # Life

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self):
        if os.geteuid() != 0:
            raise RuntimeError("containers need root: run with sudo")
        tar = self._tar or root.cached_root()
        remove_leftovers()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        subprocess.run(["tar", "-xf", tar, "-C", self.folder, "--numeric-owner"], check=True)
        self.boot()

    def boot(self):
        """Boots the folder; also again, after `shutdown`."""
        command = [
            "setpriv", "--pdeathsig", "TERM", "systemd-nspawn", f"--directory={self.folder}",
            f"--machine={self.name}", "--hostname=ec", "--boot", "--register=no", "--quiet",
            "--private-network", "--console=passive", "--resolv-conf=off", "--timezone=off",
            "--link-journal=no",
        ]  # fmt: skip
        own_cgroup = not os.path.isdir("/run/systemd/system")
        if own_cgroup:
            # No systemd to ask for a scope: nspawn stays in the control group that we make for it.
            command.append("--keep-unit")
        self._nspawn = subprocess.Popen(
            command,
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=self._cgroup.enter if own_cgroup else None,
        )
        log = self.folder.with_suffix(".console")
        self._drain_console_to(log)
        deadline = time.monotonic() + BOOT_SECONDS
        self.leader = self._find_leader(deadline, log)
        state = self._wait_booted(deadline, log)
        if state == "degraded":
            print(f"{self.name}: degraded:", self.run("systemctl --failed --no-legend").text)
        # An address that certificates can carry and no packet leaves the host for.
        self.run("ip address add 192.0.2.10/32 dev lo")

    def _drain_console_to(self, path):
        # nspawn wants to write at any moment; cat(1) empties the pipe without a thread of ours.
        with open(path, "wb") as file:
            subprocess.Popen(
                ["cat"], stdin=self._nspawn.stdout, stdout=file, start_new_session=True
            )
        self._nspawn.stdout.close()

    def _find_leader(self, deadline, log):
        children = pathlib.Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        while time.monotonic() < deadline:
            if self._nspawn.poll() is not None:
                break
            for child in children.read_text().split():
                if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
            time.sleep(0.05)
        raise RuntimeError(f"systemd-nspawn did not boot:\n{log.read_text(errors='replace')}")

    def _wait_booted(self, deadline, log):
        while time.monotonic() < deadline:
            state = self.run("systemctl is-system-running --wait", check=False).text
            if state in ("running", "degraded"):
                return state
            time.sleep(0.1)
        raise RuntimeError(f"the container did not boot:\n{log.read_text(errors='replace')}")

    def shutdown(self):
        """Powers off in order; `boot` starts the same folder again."""
        os.kill(self._nspawn.pid, signal.SIGTERM)
        try:
            self._nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self._kill()
        self._forget()

    def stop(self):
        """Kills the container and removes what is left of it; safe to call at any moment."""
        if self._nspawn is not None:
            self._kill()
            self._forget()
        self._cgroup.remove()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.with_suffix(".console").unlink(missing_ok=True)
            self.folder = None

    def _kill(self):
        # The end of PID 1 ends everything in its PID namespace; then nspawn ends by itself.
        if self.leader is not None and self._nspawn.poll() is None:
            try:
                os.kill(self.leader, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                self._nspawn.wait(10)
            except subprocess.TimeoutExpired:
                pass
        if self._nspawn.poll() is None:
            self._nspawn.kill()
        self._nspawn.wait()

    def _forget(self):
        self._nspawn = None
        self.leader = None

    # Commands

    def run(self, command, check=True, input=None, timeout=COMMAND_SECONDS, user=None):
        """Runs a shell command (str) or an argument list; `check` demands exit status 0."""
        arguments = ["sh", "-c", command] if isinstance(command, str) else [str(a) for a in command]
        if user is not None:
            arguments = ["runuser", "-u", user, "--", *arguments]
        completed = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "--wdns=/", "env", "-i",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
             "LANG=C.UTF-8", "HOME=/root", "TERM=dumb", "PAGER=cat",
             "DEBIAN_FRONTEND=noninteractive", *arguments],
            input=input, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        result = Result(command, completed)
        if check and completed.returncode != 0:
            raise CommandFailed(repr(result))
        return result

    def background(self, unit, command):
        """Runs a shell command as a transient unit, so that it has a name and a control group.

        What `run` starts is outside of every unit; a holder of a port must not be. Ended by
        `systemctl stop UNIT`.
        """
        self.run(["systemd-run", "--quiet", "--collect", f"--unit={unit}", "sh", "-c", command])

    def path(self, path):
        """Where a path of the container lies outside; not below /run, /tmp, /proc or /sys."""
        return self.folder / str(path).lstrip("/")

    def write_file(self, path, text, mode=0o644, in_place=False):
        """Replaces a file whole, by rename as editors do; `in_place` truncates and writes."""
        quoted = root.shell_quote(str(path))
        target = quoted if in_place else f"{quoted}.new"
        move = "" if in_place else f" && mv -f {target} {quoted}"
        self.run(
            f'mkdir -p "$(dirname {quoted})" && cat > {target} && chmod {mode:o} {target}{move}',
            input=text,
        )

    def read_file(self, path):
        """A file's text."""
        return self.run(["cat", path]).stdout

    def exists(self, path):
        """Whether anything is there; a dangling symlink counts."""
        quoted = root.shell_quote(str(path))
        return self.run(f"test -e {quoted} || test -L {quoted}", check=False).returncode == 0

    def owner_and_mode(self, path):
        """For example `root:supervisord-ec 2770`."""
        return self.run(["stat", "--format=%U:%G %a", path]).text

    # systemd

    def systemctl(self, *arguments, check=True):
        """systemctl, without a pager."""
        return self.run(["systemctl", "--no-pager", *arguments], check=check)

    def property(self, unit, name):
        """One property of a unit, as text."""
        return self.systemctl("show", f"--property={name}", "--value", unit).text

    def is_active(self, unit):
        """Whether a unit is active."""
        return self.property(unit, "ActiveState") == "active"

    def invocation(self, unit):
        """Changes with every start of the unit: counts restarts."""
        return self.property(unit, "InvocationID")

    def journal(self, unit=None, service=None, lines=200, output="short-monotonic"):
        """The journal's tail: of a unit, of one supervised service, or all of it."""
        command = ["journalctl", "--no-pager", "--boot", f"--lines={lines}", f"--output={output}"]
        if unit is not None:
            command.append(f"--unit={unit}")
        if service is not None:
            command.append(f"SUPERVISORD_EC_SERVICE={service}")
        return self.run(command, check=False).stdout

    def wait_until(self, predicate, what, timeout=30):
        """Polls until `predicate` holds and returns its value; else fails and shows the journal."""
        deadline = time.monotonic() + timeout
        while True:
            value = predicate()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout} s: {what}\n{self.journal(lines=60)}")
            time.sleep(0.1)

    # What clients see

    def http(self, port, path="/", method="GET", scheme="http", host="127.0.0.1", data=None):
        """One request by curl inside the container; `status` 0 means that nothing answered."""
        command = ["curl", "--silent", "--insecure", "--include", "--max-time", "10"]
        command += ["--head"] if method == "HEAD" else ["--request", method]
        command += ["--data", data] if data is not None else []
        result = self.run([*command, f"{scheme}://{host}:{port}{path}"], check=False)
        return Answer(result.stdout if result.returncode == 0 else "")

    def https(self, port, path="/", **options):
        """As `http`, over TLS, without checking the certificate."""
        return self.http(port, path, scheme="https", **options)

    def certificate_pem(self, port, host="127.0.0.1"):
        """The certificate that a port serves, in PEM; None if it answers no TLS."""
        result = self.run(
            f"timeout 10 openssl s_client -connect {host}:{port} </dev/null 2>/dev/null"
            " | openssl x509 2>/dev/null",
            check=False,
        )
        return result.stdout if result.returncode == 0 else None

    def tls_sha256(self, port, host="127.0.0.1"):
        """SHA-256 of the served certificate, lower-case hexadecimal; None without TLS."""
        pem = self.certificate_pem(port, host)
        return pem and hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()

    def open_keys(self):
        """Files with a private key below our folders that others than the owner can read."""
        return self.run(
            "find /etc/supervisord-ec /etc/nginx /var/lib/supervisord-ec /run/supervisord-ec -type f"
            " -perm /077 -exec grep -l 'PRIVATE KEY' {} + 2>/dev/null",
            check=False,
        ).text.splitlines()

    # Packages

    def install_deb(self, path):
        """Installs or upgrades a .deb as an administrator does, without a network."""
        inside = f"/var/tmp/{pathlib.Path(path).name}"
        shutil.copy(path, self.path(inside))
        return self.run(["apt-get", "install", "--yes", "--reinstall", "--allow-downgrades", inside])


class Answer:
    """An HTTP answer: status, headers with lower-case names, body."""

    def __init__(self, text):
        head, _, self.body = text.replace("\r\n", "\n").partition("\n\n")
        first, *lines = head.split("\n")
        words = first.split()
        self.status = int(words[1]) if len(words) > 1 else 0
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}

    @property
    def location(self):
        """Where a redirect leads; None without one."""
        return self.headers.get("location")

    def __repr__(self):
        reason = http.client.responses.get(self.status, "no answer")
        return f"<{self.status} {reason} {self.headers} {self.body[:200]!r}>"


def clean_up_on_sigterm():
    """From now on SIGTERM unwinds the stack as Ctrl-C does, so that `with` removes containers."""

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def remove_leftovers():
    """Removes folders of runs that were killed before they could clean up."""
    for folder in pathlib.Path("/var/tmp").glob(PREFIX + "*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process.isdigit() and not os.path.exists(f"/proc/{process}"):
            print(f"removing what a killed run left: {folder}", file=sys.stderr)
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
            else:
                folder.unlink(missing_ok=True)
