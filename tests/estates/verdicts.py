"""Whether the assets of an estate are judged as a person wrote down beside it, row by row, both ways."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from policy.ruleset import Policy
from wolkenzicht.model import Asset, LocationClass, LocationVerdict, Operation, Verdict

#: How many assets an estate must have to say something about a connector.
FEWEST = 60
#: A place of which neither the code nor the country is known, and one in the Union that nobody names.
UNKNOWN, IN_THE_UNION = "?", "EU"


@dataclass(frozen=True, slots=True)
class Row:
    """The verdict on one asset. Countries are ISO 3166-1 alpha-2 codes, `EU` or `?`, in any order."""

    asset_id: str
    type: str
    holds: str
    location_class: str
    stored: frozenset[str]
    replicated: frozenset[str]
    backed_up: frozenset[str]
    processed: frozenset[str]
    jurisdictions: frozenset[str]
    material: str


#: The header of `verdicts.csv`; `why` is for people and is not compared.
COLUMNS = (*(each.name for each in fields(Row)), "why")


def written(path: Path) -> dict[str, Row]:
    """The rows of a `verdicts.csv` by asset id. Raises `ValueError` for a row that is no verdict."""
    rows: dict[str, Row] = {}
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file, strict=True)
        if tuple(table.fieldnames or ()) != COLUMNS:
            message = f"{path}: the columns must be {','.join(COLUMNS)}"
            raise ValueError(message)
        for cells in table:
            row = _row(cells, f"{path}:{table.line_num}")
            if row.asset_id in rows:
                message = f"{path}:{table.line_num}: {row.asset_id} has a row already"
                raise ValueError(message)
            rows[row.asset_id] = row
    return rows


def _row(cells: dict[str, str], where: str) -> Row:
    if None in cells or None in cells.values():
        message = f"{where}: write {len(COLUMNS)} cells; quote a cell that has a comma"
        raise ValueError(message)
    lacking = [name for name in ("asset_id", "type", "holds", "location_class", "why") if not cells[name]]
    if lacking:
        message = f"{where}: {lacking[0]} is empty; every verdict is whole and says why"
        raise ValueError(message)
    return Row(
        asset_id=cells["asset_id"],
        type=cells["type"],
        holds=cells["holds"],
        location_class=cells["location_class"],
        stored=frozenset(cells["stored"].split()),
        replicated=frozenset(cells["replicated"].split()),
        backed_up=frozenset(cells["backed_up"].split()),
        processed=frozenset(cells["processed"].split()),
        jurisdictions=frozenset(cells["jurisdictions"].split()),
        material=cells["material"],
    )


def reached(asset: Asset, verdict: Verdict) -> Row:
    """The row that an asset and its verdict amount to."""
    places: dict[Operation, set[str]] = {each: set() for each in Operation}
    for place, judged in zip(asset.locations, verdict.locations, strict=True):
        places[place.operation].update(_countries(judged))
    return Row(
        asset_id=asset.asset_id,
        type=asset.type,
        holds=asset.holds.value,
        location_class=verdict.location_class.value,
        stored=frozenset(places[Operation.STORED]),
        replicated=frozenset(places[Operation.REPLICATED]),
        backed_up=frozenset(places[Operation.BACKED_UP]),
        processed=frozenset(places[Operation.PROCESSED]),
        jurisdictions=frozenset(each.country for each in verdict.jurisdictions),
        material=verdict.material.value,
    )


def _countries(judged: LocationVerdict) -> tuple[str, ...]:
    if judged.countries:
        return judged.countries
    return (IN_THE_UNION,) if judged.location_class is LocationClass.INSIDE_EEA else (UNKNOWN,)


def differences(path: Path, assets: Iterable[Asset], policy: Policy) -> list[str]:
    """What the file says otherwise than the policy about these assets, a line for each difference.

    An asset that comes twice, one without a row and a row without an asset are differences too.
    Raises `ValueError` for a file that cannot be used.
    """
    expected = written(path)
    found: dict[str, Row] = {}
    lines = []
    for asset in assets:
        if asset.asset_id in found:
            lines.append(f"{asset.asset_id}: read twice")
        found[asset.asset_id] = reached(asset, policy.classify(asset))
    lines += [f"{each}: read, but {path.name} has no row for it" for each in found if each not in expected]
    lines += [f"{each}: has a row, but was not read" for each in expected if each not in found]
    for name, row in expected.items():
        lines += _unlike(row, found[name]) if name in found else []
    return lines


def _unlike(expected: Row, found: Row) -> list[str]:
    return [
        f"{expected.asset_id}: {each.name} is written as {_text(getattr(expected, each.name))}, "
        f"judged as {_text(getattr(found, each.name))}"
        for each in fields(Row)
        if getattr(expected, each.name) != getattr(found, each.name)
    ]


def _text(cell: str | frozenset[str]) -> str:
    return repr(cell if isinstance(cell, str) else " ".join(sorted(cell)))
