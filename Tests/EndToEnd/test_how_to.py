"""Every command of docs/how-to, typed as it stands there."""

import pytest

import acme
import container as containers
import pages
import root
from story import SETTINGS, Story

PACKAGES = ["certmonger"]

# Pages with an ACME client need the root of tests that has it, and a CA that answers.
ACME_PAGES = ["certbot", "lego"]
PLAIN_PAGES = [page for page in pages.all_pages() if page not in ACME_PAGES]


def adopted(machine, deb):
    """A console that was adopted, as each page assumes."""
    told = Story(machine)
    told.install_console()
    machine.install_deb(deb)
    told.adopt()
    told.wait_until_good(60)
    return told


@pytest.fixture(scope="module")
def host(deb):
    """A console, and whatever the pages without ACME need."""
    tar = root.cached_root("how-to", PACKAGES)
    with containers.Container("how-to", tar=tar) as machine:
        # It begins only where a page has begun it.
        machine.systemctl("disable", "--now", "certmonger", check=False)
        yield adopted(machine, deb)


@pytest.fixture(scope="module")
def acme_host(deb):
    """A console, ACME clients, and a CA that the host knows as it knows the public ones."""
    tar = root.cached_root("acme", acme.PACKAGES)
    with containers.Container("how-to-acme", tar=tar) as machine:
        told = adopted(machine, deb)
        acme.start_server(machine)
        acme.trust_server(machine)
        machine.systemctl("reload", "supervisord-ec")
        yield told


def wait_self_signed(told):
    """The self-signed certificate is served again."""
    told.wait_for(
        "the self-signed certificate",
        lambda report: report["state"] == "good"
        and report["certificate"]["source"] == "self-signed",
        60,
    )


@pytest.fixture
def console(host):
    """The console, self-signed again afterwards, with nothing of the page left."""
    host.machine.systemctl("reset-failed", "nginx.service", check=False)
    yield host
    host.set("certificate.source", "self-signed")
    wait_self_signed(host)
    host.machine.run("rm -rf /root/* /var/lib/supervisord-ec/console/requests/*")


@pytest.fixture
def acme_console(acme_host):
    """The same on the host with an ACME server; settings are as `adopt` wrote them."""
    yield acme_host
    acme_host.set("certificate.source", "self-signed")
    wait_self_signed(acme_host)
    acme_host.machine.run(f"rm -f {SETTINGS}/console.toml.d/*.toml")
    # A removed file counts as gone only after a while.
    acme_host.machine.wait_until(
        lambda: "console.toml.d" not in acme_host.machine.read_file("/run/supervisord-ec/console.json"),
        "the end of the drop-ins",
    )


def follow_page(machine, page):
    """Types every command of a page, and reads what it says one sees."""
    path = pages.FOLDER / f"{page}.md"
    ran = 0
    for piece in pages.pieces(path.read_text(encoding="utf-8")):
        result = machine.run(f"set -e\n{piece.commands}", check=False)
        place = f"{path.name}, line {piece.line}"
        assert result.returncode == piece.status, f"{place}: {result}"
        wanted = pages.missing(piece.expected, result.stdout + result.stderr)
        assert wanted is None, f"{place}: no line {wanted!r} in {result}"
        ran += 1
    assert ran > 2


@pytest.mark.parametrize("page", PLAIN_PAGES)
def test_a_page_does_what_it_says(console, page):
    follow_page(console.machine, page)


@pytest.mark.parametrize("page", ACME_PAGES)
def test_a_page_with_an_acme_client_does_what_it_says(acme_console, page):
    follow_page(acme_console.machine, page)


def test_a_page_that_says_what_does_not_happen_is_found_out():
    assert pages.missing(["a", "c…e"], "a\nb\ncde\n") is None
    assert pages.missing(["cde", "a"], "a\nb\ncde\n") == "a"
    assert pages.missing(["d"], "cde") == "d"
