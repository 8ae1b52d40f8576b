"""The console of the story: an administrator's server block, and how one asks about it from outside."""

import json

SITE = "/etc/nginx/sites-available/console"
SETTINGS = "/etc/supervisord-ec/services.d"
STATE = "/var/lib/supervisord-ec"
BODY = "the console\n"

# What an administrator has before we come: people log in on 8020, large downloads are throttled.
SERVER_BLOCK = """\
# The management console.
server {
    listen 8020;
    listen [::]:8020;
    server_name ec.example.test;

    root /srv/console;
    location /slow/ {
        limit_rate 100k;
    }
}
"""


class Story:
    """One container with nginx, a console in it, and our package."""

    def __init__(self, machine):
        self.machine = machine
        self.name = "console"

    def install_console(self):
        """The administrator's work, before he knows of us."""
        machine = self.machine
        machine.write_file("/srv/console/index.html", BODY)
        machine.run("mkdir -p /srv/console/slow && head -c 400000 /dev/zero >/srv/console/slow/file")
        machine.write_file(SITE, SERVER_BLOCK)
        machine.run(f"ln -sf {SITE} /etc/nginx/sites-enabled/console")
        machine.systemctl("reload", "nginx")
        machine.wait_until(lambda: machine.http(8020).body == BODY, "the console answers")

    # The command line

    def ec(self, *arguments, check=True, input=None, user=None):
        """Runs supervisord-ec."""
        return self.machine.run(["supervisord-ec", *arguments], check, input, user=user)

    def adopt(self, *options):
        """Adopts nginx as the service: takes the diff if there is one, then adopts."""
        arguments = ["adopt", "nginx.service", "--profile", "nginx", "--name", self.name, *options]
        result = self.ec(*arguments, check=False)
        if result.returncode != 0:
            assert result.stdout, result
            self.machine.run(["patch", "-d", "/", "-p1"], input=result.stdout)
            self.ec(*arguments)

    def report(self, name=None):
        """The service's object in `status --json`; its exit status is not looked at."""
        result = self.ec("status", name or self.name, "--json", check=False)
        services = json.loads(result.stdout)["services"]
        assert len(services) == 1, result
        return services[0]

    def plan(self):
        """The service's object in `plan --json`."""
        return json.loads(self.ec("plan", self.name, "--json").stdout)["services"][0]

    def notices(self):
        """Code → text of what stands."""
        return {notice["code"]: notice["text"] for notice in self.report()["notices"]}

    def set(self, key, value):
        """`set`; must be accepted."""
        return self.ec("set", self.name, key, value)

    def try_to_set(self, key, value):
        """`set` of what will not come true: it ends with 1 if the refusal is known in time."""
        result = self.ec("set", self.name, key, value, check=False)
        assert "Saved in" in result.stdout, result

    # Waiting

    def wait_for(self, what, predicate, timeout=30):
        """Polls `status` until the predicate holds for the report, which is returned."""

        def look():
            report = self.report()
            return report if predicate(report) else None

        return self.machine.wait_until(look, what, timeout)

    def wait_for_notice(self, code):
        """The text of a notice, once it stands."""
        return self.machine.wait_until(lambda: self.notices().get(code), f"the notice {code}")

    def wait_until_over(self, code):
        """A notice does not stand any more."""
        self.machine.wait_until(lambda: code not in self.notices(), f"the notice {code} goes")

    def wait_until_good(self, timeout=30):
        """All is served as wanted; the report."""
        return self.wait_for(
            "the state good",
            lambda r: r["state"] == "good" and not r["generation"]["trial"],
            timeout,
        )

    def wait_for_port(self, port, name="console"):
        """A channel is served on a port, and its generation is kept."""
        channel = lambda r: next(c for c in r["channels"] if c["name"] == name)  # noqa: E731
        return self.wait_for(
            f"{name} on {port}",
            lambda r: channel(r)["ports"] == [port]
            and r["state"] == "good"
            and not r["generation"]["trial"],
        )

    # Files

    def edit(self, old, new, in_place=False):
        """Edits the service's own settings file as an editor does."""
        path = f"{SETTINGS}/{self.name}.toml"
        text = self.machine.read_file(path)
        assert old in text, text
        self.machine.write_file(path, text.replace(old, new), in_place=in_place)

    def drop_in(self, name):
        """The path of a drop-in."""
        return f"{SETTINGS}/{self.name}.toml.d/{name}.toml"

    # The journal

    def entries(self, *matches):
        """Journal entries of this boot as objects, oldest first."""
        result = self.machine.run(
            ["journalctl", "--no-pager", "--boot", "--output=json", *matches], check=False
        )
        return [json.loads(line) for line in result.stdout.splitlines()]

    def said(self, words, *matches):
        """Whether an entry about the service has these words."""
        found = self.entries(f"SUPERVISORD_EC_SERVICE={self.name}", *matches)
        return any(words in entry.get("MESSAGE", "") for entry in found)

    # What clients see

    def redirects_to(self, port):
        """Whether the HTTP port sends people to this HTTPS port."""
        answer = self.machine.http(8020, "/a?b=c")
        return answer.status == 308 and answer.location == f"https://127.0.0.1:{port}/a?b=c"

    def assert_https_stays(self, port=8383):
        """HTTPS is served and nobody gets the console over HTTP."""
        # Old workers of nginx may still take a connection just after a reload.
        self.machine.wait_until(lambda: self.redirects_to(port), f"the redirect to {port}", 5)
        assert self.machine.https(port).body == BODY
        # A status that could not be written comes a few seconds later.
        self.machine.wait_until(
            lambda: self.report()["enforcement"]["state"] == "enforced", "it is said so", 10)  # fmt: skip
