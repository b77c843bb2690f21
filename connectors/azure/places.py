"""What Azure's names of places mean: every spelling to its code, and which region is paired with which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def squashed(name: str) -> str:
    """A name without case and spaces: most codes are their display name written so ("West Europe")."""
    return "".join(name.lower().split())


class Places:
    """The locations that Azure lists, as it lists them now.

    A name that no listing has is handed on squashed: the catalogue decides what it means, and it is
    never guessed.
    Source: https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations
    """

    def __init__(self, locations: Iterable[Mapping[str, Any]] = ()) -> None:
        self._codes: dict[str, str] = {}
        self._pairs: dict[str, str] = {}
        for each in locations:
            code = squashed(each["name"])
            metadata = each.get("metadata") or {}
            for spelling in (each["name"], each.get("displayName"), each.get("regionalDisplayName")):
                if spelling:
                    self._codes.setdefault(squashed(spelling), code)
            paired = metadata.get("pairedRegion")
            if metadata.get("regionType") == "Physical" or paired:
                self._pairs[code] = squashed(paired[0]["name"]) if paired else ""

    def code(self, name: str | None) -> str:
        """The location code of a name in any spelling; empty for no name."""
        plain = squashed(name or "")
        return self._codes.get(plain, plain)

    def pair(self, code: str) -> str | None:
        """The region paired with a region: empty where it has none, `None` where that is not known."""
        return self._pairs.get(code)

    def physical(self) -> tuple[str, ...]:
        """The codes of the regions that are places, sorted."""
        return tuple(sorted(self._pairs))
