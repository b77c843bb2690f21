"""User pools of Cognito: where people's accounts are kept and copied, and where messages are sent from."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call("ListUserPools", "cognito-idp:ListUserPools", items="UserPools", page_size=60)
_DESCRIBE = Call("DescribeUserPool", "cognito-idp:DescribeUserPool", absent=("ResourceNotFoundException",))

_REPLICAS = "UserPools[].ReplicaRegions[]"
_EMAIL = "UserPool.EmailConfiguration.SourceArn"
_SMS = "UserPool.SmsConfiguration.SnsRegion"


def normalise(raw: Raw, context: Context) -> Asset:
    """The pool; where it could not be described, the region that sends its messages is unknown."""
    pool, described = raw[ITEM], raw["DescribeUserPool"]
    known = described["UserPool"] if isinstance(described, dict) else {}
    arn = known.get("Arn") or context.arn(f"userpool/{pool['Id']}")
    return context.asset(
        asset_id=arn,
        name=pool["Name"],
        location=context.region,
        locations=(
            *facts.home(
                context.region,
                "UserPools[].Id",
                f"{pool['Id']} in {context.region}",
                Operation.STORED,
                Operation.PROCESSED,
            ),
            *_copies(pool, context.region),
            *_messages(described, context.region),
        ),
        tags=facts.tags(known.get("UserPoolTags")),
        properties=facts.properties(
            deletion_protection=known.get("DeletionProtection"), users=known.get("EstimatedNumberOfUsers")
        ),
        created=pool.get("CreationDate"),
    )


def _copies(pool: Raw, home: str) -> Iterator[DataLocation]:
    for region in pool.get("ReplicaRegions") or ():
        yield from facts.elsewhere(Operation.REPLICATED, region, home, _REPLICAS)


def _messages(described: Raw | Gap, home: str) -> Iterator[DataLocation]:
    if isinstance(described, Gap):
        yield facts.unknown(Operation.PROCESSED, _EMAIL, "not told")
        return
    pool = described["UserPool"]
    source = (pool.get("EmailConfiguration") or {}).get("SourceArn") or ""
    if facts.arn_region(source) not in {"", home}:
        yield facts.by_arn(Operation.PROCESSED, source, _EMAIL)
    sms = (pool.get("SmsConfiguration") or {}).get("SnsRegion")
    yield from facts.elsewhere(Operation.PROCESSED, sms, home, _SMS)


POOLS = ResourceKind(
    name="cognito-user-pool",
    title="User pool of Cognito",
    service="cognito-idp",
    scope="regional",
    type="AWS::Cognito::UserPool",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _DESCRIBE),
    fetch=detailed(_LIST, Detail(_DESCRIBE, lambda each: {"UserPoolId": each["Id"]}, vital=True)),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/"
    "API_DescribeUserPool.html",
)
