"""Resource Manager's own inventory of a subscription: everything that it lists, whatever the type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from connectors.azure import facts
from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking, nonsense
from connectors.azure.kind import MALFORMED, Call, Context, Raw, ResourceKind
from connectors.azure.kinds import KINDS
from connectors.azure.listed import unforeseen
from connectors.azure.rights import EVERY_READ, Rights
from connectors.base import Covers, Gap, ReadItem, Rejected
from wolkenzicht.model import DATA_OPERATIONS, Asset, DataLocation, Depth, Outcome

NAME = "azure-resource-manager"

#: Holds what Resource Manager tracks: nested types with a location too (databases of a server), not what
#: only its service knows of (containers of a storage account).
#: Source: https://learn.microsoft.com/rest/api/resources/resources/list
RESOURCES = Call(
    "/subscriptions/{subscription}/resources",
    "2021-04-01",
    "Microsoft.Resources/subscriptions/resources/read",
)

_BY_TYPE = {kind.type.lower(): kind for kind in KINDS}
_DEEP = tuple(kind for kind in KINDS if kind.depth is Depth.DEEP and kind.tracked)
_UNREAD = Gap(Outcome.FAILED, "the inventory does not tell it")


def read(client: ArmClient, rights: Rights, context: Context, unseen: Gap | None) -> Iterator[ReadItem]:
    """Yield every resource of a subscription as the list has it; at its end what it would have shown.

    `unseen` is why Resource Graph could not be asked which types there are. Raises `ReadError`.
    """
    account = context.account
    for raw in client.items(RESOURCES, account):
        identifier = raw.get("id")
        if not isinstance(identifier, str) or not isinstance(raw.get("type"), str):
            raise nonsense(f"the resources of {account}", "one has no id or no type")
        try:
            yield _asset(raw, context)
        except MALFORMED:
            yield Rejected(
                identifier.lower(),
                f"{NAME} in {account}",
                "type",
                "it is not of the form that Azure documents",
            )
    yield from _left_out(rights, account)
    if unseen is not None:
        yield unseen
    # What may not be read is left out without a word, so nothing is concluded about it.
    yield Covers(
        NAME,
        frozenset(kind.type for kind in _DEEP if not rights.missing(account, kind.listing[-1].permission)),
    )


def _left_out(rights: Rights, account: str) -> Iterator[Gap]:
    told = rights.reads_everything(account)
    where = f"the resources of {account}"
    if told is None:
        yield Gap(
            Outcome.FAILED,
            f"{where}: Azure does not tell what the agent's role allows, and the list leaves out what it "
            "does not; allow Microsoft.Authorization/*/read",
        )
    elif not told:
        gap = lacking(EVERY_READ, where)
        yield replace(
            gap,
            message=f"{where}: the list leaves out the types that the agent's role does not name; "
            "give it the role Reader too to see that nothing else is there",
        )


def _asset(raw: Raw, context: Context) -> Asset:
    """The asset as far as the list tells it: places that only the resource itself tells are unknown."""
    kind = _BY_TYPE.get(raw["type"].lower()) or _other(raw["type"].lower())
    entry = dict(raw)
    if kind.depth is Depth.DEEP:
        entry |= {call.name: _UNREAD for call in kind.details}
    asset = kind.normalise(entry, context)
    places = asset.locations
    if kind.depth is Depth.DEEP:
        places = (*places, *_untold(kind, places))
    properties = tuple(sorted((*asset.properties, ("inventory", NAME))))
    return replace(asset, depth=Depth.SHALLOW, locations=places, properties=properties)


def _untold(kind: ResourceKind, places: tuple[DataLocation, ...]) -> Iterator[DataLocation]:
    """An unknown place for what the kind can do with data and the list says nothing of."""
    stated = {each.operation for each in places}
    for operation in kind.states:
        if operation in DATA_OPERATIONS and operation not in stated:
            yield facts.unknown(operation, "properties")


@lru_cache(maxsize=1024)
def _other(resource_type: str) -> ResourceKind:
    return unforeseen(resource_type)
