"""How a change of what people say is kept: the past stays, the present has a new version, and is queued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from collector.store.sql.clock import to_micros
from collector.store.sql.database import Connection

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Versions:
    """A table of versions: `columns` are those besides its times, `identity` those that name a version."""

    table: str
    columns: tuple[str, ...]
    identity: tuple[str, ...]

    def moment(self, connection: Connection, now: datetime) -> int:
        """When a change is recorded: now, and later than every earlier change of the table."""
        statement = f"SELECT max(recorded), max(superseded) FROM {self.table} -- fan-out: one clock for all"  # noqa: S608  # our own name
        last = [each or 0 for each in connection.execute(statement).fetchone()]
        return max(to_micros(now), max(last) + 1)

    def clear(self, connection: Connection, key: Mapping[str, str], start: date, moment: int) -> None:
        """Make room from a day on: what was so before that day is kept as a version of its own."""
        where = " AND ".join(f"{name} = ?" for name in key)
        columns = ", ".join(self.columns)
        rows = connection.execute(
            f"SELECT {', '.join(self.identity)} FROM {self.table} WHERE {where} AND superseded IS NULL "  # noqa: S608  # our own names
            "AND (valid_until IS NULL OR valid_until >= ?)",
            (*key.values(), start.isoformat()),
        ).fetchall()
        this = " AND ".join(f"{name} = ?" for name in self.identity)
        for row in rows:
            connection.execute(f"UPDATE {self.table} SET superseded = ? WHERE {this}", (moment, *row))  # noqa: S608  # our own names
            if dict(zip(self.identity, row, strict=True))["valid_from"] < start.isoformat():
                connection.execute(
                    f"INSERT INTO {self.table} ({columns}, recorded, valid_from, valid_until) "  # noqa: S608  # our own names
                    f"SELECT {columns}, ?, valid_from, ? FROM {self.table} WHERE {this}",
                    (moment, (start - _DAY).isoformat(), *row),
                )

    def add(
        self,
        connection: Connection,
        values: Sequence[Any],
        period: tuple[date, date | None],
        moment: int,
    ) -> None:
        """Add the present version; `values` stand in the order of `columns`."""
        valid_from, valid_until = period
        names = (*self.columns, "recorded", "valid_from", "valid_until")
        marks = ", ".join("?" * len(names))
        connection.execute(
            f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608  # our own names
            (*values, moment, valid_from.isoformat(), valid_until.isoformat() if valid_until else None),
        )


def queue(
    connection: Connection,
    now: datetime,
    *,
    organisation: str,
    system: str = "",
    tenant: str = "",
    asset_id: str = "",
) -> None:
    """Let an asset, or what belongs to a system, be judged again; what waits already is not queued twice."""
    place = (organisation, system, tenant, asset_id)
    connection.execute(
        "INSERT INTO judge_again (organisation, system, tenant, asset_id, created) SELECT ?, ?, ?, ?, ? "
        "WHERE NOT EXISTS (SELECT 1 FROM judge_again WHERE organisation = ? AND system = ? "
        "AND tenant = ? AND asset_id = ?)",
        (*place, to_micros(now), *place),
    )


def changed(connection: Connection) -> None:
    """Tell who keeps it in memory that people said something else."""
    connection.execute("UPDATE people_generation SET generation = generation + 1")
