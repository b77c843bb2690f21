"""`wolkenzicht-collector alerts routes` and `alerts test`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from collector.alerts.channels import DeliveryError
from collector.alerts.config import AlertsConfig, LogRoute, WebhookRoute
from collector.commands.alerts import alerts
from tests.contract.outbox_seed import NOON, SqliteSeed
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from wolkenzicht.errors import ConfigurationError


@dataclass(frozen=True)
class Known:
    """What the collector's command hands to the group."""

    config: Any
    store: Any


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store."""
    seed = SqliteSeed(tmp_path / "store.db")
    yield seed
    seed.close()


def run(store: SqliteSeed, *words: str, url: str = "http://localhost:9/") -> Result:
    """The command in a collector with a log and a webhook route."""
    config = AlertsConfig(route=(LogRoute(), WebhookRoute(name="soc", url=url, timeout="1s")))
    known = Known(SimpleNamespace(alerts=config), store)
    return CliRunner().invoke(alerts, words, obj=known)


def test_routes_shows_all_that_are_configured(store: SqliteSeed) -> None:
    """With their state where they have one; a route that is configured no longer comes last."""
    store.outbox.fan_out(["soc", "gone"], NOON)
    store.open("f1")
    store.outbox.fan_out(["soc"], NOON)
    (due,) = store.outbox.due("soc", NOON, 10)
    store.outbox.failed("soc", [due.event.event_no], "HTTP 503", NOON + timedelta(seconds=5), NOON)

    result = run(store, "routes", "--format", "json")

    nothing = {"due": 0, "oldest_due": None, "delivered": 0, "dead": 0, "last_error": ""}
    assert json.loads(result.output) == {
        "items": [
            {"route": "log-1", "kind": "log", "min_severity": "low"} | nothing,
            {
                "route": "soc",
                "kind": "webhook",
                "min_severity": "low",
                "due": 1,
                "oldest_due": "2026-11-22T12:00:00.000000Z",
                "delivered": 0,
                "dead": 0,
                "last_error": "HTTP 503",
            },
            {"route": "gone", "kind": "(not configured)", "min_severity": None} | nothing,
        ]
    }


def test_routes_as_a_table(store: SqliteSeed) -> None:
    """For people."""
    result = run(store, "routes")

    assert result.output.splitlines()[0].split("  ")[0] == "route"
    assert [line.split()[0] for line in result.output.splitlines()[2:]] == ["log-1", "soc"]


def test_a_sample_is_sent(store: SqliteSeed) -> None:
    """Past the outbox, under a type of its own."""
    with WebhookReceiver() as receiver:
        result = run(store, "test", "soc", url=receiver.url)

    (request,) = receiver.requests
    assert json.loads(request.body)["type"] == "nl.wolkenzicht.bevinding.proef.v1"
    assert (result.exit_code, result.output) == (0, "route soc: the receiver accepted the sample\n")
    assert store.outbox.routes() == []


def test_a_sample_that_is_refused_is_an_error(store: SqliteSeed) -> None:
    """With the receiver's answer."""
    with WebhookReceiver() as receiver:
        receiver.reply_with(Reply(401, body=b"who are you"))
        result = run(store, "test", "soc", url=receiver.url)

    assert isinstance(result.exception, DeliveryError)
    assert str(result.exception) == "HTTP 401 Unauthorized: who are you"


def test_a_route_that_is_not_configured_is_an_error(store: SqliteSeed) -> None:
    """The message names those that are."""
    result = run(store, "test", "sco")

    assert isinstance(result.exception, ConfigurationError)
    assert str(result.exception) == "route 'sco' is not configured; choose one of log-1, soc"


@pytest.mark.parametrize("words", [["--help"], ["test", "--help"], ["routes", "--help"]])
def test_help_shows_examples(store: SqliteSeed, words: list[str]) -> None:
    """Each command says how it is used."""
    result = run(store, *words)

    assert result.exit_code == 0
    assert "  wolkenzicht-collector alerts" in result.output
