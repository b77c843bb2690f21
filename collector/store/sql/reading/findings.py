"""How findings are read: page by page, newest first, and counted."""

from __future__ import annotations

import json
from typing import Any

from collector.store.base import AssetQuery, FindingRow, Sight
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, of_assets, past
from wolkenzicht.model import FindingKind, FindingState, Severity, SubjectKind

_PAGE = """
    SELECT x.finding_id, x.tenant, t.organisation, x.subject_kind, x.subject, x.kind, x.severity, x.state,
        x.clause, x.details, x.owner, x.opened, x.resolved, coalesce(n.name, '')
    FROM finding AS x JOIN tenant AS t ON t.tenant = x.tenant
    LEFT JOIN asset AS n ON n.tenant = x.tenant AND x.subject_kind = 'asset' AND n.asset_id = x.subject
    {seen}
    ORDER BY x.opened DESC, x.finding_id DESC LIMIT ?
"""

_ITS_ASSET = (
    "FROM asset AS a WHERE a.tenant = x.tenant AND x.subject_kind = 'asset' AND a.asset_id = x.subject"
)

#: A region is named 'provider:code'; what comes behind a colon is a semicolon.
ITS_REGION = "(x.subject_kind = 'region' AND x.subject >= ? AND x.subject < ?)"

_COUNT = "SELECT count(*) FROM finding AS x {seen}"


def page(
    database: Database,
    sight: Sight,
    query: AssetQuery,
    states: frozenset[FindingState],
    after: tuple[str, ...],
    limit: int,
) -> list[tuple[FindingRow, tuple[str, ...]]]:
    """As `Reading.findings`; a position is the time of opening (microseconds) and the finding."""
    rows = Seen.of(database, sight, query).rows(
        _PAGE,
        [
            _in_states(states),
            *_of_findings(query),
            *past(("x.opened", "x.finding_id"), after, reverse=True),
        ],
        (limit,),
    )
    return [(row_of(row), (str(row[11]), row[0])) for row in rows]


def open_count(database: Database, sight: Sight, query: AssetQuery) -> int:
    """As `Reading.open_findings`."""
    states = frozenset({FindingState.OPEN})
    [(count,)] = Seen.of(database, sight, query).rows(_COUNT, [_in_states(states), *_of_findings(query)])
    return int(count)


def _in_states(states: frozenset[FindingState]) -> Condition:
    return Condition("x.state IN ({values})", (sorted(str(each) for each in states),))


def _of_findings(query: AssetQuery) -> list[Condition]:
    # A finding about an asset that vanished, or about no asset, passes only where nothing is asked of the
    # asset itself; one about a region also where nothing but its provider is.
    conditions = of_assets(query, "a")
    if not conditions:
        return []
    asked = " AND ".join(condition.sql for condition in conditions)
    values = tuple(value for condition in conditions for value in condition.values)
    its_asset = f"EXISTS (SELECT 1 {_ITS_ASSET} AND {asked})"
    if query.provider is not None and len(conditions) == 1:
        return [Condition(f"({its_asset} OR {ITS_REGION})", (*values, *of_region(query.provider)))]
    return [Condition(its_asset, values)]


def of_region(provider: str) -> tuple[str, str]:
    """The values of `ITS_REGION` for the regions of a provider."""
    return (f"{provider}:", f"{provider};")


def row_of(row: tuple[Any, ...]) -> FindingRow:
    """A row of the columns of a page."""
    finding_id, tenant, organisation, subject_kind, subject, kind, severity, state, clause = row[:9]
    details, owner, opened, resolved, asset_name = row[9:]
    return FindingRow(
        finding_id=finding_id,
        tenant=tenant,
        organisation=organisation,
        subject_kind=SubjectKind(subject_kind),
        subject=subject,
        kind=FindingKind(kind),
        severity=Severity(severity),
        state=FindingState(state),
        clause=clause,
        details=tuple((operation, place) for operation, place in json.loads(details)),
        owner=owner,
        opened=from_micros(opened),
        resolved=None if resolved is None else from_micros(resolved),
        asset_name=asset_name,
    )
