"""How assets are read as they were: counted, page by page and one by one."""

from __future__ import annotations

from collector.store.base import COUNT_COLUMNS, AssetQuery, AssetRow, CountRow, CoverageRow, Sight, Times
from collector.store.sql import groups
from collector.store.sql.database import Database
from collector.store.sql.reading.assets import row_of
from collector.store.sql.reading.conditions import Condition, Seen, of_assets, past
from collector.store.sql.reading.counts import row_of as count_of
from collector.store.sql.reading.past import scopes
from collector.store.sql.reading.past.moments import at, earlier, present
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import LocationClass

_BADNESS = " ".join(f"WHEN '{each}' THEN '{each.badness}'" for each in LocationClass)
#: What each order sorts by; asset and tenant come behind it, so that every position is unique.
ORDERS = {
    "asset_id": "x.asset_id",
    "name": "x.name",
    "type": "x.type",
    "location_class": f"CASE x.location_class {_BADNESS} END",
    "organisation": "t.organisation",
}
#: So many tenants at most are looked at that report the same asset.
_MOST_TENANTS = 1000
_GROUP = [
    "provider",
    "countries",
    "location_class",
    "material",
    "holds",
    "type",
    "custody",
    "law_reach",
    "law_countries",
]
_OF_X = ", ".join(f"x.{each}" for each in ("tenant", *_GROUP))
_OF_G = ", ".join(f"g.{each}" for each in _GROUP)

# What stands now comes from the roll-up; what was otherwise then is taken off and added.
_COUNTS = f"""
    SELECT t.organisation, {_OF_G}, CAST(sum(g.assets) AS BIGINT)
    FROM (
        SELECT {_OF_X}, sum(x.assets) AS assets FROM asset_count AS x
        {{seen}} AND x.part = {groups.part_for(COUNT_COLUMNS)} GROUP BY {_OF_X}
        UNION ALL
        SELECT {_OF_X}, -count(*) FROM asset AS x
        {{seen}} AND x.recorded > @as_of AND (x.changed > @as_of OR x.recorded > @known_at) GROUP BY {_OF_X}
        UNION ALL
        SELECT {_OF_X}, count(*) FROM asset_version AS x {{seen}} AND {earlier("x")} GROUP BY {_OF_X}
    ) AS g
    JOIN tenant AS t ON t.tenant = g.tenant
    GROUP BY t.organisation, {_OF_G}
    HAVING sum(g.assets) <> 0
"""

#: Assets that stand now and had another version then, or none: found by the index on what was recorded since.
_CHANGED_SINCE = """
    SELECT y.asset_no FROM asset AS y WHERE y.tenant IN (SELECT tenant FROM tenant)
        AND y.recorded > @as_of AND (y.changed > @as_of OR y.recorded > @known_at)
"""
_IN_ORDER = "1 @direction, 2 @direction, 3 @direction"
#: Both parts of what there was, each in order and no longer than the page: what still stands, and what has
#: another version by now or vanished.
_PARTS = f"""
    SELECT * FROM (
        SELECT @key AS position, x.asset_id, x.tenant, t.organisation, 0 AS ended,
            CAST(NULL AS BIGINT) AS since, CAST(NULL AS BIGINT) AS recorded
        FROM asset AS x JOIN tenant AS t ON t.tenant = x.tenant
        {{seen}} AND x.asset_no NOT IN ({_CHANGED_SINCE})
        ORDER BY {_IN_ORDER} LIMIT @limit
    ) AS standing
    UNION ALL
    SELECT * FROM (
        SELECT @key AS position, x.asset_id, x.tenant, t.organisation, 1 AS ended, x.valid_from AS since,
            x.recorded
        FROM asset_version AS x JOIN tenant AS t ON t.tenant = x.tenant
        {{seen}} AND {earlier("x")}
        ORDER BY {_IN_ORDER} LIMIT @limit
    ) AS gone
"""
_SINCE = "coalesce(a.changed, v.valid_from)"
# The records are fetched when the page is found: they must not go through the sorting.
_FETCHED = f"""
    SELECT coalesce(a.record, v.record), p.tenant, p.organisation, coalesce(a.first_seen, v.first_seen),
        CASE WHEN {scopes.LAST_COMPLETE} > {_SINCE} THEN {scopes.LAST_COMPLETE} ELSE {_SINCE} END,
        {scopes.OUTCOME}, CAST(NULL AS BIGINT), p.position, p.asset_id
    FROM (SELECT * FROM ({_PARTS}) AS u ORDER BY {_IN_ORDER} LIMIT @limit) AS p
    LEFT JOIN asset AS a ON p.ended = 0 AND a.tenant = p.tenant AND a.asset_id = p.asset_id
    LEFT JOIN asset_version AS v ON p.ended = 1 AND v.tenant = p.tenant AND v.asset_id = p.asset_id
        AND v.valid_from = p.since AND v.recorded = p.recorded
    {scopes.JOINED}
    ORDER BY @last
"""
_PAGE = _FETCHED.replace("@last", "p.position @direction, p.asset_id @direction, p.tenant @direction")
#: Of several tenants that report an asset the one whose version began last goes first.
_ONE = (
    _FETCHED.replace("@last", f"{_SINCE} DESC, p.tenant").replace("@key", "''").replace("@direction", "ASC")
)

