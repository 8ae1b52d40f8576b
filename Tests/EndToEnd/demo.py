#!/usr/bin/env python3
"""The whole story in a throw-away Debian with real systemd, told with the real commands.

Run by `sudo make demo`. Every step is checked: the demo ends with status 1 and one line if a step
did not do what its heading says. Nothing outside the container's folder is changed.
"""

import os
import pathlib
import re
import sys
import time

import container
import root

UNIT = "nginx.service"
HOST = "ec.example.test"
ADOPT = f"supervisord-ec adopt {UNIT} --profile nginx --name console"
SITE = "/etc/nginx/sites-available/console"
SETTINGS = "/etc/supervisord-ec/services.d/console.toml"
CONSOLE = f"""server {{
    listen 8020;
    server_name {HOST};
    root /srv/console;
}}
"""
# What a client of the agents sees meanwhile; each answer is one line.
CLIENT = (
    f"while :; do curl -sk -o /dev/null -w '%{{http_code}}\\n' https://{HOST}:8443/"
    " >>/run/client.log; done"
)
FINGERPRINT = (
    f"openssl s_client -connect {HOST}:8383 </dev/null 2>/dev/null"
    " | openssl x509 -noout -sha256 -fingerprint"
)
# More of one answer than this hides the story.
MOST_LINES = 24


class StepFailed(Exception):
    """A step did not do what its heading says."""


class Teller:
    """Prints headings, commands as typed, their output and what was checked."""

    def __init__(self, stream):
        self._stream = stream
        self._colours = (
            stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        )
        self._number = 0
        self._heading = ""

    def _print(self, text, code):
        shown = f"\x1b[{code}m{text}\x1b[0m" if self._colours and code else text
        print(shown, file=self._stream, flush=True)

    def say(self, text):
        self._print(text, "2")

    def heading(self, text):
        self._number += 1
        self._heading = f"{self._number}. {text}"
        self._print(f"\n{self._heading}", "1")

    def command(self, text):
        self._print(f"$ {text}", "36")

    def output(self, text, most):
        lines = text.rstrip("\n").split("\n") if text.strip() else []
        for line in lines[:most]:
            self._print(line.rstrip(), None)
        if len(lines) > most:
            self.say(f"… {len(lines) - most} more lines")

    def check(self, holds, what):
        """One line for what was looked at; ends the demo if it does not hold."""
        if not holds:
            raise StepFailed(f'step "{self._heading}" failed: not true that {what}')
        self._print(f"   ok: {what}", "32")


