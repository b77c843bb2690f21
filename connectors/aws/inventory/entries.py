"""How an entry of an inventory becomes an asset: under the identifier that reading in depth gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from connectors.aws import facts, global_services
from connectors.aws.inventory.types import Arn, ListedType, named_type, own_name, type_of
from connectors.base import Rejected
from wolkenzicht.model import DATA_OPERATIONS, Asset, DataLocation, Depth, Holds, Operation

#: What inventories write for a resource without a region.
_GLOBAL = "global"

#: EC2 leaves the account out of these ARNs, since others may use what they name; here it is the owner's.
#: Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
_WITHOUT_ACCOUNT = ("snapshot/", "image/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource as an inventory lists it; empty strings stand for what it does not tell.

    `type` is a CloudFormation type, `own_type` what the inventory calls it otherwise. `path` names the
    property of its answer that `region` stands in.
    """

    inventory: str
    arn: str
    account: str
    region: str
    path: str
    type: str = ""
    own_type: str = ""
    name: str = ""
    tags: tuple[tuple[str, str], ...] = ()


def listed_asset(entry: Entry) -> Asset | Rejected:
    """The asset, at the place that the inventory names; for content, what it does not tell is unknown."""
    told = Arn.of(entry.arn)
    if told is None:
        return Rejected("", f"{entry.inventory}: {entry.own_type or entry.type}", "arn", "it is no ARN")
    arn = _as_read_in_depth(told, entry.account)
    found = type_of(arn) or named_type(entry.type or entry.own_type or own_name(arn))
    region = entry.region if entry.region not in {"", _GLOBAL} else arn.region
    return Asset(
        asset_id=str(arn),
        provider="aws",
        partition=arn.partition,
        account=arn.account or entry.account,
        service=found.kind.service if found.kind else arn.service,
        type=found.type,
        name=entry.name or arn.resource.rpartition("/")[2].rpartition(":")[2],
        location=region or global_services.location_code(arn.partition),
        holds=found.holds,
        locations=(_place(entry, arn, region), *_untold(found, entry)),
        depth=Depth.SHALLOW,
        tags=entry.tags,
        properties=(("inventory", entry.inventory),),
    )


def _as_read_in_depth(arn: Arn, account: str) -> Arn:
    if arn.service == "ec2" and not arn.account and arn.resource.startswith(_WITHOUT_ACCOUNT):
        return replace(arn, account=account)
    if arn.service == "logs":
        return replace(arn, resource=arn.resource.removesuffix(":*"))
    return arn


def _place(entry: Entry, arn: Arn, region: str) -> DataLocation:
    if not region:
        return global_services.managed(arn.service, arn.partition, "Arn", entry.arn)
    if entry.region == region:
        return facts.derived(Operation.STORED, region, entry.path, region)
    return facts.derived(Operation.STORED, region, "Arn", entry.arn)


def _untold(found: ListedType, entry: Entry) -> Iterator[DataLocation]:
    """Unknown places of content: a region may mean one of its local zones, and copies are not listed.

    Without them a bucket that may not be read would count as inside the EER by its region alone.
    """
    if found.holds is not Holds.CONTENT:
        return
    stated = found.kind.states if found.kind else ()
    for operation in dict.fromkeys((Operation.STORED, *stated)):
        if operation in DATA_OPERATIONS:
            yield facts.unknown(operation, "inventory", entry.inventory)
