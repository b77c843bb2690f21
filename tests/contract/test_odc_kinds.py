"""What holds for every kind of a datacentre or private cloud, and how it fares when calls fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent import catalogue
from connectors.base import Source
from tests.servers.json_server import Answered, Asked, JsonServer
from tests.servers.odc_reading import PAGE, SERVED, Faulty, Reading, Served, read
from wolkenzicht.model import Depth, Outcome

#: Longest that a scope may take here, whatever the server does (seconds).
BOUND = 60
#: How long a call may take in these tests, and how much longer the slow server takes (seconds).
PATIENCE, SLOW = 1.0, 2.5

_EVERY = [(served, kind) for served in SERVED for kind in served.kinds]
each_kind = pytest.mark.parametrize(
    ("served", "kind"), _EVERY, ids=[f"{served.connector}-{kind.type}" for served, kind in _EVERY]
)
each_connector = pytest.mark.parametrize("served", SERVED, ids=[served.connector for served in SERVED])
first_or_later = pytest.mark.parametrize("later", [False, True], ids=["first page", "second page"])

#: An answer in place of a good one, and the outcome that it comes to.
Fault = tuple[Callable[[Served], Callable[[Asked, Answered], Answered]], Outcome]


class Estate:
    """A server that can be made to fail, and a source that reads it."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served = served
        self.faulty = Faulty(served.api())
        self.server = JsonServer(self.faulty)
        self._folder = folder

    def source(self) -> Source:
        """A fresh source."""
        return self.served.source(self.server.url, self._folder)

    def read(self, kind: Any) -> Reading:
        """Read the kind's scope, and see that it took bounded time."""
        reading = read(self.source(), self.served.scope(kind))
        assert reading.seconds < BOUND
        return reading

    def strike(
        self, kind: Any, answer: Callable[[Asked, Answered], Answered], *, later: bool = False
    ) -> None:
        """Answer every request for the kind's list so, or only those for later pages."""
        self.faulty.strikes = lambda asked: (
            self.served.asks(kind, asked) and (not later or self.served.later(asked))
        )
        self.faulty.answer = answer


@pytest.fixture
def estate(served: Served, tmp_path: Path) -> Iterator[Estate]:
    """The connector's server, with more than a page of each kind."""
    found = Estate(served, tmp_path)
    with found.server:
        yield found


def always(answer: Answered) -> Callable[[Served], Callable[[Asked, Answered], Answered]]:
    """The same answer whoever is asked."""
    return lambda _: lambda _asked, _good: answer


