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
    SELECT tenant, part, group_no, {_NAMES}, assets, findings FROM asset_count -- fan-out: as above
"""  # noqa: S608  # our own names
_INSERT = f"""
    INSERT INTO asset_count (tenant, part, group_no, {_NAMES}, assets, findings)
    VALUES (?, ?, ?, {", ".join("?" * len(COLUMNS))}, ?, ?)
"""  # noqa: S608  # our own names
#: Open findings by the group of their asset.
_FOUND = f"""
    SELECT a.tenant, a.group_no, {", ".join(f"a.{each}" for each in COLUMNS)}, count(*)
    FROM finding AS f JOIN asset AS a ON a.tenant = f.tenant AND a.asset_id = f.subject
    WHERE f.state = 'open' AND f.subject_kind = 'asset'
    GROUP BY a.tenant, a.group_no, {", ".join(f"a.{each}" for each in COLUMNS)}
"""  # noqa: S608  # our own names
#: Open findings that stand in another group than their asset does: a page through a filter misses them.
_ASTRAY = """
    SELECT f.tenant, count(*)
    FROM finding AS f LEFT JOIN asset AS a ON a.tenant = f.tenant AND a.asset_id = f.subject
    WHERE f.state = 'open' AND f.subject_kind = 'asset' AND f.group_no <> coalesce(a.group_no, 0)
    GROUP BY f.tenant ORDER BY f.tenant
"""
_GROUP_FINDINGS = """
    UPDATE finding SET group_no = coalesce((SELECT a.group_no FROM asset AS a
        WHERE a.tenant = finding.tenant AND a.asset_id = finding.subject), 0)
    WHERE state = 'open' AND subject_kind = 'asset'
"""
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

_ASTRAY_TOLD = ("findings", "open, in another group than their asset")
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
            there, found = _recount(connection), _found(connection)
            counted, counted_findings = _counted(connection)
            astray = connection.execute(_ASTRAY).fetchall()
            scopes, scopes_kept = accounts.recount(connection), accounts.kept(connection)
        return (
            _differing(counted, there)
            + _differing(counted_findings, found, (("findings", "open"),))
            + [CountDifference(tenant, WHOLE, (_ASTRAY_TOLD,), count, 0) for tenant, count in astray]
            + [
                CountDifference(
                    place[0], SCOPES, (("account", place[1]), ("scopes", name)), kept or 0, now or 0
                )
                for place in sorted(scopes.keys() | scopes_kept.keys())
                for name, kept, now in zip(
                    accounts.COLUMNS, scopes_kept.get(place, _NONE), scopes.get(place, _NONE), strict=True
                )
                if kept != now
            ]
        )

    @repeatable
    def repair_counts(self) -> None:
        """As `Upkeep.repair_counts`."""
        with self._database.writer(tenants=self._tenants()) as connection:
            for tenant, number, *kind, _ in connection.execute(_RECOUNT).fetchall():
                if number != group_no(*kind):
                    connection.execute(_NUMBER, (group_no(*kind), tenant, number, *kind))
            connection.lock("counts")
            connection.execute("DELETE FROM asset_count -- fan-out: all is counted anew")
            connection.execute(_GROUP_FINDINGS)
            _insert(connection, _recount(connection), _found(connection))
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
        connection.execute(_GROUP_FINDINGS)
        assets = _parts((row[0], row[2], tuple(row[3:-1]), row[-1]) for row in whole)
        _insert(connection, assets, _found(connection))


def _recount(connection: Connection) -> Counter[_Group]:
    return _summed(connection, _RECOUNT)


def _found(connection: Connection) -> Counter[_Group]:
    return _summed(connection, _FOUND)


def _summed(connection: Connection, statement: str) -> Counter[_Group]:
    rows = connection.execute(statement)
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


def _insert(connection: Connection, assets: Counter[_Group], findings: Counter[_Group]) -> None:
    values = [(group, number, findings[group]) for group, number in assets.items()]
    connection.executemany(_INSERT, [(*place, *kind, *numbers) for (*place, kind), *numbers in values])


def _counted(connection: Connection) -> tuple[Counter[_Group], Counter[_Group]]:
    """What the roll-up says there is: assets, and open findings about them."""
    counted: tuple[Counter[_Group], Counter[_Group]] = Counter(), Counter()
    for tenant, part, number, *kind, assets, findings in connection.execute(_COUNTED):
        group = tenant, part, number, tuple(kind)
        counted[0][group], counted[1][group] = assets, findings
    return counted


def _differing(
    counted: Counter[_Group], there: Counter[_Group], what: tuple[tuple[str, str], ...] = ()
) -> list[CountDifference]:
    return [
        CountDifference(tenant, part, (*_told(kind), *what), counted[group], there[group])
        for group in sorted(there.keys() | counted.keys())
        if counted[group] != there[group]
        for tenant, part, _, kind in [group]
    ]


def _told(kind: Kind) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in zip(COLUMNS, kind, strict=True) if value)
