"""An event as a CloudEvent 1.0 in JSON, by the NL GOV profile for CloudEvents.

The context attributes may be logged by everyone on the way, so they name no organisation, asset or
person; these stand in `data`. `time` is when the collector committed the event; when the finding was
opened and resolved stands in `data`. `type` ends in the version of `data`; `dataschema` names its
schema, which is shipped as `schemas/bevinding.v1.json`; that of a notification that stands for many findings
as `schemas/samenvatting.v1.json`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources
from typing import Any
from urllib.parse import quote

from collector.alerts.many_texts import headline
from collector.store.base import Event, Many
from policy import clauses
from policy.detail_texts import places
from policy.ruleset import finding_texts

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
DATA_SCHEMA = "urn:nld:wolkenzicht:schema:bevinding:v1"
MANY_SCHEMA = "urn:nld:wolkenzicht:schema:samenvatting:v1"
#: The event that `alerts test` sends; a receiver can tell it from a finding by this type.
SAMPLE_TYPE = "nl.wolkenzicht.bevinding.proef.v1"
#: The event that tells that a finding comes and goes (docs/decisions/0035).
FLAPS = "nl.wolkenzicht.bevinding.wisselt.v1"
_FLAPS = {
    "nl": "{what}; dit komt en gaat, en wordt gemeld als het tot rust is",
    "en": "{what}; this comes and goes, and is told of when it is at rest",
}


def to_cloudevent(event: Event, source: str, language: str) -> dict[str, Any]:
    """The CloudEvent; equal for every delivery of the event under one version of the texts."""
    return {
        "specversion": "1.0",
        "id": event.event_id,
        "source": source,
        "type": event.type,
        "subject": event.finding.finding_id,
        "time": rfc3339(event.created),
        "datacontenttype": "application/json",
        "dataschema": DATA_SCHEMA if event.many is None else MANY_SCHEMA,
        # Relative to where the collector serves feeds, which its askers know.
        "dataref": _dataref(event),
        "data": _data(event, language) if event.many is None else many_data(event, event.many, language),
    }


def to_json(event: Event, source: str, language: str) -> bytes:
    """The CloudEvent as the body of a message (UTF-8)."""
    document = to_cloudevent(event, source, language)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def schema(name: str) -> dict[str, Any]:
    """A shipped JSON schema: `cloudevent` (the envelope) or `bevinding.v1` (its data)."""
    text = resources.files("collector.alerts").joinpath("schemas", f"{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def rfc3339(moment: datetime) -> str:
    """An aware time as RFC 3339 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def summary(event: Event, language: str) -> str:
    """What was found, in one line for people."""
    if event.many is not None:
        return headline(event, event.many, language)
    template = finding_texts(event.finding.kind, language).summary
    where = places(event.finding.details, language)
    what = template.format(name=event.asset_name or event.finding.subject, places=where)
    return _FLAPS[language].format(what=what) if event.type == FLAPS else what


def _dataref(event: Event) -> str:
    if event.many is not None:
        return f"/v1/notifications/{quote(event.event_id, safe='')}"
    return f"/v1/findings/{quote(event.finding.finding_id, safe='')}"


def many_data(event: Event, many: Many, language: str) -> dict[str, Any]:
    """What a notification that stands for many findings says, by `schemas/samenvatting.v1.json`."""
    finding = event.finding
    return {
        "group_id": finding.finding_id,
        "cause": many.cause,
        "organisation": finding.organisation,
        "severity": finding.severity.value,
        "state": finding.state.value,
        "count": many.count,
        "types": dict(many.types),
        "kinds": dict(many.kinds),
        "severities": dict(many.severities),
        "providers": dict(many.providers),
        "total": many.total,
        "standing": many.standing,
        "complete": many.complete,
        "members": [{"type": each.type, **_data(each, language)} for each in many.listed],
        "left_out": many.count - len(many.listed),
        "summary": summary(event, language),
        "first": rfc3339(many.first),
    }


def _data(event: Event, language: str) -> dict[str, Any]:
    finding = event.finding
    return {
        "finding_id": finding.finding_id,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "state": finding.state.value,
        "tenant": finding.tenant,
        "organisation": finding.organisation,
        "subject_kind": finding.subject_kind.value,
        "subject": finding.subject,
        "asset_id": finding.asset_id,
        "asset_name": event.asset_name,
        "asset_type": event.asset_type,
        "provider": event.provider,
        "location_class": event.location_class.value,
        "details": [{"operation": operation, "place": place} for operation, place in finding.details],
        "owner": finding.owner,
        "clause": clauses.shown(finding.clause, language),
        "summary": summary(event, language),
        "remedy": finding_texts(finding.kind, language).remedy,
        "opened": rfc3339(finding.opened),
        "resolved": None if finding.resolved is None else rfc3339(finding.resolved),
        "acknowledged": None if finding.acknowledged is None else rfc3339(finding.acknowledged),
        "acknowledged_by": finding.acknowledged_by,
        "exemption": finding.exemption,
        "unverified": None if finding.unverified is None else rfc3339(finding.unverified),
        "by": event.by,
        "note": event.note,
    }
