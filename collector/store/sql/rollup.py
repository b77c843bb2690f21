"""The roll-up: how many assets of a tenant are alike in all that an overview groups or filters by.

It is kept in step by the transaction that writes assets, so that no count ever looks at one. Beside the
rows of each tenant stand their sums over all tenants: of these there are few, of all tenants' rows many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from collector.store.sql.database import Connection, chunks
from collector.store.sql.groups import ALL_TENANTS, COLUMNS, LEFT_OUT, WHOLE, Kind, group_no, in_part
from wolkenzicht.errors import StorageError

_TAKEN = "SELECT group_no, count(*) FROM asset WHERE tenant = ? AND asset_no IN ({values}) GROUP BY group_no"
_KIND = f"SELECT {', '.join(COLUMNS)} FROM asset_count WHERE tenant = ? AND part = {WHOLE} AND group_no = ?"  # noqa: S608  # our own names
_ADD = f"""
    INSERT INTO asset_count (tenant, part, group_no, {", ".join(COLUMNS)}, assets)
    VALUES (?, ?, ?, {", ".join("?" * len(COLUMNS))}, ?)
    ON CONFLICT (tenant, part, group_no) DO UPDATE SET assets = asset_count.assets + excluded.assets
"""  # noqa: S608  # our own names
_TAKE = "UPDATE asset_count SET assets = assets - ? WHERE tenant = ? AND part = ? AND group_no = ?"
_DROP = "DELETE FROM asset_count WHERE tenant = ? AND part = ? AND group_no = ? AND assets = 0"


class Counts:
    """What a transaction adds to the roll-up and takes from it; `write` says it to the store once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kinds: dict[int, Kind] = {}
        self._changes: Counter[tuple[str, int]] = Counter()

    def add(self, tenant: str, kinds: Iterable[Kind]) -> None:
        """Assets that are written, each as it is from now on."""
        for kind, assets in Counter(kinds).items():
            number = group_no(*kind)
            self._kinds[number] = kind
            self._changes[tenant, number] += assets

    def take(self, tenant: str, asset_nos: Sequence[int]) -> None:
        """Assets that are about to be written again or removed, as they are until now."""
        for part in chunks(asset_nos):
            for number, assets in self._connection.among(_TAKEN, tenant, part):
                self._changes[tenant, number] -= assets

    def write(self) -> None:
        """Bring the roll-up in step, at the end of a transaction: others wait from the sums on."""
        changes: Counter[tuple[str, int, int]] = Counter()
        kinds: dict[int, Kind] = {}
        for (tenant, number), change in self._changes.items():
            if change:
                whole = self._kind(tenant, number)
                for part in LEFT_OUT:
                    kind = in_part(part, whole)
                    kinds[group_no(*kind)] = kind
                    changes[tenant, part, group_no(*kind)] += change
        self._changes.clear()
        self._apply(kinds, changes)
        sums: Counter[tuple[str, int, int]] = Counter()
        for (_, part, number), change in changes.items():
            sums[ALL_TENANTS, part, number] += change
        if any(sums.values()):
            self._connection.lock("counts")
            self._apply(kinds, sums)

    def _apply(self, kinds: dict[int, Kind], changes: Counter[tuple[str, int, int]]) -> None:
        """In one order always, so that no two writers wait for each other."""
        ordered = sorted((place, change) for place, change in changes.items() if change)
        added = [(*place, *kinds[place[2]], change) for place, change in ordered if change > 0]
        taken = [(-change, *place) for place, change in ordered if change < 0]
        self._connection.executemany(_ADD, added)
        self._connection.executemany(_TAKE, taken)
        self._connection.executemany(_DROP, [place for _, *place in taken])

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
