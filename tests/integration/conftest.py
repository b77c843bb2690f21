"""What tests of delivery share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.outbox_seed import SqliteSeed
from tests.servers.webhook_receiver import WebhookReceiver


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSeed]:
    """An empty store."""
    seed = SqliteSeed(tmp_path / "store.db")
    yield seed
    seed.close()


@pytest.fixture
def hook() -> Iterator[WebhookReceiver]:
    """A webhook receiver."""
    with WebhookReceiver() as receiver:
        yield receiver
