"""How a page of assets is found without sorting: by merging streams that an index holds in order.

A stream is a tenant, or a group of a tenant (assets alike in all that a query can ask, see the roll-up). The
roll-up says which streams a query wants; one look at the head of each says which can be on the page.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from collector.store.base import AssetQuery
from collector.store.sql.reading.conditions import Ask, Condition, of_assets, position_of
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
_BY_TENANT = ("asset_id", "organisation")

#: Rows that a stream gives at first; each further helping is four times as large.
_HELPING = 8
_GROWTH = 4

_PREFIX_COUNTS = """
    SELECT @prefix, CAST(sum(x.assets) AS BIGINT)
    FROM asset_count AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.part = 0
    GROUP BY 1 ORDER BY 1 @direction
"""

_STREAMS = {
    False: "SELECT @prefix AS prefix, x.tenant, x.group_no FROM asset_count AS x "
    "JOIN tenant AS t ON t.tenant = x.tenant {seen} AND x.part = 0",
    True: "SELECT @prefix AS prefix, x.tenant, 0 AS group_no FROM tenant AS x "
    "JOIN tenant AS t ON t.tenant = x.tenant {seen}",
}
_HEAD = """
    (SELECT a.@column FROM asset AS a WHERE a.tenant = s.tenant @group @bound ORDER BY @order LIMIT 1)
"""
# With a bound on the identifiers nobody takes an index in which they are not in order.
_OF_TENANT = "AND a.asset_id >= ''"
_HEADS = """
    WITH s AS (@streams),
    h AS MATERIALIZED (SELECT s.prefix, s.tenant, s.group_no, @heads FROM s)
    SELECT prefix, tenant, group_no FROM h WHERE head0 IS NOT NULL
    ORDER BY prefix @direction, @columns, tenant @direction LIMIT ?
"""
_ROWS = """
    SELECT @keys, x.asset_no FROM asset AS x
    {seen}
    ORDER BY @order LIMIT ?
