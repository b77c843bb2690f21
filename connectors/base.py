"""What every connector is made of: resource kinds, readings, gaps and the words for failure.

A connector never classifies and never stores. It plans scopes and reads each of them as a stream of
assets that ends in exactly one outcome; an answer that was refused is a `Gap`, never an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from wolkenzicht.model import (
    INVENTORY_TYPE,
    AccountStanding,
    Asset,
    DeniedBy,
    Outcome,
    Scope,
    ScopeOutcome,
)

#: Type of the scope in which a provider's own inventory lists what exists, whatever its type. It is read
#: after the others and compared with them.
INVENTORY = INVENTORY_TYPE


@dataclass(frozen=True, slots=True)
class Gap:
    """Something in a scope that could not be read; it keeps the scope from being complete.

    `permission` is the provider's name of the missing permission (`s3:GetBucketTagging`), where it
    is known. `asset_id` names the asset that it concerns; empty where it concerns the whole scope.
    """

    outcome: Outcome
    message: str
    permission: str = ""
    denied_by: DeniedBy | None = None
    asset_id: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item of the source that cannot be made into an asset, and why.

    `origin` says where in the source it stands (`inventory.csv:12:4`), `field` which field is at
    fault.
    """

    asset_id: str
    origin: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Covers:
    """What an inventory would list: an asset of these types that it lacks is a discrepancy.

    It holds where reading the inventory met no gap, other than that a part is `not_enabled`.

    `inventory` names it (`aws-resource-explorer`). Only assets whose home location is one of `locations`
    are meant; `None` means everywhere.
    """

    inventory: str
    types: frozenset[str]
    locations: frozenset[str] | None = None


class ReadError(Exception):
    """Raised inside a fetch when reading cannot go on; carries the gap that ends the scope."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.message)
        self.gap = gap


@dataclass(frozen=True, slots=True)
class PermissionTried:
    """What became of one permission when its source was tried out.

    `permission` is the provider's name of it, empty where reading needs none (a file). `outcome` is
    `COMPLETE` where the call was answered, and None where no call could be made: `message` then says why.
    """

    permission: str
    scope: Scope
    outcome: Outcome | None = None
    denied_by: DeniedBy | None = None
    message: str = ""


def tried(permission: str, scope: Scope, gap: Gap | None = None) -> PermissionTried:
    """A permission that was tried: granted, or what `gap` says; it may name another one as missing."""
    if gap is None:
        return PermissionTried(permission, scope, Outcome.COMPLETE)
    return PermissionTried(gap.permission or permission, scope, gap.outcome, gap.denied_by, gap.message)


#: What a reading yields: assets as they come, and what was wrong on the way; `Covers` in the scope of an
#: inventory only.
ReadItem = Asset | Gap | Rejected | Covers


class Source(Protocol):
    """One configured source of a tenant, ready to be read."""

    @property
    def connector(self) -> str:
        """Name of the connector: `aws`, `odc-csv`."""

    def plan(self) -> Iterator[Scope]:
        """Yield every scope that a scan must account for.

        Raises `ReadError` where the scopes cannot even be planned (credentials refused).
        """

    def standings(self) -> Iterator[AccountStanding]:
        """Yield how each account stands, as the provider said while the scopes were planned last."""

    def group(self, scope: Scope) -> str:
        """Name of the group that the scope is best read in: groups run at once, their scopes in turn.

        Scopes of one group share what is costly to make (an API client).
        """

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield what the scope holds, page by page.

        May be called from any thread. Raises `ReadError`; every other exception is a defect, which
        the scope runner turns into `failed`.
        """

    def finish_group(self, group: str) -> None:
        """Let go of what the group shared; called after its last scope.

        Inventories are read after all other scopes: a group with both kinds is finished twice.
        """

    def check(self) -> Iterator[PermissionTried]:
        """Try one cheap call per permission, and say of each what became of it, or why it was not tried.

        Nothing needs to be there: what is asked about single resources is tried on the first that a
        listing shows. Raises `ReadError` where nothing can be tried.
        """


#: Of several gaps in one scope the first in this order names the outcome.
GAP_ORDER = (
    Outcome.DENIED,
    Outcome.THROTTLED,
    Outcome.FAILED,
    Outcome.NOT_ENABLED,
    Outcome.UNSUPPORTED,
)


def outcome_of(scope: Scope, asset_count: int, gaps: list[Gap]) -> ScopeOutcome:
    """The one outcome of a scope: complete only where there was no gap at all."""
    if not gaps:
        return ScopeOutcome(scope, Outcome.COMPLETE, asset_count)
    gap = min(gaps, key=lambda each: GAP_ORDER.index(each.outcome))
    others = f" (and {len(gaps) - 1} more)" if len(gaps) > 1 else ""
    return ScopeOutcome(
        scope=scope,
        outcome=gap.outcome,
        asset_count=asset_count,
        permission=gap.permission,
        denied_by=gap.denied_by,
        message=gap.message + others,
    )
