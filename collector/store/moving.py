"""How a store is moved to another database: range by range, until nothing differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol, cast

from collector.store.sql.database import Connection, Database
from wolkenzicht.errors import StorageError

#: Rows that are compared at once.
ROWS = 2000
#: Passes while the source is at rest; the first may still find what came after the last one before it.
_LAST_PASSES = 3

#: Every table with what its rows are read in the order of, which an index has; but those of the words of
#: assets, which each database keeps in its own way.
TABLES: dict[str, tuple[str, ...]] = {
    "organisation": ("organisation",),
    "tenant": ("tenant",),
    "certificate": ("serial",),
    "refusal": ("refusal_no",),
    "policy_bundle": ("serial",),
    "people_generation": ("only_row",),
    "system": ("organisation", "system", "recorded", "valid_from"),
    "material_decision": ("organisation", "tenant", "asset_id", "system", "recorded", "valid_from"),
    "judge_again": ("queue_no",),
    "stream_position": ("tenant", "spool_id"),
    "scan": ("tenant", "scan_id"),
    "scope": ("tenant", "account", "location", "type"),
    "scope_version": ("tenant", "account", "location", "type", "valid_from", "recorded"),
    "scope_digest": ("tenant", "account", "location", "type"),
    "account_digest": ("tenant", "account"),
    "tenant_sync": ("tenant",),
    "account_differs": ("tenant", "account"),
    "account_differs_version": ("tenant", "account", "valid_from", "recorded"),
    "scan_otherwise": ("tenant", "scan_id", "account"),
    "stream_gap": ("tenant", "spool_id"),
    "scope_seen": (
        *("tenant", "scan_id", "account", "location", "type"),
        *("attempt", "spool_id", "sequence"),
    ),
    "scope_turned": ("tenant", "scan_id", "account", "location", "type"),
    "sight_change": ("tenant", "moment", "change_no"),
    "account_standing": ("tenant", "account"),
    "account_coverage": ("tenant", "account"),
    "standing_baseline": ("tenant", "provider"),
    "planned_region": ("tenant", "provider", "code"),
    "asset": ("tenant", "asset_no"),
    "asset_count": ("tenant", "part", "group_no"),
    "asset_version": ("tenant", "asset_id", "valid_from", "recorded"),
    "asset_link": ("tenant", "asset_id", "named"),
    "link_filling": ("tenant",),
    "vanishing": ("tenant", "asset_no"),
    "rejected_item": ("item_no",),
    "discrepancy": ("tenant", "account", "scope_location", "kind", "asset_id", "since"),
    "finding": ("tenant", "finding_id"),
    "finding_history": ("tenant", "finding_id", "valid_from", "recorded"),
    "exemption": ("exemption_id",),
    "feed": ("digest",),
    "thinned": ("tenant", "month"),
    "evaluation": ("tenant",),
    "agent_trust": ("tenant",),
    "outbox": ("event_no",),
    "flapping": ("tenant", "about"),
    "damping": ("only_row",),
    "route": ("route",),
    "delivery": ("route", "event_no"),
    "notification_group": ("route", "group_id"),
    "notification": ("route", "notification_no"),
    "notification_member": ("route", "event_no"),
}
#: Filled anew by the collector that serves the target, from its assets.
MADE_ANEW = ("search_index", "search_position", "search_pending")

Row = tuple[Any, ...]


class Movable(Connection, Protocol):
    """A connection that can be moved from and to."""

    def columns(self, table: str) -> list[str]:
        """The columns of a table, sorted."""

    def defer_checks(self) -> None:
        """Let references between tables be checked at the end of the transaction."""

    def freeze(self) -> None:
        """Keep everybody else from writing until the transaction ends."""

    def numbers(self) -> dict[str, int]:
        """The highest number that was handed out, of every table that numbers its rows."""

    def raise_numbers(self, numbers: dict[str, int]) -> None:
        """Hand out higher ones from now on."""

    def mark_moved(self, place: str) -> None:
        """Refuse to be opened, and take no frames, from now on: the store is elsewhere."""


@dataclass(slots=True)
class Moved:
    """How a table stands after a pass: rows, a checksum over them in any order, and ranges that differed."""

    table: str
    rows: int = 0
    checksum: int = 0
    differed: int = 0

    def add(self, rows: list[Row]) -> None:
        """Count rows in."""
        self.rows += len(rows)
        for row in rows:
            digest = blake2b(repr(row).encode(), digest_size=8).digest()
            self.checksum = (self.checksum + int.from_bytes(digest)) % 2**64


def move(
    source: Database, target: Database, tell: Callable[[str, list[Moved]], None], *, finish: bool
) -> list[Moved]:
    """Bring the target to what the source holds; with `finish` the source is left for good.

    The source may be in use meanwhile, but for the end of it, when nobody can write there. Stopped at any
    moment, it goes on where ranges differ. Raises `StorageError` where the target does not become what the
    source is.
    """
    found = _pass(source, target)
    tell("copied", found)
    if not finish:
        return found
    found = _pass(source, target)
    tell("caught up", found)
    with source.writer() as lent:
        frozen = cast("Movable", lent)
        frozen.freeze()
        for _ in range(_LAST_PASSES):
            found = _pass(source, target)
            tell("compared at rest", found)
            if not any(each.differed for each in found):
                break
        else:
            raise StorageError(f"store '{target.name}' changes while it is filled: stop what writes to it")
        with target.writer() as connection:
            cast("Movable", connection).raise_numbers(frozen.numbers())
        frozen.mark_moved(target.name)
    return found


def _pass(source: Database, target: Database) -> list[Moved]:
    return [_table(source, target, table) for table in TABLES]


def _table(source: Database, target: Database, table: str) -> Moved:
    with source.reader() as lent:
        columns = cast("Movable", lent).columns(table)
    key = TABLES[table]
    places = [columns.index(each) for each in key]
    moved = Moved(table)
    after: Row = ()
    for rows in _ranges(source, table, columns, places):
        until = tuple(rows[-1][place] for place in places)
        moved.differed += _replace(target, table, columns, rows, _between(key, after, until))
        moved.add(rows)
        after = until
    moved.differed += _replace(target, table, columns, [], _between(key, after, ()))
    return moved


def _ranges(source: Database, table: str, columns: list[str], places: list[int]) -> Iterator[list[Row]]:
    """The rows of a table in order, so many at once; no two stand at the same place."""
    key = TABLES[table]
    after: Row = ()
    while True:
        with source.reader() as connection:
            rows = _rows(connection, table, columns, _between(key, after, ()), limit=ROWS)
            if not rows:
                return
        yield rows
        after = tuple(rows[-1][place] for place in places)


def _replace(
    target: Database, table: str, columns: list[str], rows: list[Row], between: tuple[str, Row]
) -> int:
    """Put these rows in the place of what stands in a range, where that is anything else; 1 where it was."""
    with target.reader() as connection:
        if Counter(_rows(connection, table, columns, between)) == Counter(rows):
            return 0
    where, values = between
    marks = ", ".join("?" * len(columns))
    with target.writer() as connection:
        cast("Movable", connection).defer_checks()
        connection.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608  # our own names
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608  # our own names
            rows,
        )
    return 1


def _rows(
    connection: Connection, table: str, columns: list[str], between: tuple[str, Row], limit: int = 0
) -> list[Row]:
    where, values = between
    statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {where}"  # noqa: S608  # our own names
    if limit:
        statement += f" ORDER BY {', '.join(TABLES[table])} LIMIT {limit}"
    return [tuple(map(_kept, row)) for row in connection.execute(statement, values)]


def _between(key: tuple[str, ...], after: Row, until: Row) -> tuple[str, Row]:
    """The condition on what comes after one place and up to another; without one there is no end there."""
    names, marks = ", ".join(key), ", ".join("?" * len(key))
    parts = [f"({names}) > ({marks})"] if after else []
    parts += [f"({names}) <= ({marks})"] if until else []
    return " AND ".join(parts) or "1 = 1", (*after, *until)


def _kept(value: Any) -> Any:
    """A value as every database keeps it."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
