"""Every command of docs/how-to, typed as it stands there."""

import pytest

import container as containers
import pages
import root
from story import Story

PACKAGES = ["certmonger"]


@pytest.fixture(scope="module")
def host(deb):
    """A console that was adopted, as each page assumes."""
    tar = root.cached_root("how-to", PACKAGES)
    with containers.Container("how-to", tar=tar) as machine:
        # It begins only where a page has begun it.
        machine.systemctl("disable", "--now", "certmonger", check=False)
        told = Story(machine)
        told.install_console()
        machine.install_deb(deb)
        told.adopt()
        told.wait_until_good(60)
        yield told


@pytest.fixture
def console(host):
    """The console, self-signed again afterwards, with nothing of the page left."""
    host.machine.systemctl("reset-failed", "nginx.service", check=False)
    yield host
    host.set("certificate.source", "self-signed")
    host.wait_for("the self-signed certificate", lambda report: report["state"] == "good"
                  and report["certificate"]["source"] == "self-signed")
    host.machine.run("rm -rf /root/* /var/lib/supervisord-ec/console/requests/*")


@pytest.mark.parametrize("page", pages.all_pages())
def test_a_page_does_what_it_says(console, page):
    path = pages.FOLDER / f"{page}.md"
    ran = 0
    for piece in pages.pieces(path.read_text(encoding="utf-8")):
        result = console.machine.run(f"set -e\n{piece.commands}", check=False)
        place = f"{path.name}, line {piece.line}"
        assert result.returncode == piece.status, f"{place}: {result}"
        wanted = pages.missing(piece.expected, result.stdout + result.stderr)
        assert wanted is None, f"{place}: no line {wanted!r} in {result}"
        ran += 1
    assert ran > 2


def test_a_page_that_says_what_does_not_happen_is_found_out():
    assert pages.missing(["a", "c…e"], "a\nb\ncde\n") is None
    assert pages.missing(["cde", "a"], "a\nb\ncde\n") == "a"
    assert pages.missing(["d"], "cde") == "d"
