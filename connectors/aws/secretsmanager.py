"""Secrets of Secrets Manager with their replicas in other regions; never a secret's value."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

#: A secret that is to be deleted keeps its value for seven to thirty days, so it is listed too.
_LIST = Call("ListSecrets", "secretsmanager:ListSecrets", items="SecretList", page_size=100)
_DESCRIBE = Call("DescribeSecret", "secretsmanager:DescribeSecret", absent=("ResourceNotFoundException",))

_REPLICAS = "ReplicationStatus[].Region"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each secret with its description: the listing does not tell the replicas."""
    del scope
    yield from client.each(
        client.items(_LIST, IncludePlannedDeletion=True), lambda secret: _described(client, secret)
    )


def _described(client: ServiceClient, secret: Raw) -> Raw | None:
    described = client.detail(_DESCRIBE, SecretId=secret["ARN"])
    return None if described is None else {"Secret": secret, "DescribeSecret": described}


def normalise(raw: Raw, context: Context) -> Asset:
    """The secret; where it could not be described, its replicas are unknown."""
    secret = raw["Secret"]
    return context.asset(
        asset_id=secret["ARN"],
        name=secret["Name"],
        location=context.region,
        locations=(
            *facts.home(context.region, "SecretList[].ARN", secret["ARN"]),
            *_copies(raw, context.region),
        ),
        tags=facts.tags(secret.get("Tags")),
        properties=facts.properties(
            deletion_planned=secret.get("DeletedDate"),
            encryption="KMS",  # always; with the service's key where none is given
            kms_key=secret.get("KmsKeyId"),
            primary_region=secret.get("PrimaryRegion"),
        ),
        created=secret.get("CreatedDate"),
    )


def _copies(raw: Raw, region: str) -> Iterator[DataLocation]:
    described = raw["DescribeSecret"]
    primary = raw["Secret"].get("PrimaryRegion") or region
    if primary != region:
        yield facts.located(Operation.REPLICATED, primary, "SecretList[].PrimaryRegion", primary)
    if isinstance(described, Gap):
        yield facts.unknown(Operation.REPLICATED, _REPLICAS, "not told")
        return
    for replica in described.get("ReplicationStatus") or ():
        if replica["Region"] != region:
            yield facts.located(Operation.REPLICATED, replica["Region"], _REPLICAS, replica["Region"])


SECRETS = ResourceKind(
    name="secretsmanager-secret",
    title="Secrets Manager secret",
    service="secretsmanager",
    scope="regional",
    type="AWS::SecretsManager::Secret",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _DESCRIBE),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html",
)
