"""How the roll-up is compared with the assets that it counts, and made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from collector.store.base import CountDifference
from collector.store.sql import accounts
from collector.store.sql.database import Connection, Database, repeatable
from collector.store.sql.groups import ALL_TENANTS, COLUMNS, LEFT_OUT, WHOLE, Kind, group_no, in_part

_NAMES = ", ".join(COLUMNS)
_RECOUNT = f"""
    SELECT tenant, group_no, {_NAMES}, count(*) FROM asset -- fan-out: the keeper looks at all
    GROUP BY tenant, group_no, {_NAMES}
"""  # noqa: S608  # our own names
_COUNTED = f"""
    SELECT tenant, part, group_no, {_NAMES}, assets FROM asset_count -- fan-out: the keeper looks at all
"""  # noqa: S608  # our own names
_INSERT = f"""
    INSERT INTO asset_count (tenant, part, group_no, {_NAMES}, assets)
    VALUES (?, ?, ?, {", ".join("?" * len(COLUMNS))}, ?)
"""  # noqa: S608  # our own names
_NUMBER = f"""
    UPDATE asset SET group_no = ?
    WHERE tenant = ? AND group_no = ? AND ({_NAMES}) = ({", ".join("?" * len(COLUMNS))})
"""  # noqa: S608  # our own names

#: What the step of the schema leaves where counts of a new kind are to be made of those there are.
_LACKING = f"SELECT 1 FROM asset_count WHERE tenant = '{ALL_TENANTS}' AND part = -1"  # noqa: S608  # our own names
_WHOLE = f"""
    SELECT tenant, part, group_no, {_NAMES}, assets FROM asset_count
    WHERE tenant <> '{ALL_TENANTS}' AND part = {WHOLE}
"""  # noqa: S608  # our own names

_TENANTS = "SELECT tenant FROM tenant ORDER BY tenant -- fan-out: the keeper looks at all"

#: In place of a part of the roll-up: what is kept of the scopes of accounts.
SCOPES = -1
_NONE = (None,) * len(accounts.COLUMNS)

#: Tenant, part, the number of the group and its values.
_Group = tuple[str, int, int, Kind]


class SqlUpkeep:
    """`Upkeep`. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def check_counts(self) -> list[CountDifference]:
        """As `Upkeep.check_counts`; an asset under another group than its own is missing there."""
        with self._database.reader() as connection:
            there, counted = _recount(connection), _counted(connection)
            scopes, scopes_kept = accounts.recount(connection), accounts.kept(connection)
        return [
            CountDifference(tenant, part, _told(kind), counted[group], there[group])
            for group in sorted(there.keys() | counted.keys())
            if counted[group] != there[group]
            for tenant, part, _, kind in [group]
        ] + [
            CountDifference(place[0], SCOPES, (("account", place[1]), ("scopes", name)), kept or 0, now or 0)
            for place in sorted(scopes.keys() | scopes_kept.keys())
            for name, kept, now in zip(
                accounts.COLUMNS, scopes_kept.get(place, _NONE), scopes.get(place, _NONE), strict=True
            )
            if kept != now
        ]

    @repeatable
    def repair_counts(self) -> None:
        """As `Upkeep.repair_counts`."""
        with self._database.writer(tenants=self._tenants()) as connection:
            for tenant, number, *kind, _ in connection.execute(_RECOUNT).fetchall():
                if number != group_no(*kind):
                    connection.execute(_NUMBER, (group_no(*kind), tenant, number, *kind))
            connection.lock("counts")
            connection.execute("DELETE FROM asset_count -- fan-out: all is counted anew")
            _insert(connection, _recount(connection))
            accounts.repair(connection)

    def _tenants(self) -> list[str]:
        with self._database.reader() as connection:
            return [tenant for (tenant,) in connection.execute(_TENANTS)]


def sum_up(database: Database) -> None:
    """Make the counts that an earlier version did not keep, where the step of the schema says so."""
    with database.reader() as connection:
        if connection.execute(_LACKING).fetchone() is None:
            return
        tenants = [tenant for (tenant,) in connection.execute(_TENANTS)]
    with database.writer(tenants=tenants) as connection:
        connection.lock("counts")
        if connection.execute(_LACKING).fetchone() is None:
            return  # another collector did it meanwhile
        whole = connection.execute(_WHOLE).fetchall()
        connection.execute("DELETE FROM asset_count -- fan-out: all is added up anew")
        accounts.repair(connection)
        _insert(connection, _parts((row[0], row[2], tuple(row[3:-1]), row[-1]) for row in whole))


def _recount(connection: Connection) -> Counter[_Group]:
    rows = connection.execute(_RECOUNT)
    return _parts((tenant, number, tuple(kind), assets) for tenant, number, *kind, assets in rows)


def _parts(rows: Iterable[tuple[str, int, Kind, int]]) -> Counter[_Group]:
    """All rows of the roll-up, from those of the whole; an asset under a wrong number stays under it."""
    found: Counter[_Group] = Counter()
    for tenant, number, kind, assets in rows:
        for part in LEFT_OUT:
            shown = in_part(part, kind)
            group = group_no(*shown) if part else number
            for owner in (tenant, ALL_TENANTS):
                found[owner, part, group, shown] += assets
    return found


def _insert(connection: Connection, counts: Counter[_Group]) -> None:
    connection.executemany(_INSERT, [(*place, *kind, assets) for (*place, kind), assets in counts.items()])


def _counted(connection: Connection) -> Counter[_Group]:
    return Counter(
        {
            (tenant, part, number, tuple(kind)): assets
            for tenant, part, number, *kind, assets in connection.execute(_COUNTED)
        }
    )


def _told(kind: Kind) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in zip(COLUMNS, kind, strict=True) if value)
