"""What an estate of a given size asks of collectors and database, from the measured costs of an asset.

`python -m benchmarks.scaling` prints the tables of docs/scaling.md; a test holds the two to be the same.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

COSTS = Path(__file__).with_name("costs.toml")
#: Seconds in which the changes of a day come.
_WORKING_DAY = 8 * 3600
_MICRO, _MEGA, _GIGA, _TERA = 1e-6, 1e6, 1e9, 1e12
#: A processor is not planned to be busier than this.
_BUSY = 0.6
_HISTORY_DAYS = 730


@dataclass(frozen=True, slots=True)
class Estate:
    """What is kept an overview of; `changes` is the part of all assets that changes in a day."""

    name: str
    assets: int
    agents: int
    changes: float


ESTATES = (
    Estate("a ministry", 500_000, 20, 0.02),
    Estate("the Rijk: 5,000 accounts", 25_000_000, 500, 0.02),
    Estate("27 governments of the EU", 1_000_000_000, 15_000, 0.02),
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an estate asks for on one database: bytes, busy processors, processes."""

    disk: float
    disk_two_years: float
    wal_per_day: float
    network_per_day: float
    first_load_hours: float
    collector_cores: float
    database_cores: float
    collectors: int
    collector_memory: float


def needs(estate: Estate, costs: Mapping[str, float], general: Mapping[str, float]) -> Needs:
    """What an estate needs, by what an asset costs one of the two stores.

    A first load is taken to use two processors for the collectors and two for the database: hours go down in
    proportion to what there is more, up to what one database can commit.
    """
    changed = estate.assets * estate.changes
    disk = estate.assets * costs["first_disk_bytes"]
    collector_cores = changed * costs["changed_collector_cpu_us"] * _MICRO / _WORKING_DAY
    slower = max(costs["first_collector_cpu_us"], costs["first_database_cpu_us"]) / 2
    collectors = max(math.ceil(collector_cores / _BUSY), math.ceil(estate.agents / general["streams"]))
    streams = estate.agents / collectors
    return Needs(
        disk=disk,
        disk_two_years=disk + changed * costs["changed_disk_bytes"] * _HISTORY_DAYS,
        wal_per_day=changed * costs["changed_wal_bytes"],
        network_per_day=changed * costs["changed_network_bytes"],
        first_load_hours=estate.assets * slower * _MICRO / 3600,
        collector_cores=collector_cores,
        database_cores=changed * costs["changed_database_cpu_us"] * _MICRO / _WORKING_DAY,
        collectors=collectors,
        collector_memory=general["collector_bytes"] + streams * general["stream_bytes"],
    )


def tables() -> str:
    """The measured costs, and what they come to, as Markdown."""
    costs = tomllib.loads(COSTS.read_text())
    return "\n".join([*_costs(costs), "", *_needs(costs)])


def _costs(costs: dict[str, dict[str, float]]) -> Iterator[str]:
    yield "| an asset costs | SQLite: first | each change | PostgreSQL: first | each change |"
    yield "| --- | --- | --- | --- | --- |"
    for key, name in (
        ("collector_cpu_us", "processor time of the collector, µs"),
        ("database_cpu_us", "processor time of the database, µs"),
        ("disk_bytes", "bytes on disk, indexes included"),
        ("wal_bytes", "bytes of write-ahead log"),
        ("network_bytes", "bytes from the agent, before TLS"),
    ):
        cells = [
            f"{costs[store][f'{when}_{key}']:,.0f}" if costs[store][f"{when}_{key}"] else "–"
            for store in ("sqlite", "postgresql")
            for when in ("first", "changed")
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def _needs(costs: dict[str, dict[str, float]]) -> Iterator[str]:
    found = [needs(estate, costs["postgresql"], costs["general"]) for estate in ESTATES]
    yield f"| on PostgreSQL | {' | '.join(estate.name for estate in ESTATES)} |"
    yield f"| --- |{' --- |' * len(ESTATES)}"
    yield f"| assets | {' | '.join(f'{estate.assets:,}' for estate in ESTATES)} |"
    yield f"| agents | {' | '.join(f'{estate.agents:,}' for estate in ESTATES)} |"
    for name, cells in (
        ("database, on the first day", [_bytes(each.disk) for each in found]),
        ("database, with two years of full history", [_bytes(each.disk_two_years) for each in found]),
        ("write-ahead log in a day", [_bytes(each.wal_per_day) for each in found]),
        ("from all agents in a day", [_bytes(each.network_per_day) for each in found]),
        ("first load, two processors each, hours", [_number(each.first_load_hours) for each in found]),
        ("busy processors of collectors, by day", [_number(each.collector_cores) for each in found]),
        ("busy processors of the database, by day", [_number(each.database_cores) for each in found]),
        ("collectors that suffice", [str(each.collectors) for each in found]),
        ("memory of each", [_bytes(each.collector_memory) for each in found]),
    ):
        yield f"| {name} | {' | '.join(cells)} |"


def _bytes(count: float) -> str:
    for unit, name in ((_TERA, "TB"), (_GIGA, "GB")):
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{count / _MEGA:,.0f} MB"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 1 else f"{value:,.1f}"


if __name__ == "__main__":
    print(tables())
