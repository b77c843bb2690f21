"""How assets are kept before they are written anew or removed: read once for all that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from collector.store.sql.database import chunks
from collector.store.sql.ingest.frame import Frame
from wolkenzicht.model import Scope

_SELECT = """
    SELECT asset_no, asset_id, account, scope_location, scope_type, type, name, group_no, fingerprint, changed
    FROM asset WHERE tenant = ? AND
"""
_NUMBERED = f"{_SELECT} asset_no IN ({{values}})"
_NAMED = f"{_SELECT} asset_id IN ({{values}})"


class Before(NamedTuple):
    """An asset as it is kept until now; `changed` is since when (microseconds)."""

    asset_no: int
    asset_id: str
    account: str
    location: str
    scope_type: str
    type: str
    name: str
    group_no: int
    fingerprint: bytes
    changed: int

    @property
    def place(self) -> tuple[str, str, str]:
        """The scope in which it was last seen."""
        return self[2:5]


def numbered(frame: Frame, asset_nos: Sequence[int]) -> Iterator[Before]:
    """The assets with these numbers."""
    for part in chunks(asset_nos):
        yield from map(Before._make, frame.connection.among(_NUMBERED, frame.tenant, part))


def named(frame: Frame, asset_ids: Sequence[str]) -> dict[str, Before]:
    """Those of the assets with these identifiers that are kept, by identifier."""
    found: dict[str, Before] = {}
    for part in chunks(asset_ids):
        found.update(
            (row[1], Before._make(row)) for row in frame.connection.among(_NAMED, frame.tenant, part)
        )
    return found


def leave_digests(frame: Frame, assets: Iterable[Before]) -> None:
    """They are no longer kept as they are: the digests say so."""
    places: dict[tuple[str, str, str], list[tuple[str, bytes]]] = {}
    for each in assets:
        places.setdefault(each.place, []).append((each.asset_id, each.fingerprint))
    for place, kept in places.items():
        frame.sync.take(Scope(*place), kept)
