"""When a resource was made, by whichever of Azure's properties states it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: Inside `properties`, by service; `systemData.createdAt` is preferred.
_NAMES = ("creationTime", "timeCreated", "creationDate", "createdDate", "createdAt")


def created(raw: Mapping[str, Any]) -> datetime | None:
    """The moment, `None` where none is stated or what is stated is no moment."""
    stated = (raw.get("systemData") or {}).get("createdAt")
    held = raw.get("properties") or {}
    for value in (stated, *(held.get(name) for name in _NAMES)):
        if isinstance(value, str) and (found := _parsed(value)) is not None:
            return found
    return None


def _parsed(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # some services write other formats; the moment is of use, not needed
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
