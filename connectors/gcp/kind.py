"""What a kind of Google Cloud resource is: its asset type, and how an inventory entry becomes an asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors.base import Gap
from connectors.gcp import facts
from wolkenzicht.model import Asset, DataLocation, Depth, Holds, Operation

if TYPE_CHECKING:
    from connectors.gcp.client import AssetClient

GLOBAL = "global"
PARTITION = "googleapis.com"

LIST_PERMISSION = "cloudasset.assets.listResource"
SEARCH_PERMISSION = "cloudasset.assets.searchAllResources"


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry of the inventory.

    `name` is the full resource name, `account` the project's id (else its number, or the folder or
    organization), `location` what the inventory itself states, empty where it states none. `data` is
    the resource as its own API shows it (JSON names); empty for an entry found by search, whose
    `labels`, `title`, `created` and the `folders` that it lies in stand in for it. `places` holds what was
    looked up about other resources, by full name: a location code, a gap, or `None` where nothing was
    found. `beside` holds the data of other entries, by the name under which this one refers to them.
    """

    name: str
    type: str
    account: str
    location: str
    data: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    created: str = ""
    folders: tuple[str, ...] = ()
    places: Mapping[str, str | Gap | None] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, Any] | Gap] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        """The last part of the full name."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What only the resource's own data tells: an entry found by search leaves it unknown.

    `in_regions` says whether it may add to a home that is a single region. Where not, the property is
    what places a resource whose home is called by another name, and that name is not the last word.
    """

    operation: Operation
    path: str
    in_regions: bool = True


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One kind of resource.

    `name` is unique and stable (`storage-bucket`), `service` the asset type's first part (`storage`),
    `type` Cloud Asset Inventory's asset type. `normalise` is pure. `fetch` hands entries on page by
    page; it raises `ReadError` where the listing cannot go on. `located` says whether the inventory's
    own `location` is where the data is, for the operations in `operations`; a snapshot's is `global`.
    `unseen` is what an entry found by search cannot tell; a kind that is not `searchable` is never found
    so. A kind whose `depth` is shallow is only ever searched for.
    """

    name: str
    title: str
    service: str
    type: str
    holds: Holds
    normalise: Callable[[Raw, ResourceKind], Asset]
    docs_url: str
    fetch: Callable[[AssetClient, ResourceKind], Iterator[Raw | Gap]]
    located: bool = True
    operations: tuple[Operation, ...] = (Operation.STORED,)
    unseen: tuple[Unseen, ...] = ()
    looks_up: bool = False
    searchable: bool = True
    depth: Depth = Depth.DEEP

    @property
    def scope(self) -> str:
        """One listing covers every place."""
        return GLOBAL

    @property
    def permissions(self) -> tuple[str, ...]:
        """The IAM permissions that reading this kind needs."""
        if self.depth is Depth.SHALLOW:
            return (SEARCH_PERMISSION,)
        return (LIST_PERMISSION, SEARCH_PERMISSION) if self.looks_up else (LIST_PERMISSION,)

    @property
    def states(self) -> tuple[Operation, ...]:
        """The operations for which an asset of this kind can have a location."""
        return tuple(dict.fromkeys((*self.operations, *(each.operation for each in self.unseen))))

    def asset(
        self,
        raw: Raw,
        locations: Iterable[DataLocation],
        *,
        holds: Holds | None = None,
        location: str | None = None,
        properties: tuple[tuple[str, str], ...] = (),
    ) -> Asset:
        """The asset of this kind with these facts; its home is the first place that is stored in."""
        places = tuple(dict.fromkeys(locations))
        stored = (each.location for each in places if each.operation is Operation.STORED)
        return Asset(
            asset_id=raw.name,
            provider="gcp",
            partition=PARTITION,
            account=raw.account,
            service=self.service,
            type=self.type,
            name=raw.short_name,
            location=next(stored, "") if location is None else location,
            holds=holds or self.holds,
            locations=places,
            tags=facts.labels(raw.data) if raw.data else facts.labels({"labels": raw.labels}),
            properties=properties,
            created=facts.created(raw.data, raw.created),
        )

    def shallow(self, raw: Raw) -> Asset:
        """The asset as a search shows it: what only its own data tells is unknown."""
        in_region = self.located and facts.is_region(raw.location)
        unseen = [each for each in self.unseen if each.in_regions or not in_region]
        told = raw.location or facts.ABSENT
        overruled = {each.operation for each in unseen if not each.in_regions}
        if self.located:
            claimed = (each for each in self.operations if each not in overruled)
            places = facts.inventory(raw.location, self.service, *claimed)
        else:
            places = tuple(facts.unknown(each, "location", told) for each in self.operations)
        missed = (facts.unknown(each.operation, each.path, facts.NOT_READ) for each in unseen)
        home = facts.code(self.service, raw.location) if self.located else ""
        return replace(self.asset(raw, (*places, *missed), location=home), depth=Depth.SHALLOW)
