"""WAF web ACLs for CloudFront: their rules are kept in one region and applied at the edge."""

from __future__ import annotations

from connectors.aws import facts, global_services
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call(
    "ListWebACLs",
    "wafv2:ListWebACLs",
    items="WebACLs",
    parameters=(("Scope", "CLOUDFRONT"), ("Limit", 100)),
    token=("NextMarker", "NextMarker"),
)
_TAGS = Call("ListTagsForResource", "wafv2:ListTagsForResource", absent=("WAFNonexistentItemException",))


def normalise(raw: Raw, context: Context) -> Asset:
    """The web ACL; requests are weighed, and samples of them taken, wherever the edge location is."""
    acl, tagging = raw[ITEM], raw["ListTagsForResource"]
    told = tagging.get("TagInfoForResource", {}) if isinstance(tagging, dict) else {}
    path = "WebACLs[].ARN"
    return context.asset(
        asset_id=acl["ARN"],
        name=acl["Name"],
        location=global_services.location_code(context.partition),
        locations=(
            global_services.managed("wafv2", context.partition, path, acl["ARN"]),
            global_services.at_the_edge(path, acl["ARN"]),
        ),
        tags=facts.tags(told.get("TagList")),
        properties=facts.properties(description=acl.get("Description")),
    )


GLOBAL_ACLS = ResourceKind(
    name="wafv2-global-web-acl",
    title="WAF web ACL for CloudFront",
    service="wafv2",
    scope="global",
    type="AWS::WAFv2::WebACL",
    holds=Holds.METADATA,
    calls=(_LIST, _TAGS),
    fetch=detailed(_LIST, Detail(_TAGS, lambda acl: {"ResourceARN": acl["ARN"]})),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/waf/latest/APIReference/API_ListWebACLs.html",
    states=(Operation.MANAGED, Operation.PROCESSED),
)