_VANISHED = """
    SELECT x.record, x.tenant, t.organisation, x.first_seen, x.valid_from, NULL, x.valid_to
    FROM asset_version AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.removed = 1 AND x.valid_to <= @as_of AND x.superseded <= @known_at
        AND (x.withdrawn IS NULL OR x.withdrawn > @known_at)
    ORDER BY x.valid_to DESC, x.tenant LIMIT 1
"""

#: The scope that an asset was read in then.
_PLACE = f"""
    SELECT x.tenant, x.account, x.scope_location, x.scope_type, x.changed AS since FROM asset AS x
    {{seen}} AND {present("x", "changed")}
    UNION ALL
    SELECT x.tenant, x.account, x.scope_location, x.scope_type, x.valid_from FROM asset_version AS x
    {{seen}} AND {earlier("x")}
    ORDER BY 5 DESC, 1 LIMIT 1
"""


def counts(database: Database, sight: Sight, query: AssetQuery, times: Times) -> list[CountRow]:
    """As `Reading.counts`, at these times, by all columns."""
    rows = Seen.of(database, sight, query).rows_of_parts(at(_COUNTS, times), of_assets(query))
    return [count_of(organisation, tuple(kind), assets) for organisation, *kind, assets in rows]


def page(
    database: Database,
    sight: Sight,
    query: AssetQuery,
    order_by: str,
    after: tuple[str, ...],
    limit: int,
    times: Times,
) -> list[tuple[AssetRow, tuple[str, ...]]]:
    """As `Reading.assets`, at these times."""
    field = order_by.removeprefix("-")
    key = ORDERS.get(field)
    if key is None:
        raise ConfigurationError(f"order_by: {order_by!r} is no order; choose one of {', '.join(ORDERS)}")
    reverse = order_by.startswith("-")
    statement = _PAGE.replace("@key", key).replace("@direction", "DESC" if reverse else "ASC")
    rows = Seen.of(database, sight, query).rows_of_parts(
        at(statement.replace("@limit", str(int(limit))), times),
        [*of_assets(query), *past((key, "x.asset_id", "x.tenant"), after, reverse=reverse)],
    )
    return [(row_of(row[:7]), (row[7], row[8], row[1])) for row in rows]


def one(database: Database, sight: Sight, asset_id: str, times: Times) -> AssetRow | None:
    """As `Reading.asset`, at these times."""
    seen = Seen(database, sight)
    wanted = [Condition("x.asset_id = ?", (asset_id,))]
    statement = at(_ONE.replace("@limit", str(_MOST_TENANTS)), times)
    rows = seen.rows_of_parts(statement, wanted) or seen.rows(at(_VANISHED, times), wanted)
    return row_of(rows[0][:7]) if rows else None


def scope_of(database: Database, sight: Sight, asset_id: str, times: Times) -> CoverageRow | None:
    """As `Reading.asset_scope`, at these times."""
    seen = Seen(database, sight)
    places = seen.rows_of_parts(at(_PLACE, times), [Condition("x.asset_id = ?", (asset_id,))])
    return scopes.one(seen, places[0][:4], times) if places else None
