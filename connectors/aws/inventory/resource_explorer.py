"""AWS Resource Explorer: which of its indexes answer for which regions, and what they list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.aws.client import ServiceClient
from connectors.aws.global_services import location_code
from connectors.aws.inventory import search
from connectors.aws.inventory.entries import Entry
from connectors.aws.inventory.types import covered, covered_globally
from connectors.aws.kind import Call
from connectors.base import Covers, Gap, ReadError
from wolkenzicht.model import Outcome, Scope

NAME = "aws-resource-explorer"
SERVICE = "resource-explorer-2"

_INDEXES = Call("ListIndexes", "resource-explorer-2:ListIndexes", items="Indexes", page_size=100)
_INDEX = Call("GetIndex", "resource-explorer-2:GetIndex", absent=("ResourceNotFoundException",))
_DEFAULT = Call("GetDefaultView", "resource-explorer-2:GetDefaultView", absent=("ResourceNotFoundException",))
_VIEWS = Call("ListViews", "resource-explorer-2:ListViews", items="Views", page_size=50)
_VIEW = Call("GetView", "resource-explorer-2:GetView", absent=("ResourceNotFoundException",))
#: Needs the right to search.
#: Source: https://docs.aws.amazon.com/resource-explorer/latest/apireference/API_ListResources.html
_LIST = Call("ListResources", "resource-explorer-2:Search", items="Resources", page_size=1000)

CALLS = (_INDEXES, _INDEX, _DEFAULT, _VIEWS, _VIEW, _LIST, *search.CALLS)


@dataclass(frozen=True, slots=True)
class _View:
    """A view to list through; `whole` where it leaves nothing of its account out."""

    arn: str
    whole: bool


def read(client: ServiceClient, scope: Scope, regions: Sequence[str]) -> Iterator[Entry | Gap | Covers]:
    """Yield what the indexes of the account list, and for what they answer; a gap for other regions.

    Raises `ReadError` before anything else where there is no index, or nobody may tell.
    """
    explorer = client.of(SERVICE, client.region)
    indexes: list[dict[str, Any]] = list(explorer.items(_INDEXES))
    indexed = sorted({each["Region"] for each in indexes})
    if not indexed:
        raise ReadError(
            Gap(
                Outcome.NOT_ENABLED,
                f"account {scope.account}: AWS Resource Explorer has no index; switch it on in every region",
            )
        )
    for called, answering in _asked(explorer, indexes).items():
        yield from _read_index(explorer.in_region(called), scope, called, answering)
    lacking = sorted(set(regions) - set(indexed))
    if lacking:
        yield Gap(
            Outcome.NOT_ENABLED,
            f"account {scope.account}: AWS Resource Explorer has no index in {', '.join(lacking)}; "
            "switch it on there",
        )


def _asked(explorer: ServiceClient, indexes: Sequence[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The regions to ask, each with those that its index answers for.

    The aggregator's index has copies of those that it names; while it is being built it may lack some,
    and the local ones are asked.
    """
    waiting = {each["Region"] for each in indexes}
    found: dict[str, tuple[str, ...]] = {}
    for each in indexes:
        if each.get("Type") == "AGGREGATOR":
            index = explorer.in_region(each["Region"]).detail(_INDEX)
            if isinstance(index, dict) and index.get("State") == "ACTIVE":
                copied = {each["Region"], *index.get("ReplicatingFrom", ())} & waiting
                found[each["Region"]] = tuple(sorted(copied))
                waiting -= copied
    return found | {region: (region,) for region in sorted(waiting)}


def _read_index(
    client: ServiceClient, scope: Scope, called: str, answering: Sequence[str]
) -> Iterator[Entry | Gap | Covers]:
    view = _view(client, scope.account)
    if view is None:
        yield Gap(
            Outcome.NOT_ENABLED,
            f"account {scope.account}: AWS Resource Explorer has no view in {called}; "
            "make one without a filter",
        )
        return
    gaps = 0
    for item in _resources(client, view, answering):
        if isinstance(item, Gap):
            gaps += 1
            yield item
        elif item.get("OwningAccountId", scope.account) == scope.account:
            yield _entry(item, scope.account)
    if not view.whole:
        yield Gap(
            Outcome.NOT_ENABLED,
            f"account {scope.account}: every view of AWS Resource Explorer in {called} has a filter; "
            "make one without",
        )
    elif not gaps:
        yield from _covers(answering, client.partition)


def _view(client: ServiceClient, account: str) -> _View | None:
    """The first view that leaves nothing out, the default one before others; else the first of them."""
    told = client.detail(_DEFAULT)
    default = [told["ViewArn"]] if isinstance(told, dict) and told.get("ViewArn") else []
    arns = dict.fromkeys([*default, *client.items(_VIEWS)])
    for arn in arns:
        found = client.detail(_VIEW, ViewArn=arn)
        if isinstance(found, dict):
            view = found.get("View") or {}
            filtered = bool((view.get("Filters") or {}).get("FilterString"))
            if not filtered and account in view.get("Scope", account):
                return _View(arn, whole=True)
    return _View(next(iter(arns)), whole=False) if arns else None


def _resources(
    client: ServiceClient, view: _View, answering: Sequence[str]
) -> Iterator[dict[str, Any] | Gap]:
    """What the view lists; where that call is refused, what it finds, a thousand at a time."""
    seen = False
    try:
        for item in client.items(_LIST, ViewArn=view.arn):
            seen = True
            yield item
    except ReadError as error:
        if seen or error.gap.outcome is not Outcome.DENIED:
            raise
        yield from search.found(client, view.arn, answering)


def _entry(item: dict[str, Any], account: str) -> Entry:
    return Entry(
        inventory=NAME,
        arn=str(item.get("Arn", "")),
        account=str(item.get("OwningAccountId") or account),
        region=str(item.get("Region", "")),
        path="Resources[].Region",
        type=str(item.get("CfnResourceType", "")),
        own_type=str(item.get("ResourceType", "")),
    )


def _covers(answering: Sequence[str], partition: str) -> Iterator[Covers]:
    yield Covers(NAME, covered("explorer"), frozenset(answering))
    for region, types in covered_globally("explorer", partition).items():
        if region in answering:
            yield Covers(NAME, types, frozenset({location_code(partition)}))
