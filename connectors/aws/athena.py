"""Workgroups of Athena and the bucket that they keep the results of queries in."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.bucket_places import HEAD, LOCATION, BucketPlaces, bucket_of_uri, in_bucket
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListWorkGroups", "athena:ListWorkGroups", items="WorkGroups", token=("NextToken", "NextToken"))
_GET = Call("GetWorkGroup", "athena:GetWorkGroup", absent=("InvalidRequestException",))
_TAGS = Call("ListTagsForResource", "athena:ListTagsForResource", absent=("ResourceNotFoundException",))

_BY_AWS = "primary"
_OUTPUT = "WorkGroup.Configuration.ResultConfiguration.OutputLocation"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each workgroup with its configuration, tags and the place of its bucket.

    AWS makes a workgroup in every region; without a bucket it tells nothing of use and is left out.
    """
    places = BucketPlaces(client)
    for group in client.items(_LIST):
        described = client.detail(_GET, WorkGroup=group["Name"])
        if described is None:
            continue
        bucket = bucket_of_uri(_output(described))
        if group["Name"] == _BY_AWS and isinstance(described, dict) and not bucket:
            continue
        arn = f"arn:{client.partition}:athena:{client.region}:{scope.account}:workgroup/{group['Name']}"
        yield {
            ITEM: group,
            "GetWorkGroup": described,
            "place": places.of(bucket) if bucket else None,
            "ListTagsForResource": client.detail(_TAGS, ResourceARN=arn),
        }


def _output(described: Raw | Gap) -> str:
    """Address of the results; empty where the workgroup leaves it to who asks."""
    if isinstance(described, Gap):
        return ""
    configuration = described["WorkGroup"].get("Configuration") or {}
    return str((configuration.get("ResultConfiguration") or {}).get("OutputLocation") or "")


def normalise(raw: Raw, context: Context) -> Asset:
    """The workgroup; results of queries are content, so that it counts as such."""
    group, described = raw[ITEM], raw["GetWorkGroup"]
    name = group["Name"]
    return context.asset(
        asset_id=context.arn(f"workgroup/{name}"),
        name=name,
        location=context.region,
        locations=(
            *facts.home(
                context.region,
                "WorkGroups[].Name",
                f"{name} in {context.region}",
                Operation.STORED,
                Operation.PROCESSED,
            ),
            *_results(described, raw["place"], context.partition),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "Tags"),
        properties=facts.properties(output=_output(described), state=group.get("State")),
        created=group.get("CreationTime"),
    )


def _results(described: Raw | Gap, place: Raw | Gap | None, partition: str) -> Iterator[DataLocation]:
    if isinstance(described, Gap):
        yield facts.unknown(Operation.STORED, _OUTPUT, "not told")
    elif _output(described):
        yield in_bucket(Operation.STORED, _OUTPUT, _output(described), place, partition)


WORKGROUPS = ResourceKind(
    name="athena-workgroup",
    title="Workgroup of Athena",
    service="athena",
    scope="regional",
    type="AWS::Athena::WorkGroup",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST, _GET, _TAGS, LOCATION, HEAD),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/athena/latest/APIReference/API_GetWorkGroup.html",
)
