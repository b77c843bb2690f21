"""The orders of pages of assets, and the parts of an order that hold a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.store.base import AssetQuery
from collector.store.sql.reading.conditions import Condition, of_assets
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import LocationClass

_BADNESS = " ".join(f"WHEN '{each}' THEN '{each.badness}'" for each in LocationClass)

#: What a stream as a whole sorts by; in the other orders it is empty.
_PREFIXES = {
    "type": "x.type",
    "location_class": f"CASE x.location_class {_BADNESS} END",
    "organisation": "t.organisation",
}
#: What each order sorts by within a stream; the tenant comes behind it, so that every position is unique.
_KEYS = {
    "asset_id": ("asset_id",),
    "name": ("name", "asset_id"),
    "type": ("asset_id",),
    "location_class": ("asset_id",),
    "organisation": ("asset_id",),
}
#: Orders for which the tenants will do as streams where nothing is asked of the assets.
_BY_TENANT = ("asset_id", "name", "organisation")

#: The value sorted by, the asset, the tenant.
Place = tuple[str, ...]
# With a bound on what a tenant's rows are sorted by nobody takes an index in which it is not in order.
_OF_TENANT = "{alias}.{key} >= ''"


@dataclass(frozen=True, slots=True)
class Bound:
    """The position that a segment of the page goes on after: the values within a stream, and the tenant."""

    values: tuple[str, ...]
    tenant: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an order: assets of which `asked` is true, in streams of which `chosen` is true.

    `part` is the smallest of the roll-up that can tell both. `prefix` is what all streams sort by, empty
    where that is nothing, None where they differ in it.
    """

    asked: list[Condition]
    part: int
    chosen: list[Condition] = field(default_factory=list)
    bound: Bound | None = None
    prefix: str | None = None

    @property
    def conditions(self) -> list[Condition]:
        """What is true of each of its groups."""
        return [*self.asked, *self.chosen]


@dataclass(frozen=True, slots=True)
class Order:
    """An order, and the streams that serve it."""

    field: str
    reverse: bool
    by_tenant: bool

    @property
    def prefixed(self) -> bool:
        """Whether its streams sort by something as a whole."""
        return self.field in _PREFIXES

    @property
    def of_assets(self) -> bool:
        """Whether that is something of assets, and not of their tenants."""
        return self.field != "organisation"

    @property
    def keys(self) -> tuple[str, ...]:
        """What it sorts by within a stream."""
        return _KEYS[self.field]

    @property
    def prefix(self) -> str:
        """What streams sort by, as SQL."""
        return _PREFIXES.get(self.field, "''")

    @property
    def direction(self) -> str:
        """The word of SQL."""
        return "DESC" if self.reverse else "ASC"

    @property
    def beyond(self) -> str:
        """How what comes later compares."""
        return "<" if self.reverse else ">"

    @property
    def within(self) -> str:
        """How what comes no later compares."""
        return ">=" if self.reverse else "<="

    def sorted_by(self, alias: str, keys: int | None = None) -> str:
        """The clause, by the first so many keys."""
        return ", ".join(f"{alias}.{key} {self.direction}" for key in self.keys[:keys])

    def of_tenant(self, alias: str) -> str:
        """What is true of all rows of a tenant."""
        return _OF_TENANT.format(alias=alias, key=self.keys[0])

    def row(self, alias: str) -> str:
        """The values within a stream as one value of SQL."""
        return f"({', '.join(f'{alias}.{key}' for key in self.keys)})"

    def place(self, prefix: str, values: Sequence[str], tenant: str) -> Place:
        """As the contract gives it: the value sorted by, the asset, the tenant."""
        return (prefix if self.field in _PREFIXES else values[0], values[-1], tenant)


def order_of(order_by: str, query: AssetQuery) -> Order:
    """The order that is asked for; raises `ConfigurationError` where there is none such."""
    field = order_by.removeprefix("-")
    if field not in _KEYS:
        raise ConfigurationError(f"order_by: {order_by!r} is no order; choose one of {', '.join(_KEYS)}")
    return Order(
        field, reverse=order_by.startswith("-"), by_tenant=field in _BY_TENANT and not of_assets(query)
    )


def sort_key(order_by: str) -> str:
    """What an order sorts rows by that are all known, before asset and tenant."""
    field = order_by.removeprefix("-")
    return _PREFIXES.get(field, f"x.{_KEYS[field][0]}")
