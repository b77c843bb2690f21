"""How rows of the store look on the wire."""

from __future__ import annotations

from collector.store.base import AssetRow, CompletenessRow, CoverageRow, FindingRow
from policy.texts import OPERATIONS, finding_texts
from wolkenzicht.model import Operation, Scope
from wolkenzicht.v1 import finding_pb2
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.scope_pb2 import ScopeOutcome
from wolkenzicht.wire import (
    FINDING_KINDS,
    FINDING_STATES,
    OUTCOMES,
    SEVERITIES,
    encode_outcome,
    encode_scope,
    timestamp,
)

NL, EN = "nl", "en"


def language_of(value: int) -> str:
    """`nl` or `en`; what is not known is English."""
    return NL if value == wire.Language.LANGUAGE_NL else EN


def asset(row: AssetRow) -> wire.AssetView:
    """An asset as the asker gets it."""
    return wire.AssetView(
        classified=row.record,
        tenant=row.tenant,
        organisation=row.organisation,
        first_see_time=timestamp(row.first_seen),
        last_see_time=timestamp(row.last_seen),
        scope_outcome=OUTCOMES.encode[row.scope_outcome] if row.scope_outcome else None,
        remove_time=timestamp(row.removed) if row.removed else None,
    )


def finding(row: FindingRow, language: str) -> finding_pb2.Finding:
    """A finding, its texts in a language."""
    texts = finding_texts(row.kind, language)
    return finding_pb2.Finding(
        finding_id=row.finding_id,
        kind=FINDING_KINDS.encode[row.kind],
        severity=SEVERITIES.encode[row.severity],
        state=FINDING_STATES.encode[row.state],
        tenant=row.tenant,
        organisation=row.organisation,
        asset_id=row.asset_id,
        owner=row.owner,
        clause=row.clause,
        remedy=texts.remedy,
        summary=texts.summary.format(
            name=row.asset_name or row.asset_id, places=_places(row.details, language)
        ),
        open_time=timestamp(row.opened),
        resolve_time=timestamp(row.resolved) if row.resolved else None,
    )


def coverage_row(row: CoverageRow) -> wire.CoverageRow:
    """A scope and what became of it; the scope is there also where it never had an outcome."""
    return wire.CoverageRow(
        tenant=row.tenant,
        organisation=row.organisation,
        outcome=encode_outcome(row.outcome)
        if row.outcome
        else ScopeOutcome(scope=encode_scope(Scope(row.account, row.location, row.type))),
        look_time=timestamp(row.looked) if row.looked else None,
        last_complete_time=timestamp(row.last_complete) if row.last_complete else None,
        planned=row.planned,
    )


def completeness(row: CompletenessRow) -> wire.Completeness:
    """What stands behind a count or a list."""
    return wire.Completeness(
        scopes_planned=row.scopes_planned,
        scopes_complete=row.scopes_complete,
        scopes_blind=row.scopes_blind,
        oldest_look_time=timestamp(row.oldest_look) if row.oldest_look else None,
        tenants_silent=row.tenants_silent,
    )


def _places(details: tuple[tuple[str, str], ...], language: str) -> str:
    return "; ".join(
        f"{place} ({OPERATIONS[language][Operation(operation)]})" for operation, place in details
    )