"""

#: The values sorted by, from the stream's down to the tenant; and the asset's number.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    """The position that a segment of the page goes on after: the values within a stream, and the tenant."""

    values: tuple[str, ...]
    tenant: str


@dataclass(frozen=True, slots=True)
class _Order:
    """An order, and the streams that serve it."""

    field: str
    reverse: bool
    by_tenant: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return _KEYS[self.field]

    @property
    def prefix(self) -> str:
        return _PREFIXES.get(self.field, "''")

    @property
    def direction(self) -> str:
        return "DESC" if self.reverse else "ASC"

    @property
    def beyond(self) -> str:
        return "<" if self.reverse else ">"

    @property
    def within(self) -> str:
        return ">=" if self.reverse else "<="

    def sorted_by(self, alias: str) -> str:
        return ", ".join(f"{alias}.{key} {self.direction}" for key in self.keys)

    def row(self, alias: str) -> str:
        """The values within a stream as one value of SQL."""
        return f"({', '.join(f'{alias}.{key}' for key in self.keys)})"

    def place(self, prefix: str, values: Sequence[str], tenant: str) -> Place:
        """As the contract gives it: the value sorted by, the asset, the tenant."""
        return (prefix if self.field in _PREFIXES else values[0], values[-1], tenant)


def order_of(order_by: str, query: AssetQuery) -> _Order:
    """The order that is asked for; raises `ConfigurationError` where there is none such."""
    field = order_by.removeprefix("-")
    if field not in _KEYS:
        raise ConfigurationError(f"order_by: {order_by!r} is no order; choose one of {', '.join(_KEYS)}")
    return _Order(
        field, reverse=order_by.startswith("-"), by_tenant=field in _BY_TENANT and not of_assets(query)
    )


def sort_key(order_by: str) -> str:
    """What an order sorts rows by that are all known, before asset and tenant."""
    field = order_by.removeprefix("-")
    return _PREFIXES.get(field, f"x.{_KEYS[field][0]}")


def find(ask: Ask, query: AssetQuery, order: _Order, after: Place, limit: int) -> list[tuple[int, Place]]:
    """The numbers of the assets on a page that goes on after a position, each with its own."""
    found: list[tuple[int, Place]] = []
    for conditions, bound in _segments(ask, query, order, after, limit):
        if len(found) < limit:
            found += _merged(ask, order, conditions, bound, limit - len(found))
    return found


def _segments(
    ask: Ask, query: AssetQuery, order: _Order, after: Place, limit: int
) -> Iterator[tuple[list[Condition], _Bound | None]]:
    """Which streams may hold the page: those that the position is in, then as many as it takes."""
    asked = of_assets(query)
    bound = None
    if after:
        value, asset_id, tenant = position_of(after, 3)
        bound = _Bound((value, asset_id) if order.field == "name" else (asset_id,), tenant)
    if order.field not in _PREFIXES:
        yield asked, bound
        return
    if bound:
        yield [*asked, Condition(f"{order.prefix} = ?", (after[0],))], bound
    beyond = [Condition(f"{order.prefix} {order.beyond} ?", (after[0],))] if bound else []
    statement = _PREFIX_COUNTS.replace("@prefix", order.prefix).replace("@direction", order.direction)
    assets = 0
    for prefix, count in ask(statement, [*asked, *beyond], ()):
        assets += count
        if assets >= limit:
            yield [*asked, *beyond, Condition(f"{order.prefix} {order.within} ?", (prefix,))], None
            return
    yield [*asked, *beyond], None


def _merged(
    ask: Ask, order: _Order, conditions: Sequence[Condition], bound: _Bound | None, limit: int
) -> list[tuple[int, Place]]:
    streams = [
        _rows(ask, order, (prefix, tenant, group), bound, limit)
        for prefix, tenant, group in _heads(ask, order, conditions, bound, limit)
    ]
    page: list[tuple[int, Place]] = []
    for (prefix, *values, tenant), asset_no in heapq.merge(*streams, reverse=order.reverse):
        page.append((asset_no, order.place(prefix, values, tenant)))
        if len(page) == limit:
            break
    return page


def _heads(
    ask: Ask, order: _Order, conditions: Sequence[Condition], bound: _Bound | None, limit: int
) -> list[tuple[str, str, int]]:
    """The streams that can be on the page: no more than it has rows, those with the first heads."""
    values: tuple[str, ...] = ()
    condition = ""
    if bound:
        row, marks = order.row("a"), f"({', '.join('?' * len(bound.values))})"
        condition = (
            f"AND {row} {order.beyond}= {marks} "
            f"AND ({row} {order.beyond} {marks} OR s.tenant {order.beyond} ?)"
        )
        values = (*bound.values, *bound.values, bound.tenant) * len(order.keys)
    head = (
        _HEAD.replace("@group", _OF_TENANT if order.by_tenant else "AND a.group_no = s.group_no")
        .replace("@bound", condition)
        .replace("@order", order.sorted_by("a"))
    )
    heads = [f"{head.replace('@column', key)} AS head{number}" for number, key in enumerate(order.keys)]
    statement = (
        _HEADS.replace("@streams", _STREAMS[order.by_tenant])
        .replace("@prefix", order.prefix)
        .replace("@heads", ", ".join(heads))
        .replace("@columns", ", ".join(f"head{number} {order.direction}" for number in range(len(heads))))
        .replace("@direction", order.direction)
    )
    return [(row[0], row[1], row[2]) for row in ask(statement, conditions, (*values, limit))]


def _rows(
    ask: Ask, order: _Order, stream: tuple[str, str, int], bound: _Bound | None, limit: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    """The rows of a stream in order, asked for as far as they are wanted."""
    prefix, tenant, group = stream
    own = [Condition("x.tenant = ?", (tenant,))]
    own.append(Condition("x.asset_id >= ''") if order.by_tenant else Condition("x.group_no = ?", (group,)))
    statement = _ROWS.replace("@keys", ", ".join(f"x.{key}" for key in order.keys)).replace(
        "@order", order.sorted_by("x")
    )
    marks = f"({', '.join('?' * len(order.keys))})"
    past: list[Condition] = []
    if bound:
        same = tenant > bound.tenant if not order.reverse else tenant < bound.tenant
        comparison = f"{order.beyond}=" if same else order.beyond
        past = [Condition(f"{order.row('x')} {comparison} {marks}", bound.values)]
    helping, given = min(_HELPING, limit), 0
    while given < limit:
        rows: list[tuple[Any, ...]] = ask(statement, [*own, *past], (helping,))
        for *values, asset_no in rows:
            yield (prefix, *values, tenant), asset_no
        if len(rows) < helping:
            return
        given += helping
        helping = min(helping * _GROWTH, limit)
        past = [Condition(f"{order.row('x')} {order.beyond} {marks}", tuple(rows[-1][:-1]))]
