"""Which rows an asker may read: the one place that adds the sight to every statement of the read side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from collector.store.base import AssetQuery, Sight
from collector.store.sql.database import Connection, Database
from collector.store.sql.groups import ALL_TENANTS
from wolkenzicht.errors import StorageError

#: Where a statement gets its conditions; `Seen.rows` refuses a statement without it.
PLACE = "{seen}"
#: Where a statement of several parts gets the conditions on the whole.
WHOLE = "{wanted}"

#: A tenant and an identifier, in a list of rows of values.
ITS_PLACE = "(CAST(? AS TEXT), CAST(? AS TEXT))"

_TENANTS = "SELECT x.tenant FROM tenant AS x {seen}"

Value = str | int | None | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true of the rows wanted, with the values of its question marks."""

    sql: str
    values: tuple[Value, ...] = ()
    #: Where it lets through the rows of these tenants alone: they need not be looked for then.
    tenants: frozenset[str] | None = None


def of_tenants(tenants: Iterable[str]) -> Condition:
    """The rows of these tenants, which what was asked before in the same moment has found in sight."""
    named = sorted(set(tenants))
    if len(named) == 1:
        return Condition("x.tenant = ?", (named[0],), frozenset(named))
    return Condition("x.tenant IN ({values})", (named,), frozenset(named))


#: Runs a statement as `Seen.rows` does.
Ask = Callable[[str, Sequence[Condition], tuple[Value, ...]], list[tuple[Any, ...]]]


