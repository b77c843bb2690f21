"""WorkSpaces with the stand-by desktops that they are copied to in other regions."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call("DescribeWorkspaces", "workspaces:DescribeWorkspaces", items="Workspaces", page_size=25)
_TAGS = Call("DescribeTags", "workspaces:DescribeTags", absent=("ResourceNotFoundException",))

_RELATED = "Workspaces[].RelatedWorkspaces[].Region"


def normalise(raw: Raw, context: Context) -> Asset:
    """The desktop; the name of its user stays out."""
    desktop = raw[ITEM]
    identifier = desktop["WorkspaceId"]
    return context.asset(
        asset_id=context.arn(f"workspace/{identifier}"),
        name=identifier,
        location=context.region,
        locations=(
            *facts.home(
                context.region,
                "Workspaces[].WorkspaceId",
                f"{identifier} in {context.region}",
                Operation.STORED,
                Operation.PROCESSED,
            ),
            *_related(desktop, context.region),
        ),
        tags=facts.tags_in(raw["DescribeTags"], "TagList"),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=desktop.get("UserVolumeEncryptionEnabled")),
            kms_key=desktop.get("VolumeEncryptionKey"),
            state=desktop.get("State"),
        ),
    )


def _related(desktop: Raw, region: str) -> Iterator[DataLocation]:
    for each in desktop.get("RelatedWorkspaces") or ():
        yield from facts.elsewhere(Operation.REPLICATED, each.get("Region"), region, _RELATED)


DESKTOPS = ResourceKind(
    name="workspace",
    title="WorkSpace (desktop)",
    service="workspaces",
    scope="regional",
    type="AWS::WorkSpaces::Workspace",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _TAGS),
    fetch=detailed(_LIST, Detail(_TAGS, lambda each: {"ResourceId": each["WorkspaceId"]})),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/workspaces/latest/api/API_DescribeWorkspaces.html",
)
