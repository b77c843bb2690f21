"""What a kind of Azure resource is: which calls list it, and how an answer becomes an asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.azure import moments
from connectors.azure.places import Places
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Depth, Holds, Operation

#: One resource as fetched: what Resource Graph or Resource Manager says of it, under a detail's name the
#: list that the detail gave (or its `Gap`), and under `found` the resources that were looked up by id.
Raw = dict[str, Any]

#: What reading an answer raises that is not of the form that Azure documents.
MALFORMED = (KeyError, TypeError, AttributeError)

#: Resource Manager's lists are not regional, so neither are the scopes.
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Call:
    """One GET of Resource Manager's API and the action that it needs.

    `path` may hold `{subscription}`, and for what is asked about a resource `{id}`, `{group}` (the
    resource group's id) and `{location}`; `query` goes behind the API version. `name` is where the answer
    stands in a `Raw`. `absent` holds the error codes that mean "this resource has none of it".
    """

    path: str
    api_version: str
    permission: str
    name: str = ""
    absent: tuple[str, ...] = ()
    query: str = ""


def lists(resource_type: str, api_version: str) -> Call:
    """The call that lists a type in a subscription."""
    return Call(
        f"/subscriptions/{{subscription}}/providers/{resource_type}", api_version, f"{resource_type}/read"
    )


def lists_under(resource_type: str, api_version: str, absent: tuple[str, ...] = ()) -> Call:
    """The call that lists a type under the resource that it belongs to; its answer is named after it."""
    child = resource_type.rpartition("/")[2]
    return Call(f"{{id}}/{child}", api_version, f"{resource_type}/read", name=child, absent=absent)


def by_id(resource_type: str, api_version: str) -> Call:
    """The call that asks a resource of a type, named by its id, about itself."""
    return Call("{id}", api_version, f"{resource_type}/read")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Other resources that a resource names by id, and the call that tells where one is."""

    ids: Callable[[Raw], Iterable[str]]
    call: Call


@dataclass(frozen=True, slots=True)
class Context:
    """Where an answer came from: what `locate` may know besides the answer."""

    account: str
    cloud: str
    places: Places


def no_facts(raw: Raw) -> Mapping[str, object]:
    """Nothing beyond what every kind states."""
    del raw
    return {}


def always(raw: Raw) -> bool:
    """Ask the details of every resource."""
    del raw
    return True


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One kind of resource.

    `name` is unique and stable (`storage-account`), `type` the provider's type, `states` the operations for
    which an asset can have a location. `listing` lists them
    through Resource Manager: the first call under the subscription, each further one under what the one
    before gave. `details` are asked about each resource that `asks` names, `lookup` follows the ids that
    it mentions. `locate` and `facts` are pure. A kind whose `depth` is shallow is only listed. `scope` says
    what one reading covers; `tracked` whether the general list of a subscription holds the type.
    """

    name: str
    title: str
    type: str
    holds: Holds
    states: tuple[Operation, ...]
    listing: tuple[Call, ...]
    locate: Callable[[Raw, Context], Iterable[DataLocation]]
    docs_url: str
    facts: Callable[[Raw], Mapping[str, object]] = no_facts
    details: tuple[Call, ...] = ()
    asks: Callable[[Raw], bool] = always
    lookup: Lookup | None = None
    depth: Depth = Depth.DEEP
    scope: str = "subscription"
    tracked: bool = True

    @property
    def service(self) -> str:
        """The resource provider's namespace (`Microsoft.Storage`)."""
        return self.type.partition("/")[0]

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call, in the order in which they are made."""
        return (*self.listing, *self.details, *((self.lookup.call,) if self.lookup else ()))

    @property
    def permissions(self) -> tuple[str, ...]:
        """The actions that reading this kind needs, in call order."""
        return tuple(dict.fromkeys(call.permission for call in self.calls))

    def normalise(self, raw: Raw, context: Context) -> Asset:
        """The asset of an answer. Raises `KeyError` with the name of a field that it lacks.

        Some lists name what is nested by its parents too (`server/database`).
        """
        locations = tuple(dict.fromkeys(self.locate(raw, context)))
        sku = raw.get("sku")
        stated = {
            "id": raw["id"],
            "sku": sku.get("name") if isinstance(sku, dict) else None,
            "kind": raw.get("kind"),
            **self.facts(raw),
        }
        return Asset(
            asset_id=raw["id"].lower(),
            provider="azure",
            partition=context.cloud,
            account=context.account,
            service=self.service,
            type=self.type,
            name=raw["name"].rpartition("/")[2] if self.tracked else raw["name"],
            location=locations[0].location if locations else "",
            holds=self.holds,
            locations=locations,
            depth=self.depth,
            tags=tuple(sorted((key, str(value or "")) for key, value in (raw.get("tags") or {}).items())),
            properties=tuple((name, _text(value)) for name, value in sorted(stated.items()) if _told(value)),
            created=moments.created(raw),
        )


def gaps(raw: Raw) -> Iterable[Gap]:
    """The gaps that details and lookups left in an answer."""
    for value in (*raw.values(), *raw.get("found", {}).values()):
        if isinstance(value, Gap):
            yield value


def _told(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
