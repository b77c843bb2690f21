"""How every kind of Google Cloud resource, and the inventory, fare with an API that fails, stalls or lies.

Whatever happens: what was read before it is kept, the scope ends in time, and it never ends complete where
something is missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped] # generated without types

from connectors.base import INVENTORY
from connectors.gcp.kind import GLOBAL, LIST_PERMISSION, SEARCH_PERMISSION
from connectors.gcp.kinds import KINDS
from connectors.gcp.source import GcpSettings, GcpSource
from tests.servers.gcp import LIST, SEARCH, GcpServer
from tests.servers.gcp_cut import Line
from tests.servers.gcp_estate import ORGANIZATION, PROJECT, Entry, recorded
from tests.servers.gcp_reading import Reading, StoppedClock, read_scope, source_of
from wolkenzicht.model import Depth, Outcome, Scope

TYPES = [*(kind.type for kind in KINDS), INVENTORY]
#: Read in depth; the others are searched for.
DEEP = {kind.type for kind in KINDS if kind.depth is Depth.DEEP}
#: The most that reading one scope of the recorded estate may take, whatever the API does.
SECONDS = 30.0

every_type = pytest.mark.parametrize("asset_type", TYPES, ids=[each.replace("/", "-") for each in TYPES])


def estate() -> list[Entry]:
    """The recorded entries, and two of every type that is only listed."""
    listed = [
        Entry(f"//{each.partition('/')[0]}/projects/{PROJECT}/locations/europe-west4/x/{name}", each)
        for each in TYPES
        if each not in {*DEEP, INVENTORY}
        for name in ("one", "two")
    ]
    return [*recorded(), *listed]


@pytest.fixture(scope="module")
def running() -> Iterator[GcpServer]:
    """The estate, in pages of one entry."""
    with GcpServer(estate(), page_size=1) as server:
        yield server


@pytest.fixture
def server(running: GcpServer) -> GcpServer:
    """The estate, served rightly at first."""
    running.clear()
    return running


def scope_of(asset_type: str) -> Scope:
    """The scope of a type."""
    return Scope(ORGANIZATION, GLOBAL, asset_type)


def read(server: GcpServer, asset_type: str) -> Reading:
    """What the scope of a type gives, in one attempt a call and in time."""
    source = source_of(server)
    started = time.monotonic()
    reading = read_scope(source, scope_of(asset_type))
    assert time.monotonic() - started < SECONDS
    source.close()
    return reading


def method_of(asset_type: str) -> str:
    """The method by which the entries of a type are read."""
    return LIST if asset_type in DEEP else SEARCH


@every_type
def test_quota_that_stays_used_up(asset_type: str, server: GcpServer) -> None:
    """Every attempt waits as long as it is told, then the scope ends throttled."""
    clock = StoppedClock()
    server.exhaust(RetryInfo(retry_delay=Duration(seconds=7)), asset_type=asset_type)
    source = source_of(server, clock, attempts=3)
    reading = read_scope(source, scope_of(asset_type))
    source.close()
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert clock.slept == [7.0, 7.0]


@every_type
def test_second_page_that_fails(asset_type: str, server: GcpServer) -> None:
    """What the first page held is handed on, the scope ends failed, and no claim is made of the rest."""
    whole = read(server, asset_type).assets
    server.loops.add(asset_type)
    method = method_of(asset_type)
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", method=method, asset_type=asset_type, after=1)
    reading = read(server, asset_type)
    assert reading.assets == whole[:1]
    assert reading.covers == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_type
def test_second_page_that_is_refused(asset_type: str, server: GcpServer) -> None:
    """A right that is withdrawn halfway ends the scope denied; what was read is kept."""
    whole = read(server, asset_type).assets
    server.loops.add(asset_type)
    method = method_of(asset_type)
    server.fail(grpc.StatusCode.PERMISSION_DENIED, "denied", method=method, asset_type=asset_type, after=1)
    reading = read(server, asset_type)
    assert reading.assets == whole[:1]
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == (LIST_PERMISSION if asset_type in DEEP else SEARCH_PERMISSION)


@every_type
def test_page_that_comes_again(asset_type: str, server: GcpServer) -> None:
    """A listing that gives the same page under ever new tokens ends failed rather than never."""
    server.echoes.add(asset_type)
    reading = read(server, asset_type)
    assert reading.outcome.outcome is Outcome.FAILED
    assert "repeats a page" in reading.outcome.message
    assert reading.covers == []


@every_type
def test_empty_pages_between_others(asset_type: str, server: GcpServer) -> None:
    """A page without entries and with a token is no end: everything is read, and the scope is complete."""
    whole = read(server, asset_type)
    server.gaping.add(asset_type)
    reading = read(server, asset_type)
    assert reading.assets == whole.assets
    assert reading.outcome == whole.outcome
    assert reading.outcome.outcome is Outcome.COMPLETE


@every_type
@pytest.mark.parametrize("field", ["name", "asset_type"])
def test_entries_without_identity(asset_type: str, field: str, server: GcpServer) -> None:
    """An entry without a name or a type becomes no asset, is told, and keeps the scope from complete."""
    server.lacking.add(field)
    reading = read(server, asset_type)
    assert reading.assets == []
    assert {each.field for each in reading.rejected} == {field}
    assert reading.outcome.outcome is Outcome.FAILED


@pytest.mark.parametrize("asset_type", sorted(DEEP), ids=[each.replace("/", "-") for each in sorted(DEEP)])
def test_entries_without_properties(asset_type: str, server: GcpServer) -> None:
    """An entry without its resource is a shallow asset, its copies unknown, and the scope is not complete."""
    whole = read(server, asset_type)
    server.lacking.add("resource")
    reading = read(server, asset_type)
    assert [each.asset_id for each in reading.assets] == [each.asset_id for each in whole.assets]
    assert {each.depth for each in reading.assets} == {Depth.SHALLOW}
    assert reading.outcome.outcome is Outcome.FAILED
    assert "without its properties" in reading.outcome.message


@every_type
@pytest.mark.parametrize("answer", ["garbled", "halved"])
def test_answer_that_is_no_message(asset_type: str, answer: str, server: GcpServer) -> None:
    """Bytes that are no message of the API, or only the beginning of one, end the scope failed."""
    getattr(server, answer).add(asset_type)
    reading = read(server, asset_type)
    assert reading.assets == []
    assert reading.covers == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_type
@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.DATA_LOSS,
    ],
    ids=lambda code: code.name,
)
def test_other_failures_are_no_emptiness(asset_type: str, code: grpc.StatusCode, server: GcpServer) -> None:
    """No failure says that nothing can be there: each ends failed, a type that Google does not know too."""
    server.fail(code, "no", asset_type=asset_type)
    reading = read(server, asset_type)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_type
def test_line_that_is_cut(asset_type: str, server: GcpServer) -> None:
    """A connection that breaks while the second page is under way leaves the first, and a failed scope."""
    whole = read(server, asset_type).assets
    server.loops.add(asset_type)
    reading = _read_over(
        server, asset_type, lambda line: server.interrupt(line.cut, asset_type=asset_type, after=1)
    )
    assert [asset.asset_id for asset in reading.assets] == [asset.asset_id for asset in whole[:1]]
    assert reading.outcome.outcome is Outcome.FAILED
    assert "check network" in reading.outcome.message


def test_line_that_is_cut_once(server: GcpServer) -> None:
    """A second attempt makes another connection and reads the rest."""
    whole = read(server, INVENTORY).assets
    reading = _read_over(
        server, INVENTORY, lambda line: server.interrupt(line.cut, asset_type=INVENTORY, after=1), attempts=3
    )
    assert reading.assets == whole
    assert reading.outcome.outcome is Outcome.COMPLETE


def _read_over(
    server: GcpServer, asset_type: str, prepare: Callable[[Line], None], attempts: int = 1
) -> Reading:
    with Line(server.port) as line:
        settings = GcpSettings(scope=ORGANIZATION, endpoint=line.url, max_attempts=attempts)
        source = GcpSource(settings, StoppedClock().clock)
        prepare(line)
        reading = read_scope(source, scope_of(asset_type))
        source.close()
    return reading


@pytest.mark.parametrize(
    "asset_type",
    [
        "storage.googleapis.com/Bucket",
        "logging.googleapis.com/LogSink",
        "dns.googleapis.com/ManagedZone",
        INVENTORY,
    ],
)
def test_answer_that_does_not_come(
    asset_type: str, server: GcpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that is not answered in time ends failed, and the next scope is read."""
    monkeypatch.setattr("connectors.gcp.session._TIMEOUT_SECONDS", 0.2)
    server.delay(1.0, method=method_of(asset_type), asset_type=asset_type)
    reading = read(server, asset_type)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED
    assert "DEADLINE_EXCEEDED: no answer" in reading.outcome.message
