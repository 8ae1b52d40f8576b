"""Who may do what: everybody may look, and nobody else may change anything."""

import pytest

from story import SETTINGS

CHANGES = [
    ["set", "console", "channels.console.https_port", "8390"],
    ["restart", "console"],
    ["certificate", "renew", "console"],
    ["hold", "console", "--until", "1h"],
    ["adopt", "nginx.service", "--profile", "nginx", "--name", "console"],
    ["release", "console"],
]


@pytest.mark.parametrize(
    "verb", [["status"], ["plan"], ["certificate", "show", "console"], ["check"], ["profiles"]]
)
def test_everybody_may_look(service, verb):
    assert service.ec(*verb, user="nobody").returncode == 0


@pytest.mark.parametrize("verb", CHANGES, ids=lambda verb: verb[0])
def test_an_ordinary_user_changes_nothing_and_is_told_who_may(service, verb):
    machine = service.machine
    listing = f"find {SETTINGS} /run/supervisord-ec/requests /etc/nginx -printf '%p %T@\\n' | sort"
    before = machine.run(listing).stdout
    result = service.ec(*verb, check=False, user="nobody")
    assert result.returncode == 77, result
    assert "root" in result.stderr or "sudo" in result.stderr
    assert machine.run(listing).stdout == before
