"""Fixtures of the end-to-end tests: the package is built beforehand (`make deb`)."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import container as containers  # noqa: E402
import faults  # noqa: E402
import root  # noqa: E402
from story import Story  # noqa: E402


def pytest_configure(config):
    """An end by SIGTERM (timeout(1), a stopped job) cleans up as Ctrl-C does."""
    containers.clean_up_on_sigterm()


@pytest.fixture(scope="session")
def deb():
    """The newest package in out/."""
    found = sorted((root.PROJECT / "out").glob("supervisord-ec_*.deb"), key=lambda p: p.stat().st_mtime)
    assert found, "no package in out/: run make deb"
    return found[-1]


@pytest.fixture(scope="session")
def shared(deb):
    """One container for all tests of the session, with the package installed."""
    with containers.Container("shared") as machine:
        machine.install_deb(deb)
        yield machine


@pytest.fixture(scope="session")
def story(deb):
    """The container of the story: its tests run in order, each goes on from the one before."""
    with containers.Container("story") as machine:
        told = Story(machine)
        told.install_console()
        machine.install_deb(deb)
        yield told


@pytest.fixture(scope="session")
def disposable(deb):
    """A container for what cannot be undone: faults, then the end of the package."""
    with containers.Container("life") as machine:
        machine.install_deb(deb)
        yield machine


@pytest.fixture(scope="session")
def life(disposable):
    """A console on HTTPS in the container that is thrown away at the end."""
    told = Story(disposable)
    told.install_console()
    told.adopt()
    told.ec("enable-https", "console", "--yes")
    told.set("restart.verify_within", "3s")
    told.wait_until_good()
    faults.remember(told)
    return told


@pytest.fixture
def service(life, request):
    """The good service, and proof that it is good again afterwards.

    A test that fails leaves the host as it happens to be; then all is brought back, so that the
    next test tells of its own matter only.
    """
    # Tests restart nginx more often than systemd's start limit lets an administrator.
    life.machine.systemctl("reset-failed", "nginx.service", check=False)
    # The test before may have killed the daemon last of all; systemd starts it again after a pause.
    life.machine.wait_until(lambda: faults.daemon_pid(life) != "0", "the daemon")
    life.invocation = life.machine.invocation("nginx")
    yield life
    if failed_item in request.node.stash:
        faults.bring_back(life)
        return
    try:
        life.machine.run(["rm", "-rf", faults.DROP_IN])
        # A removed file may come back at once, so it counts as gone only after a while.
        life.machine.wait_until(
            lambda: faults.DROP_IN not in life.machine.read_file("/run/supervisord-ec/console.json"),
            "the end of the drop-in",
        )
        life.wait_until_good(60)
        life.assert_https_stays()
    except BaseException:
        faults.bring_back(life)
        raise


failed_item = pytest.StashKey[bool]()
broken_story = []


def pytest_runtest_setup(item):
    """The story goes on only from where it should be: after a failure the rest says nothing new."""
    if broken_story and "story" in item.fixturenames:
        pytest.skip(f"the story broke off at {broken_story[0]}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """After a failure: the journal of each container that the test used."""
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    item.stash[failed_item] = True
    if call.when == "teardown":
        return
    if "story" in item.fixturenames:
        broken_story.append(item.name)
    for name, value in getattr(item, "funcargs", {}).items():
        value = getattr(value, "machine", value)
        if isinstance(value, containers.Container) and value.leader is not None:
            report.sections.append((f"journal of {name}", value.journal(lines=200)))
