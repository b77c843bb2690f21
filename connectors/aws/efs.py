"""EFS file systems with the copies that replication keeps in other regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call(
    "DescribeFileSystems", "elasticfilesystem:DescribeFileSystems", items="FileSystems", page_size=100
)
_REPLICATIONS = Call(
    "DescribeReplicationConfigurations",
    "elasticfilesystem:DescribeReplicationConfigurations",
    items="Replications",
    absent=("ReplicationNotFound",),
)

_DESTINATION = "Replications[].Destinations[].Region"
_SOURCE = "Replications[].SourceFileSystemRegion"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each file system with the replications that it takes part in."""
    del scope
    replications: list[Any] | Gap | None = None
    for system in client.items(_LIST):
        if replications is None:
            replications = client.side_listing(_REPLICATIONS)
            if isinstance(replications, Gap):
                yield replications
        yield {"FileSystem": system, "replications": _concerning(replications, system["FileSystemId"])}


def _concerning(replications: list[Any] | Gap, identifier: str) -> list[Any] | None:
    if isinstance(replications, Gap):
        return None
    return [
        each
        for each in replications
        if identifier == each["SourceFileSystemId"]
        or identifier in {destination.get("FileSystemId") for destination in each["Destinations"]}
    ]


def normalise(raw: Raw, context: Context) -> Asset:
    """The file system; where replications could not be read, its copies are unknown."""
    system = raw["FileSystem"]
    tags = facts.tags(system.get("Tags"))
    arn = system.get("FileSystemArn") or context.arn(
        f"file-system/{system['FileSystemId']}", "elasticfilesystem"
    )
    zone = system.get("AvailabilityZoneName") or ""
    return context.asset(
        asset_id=arn,
        name=system.get("Name") or facts.tag_of(tags, "Name", system["FileSystemId"]),
        location=facts.zone_location(zone, context.region),
        locations=(
            *facts.home(
                facts.zone_location(zone, context.region),
                "FileSystems[].AvailabilityZoneName" if zone else "FileSystems[].FileSystemArn",
                zone or arn,
            ),
            *_copies(raw["replications"], context.region),
        ),
        tags=tags,
        properties=facts.properties(
            encryption=facts.encryption(encrypted=system.get("Encrypted")),
            kms_key=system.get("KmsKeyId"),
            size_bytes=system.get("SizeInBytes", {}).get("Value"),
            state=system.get("LifeCycleState"),
        ),
        created=system.get("CreationTime"),
    )


def _copies(replications: list[Raw] | None, region: str) -> Iterator[DataLocation]:
    if replications is None:
        yield facts.unknown(Operation.REPLICATED, _DESTINATION, "not told")
        return
    for each in replications:
        for destination in each["Destinations"]:
            if destination["Region"] != region:
                yield facts.located(
                    Operation.REPLICATED, destination["Region"], _DESTINATION, destination["Region"]
                )
        source = each.get("SourceFileSystemRegion", region)
        if source != region:
            yield facts.located(Operation.REPLICATED, source, _SOURCE, source)


FILE_SYSTEMS = ResourceKind(
    name="efs-file-system",
    title="EFS file system",
    service="efs",
    scope="regional",
    type="AWS::EFS::FileSystem",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _REPLICATIONS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystems.html",
)
