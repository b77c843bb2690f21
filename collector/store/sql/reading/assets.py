"""How assets are read: counted, page by page, one by one, and as they were before."""

from __future__ import annotations

from typing import Any

from collector.store.base import AssetQuery, AssetRow, CoverageRow, Sight
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database, chunks
from collector.store.sql.reading import coverage, pages
from collector.store.sql.reading import search as searching
from collector.store.sql.reading.conditions import ITS_PLACE, Condition, Seen, of_tenants
from collector.store.sql.reading.orders import order_of
from wolkenzicht.model import Outcome
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_ROW = """
    SELECT a.record, a.tenant, t.organisation, a.first_seen,
        CASE WHEN a.changed < s.last_complete THEN s.last_complete ELSE a.changed END, s.outcome, NULL
"""

_SCOPE = """
    LEFT JOIN scope_now AS s ON s.tenant = a.tenant AND s.account = a.account
        AND s.location = a.scope_location AND s.type = a.scope_type
"""

# The page is found first and its records are fetched then: records must not go through the sorting. Each is
# named with its tenant, which says in which partition it is.
_PAGE = """
    WITH t AS (SELECT x.tenant, x.organisation FROM tenant AS x {seen}),
    p (tenant, asset_id) AS (VALUES @places)
    @row, a.asset_id
    FROM p CROSS JOIN asset AS a JOIN t ON t.tenant = a.tenant
    @scope
    WHERE a.tenant = p.tenant AND a.asset_id = p.asset_id
""".replace("@row", _ROW).replace("@scope", _SCOPE)

_ONE = """
    @row
    FROM asset AS x JOIN asset AS a ON a.tenant = x.tenant AND a.asset_no = x.asset_no
    JOIN tenant AS t ON t.tenant = x.tenant
    @scope
    {seen}
    ORDER BY 5 DESC, x.tenant LIMIT 1
""".replace("@row", _ROW).replace("@scope", _SCOPE)

_VANISHED = """
    SELECT x.record, x.tenant, t.organisation, x.first_seen, x.valid_from, NULL, x.valid_to
    FROM asset_version AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.withdrawn IS NULL
    ORDER BY x.valid_to DESC, x.tenant LIMIT 1
"""

_VERSIONS = """
    SELECT x.record, x.tenant, t.organisation, x.valid_from, x.valid_to, NULL,
        CASE x.removed WHEN 1 THEN x.valid_to END
    FROM asset_version AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.withdrawn IS NULL
    ORDER BY x.valid_from DESC, x.recorded DESC, x.tenant
"""

_SCOPE_OF = """
    @row
    FROM asset AS a JOIN scope_now AS x ON x.tenant = a.tenant AND x.account = a.account
        AND x.location = a.scope_location AND x.type = a.scope_type
    JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY CASE WHEN a.changed < x.last_complete THEN x.last_complete ELSE a.changed END DESC, x.tenant
    LIMIT 1
""".replace("@row", coverage.ROW)


def page(
    database: Database,
    sight: Sight,
    query: AssetQuery,
    order_by: str,
    after: tuple[str, ...],
    limit: int,
    search: tuple[str, ...] = (),
) -> list[tuple[AssetRow, tuple[str, ...]]]:
    """As `Reading.assets`; a position is the value sorted by, the asset and the tenant."""
    order = order_of(order_by, query)
    with Seen.of(database, sight, query).moment() as ask:
        if search:
            found = searching.find(ask, database.words, query, search, order_by, after, limit)
        else:
            found = pages.find(ask, query, order, after, limit)
        rows: dict[tuple[str, str], AssetRow] = {}
        for part in chunks([(tenant, asset_id) for _, asset_id, tenant in found]):
            statement = _PAGE.replace("@places", ", ".join([ITS_PLACE] * len(part)))
            of_them = of_tenants(tenant for tenant, _ in part)
            named = tuple(value for place in part for value in place)
            for *row, asset_id in ask(statement, [of_them], named):
                rows[row[1], asset_id] = row_of(tuple(row))
    return [(rows[place[2], place[1]], place) for place in found]


def one(database: Database, sight: Sight, asset_id: str) -> AssetRow | None:
    """As `Reading.asset`; of several tenants that report it, the one that saw it last."""
    seen = Seen(database, sight)
    wanted = Condition("x.asset_id = ?", (asset_id,))
    rows = seen.rows(_ONE, [wanted]) or seen.rows(_VANISHED, [wanted, Condition("x.removed = 1")])
    return row_of(rows[0]) if rows else None


def scope_of(database: Database, sight: Sight, asset_id: str) -> CoverageRow | None:
    """As `Reading.asset_scope`."""
    rows = Seen(database, sight).rows(_SCOPE_OF, [Condition("a.asset_id = ?", (asset_id,))])
    return coverage.row_of(rows[0]) if rows else None


def versions(database: Database, sight: Sight, asset_id: str) -> list[AssetRow]:
    """As `Reading.versions`."""
    rows = Seen(database, sight).rows(_VERSIONS, [Condition("x.asset_id = ?", (asset_id,))])
    return [row_of(row) for row in rows]


def row_of(row: tuple[Any, ...]) -> AssetRow:
    """A row of the columns `_ROW`."""
    record, tenant, organisation, first_seen, last_seen, outcome, removed = row
    return AssetRow(
        record=ClassifiedAsset.FromString(record),
        tenant=tenant,
        organisation=organisation,
        first_seen=from_micros(first_seen),
        last_seen=from_micros(last_seen),
        scope_outcome=None if outcome is None else Outcome(outcome),
        removed=None if removed is None else from_micros(removed),
    )
