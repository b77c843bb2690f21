"""What strangers can do to the listener of feeds is bounded: how many connections, and for how long."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from collector.config import Address
from collector.feeds import listener as listening
from collector.feeds.answers import FeedAnswers
from collector.feeds.listener import FeedListener
from collector.identity import authority
from collector.query.answers import Answers
from collector.query.exemptions import ExemptionAnswers
from collector.query.handling import Handlings
from tests.askers import estate
from tests.askers.rules import rules
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.transport import Credentials


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[FeedAnswers]:
    """Answers over the estate."""
    with estate.standing(tmp_path / "estate.db") as store:
        asked = Answers(store.reading, store.registry, rules())
        yield FeedAnswers(
            feeds=store.feeds,
            people=store.people,
            answers=asked,
            handlings=Handlings(asked, store.handling),
            exemptions=ExemptionAnswers(asked, store.exemptions),
            clock=lambda: datetime.now(UTC),
        )


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    """A server's certificate."""
    ca = authority.create(tmp_path)
    issued = ca.server([])
    (tmp_path / "server.pem").write_bytes(issued.certificate)
    (tmp_path / "server.key").write_bytes(issued.key)
    return Credentials(tmp_path / "ca.pem", tmp_path / "server.pem", tmp_path / "server.key")


def status(listener: FeedListener, credentials: Credentials) -> int:
    """What a reader is answered; 0 where it finds no room."""
    trusted = ssl.create_default_context(cafile=credentials.ca)
    try:
        return httpx.get(f"https://localhost:{listener.port}/", verify=trusted, timeout=30).status_code
    except httpx.TransportError:
        return 0


def until(listener: FeedListener, credentials: Credentials, wanted: int) -> None:
    """Wait until a reader is answered so."""
    end = time.monotonic() + 60
    while status(listener, credentials) != wanted:
        assert time.monotonic() < end
        time.sleep(0.05)


def silent(listener: FeedListener) -> socket.socket:
    """A connection that says nothing."""
    return socket.create_connection(("127.0.0.1", listener.port))


def test_connections_are_bounded(
    monkeypatch: pytest.MonkeyPatch, answers: FeedAnswers, credentials: Credentials
) -> None:
    """One too many is closed, and there is room again once another ends; stopping waits for none."""
    monkeypatch.setattr(listening, "CONNECTIONS", 2)
    counted: list[int] = []
    listener = FeedListener(Address("127.0.0.1", 0), credentials, answers, counted.append)
    open_ones = [silent(listener) for _ in range(2)]
    until(listener, credentials, 0)
    assert counted == []
    open_ones.pop().close()
    until(listener, credentials, 404)
    assert set(counted) == {404}

    began = time.monotonic()
    listener.stop()
    assert time.monotonic() - began < listening.SILENT_SECONDS
    open_ones.pop().close()


def test_connections_end(
    monkeypatch: pytest.MonkeyPatch, answers: FeedAnswers, credentials: Credentials
) -> None:
    """Also of who says a word now and then."""
    monkeypatch.setattr(listening, "LONGEST_SECONDS", 0.3)
    listener = FeedListener(Address("127.0.0.1", 0), credentials, answers)
    try:
        with silent(listener) as connection:
            connection.settimeout(30)
            assert connection.recv(1) == b""
    finally:
        listener.stop()


def test_an_address_in_use_is_told(answers: FeedAnswers, credentials: Credentials) -> None:
    """By the key to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(ConfigurationError, match=r"listen_feeds: .* is in use"):
            FeedListener(address, credentials, answers)
