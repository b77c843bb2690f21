"""How scopes are read: what was seen, what was not, and how long ago."""

from __future__ import annotations

from typing import Any

from collector.store.base import CompletenessRow, CoverageRow, Sight
from collector.store.sqlite.clock import from_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.reading.conditions import Condition, Seen, past
from wolkenzicht.model import DeniedBy, Outcome, Scope, ScopeOutcome

#: Where nothing can exist, a look that says so has seen everything.
_NOTHING_THERE = "('unsupported', 'not_enabled')"
_SEEN_WHOLE = "coalesce(x.outcome, '') IN ('complete', 'unsupported', 'not_enabled')"
_LAST_WHOLE = f"CASE WHEN x.outcome IN {_NOTHING_THERE} THEN x.looked ELSE x.last_complete END"
_BLIND = f"x.planned = 1 AND NOT {_SEEN_WHOLE}"

#: Blind spots first, then what was seen, then what is no longer planned.
_RANK = f"CASE WHEN x.planned = 0 THEN '2' WHEN {_SEEN_WHOLE} THEN '1' ELSE '0' END"
_ORDER = (_RANK, "x.tenant", "x.account", "x.location", "x.type")

#: The columns that `row_of` takes, of `scope AS x` and `tenant AS t`.
ROW = """
    SELECT x.tenant, t.organisation, x.account, x.location, x.type, x.outcome, x.asset_count, x.permission,
        x.denied_by, x.message, x.looked, @last, x.planned
""".replace("@last", _LAST_WHOLE)

_PAGE = (
    """
    @row, @rank
    FROM scope AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY @order LIMIT ?
""".replace("@row", ROW)
    .replace("@rank", _RANK)
    .replace("@order", ", ".join(_ORDER))
)

_COMPLETENESS = """
    SELECT count(*), coalesce(sum(@whole), 0), min(@last) FROM scope AS x
    {seen}
""".replace("@whole", _SEEN_WHOLE).replace("@last", _LAST_WHOLE)

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
    conditions = [Condition(_BLIND)] if blind_only else []
    rows = Seen(database, sight, organisations, tenant).rows(
        _PAGE, [*conditions, *past(_ORDER, after)], (limit,)
    )
    return [(row_of(row[:13]), (row[13], row[0], row[2], row[3], row[4])) for row in rows]


def completeness(
    database: Database, sight: Sight, organisations: frozenset[str] | None, tenant: str | None
) -> CompletenessRow:
    """As `Reading.completeness`, over the scopes that the latest scans planned."""
    seen = Seen(database, sight, organisations, tenant)
    [(planned, complete, oldest)] = seen.rows(_COMPLETENESS, [Condition("x.planned = 1")])
    [(silent,)] = seen.rows(_SILENT)
    return CompletenessRow(
        scopes_planned=planned,
        scopes_complete=complete,
        scopes_blind=planned - complete,
        oldest_look=None if oldest is None else from_micros(oldest),
        tenants_silent=silent,
    )


def row_of(row: tuple[Any, ...]) -> CoverageRow:
    """A row of the columns `ROW`."""
    tenant, organisation, account, location, kind, outcome, count, permission = row[:8]
    denied_by, message, looked, last_complete, planned = row[8:]
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
    )
