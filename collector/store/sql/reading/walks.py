"""Pages through wide filters: the tenants of which much is wanted are walked through in their own order.

Of a tenant each group is a stream with a head to look for, and there are hundreds. Where a good part of its
assets is wanted, a few rows of the tenant have one: this costs the same however many groups there are. Where
they have none, what is wanted stands close together further on, and the groups find it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from collector.store.sql.groups import BARE
from collector.store.sql.reading.conditions import Ask, Condition, of_tenants
from collector.store.sql.reading.orders import Order, Segment

#: A tenant is walked through where at least one in so many of its assets is wanted.
_ONE_IN = 16
#: So many times as many rows are looked at first as should hold one that is wanted; then more.
_LOOK = 4
_GROWTH, _LONGEST_LOOK = 4, 512
#: A walk ends with a look at which fewer than one in so many was wanted: the groups find the rest for less.
_THIN = _LOOK * _ONE_IN

_WANTED = """
    SELECT x.tenant, min(t.organisation), CAST(sum(x.assets) AS BIGINT)
    FROM asset_count AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen} AND x.part = @part GROUP BY x.tenant
"""
_ALL = """
    SELECT x.tenant, CAST(sum(x.assets) AS BIGINT) FROM asset_count AS x {seen} AND x.part = @part
    GROUP BY x.tenant
""".replace("@part", str(BARE))
_LOOKED_AT = """
    WITH w AS (
        SELECT @keys, x.provider, x.location_class, x.material, x.type, x.holds, x.custody, x.law_reach,
            x.countries
        FROM asset AS x
        {seen}
        ORDER BY @order LIMIT ?
    )
    SELECT @keys, CASE WHEN @wanted THEN 1 ELSE 0 END FROM w AS x ORDER BY @order
"""


class Stream(NamedTuple):
    """A tenant, what its rows sort by before all else, and how many are looked at first."""

    tenant: str
    prefix: str
    look: int


class Look(NamedTuple):
    """What was wanted of some rows of a tenant, and the last of them; None where there are no more."""

    found: list[tuple[str, ...]]
    last: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Walks:
    """The walks that serve a segment of an order."""

    ask: Ask
    order: Order
    segment: Segment

    def tenants(self) -> tuple[list[Stream], list[str]]:
        """The tenants to walk through, by how much of each is wanted, and the others of which any is."""
        if not self._wanted or (self.order.of_assets and self.segment.prefix is None):
            return [], []
        wide, others = [], []
        found = self.ask(_WANTED.replace("@part", str(self.segment.part)), self.segment.conditions, ())
        every: dict[str, int] = dict(self.ask(_ALL, [], ()))
        for tenant, organisation, some in found:
            if some * _ONE_IN >= every[tenant]:
                prefix = organisation if self.segment.prefix is None else self.segment.prefix
                wide.append(Stream(tenant, prefix, _LOOK * every[tenant] // some))
            else:
                others.append(tenant)
        return wide, others

    def first(self, stream: Stream) -> Look:
        """What the first rows of a tenant on this page hold."""
        bound = self.segment.bound
        if bound is None:
            return self._look(stream.tenant, stream.look, [])
        reverse = self.order.reverse
        is_later = stream.tenant < bound.tenant if reverse else stream.tenant > bound.tenant
        return self._look(
            stream.tenant, stream.look, [self._after(bound.values, equal="=" if is_later else "")]
        )

    def rows(
        self, stream: Stream, first: Look, limit: int
    ) -> Generator[tuple[str, ...], None, tuple[str, ...] | None]:
        """The wanted rows in order; returns after which one few are near, None where no more are wanted."""
        look, size, given = first, stream.look, 0
        while look.found:
            for values in look.found:
                yield (stream.prefix, *values, stream.tenant)
            given += len(look.found)
            if look.last is None or given >= limit:
                return None
            if len(look.found) * _THIN < size:
                break
            size = min(size * _GROWTH, _LONGEST_LOOK)
            look = self._look(stream.tenant, size, [self._after(look.last)])
        return look.last

    def _look(self, tenant: str, size: int, past: Sequence[Condition]) -> Look:
        statement = (
            _LOOKED_AT.replace("@keys", ", ".join(f"x.{key}" for key in self.order.keys))
            .replace("@order", self.order.sorted_by("x"))
            .replace("@wanted", " AND ".join(each.sql for each in self._wanted))
        )
        # One bound or the other: of two in one direction SQLite may take the one that lets all through.
        own = [of_tenants([tenant]), *(past or [Condition(self.order.of_tenant("x"))])]
        values = tuple(value for each in self._wanted for value in each.values)
        rows = self.ask(statement, own, (size, *values))
        last = None if len(rows) < size else tuple(rows[-1][:-1])
        return Look([row[:-1] for row in rows if row[-1]], last)

    def _after(self, values: Sequence[str], equal: str = "") -> Condition:
        marks = ", ".join("?" * len(values))
        return Condition(f"{self.order.row('x')} {self.order.beyond}{equal} ({marks})", tuple(values))

    @property
    def _wanted(self) -> list[Condition]:
        """What is true of the assets that are wanted."""
        return self.segment.conditions if self.order.of_assets else self.segment.asked
