"""Alerts from the outbox to real receivers, with all that can go wrong between."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
import trustme
from prometheus_client import CollectorRegistry

from collector.alerts.backoff import Timing
from collector.alerts.config import LogRoute
from collector.alerts.mail import EVENT_IDS_HEADER
from collector.alerts.metrics import DEAD, AlertMetrics
from tests.contract.outbox_seed import CHANGED, EACH, OPENED, RESOLVED, SqliteSeed
from tests.integration.alerting import (
    delivering,
    eventually,
    now,
    received,
    settled,
    state,
    to_hook,
    to_mail,
)
from tests.servers.smtp_server import HANG_UP, SmtpServer
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from wolkenzicht.model import Severity


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store."""
    seed = SqliteSeed(tmp_path / "store.db", EACH)
    yield seed
    seed.close()


@pytest.fixture
def mail() -> Iterator[SmtpServer]:
    """An SMTP server."""
    with SmtpServer() as server:
        yield server


def test_an_alert_reaches_every_route_once(
    store: SqliteSeed, hook: WebhookReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Log, webhook, and mail over STARTTLS with a password: each gets each event, and once."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    (tmp_path / "password").write_text("geheim")
    with SmtpServer(tls=context, login=("w", "geheim")) as server:
        secured = to_mail(
            server,
            security="starttls",
            ca=tmp_path / "ca.pem",
            username="w",
            password_file=tmp_path / "password",
        )
        with delivering(store.outbox, LogRoute(name="log"), to_hook(hook), secured) as deliverer:
            ids = [store.open(f"f{number}", created=now()) for number in range(5)]
            deliverer.wake()
            for route in ("log", "hook", "mail"):
                eventually(settled(store.outbox, route, delivered=5))
            time.sleep(0.3)

    assert received(hook) == ids
    assert [word for message in server.messages for word in message[EVENT_IDS_HEADER].split()] == ids
    assert [record.message for record in caplog.records if record.message == "alert"] == ["alert"] * 5
    assert server.over_tls == [True] * len(server.messages)


def test_waking_beats_polling(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """An event that was announced is delivered at once."""
    with delivering(store.outbox, to_hook(hook), timing=Timing(poll=60)) as deliverer:
        eventually(settled(store.outbox, "hook", delivered=0))
        time.sleep(0.1)
        store.open("f1")
        began = time.monotonic()
        deliverer.wake()
        eventually(lambda: len(hook.requests) == 1)

    assert time.monotonic() - began < 30


def test_nothing_is_lost_while_the_receiver_is_away(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Refused connections are tried again until the receiver is back; nothing comes twice."""
    hook.stop()
    ids = [store.open(f"f{number}") for number in range(10)]
    with delivering(store.outbox, to_hook(hook)):
        eventually(lambda: "ConnectError" in state(store.outbox, "hook").last_error)
        ids += [store.open(f"g{number}") for number in range(10)]
        hook.start()
        eventually(settled(store.outbox, "hook", delivered=20))

    assert sorted(received(hook)) == sorted(ids)


def test_nothing_is_lost_while_the_mail_server_is_away(store: SqliteSeed, mail: SmtpServer) -> None:
    """The same for mail."""
    mail.stop()
    ids = [store.open(f"f{number}") for number in range(10)]
    with delivering(store.outbox, to_mail(mail)):
        eventually(lambda: "ConnectionRefused" in state(store.outbox, "mail").last_error)
        mail.start()
        eventually(settled(store.outbox, "mail", delivered=10))

    assert sorted(" ".join(each[EVENT_IDS_HEADER] for each in mail.messages).split()) == sorted(ids)


@pytest.mark.parametrize(
    "reply",
    [Reply(500), Reply(503), Reply(408), Reply(200, body=b"x" * 100, halfway=True)],
    ids=["500", "503", "408", "closing halfway"],
)
def test_a_failed_delivery_is_repeated_as_it_was(
    store: SqliteSeed, hook: WebhookReceiver, reply: Reply
) -> None:
    """Whatever became of the first, the second has the same identifier and the same bytes."""
    hook.reply_with(reply, reply)
    event_id = store.open("f1")
    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=1))

    assert received(hook) == [event_id] * 3
    assert len({request.body for request in hook.requests}) == 1


def test_retry_after_is_honoured(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """A receiver that asks for a second is left alone for a second, by all events."""
    hook.reply_with(Reply(429, headers={"Retry-After": "1"}))
    store.open("f1")
    store.open("f2")
    with delivering(store.outbox, to_hook(hook)):
        eventually(lambda: len(hook.requests) == 1)
        asked = time.monotonic()
        eventually(lambda: len(hook.requests) >= 2)
        waited = time.monotonic() - asked
        eventually(settled(store.outbox, "hook", delivered=2))

    assert waited > 0.9
    assert len(hook.requests) == 3


def test_a_refusal_is_given_up_and_told(
    store: SqliteSeed, hook: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    """What will never be accepted is kept as dead, with the answer; the rest goes on."""
    hook.reply_with(Reply(422, body=b"no such field"))
    ids = [store.open("f1"), store.open("f2")]
    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=1, dead=1))

    assert received(hook) == ids
    assert state(store.outbox, "hook").last_error == "HTTP 422 Unprocessable Entity: no such field"
    (record,) = [each for each in caplog.records if each.message == "alert.dead"]
    assert record.levelno == logging.ERROR


def test_after_a_week_of_failure_an_alert_is_given_up(
    store: SqliteSeed, hook: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Old events die at a failed attempt, young ones are tried again."""
    registry = CollectorRegistry()
    hook.reply_with(*[Reply(503)] * 4)
    store.open("old", created=now() - timedelta(days=7, seconds=1))
    store.open("young", created=now() - timedelta(days=6))
    lenient = Timing(first=0.05, longest=0.1, poll=0.1, least_trial=0)
    with delivering(store.outbox, to_hook(hook), timing=lenient, metrics=AlertMetrics(registry)):
        eventually(settled(store.outbox, "hook", delivered=1, dead=1))

    assert "alert.dead" in [record.message for record in caplog.records]
    assert json.loads(hook.requests[-1].body)["data"]["finding_id"] == "young"
    assert registry.get_sample_value(DEAD, {"route": "hook"}) == 1


def test_a_long_stop_is_no_failure(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """A collector that was off for a week does not give up at the first failure after it."""
    hook.reply_with(Reply(503))
    store.open("old", created=now() - timedelta(days=8))
    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=1))

    assert len(hook.requests) == 2


def test_events_of_a_finding_arrive_in_order(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Also where the first fails a few times; other findings do not wait for it."""
    hook.reply_with(Reply(500), Reply(204), Reply(500))
    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=0))
    # All five are due at the next start.
    first = [store.open("f1"), store.change("f1"), store.resolve("f1")]
    other = [store.open("f2"), store.resolve("f2")]
    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=5))

    arrived = [json.loads(request.body) for request in hook.requests]
    assert [each["id"] for each in arrived[:2]] == [first[0], other[0]]
    for ids, types in ((first, [OPENED, CHANGED, RESOLVED]), (other, [OPENED, RESOLVED])):
        own = [each for each in arrived if each["id"] in ids]
        assert list(dict.fromkeys(each["id"] for each in own)) == ids
        assert list(dict.fromkeys(each["type"] for each in own)) == types


def test_a_new_route_hears_of_what_is_open(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """A receiver that is added later learns what still stands."""
    store.open("over")
    standing = store.open("standing")
    store.resolve("over")
    with delivering(store.outbox, LogRoute(name="log")):
        eventually(settled(store.outbox, "log", delivered=1))
    with delivering(store.outbox, LogRoute(name="log"), to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=1))

    assert received(hook) == [standing]
    assert state(store.outbox, "log").delivered == 1


def test_a_slow_route_holds_up_nobody(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """While one receiver says nothing the other has its alert."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        slow = to_hook(hook, name="slow", url=url, timeout="900ms")
        store.open("f1")
        began = time.monotonic()
        with delivering(store.outbox, slow, to_hook(hook)):
            eventually(settled(store.outbox, "hook", delivered=1))
            took = time.monotonic() - began

    assert took < 0.8
    assert state(store.outbox, "slow").delivered == 0


def test_a_route_hears_of_what_is_serious_enough(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Findings below the route's severity are passed over."""
    store.open("low", severity="low")
    high = store.open("high", severity="high")
    with delivering(store.outbox, to_hook(hook, min_severity=Severity.HIGH)):
        eventually(lambda: len(hook.requests) == 1 and state(store.outbox, "hook").due == 0)

    assert received(hook) == [high]


def test_a_mail_that_is_tried_again_is_the_same_mail(store: SqliteSeed, mail: SmtpServer) -> None:
    """Several events go in one message; repeated, it has the same identifiers and holds nothing else."""
    mail.replies += [HANG_UP, "451 4.7.1 come back later"]
    first = [store.open(f"f{number}") for number in range(3)]
    with delivering(store.outbox, to_mail(mail)) as deliverer:
        eventually(lambda: len(mail.messages) == 1)
        second = [store.open(f"g{number}") for number in range(3)]
        deliverer.wake()
        eventually(settled(store.outbox, "mail", delivered=6))

    sent = [(message[EVENT_IDS_HEADER].split(), message["Message-ID"]) for message in mail.messages]
    assert sent[0][0] == first
    assert sent.count(sent[0]) == 2
    assert sorted(event_id for ids, _message in sent[1:] for event_id in ids) == sorted(first + second)


def test_a_storm_is_a_few_mails(store: SqliteSeed, mail: SmtpServer) -> None:
    """At most 200 events in a message."""
    ids = [store.open(f"f{number}") for number in range(450)]
    with delivering(store.outbox, to_mail(mail)):
        eventually(settled(store.outbox, "mail", delivered=450))

    assert [len(message[EVENT_IDS_HEADER].split()) for message in mail.messages] == [200, 200, 50]
    assert " ".join(message[EVENT_IDS_HEADER] for message in mail.messages).split() == ids
