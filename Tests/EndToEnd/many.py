"""Many services on one host: a second nginx that is ours too, and dummies with trouble of every kind.

Only the console is adopted by the command, as its profile serves the distribution's nginx alone. The
others have records, rules and settings as `adopt` leaves them, written here.
"""

import json

import story
from faults import UNITS

# The second nginx is a server of its own: it includes what is rendered for it, and nothing else.
SECOND_CONFIGURATION = """\
pid /run/second.pid;
error_log /var/log/nginx/second.log;
events { worker_connections 100; }
http {
    access_log off;
    include /var/lib/supervisord-ec/second/current/http.con*;
    server {
        include /var/lib/supervisord-ec/second/current/main.con*;
        listen 9080;
        root /srv/console;
    }
}
"""
SECOND_UNIT = """\
[Unit]
Wants=supervisord-ec-prepare@second.service
After=supervisord-ec-prepare@second.service
[Service]
Type=forking
PIDFile=/run/second.pid
ExecStart=/usr/sbin/nginx -c /etc/second.conf
ExecReload=/usr/sbin/nginx -c /etc/second.conf -s reload
"""
SECOND_SETTINGS = """\
unit = "second.service"
profile = "nginx"
[channels.console]
http_port = 9020
https_port = 9383
[channels.agents]
https_port = 9383
[channels.remote-control]
https_port = 9443
"""

RUNNING = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n"
# What is wrong with a dummy: its unit file (None: there is none) and what is added to its settings.
TROUBLE = {
    "broken": (RUNNING, 'unit = "nginx.servic\n'),
    "failed": ("[Service]\nExecStart=/bin/false\n", ""),
    "missing": (None, ""),
    "flapping": (
        "[Unit]\nStartLimitIntervalSec=0\n"
        "[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=2s\n",
        "",
    ),
    # The port of another service of ours.
    "conflict": (RUNNING, "[channels.updates]\nhttps_port = 9383\n"),
    "hanging": (RUNNING + "ExecReload=/bin/sleep 600\n", "[channels.updates]\nhttps_port = 9999\n"),
}

WRITE = """
import json, pathlib, shutil, sys
for name, unit, text, settings, copied in json.load(sys.stdin):
    adopted, folder = pathlib.Path("/etc/supervisord-ec/adopted"), pathlib.Path(sys.argv[1])
    record = json.loads((adopted / "console.json").read_text())
    record.update(name=name, unit=unit, links=[])
    rules = pathlib.Path("/etc/polkit-1/rules.d")
    rule = (rules / "50-supervisord-ec-console.rules").read_text()
    rule = rule.replace("console", name).replace("nginx.service", unit)
    (rules / f"50-supervisord-ec-{name}.rules").write_text(rule)
    if text is not None:
        pathlib.Path(f"/etc/systemd/system/{unit}").write_text(text)
    if copied:
        shutil.copytree(f"{sys.argv[2]}/console", f"{sys.argv[2]}/{name}", symlinks=True)
    (folder / f"{name}.toml").write_text(settings)
    (folder / f"{name}.toml.d").mkdir()
    (adopted / f"{name}.json").write_text(json.dumps(record))
"""


def add(machine, services):
    """Writes services as (name, unit, unit file, settings, whether they begin as copies of ours)."""
    command = ["python3", "-c", WRITE, story.SETTINGS, story.STATE]
    machine.run(command, input=json.dumps(services))
    machine.run(f"chown -hR supervisord-ec: {story.STATE}/*")
    machine.run(f"chgrp supervisord-ec {story.SETTINGS}/*.d && chmod 2775 {story.SETTINGS}/*.d")
    machine.systemctl("daemon-reload")


def add_second(machine):
    """A second nginx, with ports of its own."""
    machine.write_file("/etc/second.conf", SECOND_CONFIGURATION)
    add(machine, [("second", "second.service", SECOND_UNIT, SECOND_SETTINGS, False)])
    machine.systemctl("start", "second")


def add_dummies(machine, count):
    """`count` services with trouble of each kind; answers their names."""
    console = machine.read_file(f"{story.SETTINGS}/console.toml")
    services = []
    for number in range(count):
        kind = list(TROUBLE)[number % len(TROUBLE)]
        name = f"{kind}-{number:02}"
        text, more = TROUBLE[kind]
        settings = console.replace("nginx.service", f"{name}.service") + more
        services.append((name, f"{name}.service", text, settings, True))
    add(machine, services)
    units = [unit for _, unit, text, *_ in services if text]
    machine.run("systemctl start --no-block " + " ".join(units))
    return [name for name, *_ in services]
