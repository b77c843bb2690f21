"""The sample that shows whether a route works: an event that no receiver can take for a finding."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from collector.alerts.channels import make_channel
from collector.alerts.cloudevent import SAMPLE_TYPE
from collector.alerts.config import Route
from collector.store.base import Event, FindingRow
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind


def send_sample(route: Route) -> None:
    """Send a sample over a route, past the outbox; on return the receiver has accepted it.

    `route` is one of `AlertsConfig.routes()`. Raises `ConfigurationError` where a file of the route
    cannot be used and `DeliveryError` where the receiver does not accept.
    """
    channel = make_channel(route)
    try:
        channel.deliver([sample_event(datetime.now(UTC))])
    finally:
        channel.close()


def sample_event(now: datetime) -> Event:
    """An event of type `SAMPLE_TYPE` about an asset that does not exist, with a new identifier."""
    identifier = uuid4()
    finding = FindingRow(
        finding_id=f"proef-{identifier.hex}",
        tenant="proef",
        organisation="proef",
        subject_kind=SubjectKind.ASSET,
        subject="urn:nld:wolkenzicht:proef",
        kind=FindingKind.DATA_OUTSIDE_EEA,
        severity=Severity.LOW,
        state=FindingState.OPEN,
        clause="",
        details=(("stored", "proef"),),
        owner="",
        opened=now,
    )
    return Event(
        event_no=0,
        event_id=str(identifier),
        type=SAMPLE_TYPE,
        created=now,
        finding=finding,
        asset_name="proefmelding",
        asset_type="proef",
        provider="proef",
        location_class=LocationClass.UNKNOWN,
    )
