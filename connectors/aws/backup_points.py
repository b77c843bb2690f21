"""Recovery points that AWS Backup keeps itself, vault by vault.

A recovery point that is another service's snapshot or image has that one's ARN and is read as such; here
are those that exist in AWS Backup only (S3, DynamoDB, EFS, virtual machines and more).
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap, ReadError
from wolkenzicht.model import Asset, Holds, Operation, Scope

_VAULTS = Call("ListBackupVaults", "backup:ListBackupVaults", items="BackupVaultList", page_size=100)
_POINTS = Call(
    "ListRecoveryPointsByBackupVault",
    "backup:ListRecoveryPointsByBackupVault",
    items="RecoveryPoints",
    page_size=500,
    absent=("ResourceNotFoundException",),
)

_SERVICE = 2


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the recovery points of each vault, page by page."""
    del scope
    for vault in client.items(_VAULTS):
        try:
            for point in client.items(_POINTS, BackupVaultName=vault["BackupVaultName"]):
                if point["RecoveryPointArn"].split(":")[_SERVICE] == "backup":
                    yield {ITEM: point}
        except ReadError as error:
            yield error.gap  # a vault may have a policy of its own that denies; the next may not


def normalise(raw: Raw, context: Context) -> Asset:
    """The recovery point, and the vault in another region that it was copied from."""
    point = raw[ITEM]
    arn, source = point["RecoveryPointArn"], point.get("SourceBackupVaultArn") or ""
    return context.asset(
        asset_id=arn,
        name=point.get("ResourceName") or arn.rpartition(":")[2],
        location=context.region,
        locations=(
            *facts.home(context.region, "RecoveryPoints[].RecoveryPointArn", arn),
            *facts.copies((source,), context.region, "RecoveryPoints[].SourceBackupVaultArn"),
        ),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=point.get("IsEncrypted")),
            kms_key=point.get("EncryptionKeyArn"),
            resource=point.get("ResourceArn"),
            resource_type=point.get("ResourceType"),
            size_bytes=point.get("BackupSizeInBytes"),
            state=point.get("Status"),
            vault=point.get("BackupVaultName"),
        ),
        created=point.get("CreationDate"),
    )


POINTS = ResourceKind(
    name="backup-recovery-point",
    title="Recovery point of AWS Backup",
    service="backup",
    scope="regional",
    type="AWS::Backup::RecoveryPoint",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_VAULTS, _POINTS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListRecoveryPointsByBackupVault.html",
)
