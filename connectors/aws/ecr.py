"""ECR repositories with the regions that the registry copies their images to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("DescribeRepositories", "ecr:DescribeRepositories", items="repositories", page_size=1000)
_REGISTRY = Call("DescribeRegistry", "ecr:DescribeRegistry")
_TAGS = Call(
    "ListTagsForResource",
    "ecr:ListTagsForResource",
    items="tags",
    absent=("RepositoryNotFoundException",),
)

_DESTINATION = "replicationConfiguration.rules[].destinations[].region"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each repository with its tags and the registry's replication rules."""
    del scope
    registry: Raw | Gap | None = None
    for repository in client.items(_LIST):
        if registry is None:
            registry = client.detail(_REGISTRY)
            if isinstance(registry, Gap):
                yield registry
        rules = (
            registry.get("replicationConfiguration", {}).get("rules", ())
            if isinstance(registry, dict)
            else None
        )
        yield {
            "repository": repository,
            "rules": rules,
            "ListTagsForResource": client.side_listing(_TAGS, resourceArn=repository["repositoryArn"]),
        }


def normalise(raw: Raw, context: Context) -> Asset:
    """The repository; where the rules could not be read, its copies are unknown."""
    repository = raw["repository"]
    encryption = repository.get("encryptionConfiguration") or {}
    return context.asset(
        asset_id=repository["repositoryArn"],
        name=repository["repositoryName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "repositories[].repositoryArn", repository["repositoryArn"]),
            *_copies(repository["repositoryName"], raw["rules"], context.region),
        ),
        tags=facts.tags(raw["ListTagsForResource"]),
        properties=facts.properties(
            encryption=encryption.get("encryptionType"), kms_key=encryption.get("kmsKey")
        ),
        created=repository.get("createdAt"),
    )


def _copies(name: str, rules: list[Raw] | None, region: str) -> Iterator[DataLocation]:
    """Where rules copy the repository to: a rule without filters holds for every repository.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationRule.html
    """
    if rules is None:
        yield facts.unknown(Operation.REPLICATED, _DESTINATION, "not told")
        return
    for rule in rules:
        filters = rule.get("repositoryFilters") or ()
        if filters and not any(name.startswith(each["filter"]) for each in filters):
            continue
        for destination in rule["destinations"]:
            # Another account in the same region is no other place.
            if destination["region"] != region:
                yield facts.located(
                    Operation.REPLICATED, destination["region"], _DESTINATION, destination["region"]
                )


REPOSITORIES = ResourceKind(
    name="ecr-repository",
    title="ECR repository",
    service="ecr",
    scope="regional",
    type="AWS::ECR::Repository",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _REGISTRY, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html",
)
