"""The tagging API: it lists what has a tag, or once had one, and so is authoritative for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.inventory.entries import Entry
from connectors.aws.kind import Call
from connectors.base import Covers, Gap, ReadError
from wolkenzicht.model import Outcome, Scope

NAME = "aws-tagging"
SERVICE = "resourcegroupstaggingapi"

_LIST = Call("GetResources", "tag:GetResources", items="ResourceTagMappingList", page_size=100)
CALLS = (_LIST,)


def read(client: ServiceClient, scope: Scope, regions: Sequence[str]) -> Iterator[Entry | Gap | Covers]:
    """Yield the tagged resources of each region, and the gap that others leave.

    Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    tagging = client.of(SERVICE, client.region)
    for region in regions:
        try:
            for item in tagging.in_region(region).items(_LIST):
                arn = str(item.get("ResourceARN", ""))
                # A bucket's ARN names no region; it is listed in its own.
                told = region if arn.startswith(f"arn:{client.partition}:s3:::") else ""
                yield Entry(NAME, arn, scope.account, told, "GetResources", tags=facts.tags(item.get("Tags")))
        except ReadError as error:
            yield error.gap
    yield Gap(
        Outcome.NOT_ENABLED,
        f"account {scope.account}: only what is tagged could be listed; switch on AWS Resource Explorer in "
        "every region, with an aggregator index and a view without a filter",
    )
