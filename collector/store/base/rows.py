"""What the read side is asked, and the rows that it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from wolkenzicht.model import (
    DeniedBy,
    Discrepancy,
    FindingKind,
    FindingState,
    GapCause,
    Outcome,
    ScopeOutcome,
    Severity,
    SightChangeKind,
    SubjectKind,
    UnplannedReason,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset


@dataclass(frozen=True, slots=True)
class Sight:
    """Which tenants an asker may see; made in `collector.query.sight` only.

    `organisations` is None for an asker who sees all, else the organisations in sight.
    """

    organisations: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Times:
    """What was so at `as_of`, as far as it was known at `known_at`, which is no earlier.

    `thinned` says that another moment was asked for, of which only the end of its month is kept.
    """

    as_of: datetime
    known_at: datetime
    thinned: bool = False


@dataclass(frozen=True, slots=True)
class AssetQuery:
    """Which assets; None does not restrict. `organisations` already holds those below it."""

    organisations: frozenset[str] | None = None
    tenant: str | None = None
    provider: str | None = None
    country: str | None = None
    location_class: str | None = None
    material: str | None = None
    type: str | None = None
    holds: str | None = None
    custody: str | None = None
    law_reach: str | None = None


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset as kept: the record in wire form and what the collector adds.

    `last_seen` is when it was last seen for certain: its last change or the last complete look at its
    scope. `scope_outcome` is None where its scope has had no outcome yet, and for one that vanished.
    """

    record: ClassifiedAsset
    tenant: str
    organisation: str
    first_seen: datetime
    last_seen: datetime
    scope_outcome: Outcome | None
    removed: datetime | None = None


#: What a count is made by only where it is asked for.
COUNT_COLUMNS = frozenset({"organisation", "provider", "countries", "type", "custody", "law_countries"})


class CountRow(NamedTuple):
    """A count of assets that are alike in everything that an overview groups by.

    `countries` are those of the data, `law_countries` those whose law can compel the operator.
    """

    organisation: str
    provider: str
    countries: tuple[str, ...]
    location_class: str
    material: str
    holds: str
    type: str
    custody: str
    law_reach: str
    law_countries: tuple[str, ...]
    assets: int


@dataclass(frozen=True, slots=True)
class CompletenessRow:
    """How much of the estate in sight was seen at the last look."""

    scopes_planned: int
    scopes_complete: int
    scopes_blind: int
    oldest_look: datetime | None
    tenants_silent: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as kept; `details` are the (operation, place) pairs that gave cause for it.

    `acknowledged` is when somebody took it up, `exemption` the one that it stands under, `unverified` since
    when its cause cannot be seen; `state` is what follows from these.

    `subject` is what it is about: an asset's identifier, or a region as `provider:code`. `asset_name` is
    filled in by reading only; it is empty where there is no asset, and where it has no name or vanished.
    """

    finding_id: str
    tenant: str
    organisation: str
    subject_kind: SubjectKind
    subject: str
    kind: FindingKind
    severity: Severity
    state: FindingState
    clause: str
    details: tuple[tuple[str, str], ...]
    owner: str
    opened: datetime
    resolved: datetime | None = None
    asset_name: str = ""
    acknowledged: datetime | None = None
    acknowledged_by: str = ""
    acknowledge_note: str = ""
    exemption: str = ""
    unverified: datetime | None = None

    @property
    def asset_id(self) -> str:
        """The asset that it is about, empty where it is about something else."""
        return self.subject if self.subject_kind is SubjectKind.ASSET else ""


@dataclass(frozen=True, slots=True)
class FindingVersionRow:
    """What a finding was for some time; `done_by` is empty where the data brought it about."""

    valid_from: datetime
    valid_to: datetime | None
    recorded: datetime
    superseded: datetime | None
    withdrawn: datetime | None
    state: FindingState
    severity: Severity
    details: tuple[tuple[str, str], ...]
    exemption: str
    done_by: str
    done_note: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A scope and its outcome at the last look; `outcome` is None where it never had one.

    `unplanned_reason` says why the latest scan did not plan it, None where it did and where nobody knows.
    """

    tenant: str
    organisation: str
    account: str
    location: str
    type: str
    outcome: ScopeOutcome | None
    looked: datetime | None
    last_complete: datetime | None
    planned: bool
    unplanned_reason: UnplannedReason | None = None


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """A discrepancy as kept; `account` is the one whose inventory was compared.

    `since` is when it was first seen, `ended` when it was gone, None while it stands.
    """

    tenant: str
    organisation: str
    account: str
    discrepancy: Discrepancy
    since: datetime
    last_seen: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class GapRow:
    """A time of which an agent may have observed what is not here: from the last that was committed on.

    `since` is None where nothing had been committed.
    """

    tenant: str
    organisation: str
    cause: GapCause
    since: datetime | None
    ended: datetime


@dataclass(frozen=True, slots=True)
class SightChangeRow:
    """Something that changed in what can be seen of a tenant.

    `location` and `type` are empty where it is about all of them; `scopes` is 0 for what is about an
    account or its regions. `before` is what was so until then: an outcome, an account's state, or `gone`.
    `permissions` are those that were missing, the first few.
    """

    tenant: str
    organisation: str
    moment: datetime
    kind: SightChangeKind
    account: str
    location: str
    type: str
    scopes: int
    before: str
    permissions: tuple[str, ...]
    denied_by: DeniedBy | None
