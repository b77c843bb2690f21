"""Which columns an inventory has, in Dutch and English, and how its first line is understood."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

#: The columns that are understood: the name used here, and the other names it may have in a file.
COLUMNS: dict[str, tuple[str, ...]] = {
    "site": ("locatie", "datacentrum", "vestiging"),
    "country": ("land",),
    "system": ("systeem", "informatiesysteem"),
    "kind": ("soort",),
    "name": ("naam",),
    "owner": ("eigenaar",),
    "material": ("materieel", "materieel gebruik"),
    "personal data": ("persoonsgegevens",),
    "tags": ("labels",),
}
#: Columns that a file cannot do without; `site` only where the configuration names none.
REQUIRED = ("country", "system", "kind", "name")
DELIMITERS = (",", ";")

_NAMES = {synonym: name for name, synonyms in COLUMNS.items() for synonym in (name, *synonyms)}
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an inventory.

    `positions` gives for each understood column its place from 0, `extra` the places and names of the
    columns that are kept as properties, `titles` every column as the file writes it.
    """

    delimiter: str
    titles: tuple[str, ...]
    positions: dict[str, int]
    extra: tuple[tuple[int, str], ...]


def understand(line: str, file: str, *, site_known: bool) -> Header:
    """The header in `line`; raises `ReadError` naming the column that is missing, double or unnamed."""
    delimiter, titles = max(
        ((each, _titles(line, each)) for each in DELIMITERS), key=lambda found: _recognised(found[1])
    )
    positions: dict[str, int] = {}
    extra: list[tuple[int, str]] = []
    taken: set[str] = set()
    for place, title in enumerate(titles):
        words = _words(title)
        if not words:
            raise _refused(f"{file}:1:{place + 1}: column {place + 1} has no name; name it or remove it")
        name = _NAMES.get(words, words)
        if name in taken:
            raise _refused(
                f"{file}:1:{place + 1}: column {title!r} stands there twice; remove one of the two"
            )
        taken.add(name)
        if name in COLUMNS:
            positions[name] = place
        else:
            extra.append((place, words))
    for name in REQUIRED if site_known else ("site", *REQUIRED):
        if name not in positions:
            remedy = " or set `site` in the configuration" if name == "site" else ""
            raise _refused(
                f"{file}:1: column {name!r} (or {_listed(COLUMNS[name])}) is missing; "
                f"add it to the first line{remedy}"
            )
    return Header(delimiter, titles, positions, tuple(extra))


def _titles(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return ()


def _recognised(titles: tuple[str, ...]) -> int:
    return sum(_words(title) in _NAMES for title in titles)


def _words(title: str) -> str:
    return _BETWEEN_WORDS.sub(" ", title).strip().casefold()


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names)


def _refused(message: str) -> ReadError:
    return ReadError(Gap(Outcome.FAILED, message))
