"""OpenSearch and Elasticsearch domains, described five at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListDomainNames", "es:ListDomainNames", items="DomainNames")
_DESCRIBE = Call("DescribeDomains", "es:DescribeDomains")
_TAGS = Call("ListTags", "es:ListTags", absent=("ResourceNotFoundException",))
_CONNECTIONS = Call(
    "DescribeOutboundConnections",
    "es:DescribeOutboundConnections",
    items="Connections",
    token=("NextToken", "NextToken"),
)

_REMOTE = "Connections[].RemoteDomainInfo.AWSDomainInformation.Region"

#: DescribeDomains takes no more names in one call.
#: Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html
_AT_ONCE = 5


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each domain with its description, tags and the domains elsewhere that it is connected to."""
    del scope
    connections: list[Any] | Gap | None = None
    names = (each["DomainName"] for each in client.items(_LIST))
    while batch := list(islice(names, _AT_ONCE)):
        if connections is None:
            connections = client.side_listing(_CONNECTIONS)
            if isinstance(connections, Gap):
                yield connections
        described = client.detail(_DESCRIBE, DomainNames=batch)
        if isinstance(described, Gap):
            for name in batch:
                remote = _remote_regions(connections, name)
                yield {"DomainName": name, "DescribeDomains": described, "remote": remote}
            continue
        for status in (described or {}).get("DomainStatusList") or ():
            yield {
                "DomainName": status["DomainName"],
                "DomainStatus": status,
                "remote": _remote_regions(connections, status["DomainName"]),
                "ListTags": client.detail(_TAGS, ARN=status["ARN"]),
            }


def _remote_regions(connections: list[Any] | Gap, domain: str) -> list[str] | None:
    """Regions of the domains that `domain` is connected to; `None` where they could not be read."""
    if isinstance(connections, Gap):
        return None
    ends = [
        [each.get(end, {}).get("AWSDomainInformation", {}) for end in ("LocalDomainInfo", "RemoteDomainInfo")]
        for each in connections
    ]
    return [remote.get("Region", "") for local, remote in ends if local.get("DomainName") == domain]


def normalise(raw: Raw, context: Context) -> Asset:
    """The domain; its ARN is made from its name where it could not be described."""
    status, tagging = raw.get("DomainStatus") or {}, raw.get("ListTags")
    arn = status.get("ARN") or context.arn(f"domain/{raw['DomainName']}", "es")
    encryption = status.get("EncryptionAtRestOptions") or {}
    return context.asset(
        asset_id=arn,
        name=raw["DomainName"],
        location=context.region,
        locations=(
            *facts.home(
                context.region,
                "DomainStatusList[].ARN" if status else "DomainNames[].DomainName",
                arn,
                Operation.STORED,
                Operation.PROCESSED,
            ),
            *_remotes(raw["remote"], context.region),
        ),
        tags=facts.tags(tagging.get("TagList")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=encryption.get("Enabled")),
            engine=status.get("EngineVersion"),
            kms_key=encryption.get("KmsKeyId"),
        ),
    )


def _remotes(regions: list[str] | None, home: str) -> Iterator[DataLocation]:
    """Domains that data is copied from or searched in."""
    if regions is None:
        yield facts.unknown(Operation.REPLICATED, _REMOTE, "not told")
        return
    for region in regions:
        yield from facts.elsewhere(Operation.REPLICATED, region, home, _REMOTE)


DOMAINS = ResourceKind(
    name="opensearch-domain",
    title="OpenSearch domain",
    service="opensearch",
    scope="regional",
    type="AWS::OpenSearchService::Domain",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _CONNECTIONS, _DESCRIBE, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html",
)
