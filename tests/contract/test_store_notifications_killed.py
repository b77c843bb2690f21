"""A collector ends as by kill -9 at each step of a notification: it arrives, and is the same each time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from collector.store.base import NOTIFICATION
from collector.store.sql.database import Database
from tests.contract.outbox_seed import Seed
from tests.integration.alerting import delivering, eventually, now, received, settled, to_hook
from tests.servers.webhook_receiver import WebhookReceiver
from wolkenzicht import crash_points

FINDINGS = 30
_DELIVERING = """
import sys, time
from pathlib import Path
from collector.alerts.config import WebhookRoute
from collector.alerts.deliverer import Deliverer
from collector.store.opening import open_database
from collector.store.sql.outbox import SqlOutbox

place = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
route = WebhookRoute(name="hook", url=sys.argv[2], source="urn:nld:test", timeout="1s")
Deliverer(SqlOutbox(open_database(place)), [route]).start()
time.sleep(120)
"""


@pytest.mark.parametrize("point", crash_points.ALERTS)
def test_killed_at_any_step(database: Database, point: str) -> None:
    """Between taking events, closing, sending and recording: nothing lost, a repeat is the same message."""
    store = Seed(database)
    for number in range(FINDINGS):
        store.open(f"f{number}", created=now())
    with WebhookReceiver() as hook:
        ended = subprocess.run(
            [sys.executable, "-c", _DELIVERING, str(getattr(database, "path", database.name)), hook.url],
            env={**os.environ, crash_points.VARIABLE: point},
            check=False,
            timeout=120,
        )
        assert ended.returncode == -signal.SIGKILL
        assert len(hook.requests) == (1 if point == "alerts.after_send" else 0)
        if store.database.shared:
            # What a collector that fell away took is another's two minutes later.
            store.execute("UPDATE notification SET taken_until = 0")
        with delivering(store.outbox, to_hook(hook)):
            eventually(settled(store.outbox, "hook", delivered=1))

        bodies = {request.body for request in hook.requests}
        [identifier] = set(received(hook))
    assert len(bodies) == 1
    told = json.loads(bodies.pop())
    assert (told["type"], told["data"]["count"]) == (NOTIFICATION, FINDINGS)
    members = store.outbox.members(identifier, 0, 100)
    assert [each.finding.finding_id for each in members] == [f"f{number}" for number in range(FINDINGS)]
