"""Every way a file is saved, by the tools that save it: the last one is in force, a half one never was.

The settings of one adopted console, in a container of its own. Each change moves the console's HTTPS
port; what was in force meanwhile is read from the generations that were made.
"""

import itertools
import json

import pytest

from container import Container
from story import SETTINGS, STATE, Story

PORTS = itertools.count(9001)


@pytest.fixture(scope="module")
def saves(deb):
    """A console on HTTPS whose port a drop-in says."""
    with Container("saves") as machine:
        told = Story(machine)
        told.install_console()
        machine.install_deb(deb)
        told.adopt()
        told.ec("enable-https", "console", "--yes")
        told.set("restart.verify_within", "5s")
        told.wait_until_good()
        machine.write_file("/root/half.toml", "[channels.console]\nhttps_port = 8")
        yield told


def text(port):
    """A drop-in that says the port; the lines before it make half of it say another one."""
    return f"[channels.console]\n# {'x' * 2000}\nhttps_port = {port}\n"


def port_of(story):
    """The console's port in the generation that is in force."""
    return next(c for c in story.report()["channels"] if c["name"] == "console")["ports"]


def ports_made(story):
    """Generation → the console's HTTPS port in it."""
    listing = story.machine.run(f"cat {STATE}/console/generations/*/manifest.json").stdout
    decoder, result, rest = json.JSONDecoder(), {}, listing.strip()
    while rest:
        manifest, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()
        generation = manifest["generation"]
        channels = generation["listen"]["channels"]
        console = next(c for c in channels if c["name"] == "console")
        result[generation["number"]] = console["httpsPort"]
    return result


def expect(story, port):
    """The port is served, and nothing was in force between the one before and this one."""
    before = max(ports_made(story))
    story.wait_for_port(port)
    made = {number: p for number, p in ports_made(story).items() if number > before}
    assert set(made.values()) <= {port}, made


# NAME of the way: shell commands, in which $F is the drop-in and `new` a file with its new text.
WAYS = {
    "sed -i": "sed -i \"s/https_port = .*/$(grep https_port new)/\" $F",
    "cp": "cp new $F",
    "cp --remove-destination": "cp --remove-destination new $F",
    "install": "install -m 644 new $F",
    "tee": "tee $F <new >/dev/null",
    "mv from another file system": "cp new /run/new; mv /run/new $F",
    "deleted, a pause, written again": "rm $F; sleep 1; cat new >$F",
    "torn: half, a pause, the other half": "head -c 900 new >$F; sleep 1; tail -c +901 new >>$F",
    "the folder replaced": "cp -a $D n.d; cp new n.d/50-port.toml; mv $D o.d; mv n.d $D",
    "the folder made again": "cp -a $D n.d; cp new n.d/50-port.toml; rm -r $D; sleep 1;"
    " cp -a n.d $D",
    "ansible": "cp new $D/.ansible_tmpx50-port.toml; mv $D/.ansible_tmpx50-port.toml $F",
    "a link made again": "cp new /srv/a.toml; rm $F; ln -s /srv/a.toml $F",
    "the target of a link written": "cat new >/srv/a.toml",
    "a link swapped": "cp new /srv/b.toml; ln -sfn /srv/b.toml $F",
    "as Kubernetes does it": "mkdir -p /srv/v/..1; cp new /srv/v/..1/f; ln -s ..1 /srv/v/..data;"
    " ln -s ..data/f /srv/v/f; ln -sfn /srv/v/f $F",
    "as Kubernetes does it again": "mkdir /srv/v/..2; cp new /srv/v/..2/f; ln -s ..2 /srv/v/t;"
    " mv -T /srv/v/t /srv/v/..data; rm -r /srv/v/..1",
    "a constant writer": "for i in $(seq 300); do cat new >$F; sleep 0.01; done",
}


@pytest.mark.parametrize("way", WAYS)
def test_the_last_save_is_in_force_and_a_half_one_never_was(saves, way):
    port, folder = next(PORTS), f"{SETTINGS}/console.toml.d"
    saves.machine.write_file("/root/save/new", text(port))
    # A drop-in of the same port, so that the first way has something to change.
    if not saves.machine.exists(f"{folder}/50-port.toml"):
        saves.machine.write_file(f"{folder}/50-port.toml", text(8383))
    saves.machine.run(
        f"set -eu; F={folder}/50-port.toml; D={folder}; cd /root/save; {WAYS[way]};"
        " rm -rf n n.d o.d"
    )
    expect(saves, port)


def test_the_settings_file_itself_is_saved(saves):
    saves.machine.run(["rm", f"{SETTINGS}/console.toml.d/50-port.toml"])
    saves.wait_for_port(8383)
    path = f"{SETTINGS}/console.toml"
    for command in (
        f"sed -i 's/^https_port = 8383$/https_port = 9101/' {path}",
        f"cp {path} {path}~; sed 's/^https_port = 9101$/https_port = 9102/' {path}~ >{path}; rm {path}~",
    ):
        saves.machine.run(command)
        port = int(command.rsplit("https_port = ", 1)[1][:4])
        saves.machine.wait_until(lambda: port_of(saves) == [port], f"port {port}")  # noqa: B023
        saves.wait_until_good()
    saves.machine.run(f"sed -i 's/^https_port = 9102$/https_port = 8383/' {path}")
    saves.wait_for_port(8383)


def test_a_settings_file_that_appears_by_a_mount_is_seen(saves):
    folder = f"{SETTINGS}/console.toml.d"
    saves.machine.write_file("/srv/mounted/50-port.toml", text(9201))
    saves.machine.run(f"cp -n {folder}/*.toml /srv/mounted/; mount --bind /srv/mounted {folder}")
    saves.wait_for_port(9201)
    saves.machine.run(f"umount {folder}")
    saves.wait_for_port(8383)
