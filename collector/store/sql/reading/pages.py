"""How a page of assets is found without sorting: by merging streams that an index holds in order.

A stream is a tenant, or a group of a tenant (assets alike in all that a query can ask, see the roll-up). The
roll-up says which streams a query wants; one look at the head of each says which can be on the page.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from collector.store.base import AssetQuery
from collector.store.sql.groups import part_for
from collector.store.sql.reading.conditions import (
    Ask,
    Condition,
    asked_of,
    of_assets,
    of_tenants,
    position_of,
)
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

#: Rows that a stream gives at first; each further helping is four times as large.
_HELPING = 8
_GROWTH = 4

_PREFIX_COUNTS = """
    SELECT @prefix, CAST(sum(x.assets) AS BIGINT)
    FROM asset_count AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.part = @part
    GROUP BY 1 ORDER BY 1 @direction
"""

_STREAMS = {
    False: "SELECT @prefix AS prefix, x.tenant, x.group_no, x.assets FROM asset_count AS x "
    "JOIN tenant AS t ON t.tenant = x.tenant {seen} AND x.part = 0",
    True: "SELECT @prefix AS prefix, x.tenant, 0 AS group_no, NULL AS assets FROM tenant AS x "
    "JOIN tenant AS t ON t.tenant = x.tenant {seen}",
}
_HEAD = """
    (SELECT a.@column FROM asset AS a WHERE a.tenant = s.tenant AND @group @bound ORDER BY @order LIMIT 1)
"""
# With a bound on what a tenant's rows are sorted by nobody takes an index in which it is not in order.
_OF_TENANT = "{alias}.{key} >= ''"
_HEADS = """
    WITH s AS (@streams),
    h AS MATERIALIZED (SELECT s.prefix, s.tenant, s.group_no, s.assets, @head0 FROM s)
    SELECT prefix, tenant, group_no, assets, head0 FROM h WHERE head0 IS NOT NULL
    ORDER BY prefix @direction, head0 @direction, tenant @direction LIMIT ?
"""
# In an order of two values the second is looked for only where the first is among the first.
_HEADS_OF_TWO = """
    WITH s AS (@streams),
    h AS MATERIALIZED (SELECT s.prefix, s.tenant, s.group_no, s.assets, @head0 FROM s),
    f AS MATERIALIZED (SELECT s.prefix, s.tenant, s.group_no, s.assets, s.head0, @head1
        FROM h AS s WHERE s.head0 IS NOT NULL AND s.head0 @within coalesce((SELECT head0 FROM h
            WHERE head0 IS NOT NULL ORDER BY head0 @direction LIMIT 1 OFFSET ?), s.head0))
    SELECT prefix, tenant, group_no, assets, head0, head1 FROM f
    ORDER BY prefix @direction, head0 @direction, head1 @direction, tenant @direction LIMIT ?
"""
_ROWS = """
    SELECT @keys FROM asset AS x
    {seen}
    ORDER BY @order LIMIT ?
"""

#: The value sorted by, the asset, the tenant.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    """The position that a segment of the page goes on after: the values within a stream, and the tenant."""

    values: tuple[str, ...]
    tenant: str


@dataclass(frozen=True, slots=True)
class _Head:
    """A stream: how many rows it has, where that is known, and the first of them that can be on the page."""

    prefix: str
    tenant: str
    group: int
    assets: int | None
    values: tuple[str, ...]


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

    def sorted_by(self, alias: str, keys: int | None = None) -> str:
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


def find(ask: Ask, query: AssetQuery, order: _Order, after: Place, limit: int) -> list[Place]:
    """The positions of the assets on a page that goes on after one."""
    found: list[Place] = []
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
    part = part_for(asked_of(query) | {order.field})
    statement = (
        _PREFIX_COUNTS.replace("@prefix", order.prefix)
        .replace("@part", str(part))
        .replace("@direction", order.direction)
    )
    assets = 0
    for prefix, count in ask(statement, [*asked, *beyond], ()):
        assets += count
        if assets >= limit:
            yield [*asked, *beyond, Condition(f"{order.prefix} {order.within} ?", (prefix,))], None
            return
    yield [*asked, *beyond], None


def _merged(
    ask: Ask, order: _Order, conditions: Sequence[Condition], bound: _Bound | None, limit: int
) -> list[Place]:
    """The first rows of all streams; one whose head is not on the page is asked for no other."""
    streams = [_rows(ask, order, head, limit) for head in _heads(ask, order, conditions, bound, limit)]
    first = islice(heapq.merge(*streams, reverse=order.reverse), limit)
    return [order.place(prefix, values, tenant) for prefix, *values, tenant in first]


def _heads(
    ask: Ask, order: _Order, conditions: Sequence[Condition], bound: _Bound | None, limit: int
) -> list[_Head]:
    """The streams that can be on the page: no more than it has rows, those with the first heads."""
    values: tuple[str, ...] = ()
    condition = ""
    if bound:
        row, marks = order.row("a"), f"({', '.join('?' * len(bound.values))})"
        condition = (
            f"AND {row} {order.beyond}= {marks} "
            f"AND ({row} {order.beyond} {marks} OR s.tenant {order.beyond} ?)"
        )
        values = (*bound.values, *bound.values, bound.tenant)
    head = _HEAD.replace(
        "@group", order.of_tenant("a") if order.by_tenant else "a.group_no = s.group_no"
    ).replace("@bound", condition)
    statement = (_HEADS if len(order.keys) == 1 else _HEADS_OF_TWO).replace(
        "@streams", _STREAMS[order.by_tenant]
    )
    for number, key in enumerate(order.keys):
        # By the first value alone: where it is all that is wanted, the index has it.
        by = order.sorted_by("a", number + 1)
        found = head.replace("@column", key).replace("@order", by)
        statement = statement.replace(f"@head{number}", f"{found} AS head{number}")
    statement = (
        statement.replace("@prefix", order.prefix)
        .replace("@direction", order.direction)
        .replace("@within", order.within)
    )
    last = (limit - 1,) if len(order.keys) > 1 else ()
    tail = (*values * len(order.keys), *last, limit)
    return [
        _Head(prefix, tenant, group, assets, tuple(row))
        for prefix, tenant, group, assets, *row in ask(statement, conditions, tail)
    ]


def _rows(ask: Ask, order: _Order, head: _Head, limit: int) -> Iterator[tuple[str, ...]]:
    """The rows of a stream in order, those behind its head asked for as far as they are wanted."""
    own = [of_tenants([head.tenant])]
    own.append(
        Condition(order.of_tenant("x")) if order.by_tenant else Condition("x.group_no = ?", (head.group,))
    )
    statement = _ROWS.replace("@keys", ", ".join(f"x.{key}" for key in order.keys)).replace(
        "@order", order.sorted_by("x")
    )
    marks = f"({', '.join('?' * len(order.keys))})"
    last, helping, given = head.values, min(_HELPING, limit), 1
    yield (head.prefix, *last, head.tenant)
    there = limit if head.assets is None else min(limit, head.assets)
    while given < there:
        past = Condition(f"{order.row('x')} {order.beyond} {marks}", last)
        rows: list[tuple[str, ...]] = ask(statement, [*own, past], (helping,))
        for values in rows:
            yield (head.prefix, *values, head.tenant)
        if len(rows) < helping:
            return
        last = rows[-1]
        given += helping
        helping = min(helping * _GROWTH, limit)
