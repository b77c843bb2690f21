"""How a row of an inventory becomes an asset, and what makes a row unfit to be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from connectors.base import Rejected
from connectors.odc.columns import Header
from connectors.odc.kinds import OTHER, InventoryKind, kind_of
from connectors.odc.lines import Row
from wolkenzicht.model import Asset, Certainty, DataLocation, Declarations, Evidence

PROVIDER = "odc"
#: Longest value in bytes of UTF-8: of the fields that people know an asset by, and of all others.
MAX_NAME_BYTES = 512
MAX_VALUE_BYTES = 16_384
#: Longest identifier in bytes that the collector keeps.
MAX_ASSET_ID_BYTES = 2048

_NAMING = frozenset({"site", "country", "system", "kind", "name", "owner", "material", "personal data"})
_IDENTITY = ("system", "kind", "name")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_BREAK = re.compile(r"[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What all rows of a file share: its name, its first line, the account and the site by default."""

    file: str
    header: Header
    account: str
    site: str


class UnfitError(Exception):
    """A row that cannot be an asset; says which column and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


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
        asset_id=_identity(site, values["system"], word if kind is OTHER else kind.word, values["name"]),
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


def _identity(site: str, system: str, word: str, name: str) -> str:
    parts = ":".join(quote(part, safe="") for part in (site, system, word, name))
    identity = f"urn:wolkenzicht:odc:{parts}"
    if len(identity) > MAX_ASSET_ID_BYTES:
        raise UnfitError("name", f"makes an identifier of {len(identity)} bytes, over {MAX_ASSET_ID_BYTES}")
    return identity


def _location(kind: InventoryKind, site: str, country: str, file: str) -> DataLocation:
    if country and not _COUNTRY.fullmatch(country):
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
    if "\0" in value:
        return "holds a NUL byte; remove it at the source"
    if _CONTROL.search(value) or (name in _NAMING and _LINE_BREAK.search(value)):
        return "holds a control character; remove it at the source"
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return "is not UTF-8; save the file as UTF-8"
    limit = MAX_NAME_BYTES if name in _NAMING else MAX_VALUE_BYTES
    return f"is {size} bytes; at most {limit} are kept" if size > limit else ""
