"""How scopes are read as they were: what was seen by then, what was not, and how long before."""

from __future__ import annotations

from typing import Any

from collector.store.base import CompletenessRow, CoverageRow, Sight, Times
from collector.store.sql import accounts
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database
from collector.store.sql.reading import coverage
from collector.store.sql.reading.conditions import Condition, Seen, past
from collector.store.sql.reading.past.moments import at, earlier, present

#: When the last scan began that had ended by then: what was complete before and after it was so in it. And
#: the last of those that looked at what they say nothing of.
_LAST_SCAN = """
    LEFT JOIN (
        SELECT tenant, max(started) AS started,
            max(CASE WHEN kind = 'changes' AND length(plan_digest) > 0 THEN started END) AS silent
        FROM scan
        WHERE ended <= @as_of AND end_recorded <= @known_at AND interrupted = 0 GROUP BY tenant
    ) AS l ON l.tenant = {0}.tenant
"""
#: What is kept of the account of a scope, or of all accounts, that differed then.
_DIFFERED = f"""
    (SELECT @asked FROM (
        SELECT d.looked, d.reason FROM account_differs AS d
        WHERE d.tenant = {{0}}.tenant AND d.account IN ('', {{0}}.account) AND {present("d", "since")}
        UNION ALL
        SELECT e.looked, e.reason FROM account_differs_version AS e
        WHERE e.tenant = {{0}}.tenant AND e.account IN ('', {{0}}.account) AND {earlier("e")}
    ) AS f)
"""
_REASON = _DIFFERED.replace("@asked", "max(f.reason)")
#: When it was looked at without a word, where its outcome stood until told otherwise.
_SILENT_LOOK = f"coalesce({_DIFFERED.replace('@asked', 'min(f.looked)')}, l.silent, 0)"
_TOLD_LOOK = """
    CASE WHEN {0}.looked <= @as_of AND {0}.look_recorded <= @known_at THEN {0}.looked
        ELSE {0}.outcome_since END
"""
#: When a scope was last looked at: exact for the last look of its version, else no later than it was.
_LOOKED = f"""
    CASE WHEN {{0}}.told IS NOT NULL THEN
        CASE WHEN {_SILENT_LOOK} > {_TOLD_LOOK} THEN {_SILENT_LOOK} ELSE {_TOLD_LOOK} END
        WHEN {{0}}.looked <= @as_of AND {{0}}.look_recorded <= @known_at THEN {{0}}.looked
        WHEN l.started > {{0}}.outcome_since THEN l.started ELSE {{0}}.outcome_since END
"""
_BELIEVED = "({0}.told IS NULL OR {0}.outcome NOT IN ('complete', 'not_enabled', 'unsupported'))"
#: Scopes of accounts that differed were blind.
_OUTCOME = f"CASE WHEN {_BELIEVED} OR {_REASON} IS NULL THEN {{0}}.outcome ELSE 'failed' END"
_MESSAGE = f"CASE WHEN {_BELIEVED} THEN {{0}}.message ELSE coalesce({_REASON}, {{0}}.message) END"
_LAST_COMPLETE = f"CASE WHEN {{0}}.outcome = 'complete' THEN {_LOOKED} ELSE {{0}}.last_complete END"

_COLUMNS = f"""
    SELECT x.tenant, t.organisation, x.account, x.location, x.type, x.planned,
        {_OUTCOME.format("x")} AS outcome, x.asset_count, x.permission, x.denied_by,
        {_MESSAGE.format("x")} AS message, {_LOOKED.format("x")} AS looked,
        {_LAST_COMPLETE.format("x")} AS last_complete
"""
#: Every scope as it stood then.
THEN = f"""
    {_COLUMNS} FROM scope AS x JOIN tenant AS t ON t.tenant = x.tenant {_LAST_SCAN.format("x")}
    {{seen}} AND {present("x", "valid_from")}
    UNION ALL
    {_COLUMNS} FROM scope_version AS x JOIN tenant AS t ON t.tenant = x.tenant {_LAST_SCAN.format("x")}
    {{seen}} AND {earlier("x")}
"""

