"""How findings are read as they were: page by page, newest first, and counted."""

from __future__ import annotations

from collector.store.base import AssetQuery, FindingRow, Sight, Times
from collector.store.sql.database import Database
from collector.store.sql.finding_states import STANDING, among
from collector.store.sql.reading.conditions import Condition, Seen, of_assets, past
from collector.store.sql.reading.findings import ITS_REGION, of_region, row_of
from collector.store.sql.reading.past.moments import any_version, at, earlier, present
from wolkenzicht.model import FindingState

_ITS_ASSET = "a.tenant = x.tenant AND x.subject_kind = 'asset' AND a.asset_id = x.subject"
#: The asset of a finding, as it still is and as it was.
_ASSETS = (
    f"FROM asset AS a WHERE {_ITS_ASSET} AND {present('a', 'changed')}",
    f"FROM asset_version AS a WHERE {_ITS_ASSET} AND {earlier('a')}",
)
_NAME = ", ".join(f"(SELECT a.name {each})" for each in _ASSETS)

_FROM = f"""
    FROM finding AS x JOIN tenant AS t ON t.tenant = x.tenant
    JOIN finding_history AS h ON h.tenant = x.tenant AND h.finding_id = x.finding_id AND {any_version("h")}
    {{seen}}
"""
_PAGE = f"""
    SELECT x.finding_id, x.tenant, t.organisation, x.subject_kind, x.subject, x.kind, h.severity, h.state,
        h.clause, h.details, h.owner, x.opened, CASE h.state WHEN 'resolved' THEN h.valid_from END,
        coalesce({_NAME}, ''),
        h.acknowledged, h.acknowledged_by, h.acknowledge_note, h.exemption, h.unverified
    {_FROM}
    ORDER BY x.opened DESC, x.finding_id DESC LIMIT ?
"""
_COUNT = f"SELECT count(*) {_FROM}"


def page(
    database: Database,
    sight: Sight,
    query: AssetQuery,
    states: frozenset[FindingState],
    after: tuple[str, ...],
    limit: int,
    times: Times,
) -> list[tuple[FindingRow, tuple[str, ...]]]:
    """As `Reading.findings`, at these times."""
    rows = Seen.of(database, sight, query).rows(
        at(_PAGE, times),
        [
            _in_states(states),
            *_of_findings(query, times),
            *past(("x.opened", "x.finding_id"), after, reverse=True),
        ],
        (limit,),
    )
    return [(row_of(row), (str(row[11]), row[0])) for row in rows]


def one(database: Database, sight: Sight, finding_id: str, times: Times) -> FindingRow | None:
    """As `Reading.finding`, at these times."""
    wanted = [Condition("x.finding_id = ?", (finding_id,))]
    found = Seen(database, sight).rows(at(_PAGE, times), wanted, (1,))
    return row_of(found[0]) if found else None


def open_count(database: Database, sight: Sight, query: AssetQuery, times: Times) -> int:
    """As `Reading.open_findings`, at these times."""
    conditions = [_in_states(STANDING), *_of_findings(query, times)]
    [(count,)] = Seen.of(database, sight, query).rows(at(_COUNT, times), conditions)
    return int(count)


def _in_states(states: frozenset[FindingState]) -> Condition:
    return Condition(*among(states, "h"))


def exempted_count(database: Database, sight: Sight, query: AssetQuery, times: Times) -> int:
    """As `Reading.exempted_findings`, at these times."""
    conditions = [_in_states(frozenset({FindingState.EXEMPTED})), *_of_findings(query, times)]
    [(count,)] = Seen.of(database, sight, query).rows(at(_COUNT, times), conditions)
    return int(count)


def _of_findings(query: AssetQuery, times: Times) -> list[Condition]:
    # What passes where something is asked of the asset is what passes in the present.
    conditions = of_assets(query, "a")
    if not conditions:
        return []
    asked = " AND ".join(condition.sql for condition in conditions)
    values = tuple(value for condition in conditions for value in condition.values)
    either = [f"EXISTS (SELECT 1 {at(each, times)} AND {asked})" for each in _ASSETS]
    if query.provider is not None and len(conditions) == 1:
        asked_values = (*values, *values, *of_region(query.provider))
        return [Condition(f"({' OR '.join(either)} OR {ITS_REGION})", asked_values)]
    return [Condition(f"({' OR '.join(either)})", (*values, *values))]