class Seen:
    """The store as one asker sees it.

    Every statement of the read side runs through `rows`, which lets through only rows of tenants in
    sight. A statement names the table that its tenant is taken from `x`, whatever table that is.
    """

    def __init__(
        self,
        database: Database,
        sight: Sight,
        organisations: frozenset[str] | None = None,
        tenant: str | None = None,
        *,
        sums: bool = False,
    ) -> None:
        self._database = database
        self._sums = sums
        self._sight = _in_sight(_narrowed(sight, organisations))
        self._own = [] if tenant is None else [Condition("x.tenant = ?", (tenant,))]
        self._known: frozenset[str] | None = None

    @classmethod
    def of(cls, database: Database, sight: Sight, query: AssetQuery) -> Seen:
        """The part of the store that a query asks about, as the asker sees it."""
        return cls(database, sight, query.organisations, query.tenant)

    @classmethod
    def of_sums(cls, database: Database, sight: Sight, query: AssetQuery) -> Seen | None:
        """The sums over all tenants, for one who sees all and asks about all; None for everybody else."""
        if (sight.organisations, query.organisations, query.tenant) != (None, None, None):
            return None
        return cls(database, sight, tenant=ALL_TENANTS, sums=True)

    def rows(
        self, statement: str, conditions: Sequence[Condition] = (), tail: tuple[Value, ...] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement that holds `{seen}` once, where its WHERE clause belongs.

        `tail` are the values of question marks behind it. Raises `StorageError`.
        """
        with self.moment() as ask:
            return ask(statement, conditions, tail)

    @contextmanager
    def moment(self) -> Iterator[Ask]:
        """One moment of the store: what is asked of it in turn fits together. Raises `StorageError`."""
        with self._reader() as connection:
            yield partial(self._ask, connection)

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        self._known = None
        try:
            with self._database.reader() as connection:
                yield connection
        except self._database.errors as error:
            raise StorageError(
                f"the store cannot be read ({error}); check that it is whole, then ask again"
            ) from error

    def _ask(
        self,
        connection: Connection,
        statement: str,
        conditions: Sequence[Condition],
        tail: tuple[Value, ...],
    ) -> list[tuple[Any, ...]]:
        before, place, behind = statement.partition(PLACE)
        if not place or PLACE in behind:
            raise StorageError(f"a statement of the read side must hold {PLACE} once; correct the program")
        where, values = self._where(connection, conditions)
        return _fetched(connection, before + where + behind, (*values, *tail))

    def _where(self, connection: Connection, conditions: Sequence[Condition]) -> tuple[str, list[Value]]:
        """The clause that lets through what is in sight and meets the conditions, and its values."""
        everything = [*self._within(connection, conditions), *self._own, *conditions]
        where = "WHERE " + " AND ".join(condition.sql for condition in everything)
        return where, [value for condition in everything for value in condition.values]

    def _within(self, connection: Connection, conditions: Sequence[Condition]) -> list[Condition]:
        """The condition on the tenant that keeps a statement within the sight."""
        if self._sums:
            return []
        named = [condition.tenants for condition in conditions if condition.tenants is not None]
        if not named and not self._database.partitioned:
            return [self._sight]
        if self._known is None:
            self._known = frozenset(self._in_sight(connection))
        if not named:
            # A list that is known chooses the partitions; one that is asked for opens all of them.
            return [Condition("x.tenant IN ({values})", (sorted(self._known),))]
        if not self._known.issuperset(*named):
            raise StorageError("a tenant out of sight was asked for; correct the program")
        return []

    def _in_sight(self, connection: Connection) -> Iterator[str]:
        statement = _TENANTS.replace(PLACE, f"WHERE {self._sight.sql}")
        for (tenant,) in _fetched(connection, statement, self._sight.values):
            yield tenant

    def rows_of_parts(
        self,
        statement: str,
        conditions: Sequence[Condition] = (),
        wanted: Sequence[Condition] = (),
        tail: tuple[Value, ...] = (),
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement put together from several tables, each part with its own `{seen}`.

        `conditions` hold for every part; `wanted` for the whole, where `{wanted}` stands behind all parts.
        """
        first, *parts = statement.split(PLACE)
        if not parts or any(WHOLE in part for part in (first, *parts[:-1])):
            raise StorageError(
                f"a statement of the read side must hold {PLACE}, {WHOLE} behind it; correct the program"
            )
        whole = "".join(f" AND {condition.sql}" for condition in wanted)
        asked = [value for condition in wanted for value in condition.values]
        with self._reader() as connection:
            where, values = self._where(connection, conditions)
            made = where.join((first, *parts)).replace(WHOLE, f"WHERE 1 = 1{whole}")
            return _fetched(connection, made, (*(values * len(parts)), *asked, *tail))


def _fetched(connection: Connection, statement: str, values: tuple[Value, ...]) -> list[tuple[Any, ...]]:
    return connection.among(statement, *values).fetchall()


def of_assets(query: AssetQuery, alias: str = "x") -> list[Condition]:
    """Conditions on the columns of `asset AS <alias>`; organisation and tenant are `Seen`'s."""
    conditions = [
        Condition(f"{alias}.{column} = ?", (value,))
        for column, value in (
            ("provider", query.provider),
            ("location_class", query.location_class),
            ("material", query.material),
            ("type", query.type),
            ("holds", query.holds),
            ("custody", query.custody),
            ("law_reach", query.law_reach),
        )
        if value is not None
    ]
    if query.country is not None:
        conditions.append(
            Condition(f"replace({alias}.countries, ?, '') <> {alias}.countries", (f",{query.country},",))
        )
    return conditions


def asked_of(query: AssetQuery) -> frozenset[str]:
    """The columns of an asset that a query asks about, of those that not every part of the roll-up has."""
    asked = {"type": query.type, "custody": query.custody, "countries": query.country}
    return frozenset(column for column, value in asked.items() if value is not None)


def past(columns: Sequence[str], after: tuple[str, ...], *, reverse: bool = False) -> list[Condition]:
    """The condition on rows that come after a position; none for the first page.

    Raises `StorageError` where the position has another shape than the order.
    """
    if not after:
        return []
    position_of(after, len(columns))
    marks = ", ".join("?" for _ in columns)
    return [Condition(f"({', '.join(columns)}) {'<' if reverse else '>'} ({marks})", after)]


def position_of(after: tuple[str, ...], parts: int) -> tuple[str, ...]:
    """A position; raises `StorageError` where it has another shape than the order."""
    if len(after) != parts:
        raise StorageError(f"a position has {len(after)} parts for an order of {parts}; start again")
    return after


def _narrowed(sight: Sight, organisations: frozenset[str] | None) -> Sight:
    if organisations is None or sight.organisations is None:
        return sight if organisations is None else Sight(organisations)
    return Sight(sight.organisations & organisations)


def _in_sight(sight: Sight) -> Condition:
    # The list of tenants stands here also for one who sees all: it lets the tenant lead every index.
    if sight.organisations is None:
        return Condition("x.tenant IN (SELECT tenant FROM tenant)")
    return Condition(
        "x.tenant IN (SELECT tenant FROM tenant WHERE organisation IN ({values}))",
        (sorted(sight.organisations),),
    )
