"""OpenSearch and Elasticsearch domains, described five at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

_LIST = Call("ListDomainNames", "es:ListDomainNames", items="DomainNames")
_DESCRIBE = Call("DescribeDomains", "es:DescribeDomains")
_TAGS = Call("ListTags", "es:ListTags", absent=("ResourceNotFoundException",))

#: DescribeDomains takes no more names in one call.
#: Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html
_AT_ONCE = 5


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each domain with its description and tags."""
    del scope
    names = (each["DomainName"] for each in client.items(_LIST))
    while batch := list(islice(names, _AT_ONCE)):
        described = client.detail(_DESCRIBE, DomainNames=batch)
        if isinstance(described, Gap):
            yield from ({"DomainName": name, "DescribeDomains": described} for name in batch)
            continue
        for status in (described or {}).get("DomainStatusList") or ():
            yield {
                "DomainName": status["DomainName"],
                "DomainStatus": status,
                "ListTags": client.detail(_TAGS, ARN=status["ARN"]),
            }


def normalise(raw: Raw, context: Context) -> Asset:
    """The domain; its ARN is made from its name where it could not be described."""
    status, tagging = raw.get("DomainStatus") or {}, raw.get("ListTags")
    arn = status.get("ARN") or context.arn(f"domain/{raw['DomainName']}", "es")
    encryption = status.get("EncryptionAtRestOptions") or {}
    return context.asset(
        asset_id=arn,
        name=raw["DomainName"],
        location=context.region,
        locations=facts.home(
            context.region,
            "DomainStatusList[].ARN" if status else "DomainNames[].DomainName",
            arn,
            Operation.STORED,
            Operation.PROCESSED,
        ),
        tags=facts.tags(tagging.get("TagList")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=encryption.get("Enabled")),
            engine=status.get("EngineVersion"),
            kms_key=encryption.get("KmsKeyId"),
        ),
    )


DOMAINS = ResourceKind(
    name="opensearch-domain",
    title="OpenSearch domain",
    service="opensearch",
    scope="regional",
    type="AWS::OpenSearchService::Domain",
    holds=Holds.CONTENT,
    calls=(_LIST, _DESCRIBE, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html",
)
