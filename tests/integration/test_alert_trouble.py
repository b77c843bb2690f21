"""The deliverer in trouble: killed, without its store, stormed by failures, with a defect."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collector.alerts.backoff import Timing
from collector.alerts.config import LogRoute
from collector.alerts.deliverer import Deliverer
from collector.alerts.heartbeat import Heartbeat
from collector.alerts.metrics import (
    COMMIT_TO_DELIVERY,
    DEAD,
    DELIVERED,
    FAILED,
    OBSERVATION_TO_COMMIT,
    OLDEST_DUE,
    AlertMetrics,
)
from collector.store.base import Event
from collector.store.sql.outbox import SqlOutbox
from tests.contract.outbox_seed import EACH, SqliteSeed
from tests.integration.alerting import (
    SHORT,
    Steady,
    delivering,
    eventually,
    now,
    received,
    settled,
    state,
    to_hook,
)
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from wolkenzicht.errors import StorageError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store."""
    seed = SqliteSeed(tmp_path / "store.db", EACH)
    yield seed
    seed.close()


_KILLED = """
import os, signal, sys, time
from pathlib import Path
from collector.alerts.backoff import Timing
from collector.alerts.config import WebhookRoute
from collector.alerts.deliverer import Deliverer
from collector.store.sqlite.database import SqliteDatabase
from collector.store.sql.outbox import SqlOutbox

class Killed(SqlOutbox):
    def delivered(self, *_arguments):
        os.kill(os.getpid(), signal.SIGKILL)

route = WebhookRoute(name="hook", url=sys.argv[2], source="urn:nld:test", timeout="1s")
Deliverer(Killed(SqliteDatabase(Path(sys.argv[1]))), [route], timing=Timing(record_every=0)).start()
time.sleep(60)
"""


def test_killed_between_delivery_and_record(store: SqliteSeed, hook: WebhookReceiver, tmp_path: Path) -> None:
    """After kill -9 when the receiver had the alert, it comes again, recognisably the same."""
    event_id = store.open("f1")
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "store.db"), hook.url], check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    assert received(hook) == [event_id]

    with delivering(store.outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=1))

    assert received(hook) == [event_id, event_id]
    assert hook.requests[0].body == hook.requests[1].body


class Stumbling(SqlOutbox):
    """The real outbox on a store that fails now and then."""

    failing: tuple[str, ...] = ()
    left = 0

    def stumble(self, method: str) -> None:
        """Fail where it is this method's turn."""
        if method in self.failing and self.left:
            self.left -= 1
            raise StorageError("store: the disk is full")

    def due(self, *arguments: Any) -> Any:
        """As it is, or failing."""
        self.stumble("due")
        return super().due(*arguments)

    def delivered(self, *arguments: Any) -> None:
        """As it is, or failing."""
        self.stumble("delivered")
        super().delivered(*arguments)

    def failed(self, *arguments: Any) -> None:
        """As it is, or failing."""
        self.stumble("failed")
        super().failed(*arguments)


@pytest.mark.parametrize("method", ["due", "delivered", "failed"])
def test_a_store_that_fails_is_survived(
    store: SqliteSeed, hook: WebhookReceiver, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The work goes on when the store does; what was delivered is recorded, not delivered again."""
    outbox = Stumbling(store.database, EACH)
    outbox.failing, outbox.left = (method,), 3
    if method == "failed":
        hook.reply_with(*[Reply(500)] * 4)
    ids = [store.open("f1"), store.open("f2")]
    with delivering(outbox, to_hook(hook)):
        eventually(settled(store.outbox, "hook", delivered=2))

    assert outbox.left == 0
    assert [record.message for record in caplog.records].count("alert.store_failed") == 3
    assert sorted(set(received(hook))) == ids
    if method != "failed":
        assert received(hook) == ids


def test_a_receiver_that_is_away_is_not_stormed(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """After three failures in a row the route pauses; neither waking nor new events change that."""
    hook.reply_with(*[Reply(503)] * 100)
    for number in range(50):
        store.open(f"f{number}")
    with delivering(store.outbox, to_hook(hook), timing=Steady(first=60, poll=0.05)) as deliverer:
        eventually(lambda: len(hook.requests) == 3)
        for number in range(20):
            store.open(f"g{number}")
            deliverer.wake()
        time.sleep(0.3)
        began = time.monotonic()

    assert time.monotonic() - began < 30
    assert len(hook.requests) == 3


def test_what_was_delivered_is_recorded_at_the_stop(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Nothing that arrived is left unrecorded by an orderly stop."""
    for number in range(5):
        store.open(f"f{number}")
    with delivering(store.outbox, to_hook(hook), timing=Timing(record_every=60)):
        eventually(lambda: len(hook.requests) == 5)

    assert settled(store.outbox, "hook", delivered=5)()


def test_the_metrics_tell_how_it_goes(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Delivered, failed, the time it took, and the age of what waits."""
    registry = CollectorRegistry()

    def value(name: str) -> float | None:
        return registry.get_sample_value(name, {"route": "hook"})

    hook.reply_with(*[Reply(503)] * 3)
    for number in range(3):
        store.open(f"f{number}", created=now() - timedelta(hours=1))
    with delivering(
        store.outbox, to_hook(hook), timing=Steady(first=0.1, poll=0.1), metrics=AlertMetrics(registry)
    ):
        eventually(lambda: (value(OLDEST_DUE) or 0) > 3599)
        eventually(settled(store.outbox, "hook", delivered=3))

    assert (value(DELIVERED), value(FAILED), value(DEAD)) == (3, 3, None)
    assert value(f"{COMMIT_TO_DELIVERY}_count") == 3
    assert value(f"{OBSERVATION_TO_COMMIT}_count") == 3
    assert value(f"{OBSERVATION_TO_COMMIT}_sum") == 3 * 90
    assert (value(f"{COMMIT_TO_DELIVERY}_sum") or 0) > 3 * 3599


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_is_loud(store: SqliteSeed, caplog: pytest.LogCaptureFixture) -> None:
    """A route that ends by a defect shows in the log and in `alive`; the others go on."""

    class Defective:
        """A channel with a mistake in it."""

        batch = 1

        def deliver(self, events: Sequence[Event]) -> None:
            """Not what a channel may raise."""
            raise KeyError(len(events))

        def beat(self, beat: Heartbeat) -> None:
            """Nobody asks for it."""

        def close(self) -> None:
            """Nothing is held."""

    deliverer = Deliverer(store.outbox, [LogRoute(name="log")], timing=SHORT, make=lambda _route: Defective())
    deliverer.start()
    store.open("f1")
    deliverer.wake()
    eventually(lambda: not deliverer.alive())
    deliverer.stop(5)

    assert ("alert.route_stopped", logging.CRITICAL) in [
        (record.message, record.levelno) for record in caplog.records
    ]
    assert state(store.outbox, "log").due == 1
