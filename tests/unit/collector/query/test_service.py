"""The service's own duties: pages that fit a message, status codes, and threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest

from collector.identity.peer import Peer
from collector.query.answers import Answers
from collector.query.errors import BadQueryError
from collector.query.service import OverviewServicer
from collector.store.base import Store
from collector.store.sql.ingest import SqlIngest
from tests.askers import estate
from tests.askers.reports import Agent, bucket, place
from tests.askers.rules import rules
from wolkenzicht.errors import StorageError, TransportError
from wolkenzicht.model import Outcome, Scope
from wolkenzicht.transport import MAX_RECEIVE_BYTES
from wolkenzicht.v1 import overview_service_pb2 as wire

CIO_RIJK = Peer("asker", "1", "", "", "cio_rijk", "ann", datetime.max.replace(tzinfo=UTC), "ipv4:x")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The estate."""
    with estate.standing(tmp_path / "estate.db") as built:
        yield built


def test_a_page_of_large_assets_fits_a_message(store: Store) -> None:
    """A page ends before the message would be too large; the next goes on without a gap."""
    assert isinstance(store.ingest, SqlIngest)
    large = [
        bucket(
            f"large-{number:02}",
            place("eu-west-1"),
            account="1",
            **{f"tag{each}": "x" * 15_000 for each in range(8)},
        )
        for number in range(30)
    ]
    scope = Scope("1", "global", "AWS::S3::Bucket")
    agent = Agent(store.ingest, "bd-aws")
    agent.scan(estate.SECOND, *[(scope, Outcome.COMPLETE, large)])
    answers = Answers(store.reading, store.registry, rules())
    asked = wire.ListAssetsRequest(filter=wire.AssetFilter(tenant="bd-aws"), page_size=1000)
    found: list[str] = []
    pages = 0
    while True:
        answer = answers.assets(CIO_RIJK, asked)
        assert answer.ByteSize() < MAX_RECEIVE_BYTES
        found += [each.classified.asset.name for each in answer.items]
        pages += 1
        if not answer.next_page_token:
            break
        asked.page_token = answer.next_page_token
    assert (pages > 1, found) == (True, [each.name for each in large])


def test_a_search_finds_and_says_what_it_does_not_know_yet(store: Store) -> None:
    """What the index has not taken in is counted; then it is found, and pages belong to their search."""
    answers = Answers(store.reading, store.registry, rules())
    asked = wire.ListAssetsRequest(search="BZK arch")
    before = answers.assets(CIO_RIJK, asked)
    assert list(before.items) == []
    assert before.search_behind >= len(estate.EVERYTHING)
    while store.search.follow(100):
        pass
    after = answers.assets(CIO_RIJK, asked)
    assert [each.classified.asset.asset_id for each in after.items] == [estate.ARCHIVE]
    assert after.search_behind == 0

    first = answers.assets(CIO_RIJK, wire.ListAssetsRequest(search="aws", page_size=1))
    other = wire.ListAssetsRequest(search="arn", page_size=1, page_token=first.next_page_token)
    with pytest.raises(BadQueryError, match="belongs to another question"):
        answers.assets(CIO_RIJK, other)
    with pytest.raises(BadQueryError, match="search: has no word"):
        answers.assets(CIO_RIJK, wire.ListAssetsRequest(search="***"))


class Refused(Exception):  # noqa: N818 - stands for what gRPC raises
    """What a context raises when a call is aborted."""


class Context:
    """The part of a call's context that the service uses."""

    aborted: tuple[grpc.StatusCode, str] | None = None

    async def abort(self, code: grpc.StatusCode, details: str) -> None:
        """Note the status, and end the call."""
        self.aborted = (code, details)
        raise Refused


class OpenGate:
    """Lets everybody in as CIO Rijk."""

    async def authenticate(self, _context: object, kind: str) -> Peer:
        """The peer; only askers are asked for."""
        assert kind == "asker"
        return CIO_RIJK


class FailingReading:
    """A read side of which every method fails, or notes the thread that it runs in."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.threads: set[str] = set()

    def __getattr__(self, _name: str) -> Any:
        def method(*_given: object, **_named: object) -> None:
            self.threads.add(threading.current_thread().name)
            if self.error:
                raise self.error

        return method


def ask(store: Store, reading: object, question: wire.GetAssetRequest) -> tuple[grpc.StatusCode, str] | None:
    """The status that a question for an asset ends with; None where it is answered."""
    given: Any = reading
    gate: Any = OpenGate()
    servicer = OverviewServicer(given, store.registry, rules(), gate, store.handling, store.exemptions)
    context = Context()
    try:
        asyncio.run(servicer.GetAsset(question, context))  # type: ignore[arg-type]  # a stand-in
    except Refused:
        return context.aborted
    finally:
        servicer.close()
    return None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StorageError("the disk is gone"), grpc.StatusCode.UNAVAILABLE),
        (TransportError("odd", retryable=False), grpc.StatusCode.INTERNAL),
    ],
)
def test_failures_have_a_status_and_one_line(store: Store, error: Exception, code: grpc.StatusCode) -> None:
    """What the store says reaches the asker with a status that tells what to do."""
    found = ask(store, FailingReading(error), wire.GetAssetRequest(asset_id="x"))
    assert found == (code, str(error))


def test_an_empty_identifier_names_its_field(store: Store) -> None:
    """Nothing is looked up."""
    found = ask(store, store.reading, wire.GetAssetRequest())
    assert found == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "asset_id: is empty; give the provider's identifier of an asset",
    )


def test_a_kind_of_discrepancy_that_is_not_known_is_refused(store: Store) -> None:
    """A newer client may ask for what this collector cannot know."""
    answers = Answers(store.reading, store.registry, rules())
    asked = wire.ListDiscrepanciesRequest(kind=99)  # type: ignore[arg-type]  # a value of a newer contract
    with pytest.raises(BadQueryError, match="kind: is not known; use a value of this contract"):
        answers.discrepancies(CIO_RIJK, asked)


def test_the_database_is_read_off_the_event_loop(store: Store) -> None:
    """Questions run in the service's own threads."""
    reading = FailingReading()
    ask(store, reading, wire.GetAssetRequest(asset_id="x"))
    assert {name.partition("_")[0] for name in reading.threads} == {"query"}
