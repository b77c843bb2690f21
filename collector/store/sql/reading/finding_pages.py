"""Pages of findings, newest first: one by one, or through a filter by groups of assets it lets through."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

from collector.store.base import AssetQuery, FindingRow, Sight
from collector.store.sql.database import Database, chunks
from collector.store.sql.finding_states import STANDING, among
from collector.store.sql.groups import WHOLE
from collector.store.sql.reading.conditions import (
    ITS_PLACE,
    Ask,
    Condition,
    Seen,
    of_assets,
    of_tenants,
    past,
)
from collector.store.sql.reading.findings import (
    PAGE,
    PLACED,
    its_region,
    of_findings,
    of_provider,
    open_about_assets,
    row_of,
)
from wolkenzicht.model import FindingState

#: The newest open findings of the groups asked for: few, so that they are sorted. A planner that knew that no
#: more than a page is wanted would look at all findings in order instead.
_OF_GROUPS = """
    WITH g AS MATERIALIZED (SELECT x.tenant, x.group_no FROM asset_count AS x {seen}),
    few AS MATERIALIZED (
        SELECT f.tenant, f.finding_id, f.opened
        FROM g CROSS JOIN finding AS f
        WHERE f.tenant = g.tenant AND f.group_no = g.group_no AND f.state = 'open' AND @wanted
    )
    SELECT tenant, finding_id, opened FROM few ORDER BY opened DESC, finding_id DESC LIMIT ?
"""
_OF_REGIONS = """
    SELECT x.tenant, x.finding_id, x.opened FROM finding AS x
    {seen} AND x.state = 'open' AND x.group_no = 0
    ORDER BY x.opened DESC, x.finding_id DESC LIMIT ?
"""
#: Which of the newest findings are wanted.
_LOOKED_AT = f"""
    WITH w AS (
        SELECT x.tenant, x.finding_id, x.opened, x.group_no, x.subject_kind, x.subject
        FROM finding AS x {{seen}}
        ORDER BY x.opened DESC, x.finding_id DESC LIMIT ?
    )
    SELECT x.tenant, x.finding_id, x.opened, CASE WHEN EXISTS (
        SELECT 1 FROM asset_count AS c
        WHERE c.tenant = x.tenant AND c.part = {WHOLE} AND c.group_no = x.group_no AND @asked
    ) @regions THEN 1 ELSE 0 END
    FROM w AS x
"""  # noqa: S608  # our own names
#: What findings are sorted by.
_KEY = ("x.opened", "x.finding_id")
#: More findings than this are not sorted: among so many those asked for are not far apart.
_FEW = 5000
#: So many times as many as should hold a page are looked at first, unless that is more than so many pages.
_LOOK, _LONGEST_LOOK = 2, 40


def page(
    database: Database,
    sight: Sight,
    query: AssetQuery,
    states: frozenset[FindingState],
    after: tuple[str, ...],
    limit: int,
) -> list[tuple[FindingRow, tuple[str, ...]]]:
    """As `Reading.findings`; a position is the time of opening (microseconds) and the finding."""
    with Seen.of(database, sight, query).moment() as ask:
        if states <= STANDING and of_assets(query):
            rows = _filtered(ask, query, states, after, limit)
        else:
            rows = _next(ask, query, states, after, limit)
    return [(row_of(row), (str(row[11]), row[0])) for row in rows]


def _next(
    ask: Ask, query: AssetQuery, states: frozenset[FindingState], after: tuple[str, ...], limit: int
) -> list[tuple[Any, ...]]:
    """The page where all findings, one by one, are looked at until it is full."""
    beyond = past(_KEY, after, reverse=True)
    return ask(PAGE, [Condition(*among(states, "x")), *of_findings(query), *beyond], (limit,))


def _filtered(
    ask: Ask, query: AssetQuery, states: frozenset[FindingState], after: tuple[str, ...], limit: int
) -> list[tuple[Any, ...]]:
    """The page of standing findings about the assets asked for."""
    wanted, every = open_about_assets(ask, query), open_about_assets(ask, AssetQuery())
    if wanted * _LONGEST_LOOK >= every * _LOOK:
        look = limit * _LOOK * max(1, every // max(1, wanted))
        newest, looked_at = _newest(ask, query, states, after, look)
        if len(newest) >= limit or looked_at < look:
            return _whole(ask, newest[:limit])
    return (_few if wanted <= _FEW else _next)(ask, query, states, after, limit)


def _newest(
    ask: Ask, query: AssetQuery, states: frozenset[FindingState], after: tuple[str, ...], look: int
) -> tuple[list[tuple[int, str, str]], int]:
    """Which of the next findings are wanted, newest first, and how many were looked at."""
    asked = of_assets(query, "c")
    values = tuple(value for each in asked for value in each.values)
    statement = _LOOKED_AT.replace("@asked", " AND ".join(each.sql for each in asked))
    regions = ""
    if of_provider(query):
        region = its_region(query)
        regions, values = f"OR {region.sql}", (*values, *region.values)
    beyond = [Condition(*among(states, "x")), *past(_KEY, after, reverse=True)]
    rows = ask(statement.replace("@regions", regions), beyond, (look, *values))
    found = [(opened, finding_id, tenant) for tenant, finding_id, opened, wanted in rows if wanted]
    return sorted(found, reverse=True), len(rows)


def _few(
    ask: Ask, query: AssetQuery, states: frozenset[FindingState], after: tuple[str, ...], limit: int
) -> list[tuple[Any, ...]]:
    """The page where a filter lets few through."""
    groups = [Condition(f"x.part = {WHOLE} AND x.findings > 0"), *of_assets(query)]
    beyond = past(("f.opened", "f.finding_id"), after, reverse=True)
    wanted = [Condition(*among(states, "f")), *beyond]
    statement = _OF_GROUPS.replace("@wanted", " AND ".join(each.sql for each in wanted))
    found = ask(statement, groups, (*(value for each in wanted for value in each.values), limit))
    if of_provider(query):
        beyond = [Condition(*among(states, "x")), *past(_KEY, after, reverse=True)]
        found += ask(_OF_REGIONS, [its_region(query), *beyond], (limit,))
    newest = ((opened, finding_id, tenant) for tenant, finding_id, opened in found)
    return _whole(ask, heapq.nlargest(limit, newest))


def _whole(ask: Ask, newest: Sequence[tuple[int, str, str]]) -> list[tuple[Any, ...]]:
    """The rows of these findings: when each was opened, itself, its tenant."""
    rows: dict[str, tuple[Any, ...]] = {}
    for part in chunks([(tenant, finding_id) for _, finding_id, tenant in newest]):
        statement = PLACED.replace("@places", ", ".join([ITS_PLACE] * len(part)))
        named = tuple(value for place in part for value in place)
        found = ask(statement, [of_tenants(tenant for tenant, _ in part)], named)
        rows.update((row[0], row) for row in found)
    return [rows[finding_id] for _, finding_id, _ in newest]
