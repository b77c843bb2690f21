"""`wolkenzicht-collector alerts routes` and `alerts test`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.commands.alerts import alerts
from collector.commands.context import Context, system_user
from tests.contract.outbox_seed import NOON, SqliteSeed
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from wolkenzicht.model import Severity

NOTHING = {
    "organisations": [],
    "kinds": [],
    "due": 0,
    "oldest_due": None,
    "delivered": 0,
    "dead": 0,
    "last_error": "",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store where the configuration below expects it."""
    seed = SqliteSeed(tmp_path / "wolkenzicht.db")
    yield seed
    seed.close()


def run(place: Path, *words: str, url: str = "http://localhost:9/", more: str = "") -> Result:
    """The command in a collector with a log and a webhook route, the latter with `more`."""
    file = place / "collector.toml"
    file.write_text(
        'data = "."\n[[alerts.route]]\nkind = "log"\n'
        f'[[alerts.route]]\nkind = "webhook"\nname = "soc"\nurl = "{url}"\ntimeout = "1s"\n'
        f'kinds = ["location_unknown"]\n{more}'
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
            NOTHING | {"route": "log-1", "kind": "log", "min_severity": "low"},
            {
                "route": "soc",
                "kind": "webhook",
                "min_severity": "low",
                "organisations": [],
                "kinds": ["location_unknown"],
                "due": 1,
                "oldest_due": "2026-11-22T12:00:00Z",
                "delivered": 0,
                "dead": 0,
                "last_error": "HTTP 503",
            },
            NOTHING | {"route": "gone", "kind": "(not configured)", "min_severity": None},
        ]
    }


