"""CloudFront distributions: what they cache lies at the edge, what they cache it from at their origins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connectors.aws import facts, global_services
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListDistributions", "cloudfront:ListDistributions", items="DistributionList", page_size=100)
_TAGS = Call("ListTagsForResource", "cloudfront:ListTagsForResource", absent=("NoSuchResource",))

_ORIGINS = "DistributionList.Items[].Origins.Items[].DomainName"

#: AWS's own host names have the region as a label of its own before the domain.
#: Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
_REGION_OF_HOST = re.compile(
    r"\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d+)(?:\.elb)?\.(?:amazonaws\.com(?:\.cn)?|on\.aws|amazonaws\.eu)$"
)


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each distribution with its tags."""
    del scope
    for page in client.pages(_LIST):
        for distribution in page["DistributionList"].get("Items") or ():
            tagging = client.detail(_TAGS, Resource=distribution["ARN"])
            yield {"Distribution": distribution, "ListTagsForResource": tagging}


def normalise(raw: Raw, context: Context) -> Asset:
    """The distribution: its copies are somewhere at the edge, which no property tells."""
    distribution, tagging = raw["Distribution"], raw["ListTagsForResource"]
    price_class = distribution.get("PriceClass") or "not told"
    tags = tagging["Tags"].get("Items") if isinstance(tagging, dict) else None
    hosts = _hosts(distribution)
    return context.asset(
        asset_id=distribution["ARN"],
        name=distribution["DomainName"],
        location=global_services.location_code(context.partition),
        locations=(
            *_origins(hosts),
            global_services.at_the_edge("DistributionList.Items[].PriceClass", price_class),
            global_services.managed(
                "cloudfront", context.partition, "DistributionList.Items[].ARN", distribution["ARN"]
            ),
        ),
        tags=facts.tags(tags),
        properties=facts.properties(
            aliases=" ".join(sorted((distribution.get("Aliases") or {}).get("Items") or ())),
            enabled=distribution.get("Enabled"),
            origins=" ".join(hosts),
            price_class=distribution.get("PriceClass"),
            web_acl=distribution.get("WebACLId"),
        ),
    )


def _hosts(distribution: dict[str, Any]) -> list[str]:
    found = (distribution.get("Origins") or {}).get("Items") or ()
    return sorted({str(each["DomainName"]) for each in found})


def _origins(hosts: list[str]) -> Iterator[DataLocation]:
    """Where the origins keep what is cached; those whose host names no region are properties only."""
    for host in hosts:
        found = _REGION_OF_HOST.search(host)
        if found:
            yield facts.derived(Operation.STORED, found["region"], _ORIGINS, host)


DISTRIBUTIONS = ResourceKind(
    name="cloudfront-distribution",
    title="CloudFront distribution",
    service="cloudfront",
    scope="global",
    type="AWS::CloudFront::Distribution",
    holds=Holds.CONTENT,
    calls=(_LIST, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html",
    states=(Operation.MANAGED, Operation.PROCESSED, Operation.STORED),
)
