"""How answers look as plain values: the field names of the JSON output, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from wolkenzicht.model import DATA_OPERATIONS, KeyCustody, LawReach
from wolkenzicht.v1 import asset_pb2, finding_pb2
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import (
    CERTAINTIES,
    DENIED_BY,
    DEPTHS,
    DISCREPANCY_KINDS,
    FINDING_KINDS,
    FINDING_STATES,
    GAP_CAUSES,
    HOLDS,
    KEY_CUSTODIES,
    LAW_REACHES,
    LOCATION_CLASSES,
    MATERIAL_USES,
    OPERATIONS,
    OUTCOMES,
    SEVERITIES,
    SIGHT_CHANGE_KINDS,
    SUBJECT_KINDS,
    UNPLANNED_REASONS,
    EnumCodec,
)

Shape = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)

#: What a collector that is newer than this command may say.
NOT_KNOWN = "not_known"


def overview(answer: wire.GetOverviewResponse) -> Shape:
    """Counts: groups, total, open findings and completeness."""
    return {
        "items": [count(each) for each in answer.items],
        "total": count(answer.total),
        "open_findings": answer.open_findings,
        "exempted_findings": answer.exempted_findings,
        "discrepancies": answer.discrepancies,
        "completeness": completeness(answer.completeness),
        **times(answer),
    }


def count(answer: wire.OverviewCount) -> Shape:
    """The count of one group."""
    return {
        "group": {name: answer.group[name] for name in _GROUPS if name in answer.group},
        "assets": answer.assets,
        "content": answer.content,
        "inside_eea": answer.inside_eea,
        "outside_eea_adequate": answer.outside_eea_adequate,
        "unknown": answer.unknown,
        "outside_eea": answer.outside_eea,
        "material": answer.material,
        "undetermined": answer.undetermined,
        "inside_eea_exposed": answer.inside_eea_exposed,
        "inside_eea_law_unknown": answer.inside_eea_law_unknown,
    }


#: The values that a group can have, in the order in which they are shown.
_GROUPS = ("organisation", "provider", "class", "country", "material", "type", "custody", "law_reach", "law")


def times(answer: Any) -> Shape:
    """The times that an answer is about, nothing where that is the present."""
    if not answer.HasField("times"):
        return {}
    told = answer.times
    return {
        "as_of": _time(told, "as_of_time"),
        "known_at": _time(told, "known_at_time"),
        "month_end": told.month_end,
    }


def completeness(answer: wire.Completeness) -> Shape:
    """How much stands behind an answer."""
    return {
        "scopes_planned": answer.scopes_planned,
        "scopes_complete": answer.scopes_complete,
        "scopes_blind": answer.scopes_blind,
        "oldest_look": _time(answer, "oldest_look_time"),
        "tenants_silent": answer.tenants_silent,
    }


def asset(view: wire.AssetView) -> Shape:
    """An asset with its verdict."""
    facts, verdict = view.classified.asset, view.classified.verdict
    judged = list(zip(facts.locations, verdict.locations, strict=False))
    countries = {
        country
        for place, seen in judged
        if _word(OPERATIONS, place.operation) in DATA_OPERATIONS
        for country in seen.countries
    }
    by_contract = tuple(verdict.contract_countries)
    declared = facts.declarations
    return {
        "asset_id": facts.asset_id,
        "tenant": view.tenant,
        "organisation": view.organisation,
        "provider": facts.provider,
        "account": facts.account,
        "service": facts.service,
        "type": facts.type,
        "name": facts.name,
        "depth": _word(DEPTHS, facts.depth),
        "holds": _word(HOLDS, facts.holds),
        "location": facts.location,
        "countries": sorted(countries.union(by_contract)),
        "contract_countries": list(by_contract),
        "location_class": _word(LOCATION_CLASSES, verdict.location_class),
        "locations": [_location(place, seen) for place, seen in judged],
        "jurisdictions": [each.country for each in verdict.jurisdictions],
        "law_reach": _word(LAW_REACHES, verdict.law_reach) or LawReach.UNKNOWN.value,
        "takeovers": list(verdict.takeovers),
        "custody": _word(KEY_CUSTODIES, verdict.custody) or KeyCustody.UNKNOWN.value,
        "custody_rule": verdict.custody_rule,
        "material": _word(MATERIAL_USES, verdict.material),
        "material_reason": verdict.material_reason,
        "tags": dict(sorted(facts.tags.items())),
        "properties": dict(sorted(facts.properties.items())),
        "declarations": {
            "system": declared.system,
            "owner": declared.owner,
            "material": declared.material,
            "personal_data": declared.personal_data,
        },
        "created": _time(facts, "create_time"),
        "first_seen": _time(view, "first_see_time"),
        "last_seen": _time(view, "last_see_time"),
        "removed": _time(view, "remove_time"),
        "scope_outcome": _word(OUTCOMES, view.scope_outcome),
        "policy_version": verdict.policy_version,
    }


def whole_asset(view: wire.AssetView, verbs: Iterable[wire.VerbVerdict]) -> Shape:
    """An asset as asked for by its identifier: with what is known for each of the five verbs."""
    return asset(view) | {"verbs": [_verb(each) for each in verbs]}


def finding(answer: finding_pb2.Finding) -> Shape:
    """A finding."""
    return {
        "finding_id": answer.finding_id,
        "kind": _word(FINDING_KINDS, answer.kind),
        "severity": _word(SEVERITIES, answer.severity),
        "state": _word(FINDING_STATES, answer.state),
        "subject_kind": _word(SUBJECT_KINDS, answer.subject_kind),
        "subject": answer.subject,
        "asset_id": answer.asset_id,
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "opened": _time(answer, "open_time"),
        "resolved": _time(answer, "resolve_time"),
        "owner": answer.owner,
        "clause": answer.clause,
        "summary": answer.summary,
        "remedy": answer.remedy,
        "acknowledged": _time(answer, "acknowledge_time"),
        "acknowledged_by": answer.acknowledged_by,
        "acknowledge_note": answer.acknowledge_note,
        "exemption": answer.exemption_id,
        "unverified": _time(answer, "unverify_time"),
    }


def finding_version(answer: finding_pb2.FindingVersion) -> Shape:
    """What a finding was for some time."""
    return {
        "valid_from": _time(answer, "valid_from_time"),
        "valid_to": _time(answer, "valid_to_time"),
        "recorded": _time(answer, "record_time"),
        "superseded": _time(answer, "supersede_time"),
        "withdrawn": _time(answer, "withdraw_time"),
        "state": _word(FINDING_STATES, answer.state),
        "severity": _word(SEVERITIES, answer.severity),
        "places": answer.places,
        "exemption": answer.exemption_id,
        "done_by": answer.done_by,
        "note": answer.note,
    }


def finding_event(answer: wire.WatchFindingsResponse) -> Shape:
    """What became of a finding."""
    return {
        "position": answer.position,
        "type": answer.event_type,
        "time": _time(answer, "event_time"),
        "done_by": answer.done_by,
        "note": answer.note,
        "finding": finding(answer.finding),
    }


def exemption(answer: wire.Exemption) -> Shape:
    """An exemption."""
    return {
        "exemption_id": answer.exemption_id,
        "organisation": answer.organisation,
        "kinds": [_word(FINDING_KINDS, each) for each in answer.kinds],
        "scope": answer.scope,
        "decision": answer.decision,
        "reason": answer.reason,
        "decided_by": answer.decided_by,
        "last_day": answer.last_day,
        "recorded": _time(answer, "record_time"),
        "recorded_by": answer.recorded_by,
        "ended": _time(answer, "end_time"),
        "ended_by": answer.ended_by,
        "end_reason": answer.end_reason,
        "findings": answer.findings,
        "in_force": answer.in_force,
    }


def coverage_row(answer: wire.CoverageRow) -> Shape:
    """A scope and what became of it."""
    scope = answer.outcome.scope
    return {
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "account": scope.account,
        "location": scope.location,
        "type": scope.type,
        "outcome": _word(OUTCOMES, answer.outcome.outcome),
        "asset_count": answer.outcome.asset_count,
        "permission": answer.outcome.permission,
        "denied_by": _word(DENIED_BY, answer.outcome.denied_by),
        "message": answer.outcome.message,
        "looked": _time(answer, "look_time"),
        "last_complete": _time(answer, "last_complete_time"),
        "planned": answer.planned,
        "unplanned_reason": _word(UNPLANNED_REASONS, answer.unplanned_reason),
    }


def gap(answer: wire.Gap) -> Shape:
    """A time of which the collector may lack something."""
    return {
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "cause": _word(GAP_CAUSES, answer.cause),
        "from": _time(answer, "start_time"),
        "until": _time(answer, "end_time"),
    }


def sight_change(answer: wire.SightChange) -> Shape:
    """Something that changed in what can be seen."""
    return {
        "changed": _time(answer, "change_time"),
        "kind": _word(SIGHT_CHANGE_KINDS, answer.kind),
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "account": answer.account,
        "location": answer.location,
        "type": answer.type,
        "scopes": answer.scopes,
        "permissions": list(answer.permissions),
        "denied_by": _word(DENIED_BY, answer.denied_by),
        "detail": answer.detail,
    }


def discrepancy(answer: wire.DiscrepancyRow) -> Shape:
    """A discrepancy between an inventory and the reading of its types."""
    found = answer.discrepancy
    return {
        "kind": _word(DISCREPANCY_KINDS, found.kind),
        "asset_id": found.asset_id,
        "type": found.type,
        "location": found.location,
        "inventory": found.inventory,
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "account": answer.account,
        "since": _time(answer, "since_time"),
        "last_seen": _time(answer, "last_see_time"),
        "ended": _time(answer, "end_time"),
    }


_CAUSES = {wire.VERSION_CAUSE_SCAN: "scan", wire.VERSION_CAUSE_JUDGED_AGAIN: "judged_again"}


def version(answer: wire.AssetVersion) -> Shape:
    """A version of an asset."""
    return {
        "valid_from": _time(answer, "valid_from_time"),
        "valid_to": _time(answer, "valid_to_time"),
        "recorded": _time(answer, "record_time"),
        "superseded": _time(answer, "supersede_time"),
        "withdrawn": _time(answer, "withdraw_time"),
        "appeared": answer.appeared,
        "removed": answer.removed,
        "cause": _CAUSES.get(answer.cause, "not_known"),
        "scan_id": answer.scan_id,
        "agent_version": answer.agent_version,
        "policy_version": answer.policy_version,
        "location_class": _word(LOCATION_CLASSES, answer.location_class),
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "changes": [
            {"field": each.field, "before": each.before, "after": each.after} for each in answer.changes
        ],
    }


_DIFFERENCES = {
    wire.DIFFERENCE_KIND_APPEARED: "appeared",
    wire.DIFFERENCE_KIND_VANISHED: "vanished",
    wire.DIFFERENCE_KIND_MOVED: "moved",
    wire.DIFFERENCE_KIND_CHANGED_CLASS: "changed_class",
    wire.DIFFERENCE_KIND_SEEN_NO_MORE: "seen_no_more",
}


def difference(answer: wire.Difference) -> Shape:
    """What became of an asset or a scope between two times."""
    return {
        "kinds": [_DIFFERENCES.get(each, NOT_KNOWN) for each in answer.kinds],
        "asset_id": answer.asset_id,
        "type": answer.type,
        "tenant": answer.tenant,
        "organisation": answer.organisation,
        "account": answer.account,
        "location": answer.location,
        "account_before": answer.account_before,
        "location_before": answer.location_before,
        "countries_before": list(answer.countries_before),
        "countries_after": list(answer.countries_after),
        "class_before": _word(LOCATION_CLASSES, answer.class_before),
        "class_after": _word(LOCATION_CLASSES, answer.class_after),
        "outcome": _word(OUTCOMES, answer.outcome),
    }


def difference_count(answer: wire.DifferenceCount) -> Shape:
    """How much differs, of one organisation."""
    return {
        "organisation": answer.organisation,
        "appeared": answer.appeared,
        "vanished": answer.vanished,
        "moved": answer.moved,
        "changed_class": answer.changed_class,
        "scopes_seen_no_more": answer.scopes_seen_no_more,
    }


def step(answer: wire.Explanation) -> Shape:
    """One step of an explanation."""
    return {
        "subject": answer.subject,
        "statement": answer.statement,
        "rule": answer.rule,
        "source": answer.source,
        "evidence": [_evidence(each) for each in answer.evidence],
        "facts": [_fact(each) for each in answer.facts],
    }


def _fact(answer: wire.Fact) -> Shape:
    return {
        "name": answer.name,
        "valid_from": answer.valid_from or None,
        "valid_until": answer.valid_until or None,
        "as_at": answer.as_at,
        "confidence": answer.confidence,
        "source": answer.source,
    }


def _location(place: asset_pb2.DataLocation, seen: asset_pb2.LocationVerdict) -> Shape:
    """A data location; where several properties prove it, all but the first are `further_evidence`."""
    proof = [_evidence(each) for each in place.evidence]
    shape = {
        "operation": _word(OPERATIONS, place.operation),
        "location": place.location,
        "countries": list(seen.countries),
        "class": _word(LOCATION_CLASSES, seen.location_class),
        "certainty": _word(CERTAINTIES, place.certainty),
        "evidence": proof[0] if proof else None,
        "rule": seen.rule,
    }
    return shape | {"further_evidence": proof[1:]} if proof[1:] else shape


def _verb(found: wire.VerbVerdict) -> Shape:
    return {
        "verb": _word(OPERATIONS, found.verb),
        "known": found.known,
        "class": _word(LOCATION_CLASSES, found.location_class),
        "countries": list(found.countries),
        "operations": [_word(OPERATIONS, each) for each in found.operations],
        "evidence": [_evidence(each) for each in found.evidence],
    }


def _evidence(answer: asset_pb2.Evidence) -> Shape:
    return {"path": answer.path, "value": answer.value}


def _word(codec: EnumCodec[Word], value: int) -> str | None:
    """The word for a value, None where it is not set."""
    if not value:
        return None
    return next((member.value for member, number in codec.encode.items() if number == value), NOT_KNOWN)


def _time(message: Message, field: str) -> str | None:
    """RFC 3339 in UTC, None where it is not set."""
    if not message.HasField(field):
        return None
    moment: Timestamp = getattr(message, field)
    return moment.ToJsonString()
