"""How scopes are read: what was seen, what was not, and how long ago."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collector.store.base import CompletenessRow, CoverageRow, Sight
from collector.store.sql.clock import end_of, from_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from wolkenzicht.model import INVENTORY_TYPE, DeniedBy, Outcome, Scope, ScopeOutcome, UnplannedReason

#: Outcomes that say that nothing can exist in the scope.
_NOTHING_THERE = "('unsupported', 'not_enabled')"
HOLDS_ASSETS = (
    "EXISTS (SELECT 1 FROM asset AS a WHERE a.tenant = x.tenant AND a.account = x.account "
    "AND a.scope_location = x.location AND a.scope_type = x.type)"
)
#: Where nothing can exist a look has seen everything, unless assets were seen there before. Where there is
#: no inventory anything may exist.
SEEN_WHOLE = (
    "(x.planned = 1 AND (coalesce(x.outcome, '') = 'complete' "
    f"OR (coalesce(x.outcome, '') IN {_NOTHING_THERE} AND x.type <> '{INVENTORY_TYPE}' "
    f"AND NOT {HOLDS_ASSETS})))"
)
#: A scope that nobody plans any more still counts while assets are kept in it.
COUNTED = f"(x.planned = 1 OR {HOLDS_ASSETS})"
BLIND = f"({COUNTED} AND NOT {SEEN_WHOLE})"
LAST_WHOLE = (
    f"CASE WHEN x.outcome IN {_NOTHING_THERE} AND {SEEN_WHOLE} THEN x.looked ELSE x.last_complete END"
)

#: Blind spots first, then what was seen, then what is no longer planned and holds nothing.
RANK = f"CASE WHEN {SEEN_WHOLE} THEN '1' WHEN {COUNTED} THEN '0' ELSE '2' END"
ORDER = (RANK, "x.tenant", "x.account", "x.location", "x.type")

#: Why nobody plans a scope any more, as far as the account's standing tells. Regions are compared only
#: where the provider told which there are.
_UNPLANNED = """
    CASE x.planned WHEN 0 THEN (
        SELECT CASE
            WHEN g.gone = 1 THEN 'account_gone'
            WHEN g.state = 'suspended' THEN 'account_suspended'
            WHEN g.state = 'closed' THEN 'account_closed'
            WHEN x.location <> 'global' AND (g.regions <> '[]' OR g.other_regions <> '[]')
                AND replace(g.regions, '"' || x.location || '"', '') = g.regions THEN 'region_opted_out'
            END
        FROM account_standing AS g WHERE g.tenant = x.tenant AND g.account = x.account) END
"""

#: The columns that `row_of` takes, of `scope AS x` and `tenant AS t`.
ROW = """
    SELECT x.tenant, t.organisation, x.account, x.location, x.type, x.outcome, x.asset_count, x.permission,
        x.denied_by, x.message, x.looked, @last, x.planned, @unplanned
""".replace("@last", LAST_WHOLE).replace("@unplanned", _UNPLANNED)

_PAGE = (
    """
    @row, @rank
    FROM scope_now AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY @order LIMIT ?
""".replace("@row", ROW)
    .replace("@rank", RANK)
    .replace("@order", ", ".join(ORDER))
)

_COMPLETENESS = """
    SELECT count(*), count(CASE WHEN @whole THEN 1 END), min(@last) FROM scope_now AS x
    {seen}
""".replace("@whole", SEEN_WHOLE).replace("@last", LAST_WHOLE)

_SILENT = """
    SELECT count(*) FROM tenant AS x
    {seen} AND NOT EXISTS (SELECT 1 FROM scan WHERE scan.tenant = x.tenant)
"""


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    after: tuple[str, ...],
    limit: int,
    *,
    blind_only: bool,
) -> list[tuple[CoverageRow, tuple[str, ...]]]:
    """As `Reading.coverage`; a position is the rank, tenant, account, location and type."""
    conditions = [Condition(BLIND)] if blind_only else []
    rows = Seen(database, sight, organisations, tenant).rows(
        _PAGE, [*conditions, *past(ORDER, after)], (limit,)
    )
    return [(row_of(row[:14]), (row[14], row[0], row[2], row[3], row[4])) for row in rows]


def completeness(
    database: Database, sight: Sight, organisations: frozenset[str] | None, tenant: str | None
) -> CompletenessRow:
    """As `Reading.completeness`, over the scopes that are planned or still hold assets."""
    seen = Seen(database, sight, organisations, tenant)
    [(planned, complete, oldest)] = seen.rows(_COMPLETENESS, [Condition(COUNTED)])
    [(silent,)] = seen.rows(_SILENT)
    return CompletenessRow(
        scopes_planned=planned,
        scopes_complete=complete,
        scopes_blind=planned - complete,
        oldest_look=None if oldest is None else from_micros(oldest),
        tenants_silent=silent,
    )


def first_record(database: Database, sight: Sight) -> datetime | None:
    """As `Reading.first_record`."""
    [(first,)] = Seen(database, sight).rows("SELECT min(x.started) FROM scan AS x {seen}")
    return None if first is None else from_micros(first)


def thinned_until(database: Database, sight: Sight) -> datetime | None:
    """As `Reading.thinned_until`; a month that is under way counts."""
    [(month,)] = Seen(database, sight).rows("SELECT max(x.month) FROM thinned AS x {seen}")
    return None if month is None else from_micros(end_of(month))


def row_of(row: tuple[Any, ...]) -> CoverageRow:
    """A row of the columns `ROW`."""
    tenant, organisation, account, location, kind, outcome, count, permission = row[:8]
    denied_by, message, looked, last_complete, planned, unplanned_reason = row[8:]
    scope = Scope(account, location, kind)
    return CoverageRow(
        tenant=tenant,
        organisation=organisation,
        account=account,
        location=location,
        type=kind,
        outcome=None
        if outcome is None
        else ScopeOutcome(
            scope=scope,
            outcome=Outcome(outcome),
            asset_count=count,
            permission=permission,
            denied_by=DeniedBy(denied_by) if denied_by else None,
            message=message,
        ),
        looked=None if looked is None else from_micros(looked),
        last_complete=None if last_complete is None else from_micros(last_complete),
        planned=bool(planned),
        unplanned_reason=UnplannedReason(unplanned_reason) if unplanned_reason else None,
    )
