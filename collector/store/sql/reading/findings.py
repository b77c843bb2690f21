"""How findings are read, one by one or as they were, and counted; `finding_pages` reads them page by page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from collector.store.base import AssetQuery, FindingRow, FindingVersionRow, Sight
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database, chunks
from collector.store.sql.finding_states import state_of
from collector.store.sql.groups import part_for
from collector.store.sql.reading.conditions import Ask, Condition, Seen, asked_of, of_assets
from wolkenzicht.model import FindingKind, Severity, SubjectKind

#: What is shown of a finding.
_ROW = """
    SELECT x.finding_id, x.tenant, t.organisation, x.subject_kind, x.subject, x.kind, x.severity, x.state,
        x.clause, x.details, x.owner, x.opened, x.resolved, coalesce(n.name, ''),
        x.acknowledged, x.acknowledged_by, x.acknowledge_note, x.exemption, x.unverified
"""
_ITS_NAME = """
    LEFT JOIN asset AS n ON n.tenant = x.tenant AND x.subject_kind = 'asset' AND n.asset_id = x.subject
"""
_ALL = f"{_ROW} FROM finding AS x JOIN tenant AS t ON t.tenant = x.tenant {_ITS_NAME} {{seen}}"
#: Findings, newest first.
PAGE = f"{_ALL} ORDER BY x.opened DESC, x.finding_id DESC LIMIT ?"
#: Those with these identifiers. Without an order: for one a planner may look through all of them.
_THESE = f"{_ALL} AND x.finding_id IN ({{values}})"
#: Those at `@places`, each a tenant and an identifier.
PLACED = f"""
    WITH t AS (SELECT x.tenant, x.organisation FROM tenant AS x {{seen}}),
    p (tenant, finding_id) AS (VALUES @places)
    {_ROW} FROM p CROSS JOIN finding AS x JOIN t ON t.tenant = x.tenant {_ITS_NAME}
    WHERE x.tenant = p.tenant AND x.finding_id = p.finding_id
"""  # noqa: S608  # our own names

_EXEMPTED = "SELECT count(*) FROM finding AS x {seen} AND x.state = 'open' AND x.exemption <> ''"
_VERSIONS = """
    SELECT x.valid_from, x.valid_to, x.recorded, x.superseded, x.withdrawn, x.state, x.severity, x.details,
        x.exemption, x.unverified, x.acknowledged, x.done_by, x.done_note
    FROM finding_history AS x {seen} ORDER BY x.recorded DESC, x.valid_from DESC
