"""OpenStack in the name of a user: which projects are read, and how those that are not are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.base import ReadError
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.place import Place
from tests.servers.json_server import Answered, JsonServer
from tests.servers.odc_reading import read
from tests.servers.openstack import PASSWORD, PROJECT, REGION, USER, Openstack, server
from wolkenzicht.model import AccountState, Outcome, Scope

ARCHIVE, CLOSED, OTHER = "a" * 32, "c" * 32, "e" * 32
CLOUD = "127.0.0.1"
PROJECTS = Scope(CLOUD, "identity", "ODC::Project")


@pytest.fixture
def api() -> Openstack:
    """Two projects of the user's, one that nobody gave it, one that is closed."""
    found = Openstack(servers=[server(1)])
    found.projects |= {ARCHIVE: "archief", OTHER: "ander", CLOSED: "gesloten"}
    found.own |= {ARCHIVE, CLOSED}
    found.disabled.add(CLOSED)
    found.items[ARCHIVE, REGION, "servers"] = [server(2), server(3)]
    found.items[OTHER, REGION, "servers"] = [server(4)]
    return found


@pytest.fixture
def source(api: Openstack, tmp_path: Path) -> Iterator[OpenstackSource]:
    """That cloud, read by the user."""
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    with JsonServer(api) as running:
        yield OpenstackSource(
            OpenstackSettings(
                f"{running.url}/v3", "", secret, Place("odc-noord", "NL"), user=USER, max_attempts=2
            )
        )


def outcomes(source: OpenstackSource, kind: str = "ODC::VirtualMachine") -> dict[str, tuple[Outcome, int]]:
    """By project what became of one kind."""
    return {
        scope.account: (found.outcome, found.asset_count)
        for scope in source.plan()
        if scope.type == kind
        for found in [read(source, scope).outcome]
    }


def test_every_project_is_accounted_for(source: OpenstackSource) -> None:
    """The user's are read; the others and the closed one are planned, and end denied."""
    assert outcomes(source) == {
        PROJECT: (Outcome.COMPLETE, 1),
        ARCHIVE: (Outcome.COMPLETE, 2),
        OTHER: (Outcome.DENIED, 0),
        CLOSED: (Outcome.DENIED, 0),
    }
    assert outcomes(source, "ODC::Project") == {CLOUD: (Outcome.COMPLETE, 4)}


def test_a_project_that_cannot_be_read_says_what_it_needs(source: OpenstackSource) -> None:
    """The permission is the kind's, the message names the project and the role."""
    (gap,) = read(source, Scope(OTHER, REGION, "ODC::Volume")).gaps

    assert (gap.outcome, gap.permission) == (Outcome.DENIED, "volume:get_all")
    assert f"no token for project {OTHER}; give the user the role reader on it" in gap.message


def test_projects_have_standings(source: OpenstackSource) -> None:
    """A closed project is suspended, and what it holds is still there."""
    list(source.plan())

    assert {each.account: (each.state, each.regions) for each in source.standings()} == {
        PROJECT: (AccountState.ACTIVE, (REGION,)),
        ARCHIVE: (AccountState.ACTIVE, (REGION,)),
        OTHER: (AccountState.ACTIVE, ()),
        CLOSED: (AccountState.SUSPENDED, ()),
    }


def test_without_a_role_on_the_system_the_list_is_not_whole(source: OpenstackSource, api: Openstack) -> None:
    """The user's own projects are read; whether there are more nobody knows, and the scope says so."""
    api.reads_system = False

    assert outcomes(source) == {PROJECT: (Outcome.COMPLETE, 1), ARCHIVE: (Outcome.COMPLETE, 2)}
    reading = read(source, PROJECTS)
    assert [each.name for each in reading.assets] == ["zaak", "archief"]
    (gap,) = reading.gaps
    assert (gap.outcome, gap.permission) == (Outcome.DENIED, "identity:list_projects")


def test_a_long_list_is_followed(source: OpenstackSource, api: Openstack) -> None:
    """Keystone links to its next page."""
    api.page_limit = 1

    assert len(outcomes(source)) == 4


def test_a_list_that_is_cut_short_is_not_whole(source: OpenstackSource, api: Openstack) -> None:
    """A Keystone that says `truncated` and links to nothing has projects that nobody sees."""
    api.page_limit, api.truncated, api.own = 2, True, {PROJECT, ARCHIVE}

    found = read(source, PROJECTS).outcome

    assert (found.outcome, found.asset_count) == (Outcome.FAILED, 2)
    assert "is cut short" in found.message


@pytest.mark.parametrize(
    ("answer", "outcome", "message"),
    [
        (Answered(403, {}), Outcome.DENIED, "identity:list_projects is denied"),
        (Answered(429, {}, {"Retry-After": "0"}), Outcome.THROTTLED, "still throttled"),
        (Answered(body=b"<html>"), Outcome.FAILED, "the answer is no JSON"),
        (Answered(body={"projects": [{"name": "no id"}]}), Outcome.FAILED, "id is missing in the answer"),
        (
            Answered(body={"projects": [], "links": {"next": "http://x/v3/projects?marker=1"}}),
            Outcome.FAILED,
            "repeats a page",
        ),
    ],
)
def test_a_list_that_breaks_off_keeps_the_users_own(
    source: OpenstackSource, api: Openstack, answer: Answered, outcome: Outcome, message: str
) -> None:
    """The projects of the user are read all the same; the list of all is not whole."""
    api.faults["projects", ""] = [answer] * 9
    api.faults["projects", "1"] = [answer] * 9

    found = read(source, PROJECTS).outcome

    assert (found.outcome, found.asset_count) == (outcome, 2)
    assert message in found.message


def test_a_wrong_password_is_no_plan(source: OpenstackSource, tmp_path: Path) -> None:
    """It is no missing role: nobody is asked for one."""
    (tmp_path / "secret").write_text("wrong")

    with pytest.raises(ReadError, match="the credential is refused; renew it"):
        list(source.plan())


def test_projects_without_a_token_are_no_plan(source: OpenstackSource, api: Openstack) -> None:
    """Where no project gives a catalogue nobody knows a region."""
    api.disabled |= {PROJECT, ARCHIVE}

    with pytest.raises(ReadError, match="no token for project"):
        list(source.plan())
