"""Global Accelerator: addresses that are reached at the edge, wherever the traffic ends."""

from __future__ import annotations

from connectors.aws import facts, global_services
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call("ListAccelerators", "globalaccelerator:ListAccelerators", items="Accelerators", page_size=100)
_TAGS = Call(
    "ListTagsForResource",
    "globalaccelerator:ListTagsForResource",
    absent=("AcceleratorNotFoundException",),
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The accelerator; traffic enters AWS's network at the edge location nearest to the caller."""
    accelerator, tagging = raw[ITEM], raw["ListTagsForResource"]
    arn = accelerator["AcceleratorArn"]
    path = "Accelerators[].AcceleratorArn"
    return context.asset(
        asset_id=arn,
        name=accelerator["Name"],
        location=global_services.location_code(context.partition),
        locations=(
            global_services.managed("globalaccelerator", context.partition, path, arn),
            global_services.at_the_edge(path, arn),
        ),
        tags=facts.tags_in(tagging, "Tags"),
        properties=facts.properties(
            dns_name=accelerator.get("DnsName"),
            enabled=accelerator.get("Enabled"),
            state=accelerator.get("Status"),
        ),
        created=accelerator.get("CreatedTime"),
    )


ACCELERATORS = ResourceKind(
    name="globalaccelerator",
    title="Global Accelerator",
    service="globalaccelerator",
    scope="global",
    type="AWS::GlobalAccelerator::Accelerator",
    holds=Holds.METADATA,
    calls=(_LIST, _TAGS),
    fetch=detailed(_LIST, Detail(_TAGS, lambda each: {"ResourceArn": each["AcceleratorArn"]})),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/global-accelerator/latest/api/API_ListAccelerators.html",
    states=(Operation.MANAGED, Operation.PROCESSED),
)
