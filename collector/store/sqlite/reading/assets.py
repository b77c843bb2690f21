"""How assets are read: counted, page by page, one by one, and as they were before."""

from __future__ import annotations

from typing import Any

from collector.store.base import AssetQuery, AssetRow, CountRow, CoverageRow, Sight
from collector.store.sqlite.clock import from_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.reading import coverage
from collector.store.sqlite.reading.conditions import Condition, Seen, of_assets, past
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import LocationClass, Outcome
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_BADNESS = " ".join(f"WHEN '{each}' THEN '{each.badness}'" for each in LocationClass)

#: What each order sorts by; asset and tenant come behind it, so that every position is unique.
ORDERS = {
    "asset_id": "x.asset_id",
    "name": "x.name",
    "type": "x.type",
    "location_class": f"CASE x.location_class {_BADNESS} END",
    "organisation": "t.organisation",
}

_COUNTS = """
    SELECT t.organisation, g.provider, g.countries, g.location_class, g.material, g.holds, g.type, g.custody,
        g.law_reach, g.law_countries, g.assets
    FROM (
        SELECT x.tenant, x.provider, x.countries, x.location_class, x.material, x.holds, x.type, x.custody,
            x.law_reach, x.law_countries, count(*) AS assets
        FROM asset AS x
        {seen}
        GROUP BY x.tenant, x.provider, x.location_class, x.material, x.holds, x.type, x.custody,
            x.law_reach, x.law_countries, x.countries
    ) AS g
    JOIN tenant AS t ON t.tenant = g.tenant
"""

_ROW = """
    SELECT a.record, a.tenant, t.organisation, a.first_seen,
        max(a.changed, coalesce(s.last_complete, 0)), s.outcome, NULL
"""

_SCOPE = """
    LEFT JOIN scope AS s ON s.tenant = a.tenant AND s.account = a.account
        AND s.location = a.scope_location AND s.type = a.scope_type
"""

# The page is found first and its records are fetched then: records must not go through the sorting.
_PAGE = """
    @row, p.position, a.asset_id
    FROM (
        SELECT x.asset_no AS row, @key AS position, x.asset_id, x.tenant
        FROM asset AS x JOIN tenant AS t ON t.tenant = x.tenant
        {seen}
        ORDER BY @key @direction, x.asset_id @direction, x.tenant @direction
        LIMIT ?
    ) AS p
    CROSS JOIN asset AS a ON a.asset_no = p.row
    JOIN tenant AS t ON t.tenant = a.tenant
    @scope
    ORDER BY p.position @direction, p.asset_id @direction, p.tenant @direction
""".replace("@row", _ROW).replace("@scope", _SCOPE)

_ONE = """
    @row
    FROM asset AS x JOIN asset AS a ON a.asset_no = x.asset_no JOIN tenant AS t ON t.tenant = x.tenant
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
    FROM asset AS a JOIN scope AS x ON x.tenant = a.tenant AND x.account = a.account
        AND x.location = a.scope_location AND x.type = a.scope_type
    JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY max(a.changed, coalesce(x.last_complete, 0)) DESC, x.tenant LIMIT 1
""".replace("@row", coverage.ROW)


def counts(database: Database, sight: Sight, query: AssetQuery) -> list[CountRow]:
    """As `Reading.counts`."""
    rows = Seen.of(database, sight, query).rows(_COUNTS, of_assets(query))
    return [count_of(row) for row in rows]


def page(
    database: Database, sight: Sight, query: AssetQuery, order_by: str, after: tuple[str, ...], limit: int
) -> list[tuple[AssetRow, tuple[str, ...]]]:
    """As `Reading.assets`; a position is the value sorted by, the asset and the tenant."""
    field = order_by.removeprefix("-")
    key = ORDERS.get(field)
    if key is None:
        raise ConfigurationError(f"order_by: {order_by!r} is no order; choose one of {', '.join(ORDERS)}")
    reverse = order_by.startswith("-")
    statement = _PAGE.replace("@key", key).replace("@direction", "DESC" if reverse else "ASC")
    rows = Seen.of(database, sight, query).rows(
        statement,
        [*of_assets(query), *past((key, "x.asset_id", "x.tenant"), after, reverse=reverse)],
        (limit,),
    )
    return [(row_of(row[:7]), (row[7], row[8], row[1])) for row in rows]


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


def count_of(row: tuple[Any, ...]) -> CountRow:
    """A row of the columns of `_COUNTS`."""
    organisation, provider, countries, location_class, material, holds, *rest = row
    kind, custody, law_reach, law, assets = rest
    return CountRow(
        organisation=organisation,
        provider=provider,
        countries=countries_of(countries),
        location_class=location_class,
        material=material,
        holds=holds,
        type=kind,
        custody=custody,
        law_reach=law_reach,
        law_countries=countries_of(law),
        assets=assets,
    )


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


def countries_of(column: str) -> tuple[str, ...]:
    """The codes in a column of countries."""
    return tuple(code for code in column.split(",") if code)
