"""The usual ways of fetching: a listing alone, or a listing with what is asked about each resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Raw
from connectors.base import Gap
from wolkenzicht.model import Scope

Fetch = Callable[[ServiceClient, Scope], Iterator[Raw | Gap]]

#: Under this name the item of the listing stands in what is fetched.
ITEM = "Item"


@dataclass(frozen=True, slots=True)
class Detail:
    """A call about each resource of a listing; `ask` makes its parameters of the listing's item.

    `vital` is a description: the resource that it does not know any more is left out.
    """

    call: Call
    ask: Callable[[Any], dict[str, Any]]
    vital: bool = False


def listed(call: Call, **parameters: Any) -> Fetch:
    """Fetch what the listing tells, and nothing else."""

    def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
        del scope
        for item in client.items(call, **parameters):
            yield {ITEM: item}

    return fetch


def detailed(call: Call, *details: Detail, **parameters: Any) -> Fetch:
    """Fetch each item of the listing, with each detail under its operation's name."""

    def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
        del scope
        yield from client.each(client.items(call, **parameters), lambda item: about(client, item, *details))

    return fetch


def about(client: ServiceClient, item: Any, *details: Detail) -> Raw | None:
    """The item with its details; `None` where a description says that it is gone."""
    raw: Raw = {ITEM: item}
    for detail in details:
        answer = client.detail(detail.call, **detail.ask(item))
        if answer is None and detail.vital:
            return None
        raw[detail.call.operation] = answer
    return raw
