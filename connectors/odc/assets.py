"""How a row of an inventory becomes an asset, and what makes a row unfit to be one."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import Rejected
from connectors.odc.columns import Header
from connectors.odc.kinds import OTHER, InventoryKind, kind_of
from connectors.odc.lines import Row
from connectors.odc.values import COUNTRY, UnfitError, fault, urn
from wolkenzicht.model import Asset, Certainty, DataLocation, Declarations, Evidence

PROVIDER = "odc"

_NAMING = frozenset({"site", "country", "system", "kind", "name", "owner", "material", "personal data"})
_IDENTITY = ("system", "kind", "name")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What all rows of a file share: its name, its first line, the account and the site by default."""

    file: str
    header: Header
    account: str
    site: str


def kind_in(row: Row, inventory: Inventory) -> InventoryKind | None:
    """The kind that a row is of; None where its kind cannot be read."""
    word = row.fields[inventory.header.positions["kind"]].strip()
    if not word or _fault(word, "kind"):
        return None
    return kind_of(word)


def make_asset(row: Row, kind: InventoryKind, inventory: Inventory) -> Asset:
    """The asset that a row describes. Raises `UnfitError`."""
    header = inventory.header
    values = {name: row.fields[place].strip() for name, place in header.positions.items()}
    extra = {f"column:{title}": row.fields[place].strip() for place, title in header.extra}
    for name, value in (*values.items(), *((key.partition(":")[2], text) for key, text in extra.items())):
        if fault := _fault(value, name):
            raise UnfitError(name, fault)
    for name in _IDENTITY:
        if not values[name]:
            raise UnfitError(name, f"is empty; every row needs a {name}")
    site = values.get("site") or inventory.site
    if not site:
        raise UnfitError("site", "is empty; fill it in or set `site` in the configuration")
    word = " ".join(values["kind"].casefold().split())
    properties = {key: text for key, text in extra.items() if text}
    if kind is OTHER:
        properties["kind"] = word
    return Asset(
        asset_id=urn("odc", site, values["system"], word if kind is OTHER else kind.word, values["name"]),
        provider=PROVIDER,
        partition=site,
        account=inventory.account,
        service=kind.word,
        type=kind.type,
        name=values["name"],
        location=site,
        holds=kind.holds,
        locations=(_location(kind, site, values["country"], inventory.file),),
        tags=tuple(sorted(_tags(values.get("tags", "")).items())),
        properties=tuple(sorted(properties.items())),
        declarations=Declarations(
            system=values["system"],
            owner=values.get("owner", ""),
            material=values.get("material", ""),
            personal_data=values.get("personal data", ""),
        ),
    )


def rejected(line: int, column: int, field: str, reason: str, inventory: Inventory) -> Rejected:
    """The record of a row that was skipped; the row has no identifier that could be relied on."""
    return Rejected("", f"{inventory.file}:{line}:{column}", field, reason)


def column_number(name: str, header: Header) -> int:
    """The number of a column, from 1, as origins name it."""
    for place, title in header.extra:
        if title == name:
            return place + 1
    return header.positions.get(name, 0) + 1


def _location(kind: InventoryKind, site: str, country: str, file: str) -> DataLocation:
    if country and not COUNTRY.fullmatch(country):
        raise UnfitError("country", "is no ISO 3166-1 alpha-2 code; write two letters, such as NL")
    return DataLocation(
        operation=kind.operation,
        location=site,
        certainty=Certainty.DECLARED if country else Certainty.UNKNOWN,
        evidence=(Evidence(f"{file}:country", country),),
        declared_countries=(country.upper(),) if country else (),
    )


def _tags(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in text.split(";"):
        key, _, value = (side.strip() for side in part.partition("="))
        if not key and not value:
            continue
        if not key:
            raise UnfitError("tags", "has a value without a key; write key=value;key=value")
        if key in tags:
            raise UnfitError("tags", f"names the key {key[:64]!r} twice; keep one of the two")
        tags[key] = value
    return tags


def _fault(value: str, name: str) -> str:
    """Why a value cannot be kept; empty where it can."""
    return fault(value, naming=name in _NAMING)
