"""Which inventory an account is listed from: Resource Explorer, else Config, else the tagging API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.aws.client import ServiceClient
from connectors.aws.inventory import config_queries, resource_explorer, tagging
from connectors.aws.inventory.entries import Entry, listed_asset
from connectors.aws.kind import Call
from connectors.base import Covers, Gap, ReadError, ReadItem
from wolkenzicht.model import Outcome, Scope

#: The service whose client reading begins with.
FIRST_SERVICE = resource_explorer.SERVICE

_ROOMS = (resource_explorer, config_queries, tagging)

#: Every call that may be made, by service.
CALLS: dict[str, tuple[Call, ...]] = {room.SERVICE: room.CALLS for room in _ROOMS}


def read(client: ServiceClient, scope: Scope, regions: Sequence[str]) -> Iterator[ReadItem]:
    """Yield every asset that the account's inventory lists, for what it is authoritative, and its gaps.

    An inventory that cannot be begun with leaves its gap only where no other takes its place whole.
    Raises `ReadError` where an inventory breaks off, or AWS throttles.
    """
    gaps: list[Gap] = []
    for room in _ROOMS:
        items = room.read(client, scope, regions)
        try:
            first = next(items)
        except ReadError as error:
            if error.gap.outcome is Outcome.THROTTLED:
                raise
            gaps.append(error.gap)
            continue
        except StopIteration:
            return
        if room is tagging:
            yield from gaps
        yield from _assets(first)
        for item in items:
            yield from _assets(item)
        return
    yield from gaps


def _assets(item: Entry | Gap | Covers) -> Iterator[ReadItem]:
    yield listed_asset(item) if isinstance(item, Entry) else item
