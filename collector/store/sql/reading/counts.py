"""How counts are read: from the smallest part of the roll-up that will do, as numbers, named at the end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from collector.store.base import AssetQuery, CountRow, Sight
from collector.store.sql.database import Database
from collector.store.sql.groups import COLUMNS, Kind, part_for
from collector.store.sql.reading.conditions import Ask, Condition, Seen, asked_of, of_assets

_NUMBERS = "SELECT x.tenant, x.group_no, x.assets FROM asset_count AS x {seen}"
_SUMS = """
    SELECT '', x.group_no, CAST(sum(x.assets) AS BIGINT) FROM asset_count AS x {seen} GROUP BY x.group_no
"""
_KINDS = f"""
    SELECT DISTINCT x.group_no, {", ".join(f"x.{column}" for column in COLUMNS)} FROM asset_count AS x
    {{seen}}
"""  # noqa: S608  # our own names
_ORGANISATIONS = "SELECT x.tenant, x.organisation FROM tenant AS x {seen}"

#: What groups consist of, once it was read: a number stands for the same values always, whoever asks.
_known: dict[int, Kind] = {}
_MOST_KNOWN = 200_000


def read(database: Database, sight: Sight, query: AssetQuery, columns: frozenset[str]) -> list[CountRow]:
    """As `Reading.counts`."""
    part = part_for(columns | asked_of(query))
    conditions = [Condition("x.part = ?", (part,)), *of_assets(query)]
    by_organisation = "organisation" in columns
    sums = None if by_organisation else Seen.of_sums(database, sight, query)
    with (sums or Seen.of(database, sight, query)).moment() as ask:
        organisations = dict(ask(_ORGANISATIONS, [], ())) if by_organisation else {"": ""}
        statement = _NUMBERS if by_organisation or sums else _SUMS
        found = ask(statement, conditions, ())
        kinds = _kinds(ask, conditions, {number for _, number, _ in found})
    # Of groups that are shown alike one number stands for all: it is quicker to find than what it means.
    alike: dict[Kind, int] = {}
    standing = {number: alike.setdefault(_shown(kind, columns), number) for number, kind in kinds.items()}
    counted: dict[tuple[str, int], int] = {}
    for tenant, number, assets in found:
        place = organisations[tenant], standing[number]
        counted[place] = counted.get(place, 0) + assets
    told = {number: _told(kind) for kind, number in alike.items()}
    return [
        CountRow._make((organisation, *told[number], assets))
        for (organisation, number), assets in counted.items()
    ]


def _kinds(ask: Ask, conditions: list[Condition], numbers: Iterable[int]) -> dict[int, Kind]:
    """What these groups consist of; read only where one of them was never met before."""
    wanted = set(numbers)
    if not wanted <= _known.keys():
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        _known.update((number, tuple(kind)) for number, *kind in ask(_KINDS, conditions, ()))
    return {number: _known[number] for number in wanted}


#: Columns that are told always.
_ALWAYS = frozenset({"location_class", "material", "holds", "law_reach"})


@lru_cache(maxsize=16_384)
def _shown(kind: Kind, columns: frozenset[str]) -> Kind:
    return tuple(
        value if name in columns or name in _ALWAYS else "" for name, value in zip(COLUMNS, kind, strict=True)
    )


def row_of(organisation: str, kind: Kind, assets: int) -> CountRow:
    """A count of the assets of one kind."""
    return CountRow._make((organisation, *_told(kind), assets))


@lru_cache(maxsize=16_384)
def _told(kind: Kind) -> tuple[Any, ...]:
    """The columns of a row that stand for the kind, in the order of the row."""
    provider, countries, location_class, material, holds, type_name, custody, law_reach, law = kind
    return (
        provider,
        countries_of(countries),
        location_class,
        material,
        holds,
        type_name,
        custody,
        law_reach,
        countries_of(law),
    )


@lru_cache(maxsize=4096)
def countries_of(column: str) -> tuple[str, ...]:
    """The codes in a column of countries."""
    return tuple(code for code in column.split(",") if code)
