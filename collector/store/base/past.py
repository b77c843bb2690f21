"""What the read side tells of the past: versions of an asset, and what differs between two times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wolkenzicht.v1.asset_pb2 import ClassifiedAsset


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of an asset, with when it was so and when that was known.

    `valid_to` and `superseded` are None for the one that stands now; `withdrawn` is when it came to be known
    that it had not been so, or not so long. `scan_id` is empty where the collector judged again.
    """

    record: ClassifiedAsset
    tenant: str
    organisation: str
    valid_from: datetime
    valid_to: datetime | None
    recorded: datetime
    superseded: datetime | None
    withdrawn: datetime | None
    removed: bool
    scan_id: str
    agent_version: str


@dataclass(frozen=True, slots=True)
class DifferenceCountRow:
    """How much differs between two times, of one organisation; the last are scopes."""

    organisation: str
    appeared: int
    vanished: int
    moved: int
    changed_class: int
    scopes_seen_no_more: int


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """An asset that differs between two times, or a scope that was complete and is blind (no `asset_id`).

    `kinds` are those of `DifferenceKind`. What was not there has empty words.
    """

    kinds: tuple[str, ...]
    tenant: str
    organisation: str
    type: str
    account: str
    location: str
    asset_id: str = ""
    account_before: str = ""
    location_before: str = ""
    countries_before: tuple[str, ...] = ()
    countries_after: tuple[str, ...] = ()
    class_before: str = ""
    class_after: str = ""
    outcome: str = ""