def test_routes_for_people_and_for_spreadsheets(store: SqliteSeed, tmp_path: Path) -> None:
    """The other two formats hold the same rows."""
    table = run(tmp_path, "routes").output.splitlines()
    listed = run(tmp_path, "routes", "--format", "csv").output.splitlines()

    assert [line.split()[0] for line in table] == ["route", "-------", "log-1", "soc"]
    assert listed == [
        "route,kind,min_severity,organisations,kinds,due,oldest_due,delivered,dead,last_error",
        "log-1,log,low,,,0,,0,0,",
        "soc,webhook,low,,location_unknown,0,,0,0,",
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


def test_a_sample_tells_of_an_organisation_that_is_not_known(store: SqliteSeed, tmp_path: Path) -> None:
    """A slip in a name would keep alerts from a route without a word."""
    with WebhookReceiver() as receiver:
        known = run(tmp_path, "test", "soc", url=receiver.url, more='organisations = ["rdv"]\n')
        slip = run(tmp_path, "test", "soc", url=receiver.url, more='organisations = ["rdv", "rvd"]\n')

    assert (known.exit_code, slip.exit_code, len(receiver.requests)) == (0, 1, 1)
    assert "route 'soc': the organisation 'rvd' is not known here" in slip.output


def bury(store: SqliteSeed, *findings: str) -> list[str]:
    """Give these findings' first events up on the webhook's route; returns their identifiers."""
    store.outbox.fan_out({"soc": Severity.LOW}, NOON)
    ids = [store.open(finding) for finding in findings]
    store.outbox.fan_out({"soc": Severity.LOW}, NOON)
    due = store.outbox.due("soc", NOON, 10)
    store.outbox.failed("soc", [each.event.event_no for each in due], "HTTP 410 Gone", None, NOON)
    return ids


def test_dead_letters_are_listed(store: SqliteSeed, tmp_path: Path) -> None:
    """With what to look them up by, and what was last said."""
    [event_id] = bury(store, "f1")

    as_json = run(tmp_path, "dead", "soc", "--format", "json")
    table = run(tmp_path, "dead", "soc")

    assert json.loads(as_json.output) == {
        "items": [
            {
                "event": event_id,
                "created": "2026-11-22T12:00:00Z",
                "type": "nl.wolkenzicht.bevinding.geopend.v1",
                "finding": "f1",
                "organisation": "rdv",
                "severity": "high",
                "attempts": 1,
                "last_error": "HTTP 410 Gone",
            }
        ]
    }
    assert event_id in table.output
    assert run(tmp_path, "dead", "log-1", "--format", "csv").output.count("\n") == 1


def test_dead_letters_are_sent_again(store: SqliteSeed, tmp_path: Path) -> None:
    """Those that are named, or all; what was not given up is told."""
    first, second, third = bury(store, "f1", "f2", "f3")

    named = run(tmp_path, "resend", "soc", second)
    slip = run(tmp_path, "resend", "soc", first, "event-9")
    rest = run(tmp_path, "resend", "soc", "--all")

    assert (named.exit_code, named.output) == (0, "Route soc: 1 due again.\n")
    assert slip.exit_code == 1
    assert "1 of the events were not given up there; 1 are due again" in slip.output
    assert rest.output == "Route soc: 1 due again.\n"
    due = store.outbox.due("soc", datetime.now(UTC), 10)
    assert [each.event.event_id for each in due] == [first, second, third]


def test_dead_letters_are_discarded(store: SqliteSeed, tmp_path: Path) -> None:
    """After a question, or with --yes; who and when is listed, and what was not given up is told."""
    first, second, third = bury(store, "f1", "f2", "f3")

    asked = run(tmp_path, "discard", "soc", "--all")
    named = run(tmp_path, "discard", "soc", second, "--yes", "--by", "change 4711")
    slip = run(tmp_path, "discard", "soc", first, "event-9", "--yes")
    rest = run(tmp_path, "discard", "soc", "--all", "--yes")

    assert asked.exit_code == 1
    assert "Discard all events that were given up on route soc? [y/N]" in asked.output
    assert (named.exit_code, named.output) == (0, "Route soc: 1 discarded.\n")
    assert slip.exit_code == 1
    assert "1 of the events were not given up there; 1 are discarded" in slip.output
    assert rest.output == "Route soc: 1 discarded.\n"
    assert json.loads(run(tmp_path, "dead", "soc", "--format", "json").output) == {"items": []}
    listed = json.loads(run(tmp_path, "dead", "soc", "--discarded", "--format", "json").output)["items"]
    assert [each["event"] for each in listed] == [first, second, third]
    assert listed[1]["discarded_by"] == f"{system_user()} (change 4711)"
    assert listed[0]["discarded_by"] == system_user()
    assert abs(datetime.fromisoformat(listed[0]["discarded"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert "discarded_by" in run(tmp_path, "dead", "soc", "--discarded").output


def test_the_answer_yes_discards(store: SqliteSeed, tmp_path: Path) -> None:
    """As --yes does."""
    [event_id] = bury(store, "f1")
    run(tmp_path, "routes")
    words = ["discard", "soc", event_id]
    result = CliRunner().invoke(alerts, words, obj=Context(tmp_path / "collector.toml"), input="y\n")

    assert result.output.endswith("Route soc: 1 discarded.\n")


@pytest.mark.parametrize(
    "words", [["resend", "soc"], ["resend", "soc", "event-1", "--all"], ["discard", "soc", "--yes"]]
)
def test_what_is_sent_again_must_be_said(store: SqliteSeed, tmp_path: Path, words: list[str]) -> None:
    """Events or all, not neither and not both."""
    result = run(tmp_path, *words)

    assert result.exit_code == 2
    assert "name events, or give --all" in result.output


@pytest.mark.parametrize(
    "words", [["dead", "sco"], ["resend", "sco", "--all"], ["discard", "sco", "--all", "--yes"]]
)
def test_letters_of_a_route_that_nobody_knows_are_an_error(
    store: SqliteSeed, tmp_path: Path, words: list[str]
) -> None:
    """One that is configured no longer is known as long as the outbox knows it."""
    store.outbox.fan_out({"gone": Severity.LOW}, NOON)

    assert "route 'sco' is not known; choose one of log-1, soc, gone" in run(tmp_path, *words).output
    assert run(tmp_path, words[0], "gone", *words[2:]).exit_code == 0


@pytest.mark.parametrize(
    "words", [[each, "--help"] for each in ("test", "routes", "dead", "resend", "discard")]
)
def test_help_shows_examples(tmp_path: Path, words: list[str]) -> None:
    """Each command says how it is used."""
    result = run(tmp_path, *words)

    assert result.exit_code == 0
    assert f"  wolkenzicht-collector alerts {words[0]}" in result.output
