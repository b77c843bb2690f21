"""The roll-up: how many assets of a tenant are alike in all that an overview groups or filters by.

It is kept in step by the transaction that writes assets, so that no count ever looks at one. Beside the
rows of each tenant stand their sums over all tenants: of these there are few, of all tenants' rows many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from collector.store.sql.database import Connection
from collector.store.sql.groups import ALL_TENANTS, COLUMNS, LEFT_OUT, WHOLE, Kind, group_no, in_part
from wolkenzicht.errors import StorageError

_KIND = f"SELECT {', '.join(COLUMNS)} FROM asset_count WHERE tenant = ? AND part = {WHOLE} AND group_no = ?"  # noqa: S608  # our own names
_ADD = f"""
    INSERT INTO asset_count (tenant, part, group_no, {", ".join(COLUMNS)}, assets, findings)
    VALUES (?, ?, ?, {", ".join("?" * len(COLUMNS))}, ?, ?)
    ON CONFLICT (tenant, part, group_no) DO UPDATE SET assets = asset_count.assets + excluded.assets,
        findings = asset_count.findings + excluded.findings
"""  # noqa: S608  # our own names
_DROP = "DELETE FROM asset_count WHERE tenant = ? AND part = ? AND group_no = ? AND assets = 0"

#: Tenant, part and group; and by how many assets and open findings it has more.
_Place = tuple[str, int, int]
_Change = tuple[int, int]
_NONE: _Change = (0, 0)


class Counts:
    """What a transaction adds to the roll-up and takes from it; `write` says it to the store once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kinds: dict[int, Kind] = {}
        self._changes: Counter[tuple[str, int]] = Counter()
        self._findings: Counter[tuple[str, int]] = Counter()

    def add(self, tenant: str, kinds: Iterable[Kind]) -> None:
        """Assets that are written, each as it is from now on."""
        for kind, assets in Counter(kinds).items():
            number = group_no(*kind)
            self._kinds[number] = kind
            self._changes[tenant, number] += assets

    def take(self, tenant: str, groups: Iterable[int]) -> None:
        """Assets that are about to be written again or removed, each in its group until now."""
        for number, assets in Counter(groups).items():
            self._changes[tenant, number] -= assets

    def found(self, tenant: str, group: int, findings: int) -> None:
        """So many more open findings about assets of a group, fewer where negative."""
        self._findings[tenant, group] += findings

    def write(self) -> None:
        """Bring the roll-up in step, at the end of a transaction: others wait from the sums on."""
        changes: dict[_Place, _Change] = {}
        kinds: dict[int, Kind] = {}
        for tenant, number in self._changes.keys() | self._findings.keys():
            change = self._changes[tenant, number], self._findings[tenant, number]
            if change != _NONE:
                whole = self._kind(tenant, number)
                for part in LEFT_OUT:
                    kind = in_part(part, whole)
                    place = tenant, part, group_no(*kind)
                    kinds[place[2]] = kind
                    changes[place] = _together(changes.get(place, _NONE), change)
        self._changes.clear()
        self._findings.clear()
        self._apply(kinds, changes)
        sums: dict[_Place, _Change] = {}
        for (_, part, number), change in changes.items():
            place = ALL_TENANTS, part, number
            sums[place] = _together(sums.get(place, _NONE), change)
        if any(change != _NONE for change in sums.values()):
            self._connection.lock("counts")
            self._apply(kinds, sums)

    def _apply(self, kinds: dict[int, Kind], changes: dict[_Place, _Change]) -> None:
        """In one order always, so that no two writers wait for each other."""
        ordered = sorted((place, change) for place, change in changes.items() if change != _NONE)
        self._connection.executemany(_ADD, [(*place, *kinds[place[2]], *change) for place, change in ordered])
        self._connection.executemany(_DROP, [place for place, (assets, _) in ordered if assets < 0])

    def _kind(self, tenant: str, number: int) -> Kind:
        """What a group consists of: known where it was added to, else as the roll-up has it."""
        if number not in self._kinds:
            row = self._connection.execute(_KIND, (tenant, number)).fetchone()
            if row is None:
                raise StorageError(
                    f"the counts of tenant '{tenant}' do not fit its assets: stop the collector and run "
                    "'wolkenzicht-collector store check --repair'"
                )
            self._kinds[number] = tuple(row)
        return self._kinds[number]


def _together(one: _Change, other: _Change) -> _Change:
    return one[0] + other[0], one[1] + other[1]
