"""How discrepancies between inventories and readings are read: page by page, newest first, and counted."""

from __future__ import annotations

from typing import Any

from collector.store.base import DiscrepancyRow, Sight
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from wolkenzicht.model import Discrepancy, DiscrepancyKind

ORDER = ("x.since", "x.tenant", "x.account", "x.scope_location", "x.kind", "x.asset_id")

_PAGE = """
    SELECT x.tenant, t.organisation, x.account, x.kind, x.asset_id, x.type, x.location, x.inventory, x.since,
        x.last_seen, x.ended, x.scope_location
    FROM discrepancy AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY @order LIMIT ?
""".replace("@order", ", ".join(f"{each} DESC" for each in ORDER))

_COUNT = "SELECT count(*) FROM discrepancy AS x {seen}"


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    kind: DiscrepancyKind | None,
    after: tuple[str, ...],
    limit: int,
    *,
    ended: bool,
) -> list[tuple[DiscrepancyRow, tuple[str, ...]]]:
    """As `Reading.discrepancies`; a position is when it began (microseconds) and what it is about."""
    rows = Seen(database, sight, organisations, tenant).rows(
        _PAGE, [*_wanted(kind, ended=ended), *past(ORDER, after, reverse=True)], (limit,)
    )
    return [(row_of(row), (str(row[8]), row[0], row[2], row[11], row[3], row[4])) for row in rows]


def count(database: Database, sight: Sight, organisations: frozenset[str] | None, tenant: str | None) -> int:
    """As `Reading.standing_discrepancies`."""
    [(found,)] = Seen(database, sight, organisations, tenant).rows(_COUNT, _wanted(None, ended=False))
    return int(found)


def _wanted(kind: DiscrepancyKind | None, *, ended: bool) -> list[Condition]:
    conditions = [] if ended else [Condition("x.ended IS NULL")]
    return [*conditions, *([] if kind is None else [Condition("x.kind = ?", (kind,))])]


def row_of(row: tuple[Any, ...]) -> DiscrepancyRow:
    """A row of the columns of a page."""
    tenant, organisation, account, kind, asset_id, type_name, location, inventory, since, last, ended, _ = row
    return DiscrepancyRow(
        tenant=tenant,
        organisation=organisation,
        account=account,
        discrepancy=Discrepancy(DiscrepancyKind(kind), asset_id, type_name, location, inventory),
        since=from_micros(since),
        last_seen=from_micros(last),
        ended=None if ended is None else from_micros(ended),
    )
