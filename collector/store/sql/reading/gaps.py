"""How gaps are read: page by page, newest first."""

from __future__ import annotations

from typing import Any

from collector.store.base import GapRow, Sight, Times
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from wolkenzicht.model import GapCause

_ORDER = ("x.ended", "x.tenant", "x.spool_id")
_PAGE = """
    SELECT x.ended, x.tenant, x.spool_id, t.organisation, x.cause, x.since
    FROM stream_gap AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY x.ended DESC, x.tenant DESC, x.spool_id DESC LIMIT ?
"""


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    after: tuple[str, ...],
    limit: int,
    times: Times | None = None,
) -> list[tuple[GapRow, tuple[str, ...]]]:
    """As `Reading.gaps`; a position is the moment of the end (microseconds), the tenant and the spool.

    With `times` those that were known then.
    """
    conditions = [] if times is None else [Condition("x.ended <= ?", (to_micros(times.as_of),))]
    rows = Seen(database, sight, organisations, tenant).rows(
        _PAGE, [*conditions, *past(_ORDER, after, reverse=True)], (limit,)
    )
    return [(_row(row), (str(row[0]), row[1], row[2])) for row in rows]


def _row(row: tuple[Any, ...]) -> GapRow:
    ended, tenant, _, organisation, cause, since = row
    return GapRow(
        tenant=tenant,
        organisation=organisation,
        cause=GapCause(cause),
        since=None if since is None else from_micros(since),
        ended=from_micros(ended),
    )
