"""How a search is answered: the index of words gives candidates; sight, filter and order apply to them."""

from __future__ import annotations

from collections.abc import Sequence

from collector.store.base import AssetQuery, Sight
from collector.store.base.search import MAX_FOUND, TooManyFoundError
from collector.store.sql.database import Database, WordIndex
from collector.store.sql.reading.conditions import Ask, Condition, Seen, of_assets, past
from collector.store.sql.reading.orders import Place, sort_key
from collector.store.sql.search import asked

#: How many are told to be missing from the index at most.
MAX_BEHIND = 100_000

_TENANTS = "SELECT x.tenant FROM tenant AS x {seen} ORDER BY x.tenant"
_FOUND = """
    WITH s AS (SELECT x.tenant FROM tenant AS x {seen})
    SELECT count(*) FROM (
        @matching AND EXISTS (SELECT 1 FROM s) LIMIT ?) AS f
"""
_PAGE = """
    SELECT @key, x.asset_id, x.tenant FROM asset AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.asset_no IN (@matching)
    ORDER BY @key @direction, x.asset_id @direction, x.tenant @direction LIMIT ?
"""
_BEHIND = """
    SELECT count(*) FROM (
        SELECT 1 FROM tenant AS x LEFT JOIN search_position AS p ON p.tenant = x.tenant
        JOIN asset AS a ON a.tenant = x.tenant AND a.asset_no > coalesce(p.asset_no, 0)
        {seen} LIMIT ?) AS b
"""
_PENDING = "SELECT count(*) FROM (SELECT 1 FROM search_pending AS x {seen} LIMIT ?) AS p"


def find(
    ask: Ask,
    index: WordIndex,
    query: AssetQuery,
    words: Sequence[str],
    order_by: str,
    after: Place,
    limit: int,
) -> list[Place]:
    """As `pages.find`, of the assets that have all the words; raises `TooManyFoundError`."""
    tenants = [tenant for (tenant,) in ask(_TENANTS, [], ())]
    if not tenants:
        return []
    match = asked(index, words, tenants)
    [(found,)] = ask(_FOUND.replace("@matching", index.matching), [], (match, MAX_FOUND + 1))
    if found > MAX_FOUND:
        raise TooManyFoundError
    key, reverse = sort_key(order_by), order_by.startswith("-")
    statement = (
        _PAGE.replace("@matching", index.matching)
        .replace("@key", key)
        .replace("@direction", "DESC" if reverse else "ASC")
    )
    conditions: list[Condition] = [
        *of_assets(query),
        *past((key, "x.asset_id", "x.tenant"), after, reverse=reverse),
    ]
    return ask(statement, conditions, (match, limit))


def behind(database: Database, sight: Sight, query: AssetQuery) -> int:
    """As `Reading.search_behind`."""
    with Seen.of(database, sight, query).moment() as ask:
        [(new,)] = ask(_BEHIND, [], (MAX_BEHIND,))
        [(pending,)] = ask(_PENDING, [], (MAX_BEHIND,))
    return min(int(new) + int(pending), MAX_BEHIND)
