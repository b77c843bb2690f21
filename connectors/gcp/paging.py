"""When a listing is at its end, and when its end cannot be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.cloud.asset_v1.types import ListAssetsRequest, SearchAllResourcesRequest

from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

#: Pages without items that are read on end: a filter on the server's side may leave some empty.
_MOST_EMPTY_PAGES = 100


def pages(
    request: ListAssetsRequest | SearchAllResourcesRequest, ask: Callable[[], Any], where: str
) -> Iterator[Any]:
    """Page after page until the last; a listing that cannot end is given up. Raises `ReadError`."""
    seen: set[str] = set()
    edges: set[tuple[str, ...]] = set()
    empty = 0
    while True:
        page = ask()
        yield page
        token = page.next_page_token
        if not token:
            return
        if token in seen:
            raise ReadError(_endless(where, "repeats a page token"))
        items = page.assets if hasattr(page, "assets") else page.results
        if items:
            edge = tuple(text for each in (items[0], items[-1]) for text in (each.asset_type, each.name))
            if edge in edges:
                raise ReadError(_endless(where, "repeats a page"))
            edges.add(edge)
        empty = 0 if items else empty + 1
        if empty > _MOST_EMPTY_PAGES:
            raise ReadError(_endless(where, f"gives more than {_MOST_EMPTY_PAGES} empty pages on end"))
        seen.add(token)
        request.page_token = token


def _endless(where: str, what: str) -> Gap:
    return Gap(Outcome.FAILED, f"{where}: the listing {what}, so its end cannot be reached; scan again")
