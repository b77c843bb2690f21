"""`wolkenzicht-collector alerts routes` and `alerts test`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.commands.alerts import alerts
from collector.commands.context import Context
from tests.contract.outbox_seed import NOON, SqliteSeed
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from wolkenzicht.model import Severity

NOTHING = {"due": 0, "oldest_due": None, "delivered": 0, "dead": 0, "last_error": ""}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store where the configuration below expects it."""
    seed = SqliteSeed(tmp_path / "wolkenzicht.db")
    yield seed
    seed.close()


def run(place: Path, *words: str, url: str = "http://localhost:9/") -> Result:
    """The command in a collector with a log and a webhook route."""
    file = place / "collector.toml"
    file.write_text(
        'data = "."\n[[alerts.route]]\nkind = "log"\n'
        f'[[alerts.route]]\nkind = "webhook"\nname = "soc"\nurl = "{url}"\ntimeout = "1s"\n'
    )
    return CliRunner().invoke(alerts, words, obj=Context(file))


def test_routes_shows_all_that_are_configured(store: SqliteSeed, tmp_path: Path) -> None:
    """With their state where they have one; a route that is configured no longer comes last."""
    store.outbox.fan_out({"soc": Severity.LOW, "gone": Severity.LOW}, NOON)
    store.open("f1")
    store.outbox.fan_out({"soc": Severity.LOW}, NOON)
    (due,) = store.outbox.due("soc", NOON, 10)
    store.outbox.failed("soc", [due.event.event_no], "HTTP 503", NOON + timedelta(seconds=5), NOON)

    result = run(tmp_path, "routes", "--format", "json")

    assert json.loads(result.output) == {
        "items": [
            {"route": "log-1", "kind": "log", "min_severity": "low"} | NOTHING,
            {
                "route": "soc",
                "kind": "webhook",
                "min_severity": "low",
                "due": 1,
                "oldest_due": "2026-11-22T12:00:00Z",
                "delivered": 0,
                "dead": 0,
                "last_error": "HTTP 503",
            },
            {"route": "gone", "kind": "(not configured)", "min_severity": None} | NOTHING,
        ]
    }


def test_routes_for_people_and_for_spreadsheets(store: SqliteSeed, tmp_path: Path) -> None:
    """The other two formats hold the same rows."""
    table = run(tmp_path, "routes").output.splitlines()
    listed = run(tmp_path, "routes", "--format", "csv").output.splitlines()

    assert [line.split()[0] for line in table] == ["route", "-------", "log-1", "soc"]
    assert listed == [
        "route,kind,min_severity,due,oldest_due,delivered,dead,last_error",
        "log-1,log,low,0,,0,0,",
        "soc,webhook,low,0,,0,0,",
    ]


def test_a_sample_is_sent(store: SqliteSeed, tmp_path: Path) -> None:
    """Past the outbox, under a type of its own."""
    with WebhookReceiver() as receiver:
        result = run(tmp_path, "test", "soc", url=receiver.url)

    (request,) = receiver.requests
    assert json.loads(request.body)["type"] == "nl.wolkenzicht.bevinding.proef.v1"
    assert (result.exit_code, result.output) == (0, "Route soc: the receiver accepted the sample.\n")
    assert store.outbox.routes() == []


def test_a_sample_that_is_refused_is_an_error(tmp_path: Path) -> None:
    """With the receiver's answer."""
    with WebhookReceiver() as receiver:
        receiver.reply_with(Reply(401, body=b"who are you"))
        result = run(tmp_path, "test", "soc", url=receiver.url)

    assert (result.exit_code, result.output) == (1, "Error: HTTP 401 Unauthorized: who are you\n")


def test_a_route_that_is_not_configured_is_an_error(tmp_path: Path) -> None:
    """The message names those that are."""
    result = run(tmp_path, "test", "sco")

    assert (result.exit_code, result.output) == (
        1,
        "Error: route 'sco' is not configured; choose one of log-1, soc\n",
    )


@pytest.mark.parametrize("words", [["test", "--help"], ["routes", "--help"]])
def test_help_shows_examples(tmp_path: Path, words: list[str]) -> None:
    """Each command says how it is used."""
    result = run(tmp_path, *words)

    assert result.exit_code == 0
    assert f"  wolkenzicht-collector alerts {words[0]}" in result.output
