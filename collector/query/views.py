"""How rows of the store look on the wire."""

from __future__ import annotations

from datetime import date

from collector.query.texts import SIGHT
from collector.store.base import (
    AssetRow,
    CompletenessRow,
    CoverageRow,
    DiscrepancyRow,
    ExemptionRow,
    FindingRow,
    FindingVersionRow,
    GapRow,
    SightChangeRow,
)
from policy import clauses
from policy.context import NOTHING_KNOWN, Context
from policy.detail_texts import detail_value
from policy.ruleset import Policy
from policy.texts import detail_word, finding_texts
from wolkenzicht.model import DeniedBy, Operation, Scope, SightChangeKind
from wolkenzicht.v1 import asset_pb2, finding_pb2
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.scope_pb2 import ScopeOutcome
from wolkenzicht.wire import (
    DENIED_BY,
    FINDING_KINDS,
    FINDING_STATES,
    GAP_CAUSES,
    LOCATION_CLASSES,
    OPERATIONS,
    OUTCOMES,
    SEVERITIES,
    SIGHT_CHANGE_KINDS,
    SUBJECT_KINDS,
    UNPLANNED_REASONS,
    decode_classified,
    encode_discrepancy,
    encode_outcome,
    encode_scope,
    timestamp,
)

NL, EN = "nl", "en"

#: How many missing permissions a detail names.
_PERMISSIONS_SHOWN = 3


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


def verbs(row: AssetRow, policy: Policy, context: Context = NOTHING_KNOWN) -> list[wire.VerbVerdict]:
    """What is known for each of the five verbs about an asset; worked out when it is asked for.

    `context` has what the contract of the asset's system proves.
    """
    classified = decode_classified(row.record)
    return [
        wire.VerbVerdict(
            verb=OPERATIONS.encode[Operation(each.verb)],
            known=each.known,
            location_class=LOCATION_CLASSES.encode[each.location_class],
            countries=each.countries,
            operations=[OPERATIONS.encode[one] for one in each.operations],
            evidence=[asset_pb2.Evidence(path=proof.path, value=proof.value) for proof in each.evidence],
        )
        for each in policy.verbs(classified.asset, classified.verdict, context)
    ]


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
        subject_kind=SUBJECT_KINDS.encode[row.subject_kind],
        subject=row.subject,
        owner=row.owner,
        clause=clauses.shown(row.clause, language),
        remedy=texts.remedy,
        summary=texts.summary.format(
            name=row.asset_name or row.subject, places=_places(row.details, language)
        ),
        open_time=timestamp(row.opened),
        resolve_time=timestamp(row.resolved) if row.resolved else None,
        acknowledge_time=timestamp(row.acknowledged) if row.acknowledged else None,
        acknowledged_by=row.acknowledged_by,
        acknowledge_note=row.acknowledge_note,
        exemption_id=row.exemption,
        unverify_time=timestamp(row.unverified) if row.unverified else None,
    )


def finding_version(row: FindingVersionRow, language: str) -> finding_pb2.FindingVersion:
    """What a finding was for some time, its texts in a language."""
    return finding_pb2.FindingVersion(
        valid_from_time=timestamp(row.valid_from),
        valid_to_time=timestamp(row.valid_to) if row.valid_to else None,
        record_time=timestamp(row.recorded),
        supersede_time=timestamp(row.superseded) if row.superseded else None,
        withdraw_time=timestamp(row.withdrawn) if row.withdrawn else None,
        state=FINDING_STATES.encode[row.state],
        severity=SEVERITIES.encode[row.severity],
        places=_places(row.details, language),
        exemption_id=row.exemption,
        done_by=row.done_by,
        note=row.done_note,
    )


def exemption(row: ExemptionRow, today: date) -> wire.Exemption:
    """An exemption."""
    held = row.exemption
    return wire.Exemption(
        exemption_id=row.exemption_id,
        organisation=held.organisation,
        kinds=[FINDING_KINDS.encode[each] for each in sorted(held.kinds)],
        scope=held.scope,
        decision=held.decision,
        reason=held.reason,
        decided_by=held.decided_by,
        last_day=held.last_day.isoformat(),
        record_time=timestamp(row.recorded),
        recorded_by=row.recorded_by,
        end_time=timestamp(row.ended) if row.ended else None,
        ended_by=row.ended_by,
        end_reason=row.end_reason,
        findings=row.findings,
        in_force=row.ended is None and today <= held.last_day,
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
        unplanned_reason=UNPLANNED_REASONS.encode[row.unplanned_reason] if row.unplanned_reason else None,
    )


def gap(row: GapRow) -> wire.Gap:
    """A gap in what an agent sent."""
    return wire.Gap(
        tenant=row.tenant,
        organisation=row.organisation,
        cause=GAP_CAUSES.encode[row.cause],
        start_time=timestamp(row.since) if row.since else None,
        end_time=timestamp(row.ended),
    )


def sight_change(row: SightChangeRow, language: str) -> wire.SightChange:
    """A change of sight, its detail in a language."""
    return wire.SightChange(
        tenant=row.tenant,
        organisation=row.organisation,
        change_time=timestamp(row.moment),
        kind=SIGHT_CHANGE_KINDS.encode[row.kind],
        account=row.account,
        location=row.location,
        type=row.type,
        scopes=row.scopes,
        permissions=row.permissions,
        denied_by=DENIED_BY.encode[row.denied_by] if row.denied_by else None,
        detail=_detail(row, language),
    )


def _detail(row: SightChangeRow, language: str) -> str:
    """What is missing where something is denied, else what was so before."""
    texts = SIGHT[language]
    if row.kind is not SightChangeKind.NEWLY_DENIED:
        return texts["was"].format(before=texts[row.before]) if row.before in texts else ""
    shown = ", ".join(row.permissions[:_PERMISSIONS_SHOWN])
    more = len(row.permissions) - _PERMISSIONS_SHOWN
    named = texts["more"].format(shown=shown, more=more) if more > 0 else shown
    by = row.denied_by.value.replace("_", " ") if row.denied_by else ""
    by = "" if row.denied_by is DeniedBy.NOT_TOLD else by
    return texts["denied_by"].format(permissions=named, by=by) if by and named else named or by


def discrepancy(row: DiscrepancyRow) -> wire.DiscrepancyRow:
    """A discrepancy, with whose it is and since when."""
    return wire.DiscrepancyRow(
        tenant=row.tenant,
        organisation=row.organisation,
        account=row.account,
        discrepancy=encode_discrepancy(row.discrepancy),
        since_time=timestamp(row.since),
        last_see_time=timestamp(row.last_seen),
        end_time=timestamp(row.ended) if row.ended else None,
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
        f"{detail_value(what, value, language)} ({detail_word(what, language)})" for what, value in details
    )