_SAME_SCOPE = (
    "{0}.tenant = p.tenant AND {0}.account = coalesce(a.account, v.account) "
    "AND {0}.location = coalesce(a.scope_location, v.scope_location) "
    "AND {0}.type = coalesce(a.scope_type, v.scope_type)"
)
#: Joins the scope of asset `a`, or of its earlier version `v`, in the place `p`.
JOINED = f"""
    LEFT JOIN scope AS s ON {_SAME_SCOPE.format("s")} AND {present("s", "valid_from")}
    LEFT JOIN scope_version AS w ON {_SAME_SCOPE.format("w")} AND {earlier("w")}
    {_LAST_SCAN.format("p")}
"""
LAST_COMPLETE = f"coalesce({_LAST_COMPLETE.format('s')}, {_LAST_COMPLETE.format('w')}, 0)"
OUTCOME = f"coalesce({_OUTCOME.format('s')}, {_OUTCOME.format('w')})"

_HELD_ASSETS = f"""
    (EXISTS (SELECT 1 FROM asset AS a WHERE a.tenant = x.tenant AND a.account = x.account
        AND a.scope_location = x.location AND a.scope_type = x.type AND {present("a", "changed")})
    OR (x.tenant, x.account, x.location, x.type) IN (
        SELECT v.tenant, v.account, v.scope_location, v.scope_type FROM asset_version AS v
        WHERE v.tenant IN (SELECT tenant FROM tenant) AND {earlier("v")}))
"""


def _then(piece: str) -> str:
    """A condition on scopes as they stand, about then."""
    return piece.replace(accounts.HOLDS_ASSETS, _HELD_ASSETS)


_ORDER = tuple(_then(each) for each in coverage.ORDER)
_ROW = f"""
    SELECT x.tenant, x.organisation, x.account, x.location, x.type, x.outcome, x.asset_count, x.permission,
        x.denied_by, x.message, x.looked, {_then(accounts.LAST_WHOLE)}, x.planned, NULL
"""
_PAGE = f"""
    {_ROW}, {_then(coverage.RANK)}
    FROM ({THEN}) AS x
    {{wanted}}
    ORDER BY {", ".join(_ORDER)} LIMIT ?
"""
_COMPLETENESS = f"""
    SELECT count(*), count(CASE WHEN {_then(accounts.SEEN_WHOLE)} THEN 1 END),
        min({_then(accounts.LAST_WHOLE)})
    FROM ({THEN}) AS x
    {{wanted}}
"""
_ONE = f"{_ROW} FROM ({THEN}) AS x {{wanted}}"

_SILENT = """
    SELECT count(*) FROM tenant AS x
    {seen} AND x.created <= @as_of AND NOT EXISTS (SELECT 1 FROM scan
        WHERE scan.tenant = x.tenant AND scan.started <= @as_of AND scan.recorded <= @known_at)
"""


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    after: tuple[str, ...],
    limit: int,
    times: Times,
    *,
    blind_only: bool,
) -> list[tuple[CoverageRow, tuple[str, ...]]]:
    """As `Reading.coverage`, at these times."""
    conditions = [Condition(at(_then(coverage.BLIND), times))] if blind_only else []
    order = tuple(at(each, times) for each in _ORDER)
    rows = Seen(database, sight, organisations, tenant).rows_of_parts(
        at(_PAGE, times), wanted=[*conditions, *past(order, after)], tail=(limit,)
    )
    return [(coverage.row_of(row[:14]), (row[14], row[0], row[2], row[3], row[4])) for row in rows]


def one(seen: Seen, place: tuple[Any, ...], times: Times) -> CoverageRow | None:
    """One scope: its tenant, account, location and type."""
    same = Condition("x.tenant = ? AND x.account = ? AND x.location = ? AND x.type = ?", place)
    rows = seen.rows_of_parts(at(_ONE, times), [same])
    return coverage.row_of(rows[0]) if rows else None


def completeness(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    times: Times,
) -> CompletenessRow:
    """As `Reading.completeness`, at these times."""
    seen = Seen(database, sight, organisations, tenant)
    counted = Condition(at(_then(accounts.COUNTED), times))
    [(planned, complete, oldest)] = seen.rows_of_parts(at(_COMPLETENESS, times), wanted=[counted])
    [(silent,)] = seen.rows(at(_SILENT, times))
    return CompletenessRow(
        scopes_planned=planned,
        scopes_complete=complete,
        scopes_blind=planned - complete,
        oldest_look=None if oldest is None else from_micros(oldest),
        tenants_silent=silent,
    )
