"""How scopes are read: what was seen, what was not, and how long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.store.base import CompletenessRow, CoverageRow, Sight
from collector.store.sql.accounts import COUNTED, LAST_WHOLE, SEEN_WHOLE
from collector.store.sql.clock import end_of, from_micros
from collector.store.sql.database import CHUNK, Database
from collector.store.sql.reading.conditions import Ask, Condition, Seen, of_tenants, past, position_of
from wolkenzicht.model import DeniedBy, Outcome, Scope, ScopeOutcome, UnplannedReason

BLIND = f"({COUNTED} AND NOT {SEEN_WHOLE})"

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

# The accounts are known that have scopes of a rank, so that a page reads those of no other.
_PAGE = """
    @row
    FROM scope_now AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.account IN ({values}) AND @rank = ?
    ORDER BY x.account, x.location, x.type LIMIT ?
""".replace("@row", ROW).replace("@rank", RANK)

#: Accounts with what an agent and the collector differ about, them alone (`d`) or the tenant (`e`).
OF_ACCOUNTS = """
    FROM account_coverage AS x
    LEFT JOIN account_differs AS d ON d.tenant = x.tenant AND d.account = x.account
    LEFT JOIN account_differs AS e ON e.tenant = x.tenant AND e.account = ''
"""
DIFFERS = "coalesce(d.tenant, e.tenant) IS NOT NULL"
#: What the outcomes of an account that differs say without a word is not believed.
_WHOLE = f"CASE WHEN {DIFFERS} THEN x.whole - x.whole_told ELSE x.whole END"
_OF_RANK = {
    "0": f"x.counted - {_WHOLE}",
    "1": _WHOLE,
    "2": "x.scopes - x.counted",
}
_WITH_RANK = f"""
    SELECT x.tenant, x.account, @scopes {OF_ACCOUNTS}
    {{seen}} AND @scopes > 0 ORDER BY x.tenant, x.account LIMIT ?
"""
LOOK = "CASE WHEN d.looked < e.looked THEN d.looked ELSE coalesce(e.looked, d.looked, y.looked) END"
_COMPLETENESS = f"""
    SELECT CAST(coalesce(sum(c.counted), 0) AS BIGINT), CAST(coalesce(sum(c.whole), 0) AS BIGINT),
        min(c.oldest), min(CASE WHEN c.look > c.oldest_complete THEN c.look ELSE c.oldest_complete END),
        min(CASE WHEN c.differs = 1 THEN c.oldest_nothing_complete
            WHEN c.look > c.oldest_nothing THEN c.look ELSE c.oldest_nothing END)
    FROM (
        SELECT x.counted, {_WHOLE} AS whole, x.oldest, x.oldest_complete, x.oldest_nothing,
            x.oldest_nothing_complete, CASE WHEN {DIFFERS} THEN 1 ELSE 0 END AS differs, {LOOK} AS look
        {OF_ACCOUNTS} LEFT JOIN tenant_sync AS y ON y.tenant = x.tenant
        {{seen}}
    ) AS c
"""  # noqa: S608  # our own names

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
    begun, *within = position_of(after, len(ORDER)) if after else ("",)
    page: list[tuple[CoverageRow, tuple[str, ...]]] = []
    with Seen(database, sight, organisations, tenant).moment() as ask:
        for rank in "0" if blind_only else _OF_RANK:
            if rank >= begun:
                place = tuple(within) if rank == begun else ()
                page += _of_rank(ask, rank, place, limit - len(page))
    return page


def _of_rank(
    ask: Ask, rank: str, after: tuple[str, ...], limit: int
) -> Iterator[tuple[CoverageRow, tuple[str, ...]]]:
    """The next scopes of a rank, account by account of those that have some."""
    statement, left = _WITH_RANK.replace("@scopes", _OF_RANK[rank]), limit
    begin = [Condition("(x.tenant, x.account) >= (?, ?)", after[:2])] if after else []
    while left > 0:
        accounts = ask(statement, begin, (min(left + 1, CHUNK),))
        if not accounts:
            return
        tenant = accounts[0][0]
        wanted, there = [], 0
        for of_tenant, account, scopes in accounts:
            if of_tenant == tenant and there < left:
                wanted.append(account)
                # Of the account that the page before ended in, nobody knows how many are left.
                there += 0 if after and (tenant, account) == after[:2] else scopes
        beyond = past(("x.tenant", "x.account", "x.location", "x.type"), after)
        for row in ask(_PAGE, [*beyond, of_tenants([tenant])], (wanted, rank, left)):
            left -= 1
            yield row_of(row), (rank, row[0], row[2], row[3], row[4])
        begin = [Condition("(x.tenant, x.account) > (?, ?)", (tenant, wanted[-1]))]


def completeness(
    database: Database, sight: Sight, organisations: frozenset[str] | None, tenant: str | None
) -> CompletenessRow:
    """As `Reading.completeness`, over the scopes that are planned or still hold assets."""
    seen = Seen(database, sight, organisations, tenant)
    [(planned, complete, *looks)] = seen.rows(_COMPLETENESS)
    oldest = min((each for each in looks if each is not None), default=None)
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
