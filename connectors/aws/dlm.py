"""Policies of Data Lifecycle Manager: to which regions and Outposts they copy snapshots and images."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call("GetLifecyclePolicies", "dlm:GetLifecyclePolicies", items="Policies")
_GET = Call("GetLifecyclePolicy", "dlm:GetLifecyclePolicy", absent=("ResourceNotFoundException",))

_DETAILS = "Policy.PolicyDetails"
_RULES = f"{_DETAILS}.Schedules[].CrossRegionCopyRules[]"
_ACTIONS = f"{_DETAILS}.Actions[].CrossRegionCopy[].Target"
_DEFAULT = f"{_DETAILS}.CrossRegionCopyTargets[].TargetRegion"


def normalise(raw: Raw, context: Context) -> Asset:
    """The policy; what it copies is content, so that it counts as such."""
    listing, described = raw[ITEM], raw["GetLifecyclePolicy"]
    policy = described["Policy"] if isinstance(described, dict) else listing
    arn = policy.get("PolicyArn") or context.arn(f"policy/{listing['PolicyId']}")
    tags = facts.tags(policy.get("Tags"))
    return context.asset(
        asset_id=arn,
        name=facts.tag_of(tags, "Name", listing["PolicyId"]),
        location=context.region,
        locations=(
            *facts.home(context.region, "Policies[].PolicyId", f"{listing['PolicyId']} in {context.region}"),
            *_copies(described, context.region),
        ),
        tags=tags,
        properties=facts.properties(
            description=policy.get("Description"), made=listing.get("PolicyType"), state=policy.get("State")
        ),
        created=policy.get("DateCreated"),
    )


def _copies(described: Raw | Gap, region: str) -> Iterator[DataLocation]:
    if isinstance(described, Gap):
        yield facts.unknown(Operation.BACKED_UP, f"{_RULES}.TargetRegion", "not told")
        return
    details = described["Policy"].get("PolicyDetails") or {}
    for schedule in details.get("Schedules") or ():
        for rule in schedule.get("CrossRegionCopyRules") or ():
            yield from _target(rule.get("TargetRegion"), region, f"{_RULES}.TargetRegion")
            yield from _target(rule.get("Target"), region, f"{_RULES}.Target")
    for action in details.get("Actions") or ():
        for copy in action.get("CrossRegionCopy") or ():
            yield from _target(copy.get("Target"), region, _ACTIONS)
    for target in details.get("CrossRegionCopyTargets") or ():
        yield from _target(target.get("TargetRegion"), region, _DEFAULT)


def _target(target: str | None, region: str, path: str) -> Iterator[DataLocation]:
    """A target is a region, or the ARN of an Outpost: then only that one's address tells where."""
    if target and target.startswith("arn:"):
        yield facts.unknown(Operation.BACKED_UP, path, target)
    else:
        yield from facts.elsewhere(Operation.BACKED_UP, target, region, path)


POLICIES = ResourceKind(
    name="dlm-policy",
    title="Lifecycle policy of snapshots and images",
    service="dlm",
    scope="regional",
    type="AWS::DLM::LifecyclePolicy",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.BACKED_UP),
    calls=(_LIST, _GET),
    fetch=detailed(_LIST, Detail(_GET, lambda each: {"PolicyId": each["PolicyId"]}, vital=True)),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/dlm/latest/APIReference/API_GetLifecyclePolicy.html",
)
