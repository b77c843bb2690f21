"""Searching in AWS Resource Explorer: a thousand results at most, so that what is asked gets narrower."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

#: Source: https://docs.aws.amazon.com/resource-explorer/latest/apireference/API_Search.html
_MOST_FOUND = 1000

_SEARCH = Call("Search", "resource-explorer-2:Search", items="Resources", page_size=_MOST_FOUND)
_TYPES = Call(
    "ListSupportedResourceTypes",
    "resource-explorer-2:ListSupportedResourceTypes",
    items="ResourceTypes",
    page_size=1000,
)
CALLS = (_SEARCH, _TYPES)


def found(client: ServiceClient, view: str, regions: Sequence[str]) -> Iterator[dict[str, Any] | Gap]:
    """Yield what is found in these regions and in none: by region, then by service, then by type.

    A type of which more than can be found are in one region leaves a gap. Raises `ReadError`.
    """
    types: list[dict[str, Any]] = []
    for region in (*regions, "global"):
        within = f"region:{region}"
        whole = yield from _all_of(client, view, within)
        if whole:
            continue
        types = types or list(client.items(_TYPES))
        yield from _by_service(client, view, within, types)


def _by_service(
    client: ServiceClient, view: str, within: str, types: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any] | Gap]:
    for service in sorted({each["Service"] for each in types}):
        whole = yield from _all_of(client, view, f"{within} service:{service}")
        if whole:
            continue
        for name in sorted(each["ResourceType"] for each in types if each["Service"] == service):
            query = f"{within} resourcetype:{name}"
            if not (yield from _all_of(client, view, query, at_last=True)):
                yield Gap(
                    Outcome.FAILED,
                    f"resource-explorer-2 Search in {client.region}: more than {_MOST_FOUND} results for "
                    f"{query}; allow resource-explorer-2:Search on every view (*), so that it can be listed",
                )


def _all_of(
    client: ServiceClient, view: str, query: str, *, at_last: bool = False
) -> Generator[dict[str, Any], None, bool]:
    """Yield what the query finds, if that is all of it or `at_last`; gives whether it is."""
    pages = client.pages(_SEARCH, ViewArn=view, QueryString=query)
    first = next(pages, None)
    if first is None:
        raise ReadError(Gap(Outcome.FAILED, f"resource-explorer-2 Search in {client.region}: no answer"))
    whole = bool(first.get("Count", {}).get("Complete"))
    if whole or at_last:
        for page in itertools.chain((first,), pages):
            yield from page.get("Resources", ())
    return whole
