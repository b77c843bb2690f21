"""Where resources are that others name by id: each is asked for once, and a number of answers kept."""

from __future__ import annotations

from connectors.azure import facts
from connectors.azure.client import ArmClient
from connectors.azure.kind import Call, Raw
from connectors.base import Gap

#: Those that were looked up last.
_MOST_FOUND = 4096


class Lookups:
    """Remembers places by id without case; not to be shared between threads."""

    def __init__(self, client: ArmClient) -> None:
        self._client = client
        self._found: dict[str, Raw | Gap] = {}

    def place(self, call: Call, identifier: str) -> Raw | Gap:
        """What the resource says of its place, or the gap."""
        known = identifier.lower()
        if known not in self._found:
            if len(self._found) >= _MOST_FOUND:
                self._found.pop(next(iter(self._found)))
            found = self._client.resource(call, identifier)
            self._found[known] = found if isinstance(found, Gap) else _place_of(found)
        return self._found[known]


def _place_of(found: Raw) -> Raw:
    """No more than `facts.current` asks for: answers are large, and many are kept."""
    primary = facts.held(found).get("primaryLocation")
    stated = {name: found.get(name) for name in ("location", "extendedLocation")}
    return {**stated, "properties": {"primaryLocation": primary}}
