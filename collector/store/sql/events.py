"""An event as the outbox keeps it, and a notification that stands for many, as they are handed out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from collector.store.base import NOTIFICATION, Delivery, Event, FindingRow, Many
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from wolkenzicht.errors import StorageError
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind

_NEWEST = "SELECT coalesce(max(event_no), 0) FROM outbox -- fan-out: a number tells nothing of its event"


def newest(connection: Connection) -> int:
    """The number of the last event that there is, of any tenant; 0 where there is none."""
    (event_no,) = connection.execute(_NEWEST).fetchone()
    return int(event_no)


def delivery(route: str, row: tuple[Any, ...]) -> Delivery:
    """A row of an event with its attempts and last error; raises `StorageError` where it is damaged."""
    *stored, attempts, last_error = row
    return Delivery(route, event_of(stored), attempts, last_error)


def notification(route: str, row: tuple[Any, ...]) -> Delivery:
    """A row of a notification; its number is told below zero, so that it is none of an event."""
    number, identifier, group_id, created, content, attempts, last_error = row
    try:
        told = json.loads(content)
        severity = max(map(Severity, told["severities"]), key=list(Severity).index)
        listed = tuple(_event(*stored) for stored in told["listed"])
        many = Many(
            cause=told["cause"],
            count=told["count"],
            types=told["types"],
            kinds=told["kinds"],
            severities=told["severities"],
            providers=told["providers"],
            listed=listed,
            total=told["total"],
            standing=told["standing"],
            complete=told["complete"],
            first=from_micros(told["first"]),
            # What an earlier version told has none.
            gravest=Severity(told.get("gravest", severity)),
        )
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"outbox: notification {identifier} cannot be read ({error!r}); restore the store from a backup"
        ) from error
    closed = from_micros(created)
    finding = replace(
        listed[0].finding,
        finding_id=group_id,
        severity=severity,
        state=FindingState.OPEN if many.standing else FindingState.RESOLVED,
        owner="",
        opened=many.first,
        resolved=None if many.standing else closed,
        **_handling({}),
    )
    found = replace(
        listed[0],
        event_no=-number,
        event_id=identifier,
        type=NOTIFICATION,
        created=closed,
        finding=finding,
        by="",
        note="",
        observed=None,
        many=many,
    )
    return Delivery(route, found, attempts, last_error)


def event_of(row: Sequence[Any]) -> Event:
    """An event as it is kept, with its payload in JSON; raises `StorageError` where it is damaged."""
    event_no, event_id, tenant, finding_id, kind, created, payload = row
    try:
        return _event(event_no, event_id, tenant, finding_id, kind, created, json.loads(payload))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"outbox: event {row[0]} cannot be read ({error!r}); restore the store from a backup"
        ) from error


def _event(
    event_no: int, event_id: str, tenant: str, finding_id: str, kind: str, created: int, payload: Any
) -> Event:
    finding = FindingRow(
        finding_id=finding_id,
        tenant=tenant,
        organisation=payload["organisation"],
        subject_kind=SubjectKind(payload["subject_kind"]),
        subject=payload["subject"],
        kind=FindingKind(payload["kind"]),
        severity=Severity(payload["severity"]),
        state=FindingState(payload["state"]),
        clause=payload["clause"],
        details=tuple((operation, place) for operation, place in payload["details"]),
        owner=payload["owner"],
        opened=from_micros(payload["opened"]),
        resolved=None if payload["resolved"] is None else from_micros(payload["resolved"]),
        **_handling(payload),
    )
    return Event(
        event_no=event_no,
        event_id=event_id,
        type=kind,
        created=from_micros(created),
        finding=finding,
        asset_name=payload["asset_name"],
        asset_type=payload["asset_type"],
        provider=payload["provider"],
        location_class=LocationClass(payload["location_class"]),
        by=payload.get("by", ""),
        note=payload.get("note", ""),
        observed=None if payload.get("observed") is None else from_micros(payload["observed"]),
    )


def _handling(payload: Any) -> dict[str, Any]:
    """How the finding was handled; events from before it could be have nothing of it."""
    moments = {each: payload.get(each) for each in ("acknowledged", "unverified")}
    return {
        **{each: None if value is None else from_micros(value) for each, value in moments.items()},
        **{each: payload.get(each, "") for each in ("acknowledged_by", "acknowledge_note", "exemption")},
    }
