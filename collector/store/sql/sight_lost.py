"""How it is found out, from time to time, that sight of a tenant was lost or is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from collector.store.base.sight_lost import LimitsOf
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Database, repeatable
from collector.store.sql.ingest import lost, unregistered
from collector.store.sql.ingest.findings import tell
from collector.store.sql.ingest.own_frame import own_frame
from wolkenzicht.model import FindingKind


class SqlSightLost:
    """Findings about sight; see `SightLost`. `clause_of` gives the clause that a kind rests on."""

    def __init__(self, database: Database, clause_of: Callable[[str, FindingKind], str]) -> None:
        self._database = database
        self._clause_of = clause_of

    @repeatable
    def look(self, limits_of: LimitsOf, now: datetime, up_since: datetime) -> int:
        """Look at every tenant; returns how many events came of it."""
        moment, since = to_micros(now), to_micros(up_since)
        with self._database.reader() as connection:
            found = lost.read(connection)
            unregistered.mark(connection, found, moment, self._clause_of)
            concerned = [
                each.tenant for each in found if lost.changes(each, limits_of(each.tenant), moment, since)
            ]
        return sum(self._judge(each, limits_of, moment, since) for each in concerned)

    def _judge(self, tenant: str, limits_of: LimitsOf, now: int, up_since: int) -> int:
        """Judge one tenant, seen anew: its agent, or another collector, may have been there meanwhile."""
        with self._database.writer(tenants=[tenant]) as connection:
            frame = own_frame(connection, tenant, now)
            found = lost.read(connection, tenant)
            unregistered.mark(connection, found, now, self._clause_of, tenant)
            for sight in found:
                wanted = lost.changes(sight, limits_of(tenant), now, up_since)
                lost.write(frame, sight, wanted, partial(self._clause_of, sight.organisation))
            tell(connection, frame.news)
        return len(frame.news)
