"""How a page of assets is found without sorting: by merging streams that an index holds in order.

A stream is a tenant, or a group of a tenant (assets alike in all that a query can ask, see the roll-up). The
roll-up says which streams a query wants; one look at the head of each says which can be on the page. A tenant
of which a query wants much has hundreds of groups: its own order is walked through instead.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from collector.store.sql.reading.orders import Bound, Order, Place, Segment
from collector.store.sql.reading.walks import Look, Stream, Walks

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


@dataclass(frozen=True, slots=True)
class _Head:
    """A stream: how many rows it has, where that is known, and the first of them that can be on the page."""

    prefix: str
    tenant: str
    group: int
    assets: int | None
    values: tuple[str, ...]


def find(ask: Ask, query: AssetQuery, order: Order, after: Place, limit: int) -> list[Place]:
    """The positions of the assets on a page that goes on after one."""
    found: list[Place] = []
    for segment in _segments(ask, query, order, after, limit):
        if len(found) < limit:
            found += _merged(ask, order, segment, limit - len(found))
    return found


def _segments(ask: Ask, query: AssetQuery, order: Order, after: Place, limit: int) -> Iterator[Segment]:
    """Which streams may hold the page: those that the position is in, then as many as it takes."""
    whole = Segment(of_assets(query), part_for(asked_of(query) | {order.field}))
    bound = None
    if after:
        value, asset_id, tenant = position_of(after, 3)
        bound = Bound((value, asset_id) if order.field == "name" else (asset_id,), tenant)
    if not order.prefixed:
        yield replace(whole, bound=bound, prefix="")
        return
    beyond = []
    if bound:
        here = Condition(f"{order.prefix} = ?", (after[0],))
        yield replace(whole, chosen=[here], bound=bound, prefix=after[0])
        beyond = [Condition(f"{order.prefix} {order.beyond} ?", (after[0],))]
    statement = (
        _PREFIX_COUNTS.replace("@prefix", order.prefix)
        .replace("@part", str(whole.part))
        .replace("@direction", order.direction)
    )
    prefixes, assets = [], 0
    for prefix, count in ask(statement, [*whole.asked, *beyond], ()):
        prefixes.append(prefix)
        assets += count
        if assets >= limit:
            break
    if len(prefixes) == 1:
        here = Condition(f"{order.prefix} = ?", (prefixes[0],))
        yield replace(whole, chosen=[here], prefix=prefixes[0])
    elif prefixes:
        until = Condition(f"{order.prefix} {order.within} ?", (prefixes[-1],))
        yield replace(whole, chosen=[*beyond, until])


def _merged(ask: Ask, order: Order, segment: Segment, limit: int) -> list[Place]:
    """The first rows of all streams; one whose head is not on the page is asked for no other."""
    walks = Walks(ask, order, segment)
    wide, others = walks.tenants()
    streams = []
    for stream in wide:
        first = walks.first(stream)
        if first.found or first.last is None:
            streams.append(_walked(walks, stream, first, limit))
        else:
            others.append(stream.tenant)
    if others or not wide:
        streams += _groups(ask, order, segment, limit, *([of_tenants(others)] if wide else []))
    rows = islice(heapq.merge(*streams, reverse=order.reverse), limit)
    return [order.place(prefix, values, tenant) for prefix, *values, tenant in rows]


def _walked(walks: Walks, stream: Stream, first: Look, limit: int) -> Iterator[tuple[str, ...]]:
    """The rows of a tenant in its own order; by its groups from where the wanted ones are far between."""
    last = yield from walks.rows(stream, first, limit)
    if last is not None:
        rest = replace(walks.segment, bound=Bound(last, stream.tenant))
        groups = _groups(walks.ask, walks.order, rest, limit, of_tenants([stream.tenant]))
        yield from heapq.merge(*groups, reverse=walks.order.reverse)


def _groups(
    ask: Ask, order: Order, segment: Segment, limit: int, *more: Condition
) -> list[Iterator[tuple[str, ...]]]:
    """The streams of groups of which the first row can be on the page."""
    conditions = [*segment.conditions, *more]
    return [_rows(ask, order, head, limit) for head in _heads(ask, order, conditions, segment.bound, limit)]


def _heads(
    ask: Ask, order: Order, conditions: Sequence[Condition], bound: Bound | None, limit: int
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
    # Of two bounds in one direction SQLite may take the one that lets all through.
    whole = "1 = 1" if bound else order.of_tenant("a")
    head = _HEAD.replace("@group", whole if order.by_tenant else "a.group_no = s.group_no").replace(
        "@bound", condition
    )
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


def _rows(ask: Ask, order: Order, head: _Head, limit: int) -> Iterator[tuple[str, ...]]:
    """The rows of a stream in order, those behind its head asked for as far as they are wanted."""
    own = [of_tenants([head.tenant])]
    if not order.by_tenant:
        own.append(Condition("x.group_no = ?", (head.group,)))
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
