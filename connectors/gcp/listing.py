"""How the entries of a kind are fetched: as they are listed, with look-ups, or with other entries beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.base import Gap, ReadError
from connectors.gcp.kind import Raw, ResourceKind

if TYPE_CHECKING:  # loads the SDK, which the list of kinds does without
    from connectors.gcp.client import AssetClient

#: Entries whose references are looked up together.
_AT_ONCE = 100

#: What a kind's fetch is.
Fetch = Callable[["AssetClient", ResourceKind], Iterator[Raw | Gap]]

#: Names the resources that an entry refers to: full name and asset type of each.
References = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]


def entries(client: AssetClient, kind: ResourceKind) -> Iterator[Raw | Gap]:
    """The entries as they are listed."""
    yield from client.entries(kind.type)


def searched(client: AssetClient, kind: ResourceKind) -> Iterator[Raw | Gap]:
    """The entries as a search shows them, for kinds that are not read in depth."""
    yield from client.found(kind.type)


def looking_up(references: References) -> Fetch:
    """A fetch that looks up where the resources lie that entries refer to, many in one search.

    A look-up that is refused leaves its gap once for each entry that needed it.
    """

    def fetch(client: AssetClient, kind: ResourceKind) -> Iterator[Raw | Gap]:
        for some in _together(client.entries(kind.type)):
            wanted = dict(reference for raw in some for reference in references(raw.data))
            places = client.places(wanted)
            for raw in some:
                yield replace(raw, places={name: places[name] for name, _ in references(raw.data)})

    return fetch


def _together(entries: Iterable[Raw]) -> Iterator[list[Raw]]:
    """The entries by the hundred; those before a failure are handed on before it is raised."""
    some: list[Raw] = []
    try:
        for raw in entries:
            some.append(raw)
            if len(some) == _AT_ONCE:
                yield some
                some = []
    except ReadError:
        yield some
        raise
    yield some


def beside(*others: tuple[str, Callable[[Raw], Iterable[str]]]) -> Fetch:
    """A fetch that puts beside an entry the data of the entries of other types that it names.

    Each pair is a type and how an entry names those of it; what was put beside it before may be used. The
    types are such as an estate has few of; each is listed when the first entry names one.
    """

    def fetch(client: AssetClient, kind: ResourceKind) -> Iterator[Raw | Gap]:
        known: dict[str, Mapping[str, Mapping[str, Any]] | Gap] = {}
        for entry in client.entries(kind.type):
            raw = entry
            for other_type, names in others:
                wanted = list(names(raw))
                if not wanted:
                    continue
                if other_type not in known:
                    known[other_type] = listed = client.data_of(other_type)
                    if isinstance(listed, Gap):
                        yield listed
                raw = replace(raw, beside={**raw.beside, **_named(wanted, known[other_type])})
            yield raw

    return fetch


def _named(
    wanted: list[str], others: Mapping[str, Mapping[str, Any]] | Gap
) -> dict[str, Mapping[str, Any] | Gap]:
    if isinstance(others, Gap):
        return dict.fromkeys(wanted, others)
    return {name: others[name] for name in wanted if name in others}