class Demo:
    """The steps, in the order in which an administrator meets them."""

    def __init__(self, machine, teller):
        self.machine = machine
        self.tell = teller

    def shell(self, command, status=0, most=MOST_LINES):
        """A command as typed, and what it prints; its exit status is part of the story.

        None: any, as it depends on who is quicker.
        """
        self.tell.command(command)
        # What a terminal shows: both streams, as they come.
        result = self.machine.run(f"exec 2>&1; cd /root; {command}", check=False)
        self.tell.output(result.stdout, most)
        if status is not None and result.returncode != status:
            self.tell.check(False, f"the exit status is {status} (it is {result.returncode})")
        if result.returncode != 0:
            self.tell.say(f"   (exit status {result.returncode})")
        return result.stdout

    def wait(self, what, command, pattern, seconds=60):
        """Waits until a command's output has a pattern; returns it whole."""

        def look():
            text = self.machine.run(command, check=False).stdout
            return text if re.search(pattern, text) else None

        try:
            text = self.machine.wait_until(look, what, timeout=seconds)
        except AssertionError:
            self.tell.output(self.machine.run(command, check=False).stdout, MOST_LINES)
            self.tell.check(False, f"{what} (within {seconds} s)")
        self.tell.check(True, what)
        return text

    def answers(self, url):
        """Shows what a port answers and returns status, and where a redirect leads."""
        text = self.shell(f"curl -sk -o /dev/null -w '%{{http_code}} %{{redirect_url}}\\n' {url}")
        status, _, location = text.strip().partition(" ")
        return int(status or 0), location

    def journal(self, lines):
        """The last lines of ours."""
        return self.shell(f"journalctl -t supervisord-ec -o cat -n {lines}")

    def sha256(self):
        """What `status` says of the certificate."""
        text = self.machine.run("supervisord-ec certificate show console").stdout
        return re.search(r"SHA-256 hex +([0-9a-f]{64})", text)[1]

    def served_sha256(self, port):
        return self.machine.tls_sha256(port, host=HOST)

    # The story

    def console_on_http(self):
        self.tell.heading("An administrator runs a management console in nginx, on HTTP")
        self.machine.run("rm -f /etc/nginx/sites-enabled/default && mkdir -p /srv/console")
        self.machine.write_file("/srv/console/index.html", "<h1>Console</h1>\n")
        self.machine.write_file(SITE, CONSOLE)
        self.machine.run(f"ln -s {SITE} /etc/nginx/sites-enabled/ && systemctl reload nginx")
        self.shell(f"cat {SITE}")
        self.tell.check(self.answers(f"http://{HOST}:8020/")[0] == 200, "8020 answers on HTTP")

    def adopt(self):
        self.tell.heading("adopt prints the change to make as a diff, and edits nothing")
        diff = self.shell(ADOPT, status=1)
        self.tell.check(
            diff.count("\n-    ") == 1 and diff.count("\n+    ") == 1, "one line goes, one comes"
        )
        self.tell.check(self.machine.read_file(SITE) == CONSOLE, "the file is as it was")

        self.tell.heading("patch takes it, and adopt adopts")
        self.shell(f"{ADOPT} 2>/dev/null | patch -d / -p1")
        adopted = self.shell(ADOPT)
        self.tell.check("Adopted" in adopted, f"{UNIT} is adopted")

    def before_enforcement(self):
        self.tell.heading("Before enforcement: people on HTTP as before, agents on TLS already")
        self.wait("the first generation was probed and is good", "supervisord-ec status",
                  r"^console: good")  # fmt: skip
        self.shell("supervisord-ec status")
        self.tell.check(self.answers(f"http://{HOST}:8020/")[0] == 200, "8020 answers 200")
        for port in (8383, 8443):
            status, _ = self.answers(f"https://{HOST}:{port}/")
            self.tell.check(status == 200, f"{port} answers TLS")
        self.shell(FINGERPRINT)
        self.tell.check(
            self.served_sha256(8383) == self.served_sha256(8443) == self.sha256(),
            "both serve the certificate that status names",
        )

    def enforcement(self):
        self.tell.heading("enable-https says what happens, and that it cannot be undone")
        self.shell("echo n | supervisord-ec enable-https console", status=1)
        self.tell.check(self.answers(f"http://{HOST}:8020/")[0] == 200, "no is no: 8020 serves on")
        self.shell("echo y | supervisord-ec enable-https console")
        self.journal(3)

        self.tell.heading("8020 leads to 8383 now, and takes no secrets any more")
        status, location = self.answers(f"http://{HOST}:8020/devices?page=2")
        self.tell.check(
            (status, location) == (308, f"https://{HOST}:8383/devices?page=2"),
            "8020 answers 308 to the same page on 8383",
        )
        said = self.shell(f"curl -s -w '\\n%{{http_code}}\\n' -d password=x http://{HOST}:8020/login")
        self.tell.check("403" in said, "a POST in clear is refused, not redirected")

    def edit_back(self):
        self.tell.heading("An edit back to http has no effect, and is explained")
        drop_in = f"{SETTINGS}.d/95-back.toml"
        self.shell(f"printf '[channels.console]\\nprotocol = \"http\"\\n' > {drop_in}")
        self.wait("a notice explains it", "supervisord-ec status", "revert-refused")
        self.shell("supervisord-ec status | grep warning")
        self.tell.check(self.answers(f"http://{HOST}:8020/")[0] == 308, "8020 still leads to HTTPS")
        self.shell("supervisord-ec set console channels.console.protocol http", status=1)
        self.shell(f"rm {drop_in}")
        self.wait("with its cause the notice goes", "supervisord-ec status --json",
                  r'"notices" *: *\[\s*\]')  # fmt: skip

    def move_port(self):
        self.tell.heading("https_port 8383 → 8384 by an edit: the port moves, nothing is dropped")
        self.machine.background("demo-client", CLIENT)
        self.shell("systemctl show -p InvocationID nginx")
        before = self.machine.invocation(UNIT)
        self.shell(f"sed -i 's/https_port = 8383/https_port = 8384/' {SETTINGS}")
        self.wait("the new port is served and proved", "supervisord-ec status",
                  r"(?s)^console: good.*:8384/.*last action +reload, done")  # fmt: skip
        self.journal(2)
        self.shell("systemctl show -p InvocationID nginx")
        self.tell.check(self.machine.invocation(UNIT) == before, "nginx was not restarted")
        self.tell.check(self.answers(f"https://{HOST}:8384/")[0] == 200, "8384 answers")
        location = self.answers(f"http://{HOST}:8020/")[1]
        self.tell.check(location == f"https://{HOST}:8384/", "8020 leads to 8384")
        self.machine.systemctl("stop", "demo-client")
        seen = self.shell("sort /run/client.log | uniq -c")
        self.tell.check(set(re.findall(r"\d+ (\d+)", seen)) == {"200"},
                        "a client of 8443 got its answer each time")  # fmt: skip

    def renewal(self):
        self.tell.heading("A certificate with 29 days left: a notice, and a plain restart renews it")
        self.shell("supervisord-ec set console certificate.lifetime 29d")
        self.shell("supervisord-ec certificate renew console")
        self.shell("supervisord-ec set console certificate.lifetime 365d")
        old = self.sha256()
        self.wait("the next certificate lies ready", "supervisord-ec status", r"is staged")
        self.shell("supervisord-ec status | grep -E 'certificate|warning|next'")
        self.shell("systemctl restart nginx")
        self.wait("it was renewed", "supervisord-ec status", r"(?s)^console: good.*36[45] days left")
        self.journal(4)
        self.shell("supervisord-ec certificate show console")
        new = self.sha256()
        self.tell.check(
            new != old and {new} == {self.served_sha256(port) for port in (8384, 8443)},
            "every port serves the new one",
        )

    def refusals(self):
        self.tell.heading("A change that nginx refuses: nothing is touched, and why is said")
        # It shows what comes of the change, which may be the refusal already.
        refused = "supervisord-ec set console channels.remote-control.bind '[\"192.0.2.77\"]'"
        self.shell(refused, status=None)
        self.wait("nginx's own words are in the notice", "supervisord-ec status",
                  r"refused-by-server")  # fmt: skip
        self.shell("supervisord-ec status | grep -E '^console|error'")
        self.tell.check(self.answers(f"https://{HOST}:8443/")[0] == 200, "8443 answers as before")
        self.shell(
            "supervisord-ec set console channels.remote-control.bind '[\"0.0.0.0\", \"::\"]'")
        self.wait("mended", "supervisord-ec status", r"^console: good")

        self.tell.heading("A change that nginx accepts but does not serve: rolled back")
        self.shell("supervisord-ec set console restart.verify_within 5s")
        unserved = "supervisord-ec set console channels.agents.bind '[\"192.0.2.77\"]'"
        self.shell(unserved, status=None)
        self.wait("the last good generation is back", "supervisord-ec status",
                  r"(?s)^console: rolled-back.*last action +roll-back, rolled-back")  # fmt: skip
        self.shell("supervisord-ec status | grep -E '^console|generation|last|error'")
        self.journal(4)
        # A change of addresses needs a restart, and so does the way back.
        self.wait("8384 answers as before", f"curl -sk -o /dev/null -w '%{{http_code}}'"
                  f" https://{HOST}:8384/", "200")  # fmt: skip
        self.shell("supervisord-ec set console channels.agents.bind '[\"0.0.0.0\", \"::\"]'")
        self.wait("mended", "supervisord-ec status", r"^console: good")

    def looking(self):
        self.tell.heading("What there is to see afterwards")
        status = self.shell("supervisord-ec status", most=40)
        self.tell.check("error" not in status, "nothing needs attention")
        self.shell("supervisord-ec plan")
        self.shell("journalctl -o cat -t supervisord-ec", most=60)
        explained = self.shell("journalctl -x -n 1 SUPERVISORD_EC_GENERATION=6")
        self.tell.check("Subject:" in explained, "journalctl -x explains each entry")

    def run(self):
        self.console_on_http()
        self.adopt()
        self.before_enforcement()
        self.enforcement()
        self.edit_back()
        self.move_port()
        self.renewal()
        self.refusals()
        self.looking()


def newest_package():
    """The package that `make deb` left."""
    found = sorted((root.PROJECT / "out").glob("supervisord-ec_*.deb"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise StepFailed("there is no package in out/: run sudo make demo")
    return found[-1]


def main():
    container.clean_up_on_sigterm()
    sys.stdout.reconfigure(errors="replace")
    teller = Teller(sys.stdout)
    began = time.monotonic()
    try:
        deb = newest_package()
        teller.say("booting a throw-away Debian 12 with systemd and nginx")
        with container.Container("demo") as machine:
            teller.command(f"apt install ./{pathlib.Path(deb).name}")
            machine.install_deb(deb)
            try:
                Demo(machine, teller).run()
            except StepFailed:
                print(machine.journal(lines=40, output="short"), file=sys.stderr)
                raise
            told = time.monotonic()
    except KeyboardInterrupt:
        print("\ninterrupted; the container is gone", file=sys.stderr)
        return 130
    except (StepFailed, AssertionError, RuntimeError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    teller.say(f"told in {told - began:.0f} s; the container is gone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
