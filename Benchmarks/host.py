"""The host that is measured: a container with our package, a console on nginx, and other ways beside.

Each server beside is nginx too, with the same page and the same kind of certificate, as a unit of its
own. Nothing of ours looks at it.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests" / "EndToEnd"))

import container as containers  # noqa: E402
import root  # noqa: E402
import story  # noqa: E402

# What the tests do without. The root with them is a second cached file.
PACKAGES = ["certmonger", "wrk"]
INSIDE = "/opt/bench"

CONFIGURATION = """\
pid /run/{name}.pid;
error_log /var/log/nginx/{name}.log;
worker_processes auto;
events {{ worker_connections 768; }}
http {{
    access_log off;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
        include /etc/beside/{name}/listen.conf;
        ssl_certificate /etc/beside/{name}/chain.pem;
        ssl_certificate_key /etc/beside/{name}/key.pem;
        root /srv/console;
    }}
}}
"""

# As Debian's nginx.service, for another configuration.
UNIT = """\
[Unit]
Description={name}
# Fifty restarts in a row are measured.
StartLimitIntervalSec=0
[Service]
Type=forking
PIDFile=/run/{name}.pid
ExecStartPre=/usr/sbin/nginx -t -q -c /etc/beside/{name}/nginx.conf
ExecStart=/usr/sbin/nginx -c /etc/beside/{name}/nginx.conf
ExecReload=/usr/sbin/nginx -c /etc/beside/{name}/nginx.conf -s reload
TimeoutStopSec=5
KillMode=mixed
"""


class Host:
    """A booted container with the package installed and the console adopted."""

    def __init__(self, name, deb):
        self.machine = containers.Container(f"bench-{name}", tar=root.cached_root("bench", PACKAGES))
        self.story = story.Story(self.machine)
        self._deb = deb

    def __enter__(self):
        self.machine.__enter__()
        try:
            self._prepare()
        except BaseException:
            self.machine.stop()
            raise
        return self

    def __exit__(self, *_):
        self.machine.stop()

    def _prepare(self):
        self.machine.systemctl("disable", "--now", "certmonger", check=False)
        self.machine.install_deb(self._deb)
        self.story.install_console()
        self.story.adopt()
        self.story.wait_until_good(60)
        for script in sorted((HERE / "inside").glob("*.py")):
            self.machine.write_file(f"{INSIDE}/{script.name}", script.read_text(encoding="utf-8"))

    def start_beside(self, name, port):
        """Another nginx as the unit `name`, with HTTPS on a port."""
        machine, folder = self.machine, f"/etc/beside/{name}"
        machine.write_file(f"{folder}/nginx.conf", CONFIGURATION.format(name=name))
        machine.write_file(f"{folder}/listen.conf", listen(port))
        machine.run(new_certificate(folder) + f" && cd {folder} && mv n.pem chain.pem && mv k.pem key.pem")
        machine.write_file(f"/etc/systemd/system/{name}.service", UNIT.format(name=name))
        machine.systemctl("daemon-reload")
        machine.systemctl("start", name)
        machine.wait_until(lambda: machine.tls_sha256(port), f"{name} answers")

    def inside(self, script, *arguments, timeout=600):
        """Runs one of the scripts of `inside/`; its answer is one JSON value."""
        command = ["python3", f"{INSIDE}/{script}.py", *arguments]
        return json.loads(self.machine.run(command, timeout=timeout).stdout)

    def reloads(self, unit):
        """How often a unit was reloaded and started in this boot."""
        text = self.machine.run(
            ["journalctl", "--boot", "--quiet", "--no-pager", "--output=cat", "_PID=1", f"UNIT={unit}"],
            check=False,
        ).stdout
        return sum(line.startswith(("Reloaded ", "Started ")) for line in text.splitlines())

    def generations(self):
        """The number of the newest generation."""
        folder = f"{story.STATE}/{self.story.name}/generations"
        return int(self.machine.run(f"ls {folder} | tail -n 1").text)


def listen(port):
    """The lines of a server block that we would render."""
    return f"listen {port} ssl;\nlisten [::]:{port} ssl;\n"


def new_certificate(folder):
    """A shell command that leaves a new certificate in `n.pem` and its key in `k.pem`."""
    return (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=ec"
        f" -keyout {folder}/k.pem -out {folder}/n.pem 2>/dev/null"
    )
