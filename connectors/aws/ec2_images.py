"""Machine images that the account owns, and the region that each was copied from."""

from __future__ import annotations

from connectors.aws import facts, timestamps
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call("DescribeImages", "ec2:DescribeImages", items="Images", page_size=500)


def normalise(raw: Raw, context: Context) -> Asset:
    """The image; its snapshots are assets of their own."""
    image = raw[ITEM]
    identifier, source = image["ImageId"], image.get("SourceImageRegion")
    tags = facts.tags(image.get("Tags"))
    return context.asset(
        asset_id=context.arn(f"image/{identifier}"),
        name=image.get("Name") or facts.tag_of(tags, "Name", identifier),
        location=context.region,
        locations=(
            *facts.home(context.region, "Images[].ImageId", f"{identifier} in {context.region}"),
            *facts.elsewhere(Operation.REPLICATED, source, context.region, "Images[].SourceImageRegion"),
        ),
        tags=tags,
        properties=facts.properties(
            copied_from=source,
            platform=image.get("PlatformDetails"),
            public=image.get("Public"),
            state=image.get("State"),
        ),
        created=timestamps.parse(image["CreationDate"]) if image.get("CreationDate") else None,
    )


IMAGES = ResourceKind(
    name="ec2-image",
    title="Machine image (AMI)",
    service="ec2",
    scope="regional",
    type="AWS::EC2::Image",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST,),
    fetch=listed(_LIST, Owners=["self"]),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html",
)
