"""How the roll-up is compared with the assets that it counts, and made anew."""

from __future__ import annotations

import sqlite3
from collections import Counter

from collector.store.base import CountDifference
from collector.store.sqlite.database import Database
from collector.store.sqlite.groups import COLUMNS, LEFT_OUT, Kind, group_no, in_part

_NAMES = ", ".join(COLUMNS)
_RECOUNT = f"SELECT tenant, group_no, {_NAMES}, count(*) FROM asset GROUP BY tenant, group_no, {_NAMES}"  # noqa: S608  # our own names
_COUNTED = f"SELECT tenant, part, group_no, {_NAMES}, assets FROM asset_count"  # noqa: S608  # our own names
_INSERT = f"""
    INSERT INTO asset_count (tenant, part, group_no, {_NAMES}, assets)
    VALUES (?, ?, ?, {", ".join("?" * len(COLUMNS))}, ?)
"""  # noqa: S608  # our own names
_NUMBER = f"""
    UPDATE asset SET group_no = ?
    WHERE tenant = ? AND group_no = ? AND ({_NAMES}) = ({", ".join("?" * len(COLUMNS))})
"""  # noqa: S608  # our own names

#: Tenant, part, the number of the group and its values.
_Group = tuple[str, int, int, Kind]


class SqliteUpkeep:
    """`Upkeep` over SQLite. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_counts(self) -> list[CountDifference]:
        """As `Upkeep.check_counts`; an asset under another group than its own is missing there."""
        with self._database.reader() as connection:
            there, counted = _recount(connection), _counted(connection)
        return [
            CountDifference(tenant, part, _told(kind), counted[group], there[group])
            for group in sorted(there.keys() | counted.keys())
            if counted[group] != there[group]
            for tenant, part, _, kind in [group]
        ]

    def repair_counts(self) -> None:
        """As `Upkeep.repair_counts`."""
        with self._database.writer() as connection:
            for tenant, number, *kind, _ in connection.execute(_RECOUNT).fetchall():
                if number != group_no(*kind):
                    connection.execute(_NUMBER, (group_no(*kind), tenant, number, *kind))
            connection.execute("DELETE FROM asset_count")
            connection.executemany(
                _INSERT, [(*place, *kind, assets) for (*place, kind), assets in _recount(connection).items()]
            )


def _recount(connection: sqlite3.Connection) -> Counter[_Group]:
    found: Counter[_Group] = Counter()
    for tenant, number, *values, assets in connection.execute(_RECOUNT):
        kind = tuple(values)
        for part in LEFT_OUT:
            shown = in_part(part, kind)
            found[tenant, part, group_no(*shown) if part else number, shown] += assets
    return found


def _counted(connection: sqlite3.Connection) -> Counter[_Group]:
    return Counter(
        {
            (tenant, part, number, tuple(kind)): assets
            for tenant, part, number, *kind, assets in connection.execute(_COUNTED)
        }
    )


def _told(kind: Kind) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in zip(COLUMNS, kind, strict=True) if value)
