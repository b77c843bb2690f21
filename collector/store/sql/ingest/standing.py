"""What a standing finding is, what it is about, and the event that tells of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any
from uuid import uuid4

from collector.store.sql import finding_states
from collector.store.sql.ingest.frame import Frame
from wolkenzicht.model import FindingState, SubjectKind
from wolkenzicht.v1.asset_pb2 import Asset

EVENT_OPENED = "nl.wolkenzicht.bevinding.geopend.v1"
EVENT_CHANGED = "nl.wolkenzicht.bevinding.gewijzigd.v1"
EVENT_RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"
EVENT_ACKNOWLEDGED = "nl.wolkenzicht.bevinding.erkend.v1"
EVENT_REOPENED = "nl.wolkenzicht.bevinding.heropend.v1"
EVENT_UNVERIFIED = "nl.wolkenzicht.bevinding.onbevestigd.v1"
EVENT_EXEMPTED = "nl.wolkenzicht.bevinding.vrijgesteld.v1"
#: Told by what damps, not by ingest: a finding comes and goes (docs/decisions/0035).
EVENT_FLAPS = "nl.wolkenzicht.bevinding.wisselt.v1"
EVENT_EXEMPTION_ENDS = "nl.wolkenzicht.bevinding.vrijstelling-loopt-af.v1"

#: The columns of a finding in the order of `Standing`, of the table that stands for `f`.
_KEPT = ("finding_id", "kind", "severity", "clause", "details", "owner", "opened", "group_no")
STANDING_COLUMNS = ", ".join(f"f.{each}" for each in (*_KEPT, *finding_states.COLUMNS))

#: What cannot be seen of an unverified finding: one place of its asset, or all that its asset was read with.
PLACE, SCOPE = "place", "scope"

_NUMBER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What findings are about, as an alert names it; `name`, `type`, group and `asset` are an asset's.

    `asset` is what exemptions look at; without it none holds.
    """

    kind: SubjectKind
    identifier: str
    name: str
    type: str
    provider: str
    location_class: str
    owner: str
    group_no: int = 0
    asset: Asset | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding as it is kept; `details` in JSON, moments in microseconds."""

    finding_id: str
    kind: str
    severity: str
    clause: str
    details: str
    owner: str
    opened: int
    group_no: int
    acknowledged: int | None = None
    acknowledged_by: str = ""
    acknowledge_note: str = ""
    exemption: str = ""
    unverified: int | None = None
    unverified_by: str = ""

    @property
    def handling(self) -> tuple[str | int | None, ...]:
        """The values of `finding_states.COLUMNS`."""
        return (
            *(self.acknowledged, self.acknowledged_by, self.acknowledge_note),
            *(self.exemption, self.unverified, self.unverified_by),
        )

    def lost(self, what: str, moment: int) -> Standing:
        """The same, but what gave cause for it cannot be seen any more: its place, or its asset's scope."""
        since = moment if self.unverified is None else self.unverified
        return replace(self, unverified=since, unverified_by=what)

    def seen(self) -> Standing:
        """The same, but what gave cause for it was seen."""
        return replace(self, unverified=None, unverified_by="")

    def put_back(self) -> Standing:
        """The same, but taken up by nobody."""
        return replace(self, acknowledged=None, acknowledged_by="", acknowledge_note="")


def about_of(subject: SubjectKind, kind: str, identifier: str) -> int:
    """What a finding is about and of which kind it is, as one number: the same for one that comes back."""
    digest = blake2b(f"{subject}\0{kind}\0{identifier}".encode(), digest_size=_NUMBER_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


def event_row(  # all that the payload names
    frame: Frame,
    event: str,
    subject: Subject,
    finding: Standing,
    kept: FindingState,
    resolved: int | None,
    by: str,
    note: str,
) -> tuple[Any, ...]:
    """What the outbox keeps of an event; `by` and `note` are empty where the data brought it about."""
    state = finding_states.state_of(kept, finding.exemption, finding.unverified, finding.acknowledged)
    payload = {
        "tenant": frame.tenant,
        "cause": frame.cause,
        "organisation": frame.organisation,
        "subject_kind": subject.kind,
        "subject": subject.identifier,
        "asset_name": subject.name,
        "asset_type": subject.type,
        "provider": subject.provider,
        "location_class": subject.location_class,
        "kind": finding.kind,
        "severity": finding.severity,
        "state": str(state),
        "clause": finding.clause,
        "details": json.loads(finding.details),
        "owner": finding.owner,
        "opened": finding.opened,
        "resolved": resolved,
        **dict(zip(finding_states.COLUMNS, finding.handling, strict=True)),
        "by": by,
        "note": note,
        "observed": frame.moment,
    }
    return (
        *(str(uuid4()), frame.tenant, finding.finding_id, event, finding.severity),
        *(frame.received, json.dumps(payload, ensure_ascii=False)),
    )