"""

_ITS_ASSET = (
    "FROM asset AS a WHERE a.tenant = x.tenant AND x.subject_kind = 'asset' AND a.asset_id = x.subject"
)
#: A region is named 'provider:code'; what comes behind a colon is a semicolon.
ITS_REGION = "(x.subject_kind = 'region' AND x.subject >= ? AND x.subject < ?)"

_OF_ASSETS = "SELECT CAST(coalesce(sum(x.findings), 0) AS BIGINT) FROM asset_count AS x {seen}"
#: Those about anything else, or about an asset that is not there.
_OTHERS = "SELECT count(*) FROM finding AS x {seen} AND x.state = 'open' AND x.group_no = 0"


def one(database: Database, sight: Sight, finding_id: str) -> FindingRow | None:
    """As `Reading.finding`."""
    found = Seen(database, sight).rows(PAGE, [Condition("x.finding_id = ?", (finding_id,))], (1,))
    return row_of(found[0]) if found else None


def these(database: Database, sight: Sight, finding_ids: Sequence[str]) -> dict[str, FindingRow]:
    """Findings in sight by their identifiers; those that are not are left out."""
    found: dict[str, FindingRow] = {}
    for part in chunks(finding_ids):
        rows = Seen(database, sight).rows(_THESE, (), (part,))
        found.update((row[0], row_of(row)) for row in rows)
    return found


def versions(database: Database, sight: Sight, finding_id: str) -> list[FindingVersionRow]:
    """As `Reading.finding_versions`."""
    found = Seen(database, sight).rows(_VERSIONS, [Condition("x.finding_id = ?", (finding_id,))])
    return [_version(row) for row in found]


def open_count(database: Database, sight: Sight, query: AssetQuery) -> int:
    """As `Reading.open_findings`."""
    seen = Seen.of(database, sight, query)
    with (Seen.of_sums(database, sight, query) or seen).moment() as ask:
        count = open_about_assets(ask, query)
    if not of_assets(query):
        count += seen.rows(_OTHERS)[0][0]
    elif of_provider(query):
        count += seen.rows(_OTHERS, [its_region(query)])[0][0]
    return count


def exempted_count(database: Database, sight: Sight, query: AssetQuery) -> int:
    """As `Reading.exempted_findings`."""
    [(count,)] = Seen.of(database, sight, query).rows(_EXEMPTED, of_findings(query))
    return int(count)


def open_about_assets(ask: Ask, query: AssetQuery) -> int:
    """How many are open about the assets asked for."""
    part = Condition("x.part = ?", (part_for(asked_of(query)),))
    [(count,)] = ask(_OF_ASSETS, [part, *of_assets(query)], ())
    return int(count)


def of_findings(query: AssetQuery) -> list[Condition]:
    """What is asked of `finding AS x`.

    A finding about an asset that vanished, or about no asset, passes only where nothing is asked of the
    asset itself; one about a region also where nothing but its provider is.
    """
    conditions = of_assets(query, "a")
    if not conditions:
        return []
    asked = " AND ".join(condition.sql for condition in conditions)
    values = tuple(value for condition in conditions for value in condition.values)
    its_asset = f"EXISTS (SELECT 1 {_ITS_ASSET} AND {asked})"
    if of_provider(query):
        region = its_region(query)
        return [Condition(f"({its_asset} OR {region.sql})", (*values, *region.values))]
    return [Condition(its_asset, values)]


def of_provider(query: AssetQuery) -> bool:
    """Whether nothing but its provider is asked of an asset."""
    return query.provider is not None and len(of_assets(query)) == 1


def its_region(query: AssetQuery) -> Condition:
    """The findings about regions of the provider asked for."""
    return Condition(ITS_REGION, of_region(query.provider or ""))


def of_region(provider: str) -> tuple[str, str]:
    """The values of `ITS_REGION` for the regions of a provider."""
    return (f"{provider}:", f"{provider};")


def row_of(row: tuple[Any, ...]) -> FindingRow:
    """A row of the columns of a page."""
    finding_id, tenant, organisation, subject_kind, subject, kind, severity, state, clause = row[:9]
    details, owner, opened, resolved, asset_name = row[9:14]
    acknowledged, acknowledged_by, acknowledge_note, exemption, unverified = row[14:]
    return FindingRow(
        finding_id=finding_id,
        tenant=tenant,
        organisation=organisation,
        subject_kind=SubjectKind(subject_kind),
        subject=subject,
        kind=FindingKind(kind),
        severity=Severity(severity),
        state=state_of(state, exemption, unverified, acknowledged),
        clause=clause,
        details=tuple((operation, place) for operation, place in json.loads(details)),
        owner=owner,
        opened=from_micros(opened),
        resolved=None if resolved is None else from_micros(resolved),
        asset_name=asset_name,
        acknowledged=None if acknowledged is None else from_micros(acknowledged),
        acknowledged_by=acknowledged_by,
        acknowledge_note=acknowledge_note,
        exemption=exemption,
        unverified=None if unverified is None else from_micros(unverified),
    )


def _version(row: tuple[Any, ...]) -> FindingVersionRow:
    *moments, state, severity, details, exemption, unverified, acknowledged, done_by, done_note = row
    valid_from, valid_to, recorded, superseded, withdrawn = (
        None if each is None else from_micros(each) for each in moments
    )
    assert valid_from is not None  # noqa: S101  # neither may be empty in the schema
    assert recorded is not None  # noqa: S101
    return FindingVersionRow(
        valid_from=valid_from,
        valid_to=valid_to,
        recorded=recorded,
        superseded=superseded,
        withdrawn=withdrawn,
        state=state_of(state, exemption, unverified, acknowledged),
        severity=Severity(severity),
        details=tuple((operation, place) for operation, place in json.loads(details)),
        exemption=exemption,
        done_by=done_by,
        done_note=done_note,
    )
