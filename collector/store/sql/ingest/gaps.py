"""Where what an agent sends does not join what was committed of its tenant: kept on record."""

from __future__ import annotations

from collector.store.base import Incoming
from collector.store.sql.database import Connection
from collector.store.sql.ingest.sync import Sync
from wolkenzicht.model import GapCause
from wolkenzicht.wire import GAP_CAUSES

#: A value of a newer contract says no more than that the spool is another one.
_CAUSES: dict[int, GapCause] = {int(value): cause for cause, value in GAP_CAUSES.encode.items()}
_KEEP = """
    INSERT INTO stream_gap (tenant, spool_id, cause, since, ended) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant, spool_id) DO NOTHING
"""


def note(connection: Connection, sync: Sync, incoming: Incoming, now: int) -> None:
    """Keep a record where the first frame of a spool comes and there was another one before, here or there.

    A tenant that reports for the first time has no gap; nor has one of which only the agent knows the past,
    unless it says that this store lacks it.
    """
    cause = _CAUSES.get(incoming.gap_cause, GapCause.NEW_SPOOL)
    before = sync.state.observed
    if not before and cause is GapCause.NEW_SPOOL:
        return
    connection.execute(_KEEP, (incoming.tenant, incoming.spool_id, cause, before or None, now))
