"""An event to alert about, with what a test wants different."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from collector.store.base import NOTIFICATION, Event, FindingRow, Many
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

FINDING = FindingRow(
    finding_id="f-1",
    tenant="rdv-aws",
    organisation="rdv",
    subject_kind=SubjectKind.ASSET,
    subject="arn:aws:s3:::geheim-dossier",
    kind=FindingKind.DATA_OUTSIDE_EEA,
    severity=Severity.HIGH,
    state=FindingState.OPEN,
    clause="RCB2026 4.6",
    details=(("replicated", "us-east-1"), ("stored", "eu-west-2")),
    owner="team voorbeeld",
    opened=NOON,
)
EVENT = Event(
    event_no=1,
    event_id="0d9f9a60-0000-4000-8000-000000000001",
    type="nl.wolkenzicht.bevinding.geopend.v1",
    created=NOON,
    finding=FINDING,
    asset_name="geheim-dossier",
    asset_type="AWS::S3::Bucket",
    provider="aws",
    location_class=LocationClass.OUTSIDE_EEA,
)


def event(number: int = 1, **finding: Any) -> Event:
    """The event with another number, and its finding with other fields."""
    return replace(EVENT, event_no=number, event_id=f"event-{number}", finding=replace(FINDING, **finding))


def region_event() -> Event:
    """An event about a region that the catalogue lacks."""
    return replace(
        EVENT,
        event_id="event-region",
        finding=replace(
            FINDING,
            subject_kind=SubjectKind.REGION,
            subject="aws:eu-atlantis-1",
            kind=FindingKind.REGION_NOT_IN_CATALOGUE,
            details=(("enabled", "eu-atlantis-1"),),
            owner="",
        ),
        asset_name="",
        asset_type="",
        location_class=LocationClass.UNKNOWN,
    )


def many_event(cause: str = "places", **said: Any) -> Event:
    """A notification about many findings, of which it lists two; `said` is what it says otherwise."""
    listed = (event(1), event(2, severity=Severity.LOW))
    told = Many(
        cause=cause,
        count=10_000,
        types={EVENT.type: 9_990, "nl.wolkenzicht.bevinding.opgelost.v1": 10},
        kinds={"data_outside_eea": 10_000},
        severities={"high": 9_000, "low": 1_000},
        providers={"aws": 10_000},
        listed=listed,
        total=12_000,
        standing=11_990,
        complete=cause != "places",
        first=NOON,
        gravest=Severity.HIGH,
    )
    return replace(
        EVENT,
        event_no=-7,
        event_id="event-many",
        type=NOTIFICATION,
        finding=replace(FINDING, finding_id="group-1", owner=""),
        many=replace(told, **said),
    )
