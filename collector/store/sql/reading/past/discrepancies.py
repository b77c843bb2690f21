"""How discrepancies between inventories and readings are read as they stood then."""

from __future__ import annotations

from collector.store.base import DiscrepancyRow, Sight, Times
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from collector.store.sql.reading.discrepancies import ORDER, row_of
from collector.store.sql.reading.past.moments import at, present
from wolkenzicht.model import DiscrepancyKind

#: It had ended by then, as far as was known.
_ENDED = "(x.ended <= @as_of AND x.end_recorded <= @known_at)"
# When one was last seen is kept for the last time only.
_PAGE = f"""
    SELECT x.tenant, t.organisation, x.account, x.kind, x.asset_id, x.type, x.location, x.inventory, x.since,
        CASE WHEN x.last_seen <= @as_of THEN x.last_seen ELSE x.since END,
        CASE WHEN {_ENDED} THEN x.ended END, x.scope_location
    FROM discrepancy AS x JOIN tenant AS t ON t.tenant = x.tenant
    {{seen}} AND {present("x", "since")}
    ORDER BY {", ".join(f"{each} DESC" for each in ORDER)} LIMIT ?
"""
_COUNT = f"SELECT count(*) FROM discrepancy AS x {{seen}} AND {present('x', 'since')}"
_STANDING = f"CASE WHEN {_ENDED} THEN 0 ELSE 1 END = 1"


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    kind: DiscrepancyKind | None,
    after: tuple[str, ...],
    limit: int,
    times: Times,
    *,
    ended: bool,
) -> list[tuple[DiscrepancyRow, tuple[str, ...]]]:
    """As `Reading.discrepancies`, at these times."""
    rows = Seen(database, sight, organisations, tenant).rows(
        at(_PAGE, times), [*_wanted(kind, times, ended=ended), *past(ORDER, after, reverse=True)], (limit,)
    )
    return [(row_of(row), (str(row[8]), row[0], row[2], row[11], row[3], row[4])) for row in rows]


def count(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    times: Times,
) -> int:
    """As `Reading.standing_discrepancies`, at these times."""
    seen = Seen(database, sight, organisations, tenant)
    [(found,)] = seen.rows(at(_COUNT, times), _wanted(None, times, ended=False))
    return int(found)


def _wanted(kind: DiscrepancyKind | None, times: Times, *, ended: bool) -> list[Condition]:
    conditions = [] if ended else [Condition(at(_STANDING, times))]
    return [*conditions, *([] if kind is None else [Condition("x.kind = ?", (kind,))])]