def _cut(_: Asked, good: Answered) -> Answered:
    return Answered(good.status, good.content[: len(good.content) // 2], good.headers)


def _too_long(_: Asked, good: Answered) -> Answered:
    return Answered(good.status, good.content, good.headers | {"Content-Length": str(len(good.content) + 9)})


def _too_short(_: Asked, good: Answered) -> Answered:
    return Answered(good.status, good.content, good.headers | {"Content-Length": str(len(good.content) // 2)})


def _slow(_: Asked, good: Answered) -> Answered:
    time.sleep(SLOW)
    return good


FAULTS: dict[str, Fault] = {
    "denied": (lambda served: lambda _asked, _good: served.denied, Outcome.DENIED),
    "expired": (lambda served: lambda _asked, _good: served.expired, Outcome.FAILED),
    "no list": (lambda served: lambda _asked, _good: served.nothing, Outcome.FAILED),
    "cut off": (lambda _: _cut, Outcome.FAILED),
    "length too long": (lambda _: _too_long, Outcome.FAILED),
    "length too short": (lambda _: _too_short, Outcome.FAILED),
    "slow": (lambda _: _slow, Outcome.FAILED),
    "broken": (always(Answered(500, b"broken")), Outcome.FAILED),
    "another's page": (always(Answered(200, b"<html>log in</html>", {"Content-Type": "text/html"})),
                       Outcome.FAILED),
    "elsewhere": (always(Answered(302, b"", {"Location": "/login"})), Outcome.FAILED),
    "nothing": (always(Answered(200, b"")), Outcome.FAILED),
}  # fmt: skip


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls end after a moment; in earnest they may take two minutes."""
    for module in ("http_session", "openstack.client", "kubernetes.client", "vcenter.client"):
        monkeypatch.setattr(f"connectors.odc.{module}.READ_SECONDS", PATIENCE)
    monkeypatch.setattr("connectors.odc.vcenter.client.CONNECT_SECONDS", 0)


@pytest.mark.parametrize("row", catalogue.rows("odc"), ids=lambda row: f"{row.connector}-{row.type}")
def test_is_described(row: catalogue.KindRow) -> None:
    """A kind has a title, a page that describes it, what it holds and a permission; files need none."""
    assert row.title
    assert row.holds is not None
    assert row.states
    assert row.depth is Depth.DEEP
    assert f"`{row.type}`" in (Path(__file__).parents[2] / row.docs_url).read_text()
    assert bool(row.permissions) == (row.connector not in {"odc-csv", "odc-rvtools"})


def test_types_are_unique_within_a_connector() -> None:
    """A type names one kind, so that a scope has one reading."""
    found = [(row.connector, row.type) for row in catalogue.rows("odc")]
    assert len(set(found)) == len(found)


@each_kind
def test_every_asset_is_read_whole(served: Served, kind: Any, estate: Estate) -> None:
    """Each kind gives three assets over two pages, with identity, place, evidence and sorted facts."""
    reading = estate.read(kind)
    assert (reading.gaps, reading.rejected) == ([], [])
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len({asset.asset_id for asset in reading.assets}) == 3
    for asset in reading.assets:
        assert asset.asset_id.startswith("urn:wolkenzicht:")
        assert (asset.type, asset.holds) == (kind.type, kind.holds)
        assert asset.account == served.scope(kind).account
        assert asset.name
        assert tuple(sorted(asset.properties)) == asset.properties
        assert kind.operation in {place.operation for place in asset.locations}
        assert all(place.evidence for place in asset.locations)


@each_kind
def test_a_denied_kind_is_not_empty(served: Served, kind: Any, estate: Estate) -> None:
    """The outcome names the permission that the kind declares."""
    estate.strike(kind, lambda _asked, _good: served.denied)
    reading = estate.read(kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == kind.permission
    assert "\n" not in reading.outcome.message


@each_kind
def test_a_throttled_kind_is_not_empty(served: Served, kind: Any, estate: Estate) -> None:
    """After all attempts the scope says so. vSphere has no word for it: there it is a failure."""
    asked = list[Asked]()

    def refuse(request: Asked, _good: Answered) -> Answered:
        asked.append(request)
        return Answered(429, {}, {"Retry-After": "0"})

    estate.strike(kind, refuse)
    reading = estate.read(kind)

    vsphere = served.connector == "odc-vcenter"
    assert reading.assets == []
    assert reading.outcome.outcome is (Outcome.FAILED if vsphere else Outcome.THROTTLED)
    assert len(asked) >= (1 if vsphere else 2)


@each_kind
def test_a_broken_second_page_keeps_the_first(served: Served, kind: Any, estate: Estate) -> None:
    """What came before is handed on, and the scope ends failed."""
    estate.strike(kind, _cut, later=True)
    reading = estate.read(kind)
    assert len(reading.assets) == PAGE
    assert reading.outcome.outcome is Outcome.FAILED
    assert served.connector


@each_connector
@first_or_later
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_answer_is_never_complete(
    served: Served, estate: Estate, fault: str, monkeypatch: pytest.MonkeyPatch, *, later: bool
) -> None:
    """Whatever the server does: what came before is kept, and the outcome says what is wrong."""
    kind = served.kinds[0]
    answer, outcome = FAULTS[fault]
    if fault == "slow":
        impatient(monkeypatch)
    estate.strike(kind, answer(served), later=later)

    reading = estate.read(kind)

    if (served.connector, fault) == ("odc-vcenter", "length too long"):
        # A document that is closed is whole; only the session is of no use any more.
        assert (len(reading.assets), reading.outcome.outcome) == (3 if later else PAGE, Outcome.FAILED)
        return
    assert len(reading.assets) == (PAGE if later else 0)
    assert reading.outcome.outcome is outcome
    assert reading.outcome.permission == (kind.permission if outcome is Outcome.DENIED else "")
    assert reading.outcome.message
    assert "\n" not in reading.outcome.message


@pytest.mark.parametrize("served", [each for each in SERVED if each.connector != "odc-vcenter"],
                         ids=lambda served: served.connector)  # fmt: skip
def test_retry_after_is_obeyed(served: Served, estate: Estate) -> None:
    """The second attempt comes a second later, as was asked, and nothing is lost."""
    kind, times = served.kinds[0], list[float]()

    def refuse_once(_asked: Asked, good: Answered) -> Answered:
        times.append(time.monotonic())
        return Answered(429, {}, {"Retry-After": "1"}) if len(times) == 1 else good

    estate.strike(kind, refuse_once)
    reading = estate.read(kind)

    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len(reading.assets) == 3
    assert times[1] - times[0] >= 1


@each_kind
def test_a_list_without_end_is_given_up(served: Served, kind: Any, estate: Estate) -> None:
    """A server that gives its first page over and over ends failed rather than never."""
    first = list[Answered]()

    def again(_asked: Asked, good: Answered) -> Answered:
        first.append(good)
        return first[0]

    estate.strike(kind, again)
    reading = estate.read(kind)

    assert len({asset.asset_id for asset in reading.assets}) == PAGE
    assert reading.outcome.outcome is Outcome.FAILED
    assert served.connector


@pytest.mark.parametrize(
    ("served", "kind"),
    [each for each in _EVERY if each[0].connector != "odc-vcenter"],
    ids=[f"{served.connector}-{kind.type}" for served, kind in _EVERY if served.connector != "odc-vcenter"],
)
def test_a_check_tells_a_denied_kind_from_the_others(served: Served, kind: Any, estate: Estate) -> None:
    """Before the first scan: which permission is missing. In vCenter one privilege is for all kinds."""
    estate.strike(kind, lambda _asked, _good: served.denied)
    found = {each.scope.type: each for each in estate.source().check()}
    assert found[kind.type].outcome is Outcome.DENIED
    assert found[kind.type].permission == kind.permission
