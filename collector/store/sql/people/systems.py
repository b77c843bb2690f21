"""How the register of systems is kept and read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from collector.store.base.people import System
from collector.store.base.places import places_of
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from collector.store.sql.people.changes import Versions, changed, queue
from policy.context import SystemEntry
from policy.words import fold
from wolkenzicht.errors import ConfigurationError

SYSTEMS = Versions(
    "system",
    (
        "organisation", "system", "folded", "name", "material", "personal_data", "base_registry", "tbb",
        "marking", "places", "contract", "source",
    ),
    ("organisation", "system", "recorded", "valid_from"),
)  # fmt: skip

_EVERY = """
    SELECT organisation, system, name, material, personal_data, base_registry, tbb, marking, places, contract,
        source, valid_from, valid_until, recorded, superseded
    FROM system
"""
_PRESENT = f"{_EVERY} WHERE superseded IS NULL ORDER BY organisation, folded, valid_from"
_HISTORY = f"{_EVERY} ORDER BY organisation, folded, recorded, valid_from"


def put(connection: Connection, given: Sequence[System], now: datetime) -> int:
    """As `People.put_systems`."""
    _refuse(connection, given)
    moment = SYSTEMS.moment(connection, now)
    count = 0
    for each in given:
        entry = each.entry
        key = {"organisation": entry.organisation, "folded": fold(entry.system)}
        if _stands(connection, each):
            continue
        SYSTEMS.clear(connection, key, each.valid_from, moment)
        SYSTEMS.add(connection, _values(each), (each.valid_from, each.valid_until), moment)
        queue(connection, now, organisation=entry.organisation, system=entry.system)
        count += 1
    if count:
        changed(connection)
    return count


def end(connection: Connection, organisation: str, system: str, until: date, now: datetime) -> None:
    """As `People.end_system`."""
    key = {"organisation": organisation, "folded": fold(system)}
    after = (until + timedelta(days=1)).isoformat()
    row = connection.execute(
        "SELECT system FROM system WHERE organisation = ? AND folded = ? AND superseded IS NULL "
        "AND (valid_until IS NULL OR valid_until >= ?)",
        (*key.values(), after),
    ).fetchone()
    if row is None:
        raise ConfigurationError(
            f"system '{system}' of organisation '{organisation}' has no entry after {until}: "
            "see 'systems list'"
        )
    SYSTEMS.clear(connection, key, until + timedelta(days=1), SYSTEMS.moment(connection, now))
    queue(connection, now, organisation=organisation, system=row[0])
    changed(connection)


def every(connection: Connection, *, history: bool) -> list[System]:
    """As `People.systems`."""
    return [_system(row) for row in connection.execute(_HISTORY if history else _PRESENT)]


def _refuse(connection: Connection, given: Sequence[System]) -> None:
    known = {organisation for (organisation,) in connection.execute("SELECT organisation FROM organisation")}
    seen: set[tuple[str, str]] = set()
    for each in given:
        entry = each.entry
        if entry.organisation not in known:
            raise ConfigurationError(
                f"organisation '{entry.organisation}' of system '{entry.system}' does not exist: "
                "import it first"
            )
        if not fold(entry.system):
            raise ConfigurationError("system: is empty; give it a name")
        key = (entry.organisation, fold(entry.system))
        if key in seen:
            raise ConfigurationError(f"system '{entry.system}' is given twice: keep one of them")
        seen.add(key)


def _stands(connection: Connection, each: System) -> bool:
    """Whether exactly this is what is known of the system from that day on."""
    entry = each.entry
    rows = connection.execute(
        f"{_EVERY} WHERE organisation = ? AND folded = ? AND superseded IS NULL "
        "AND (valid_until IS NULL OR valid_until >= ?)",
        (entry.organisation, fold(entry.system), each.valid_from.isoformat()),
    ).fetchall()
    if len(rows) != 1:
        return False
    known = _system(rows[0])
    return (
        known.valid_from <= each.valid_from
        and known.valid_until == each.valid_until
        and (known.entry, known.places, known.contract) == (entry, each.places, each.contract)
    )


def _values(each: System) -> tuple[str, ...]:
    entry = each.entry
    places = json.dumps([[column, list(countries)] for column, countries in each.places])
    return (
        entry.organisation, entry.system, fold(entry.system), entry.name, entry.material, entry.personal_data,
        entry.base_registry, entry.tbb, entry.marking, places, each.contract, entry.source,
    )  # fmt: skip


def _system(row: tuple[Any, ...]) -> System:
    organisation, system, name, *said, places, contract, source = row[:11]
    valid_from, valid_until, recorded, superseded = row[11:]
    material, personal_data, base_registry, tbb, marking = said
    told = tuple((column, tuple(countries)) for column, countries in json.loads(places))
    entry = SystemEntry(
        system=system,
        name=name,
        organisation=organisation,
        material=material,
        personal_data=personal_data,
        base_registry=base_registry,
        tbb=tbb,
        marking=marking,
        places=places_of(organisation, system, told, contract),
        source=source,
    )
    return System(
        entry,
        told,
        contract,
        date.fromisoformat(valid_from),
        date.fromisoformat(valid_until) if valid_until else None,
        from_micros(recorded),
        None if superseded is None else from_micros(superseded),
    )
