"""FSx file systems and their backups, with the region that a backup was copied from."""

from __future__ import annotations

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

_SYSTEMS = Call("DescribeFileSystems", "fsx:DescribeFileSystems", items="FileSystems", page_size=100)
_BACKUPS = Call("DescribeBackups", "fsx:DescribeBackups", items="Backups", page_size=100)


def normalise_system(raw: Raw, context: Context) -> Asset:
    """The file system."""
    system = raw[ITEM]
    arn, tags = system["ResourceARN"], facts.tags(system.get("Tags"))
    return context.asset(
        asset_id=arn,
        name=facts.tag_of(tags, "Name", system["FileSystemId"]),
        location=context.region,
        locations=facts.home(context.region, "FileSystems[].ResourceARN", arn),
        tags=tags,
        properties=facts.properties(
            encryption="KMS" if system.get("KmsKeyId") else "AES256",  # FSx always encrypts at rest
            engine=system.get("FileSystemType"),
            kms_key=system.get("KmsKeyId"),
            size_gib=system.get("StorageCapacity"),
            state=system.get("Lifecycle"),
        ),
        created=system.get("CreationTime"),
    )


def normalise_backup(raw: Raw, context: Context) -> Asset:
    """The backup, and where it was copied from."""
    backup = raw[ITEM]
    arn = backup.get("ResourceARN") or context.arn(f"backup/{backup['BackupId']}")
    tags = facts.tags(backup.get("Tags"))
    source = backup.get("SourceBackupRegion")
    return context.asset(
        asset_id=arn,
        name=facts.tag_of(tags, "Name", backup["BackupId"]),
        location=context.region,
        locations=(
            *facts.home(context.region, "Backups[].ResourceARN", arn),
            *facts.elsewhere(Operation.REPLICATED, source, context.region, "Backups[].SourceBackupRegion"),
        ),
        tags=tags,
        properties=facts.properties(
            copied_from=source,
            file_system=(backup.get("FileSystem") or {}).get("FileSystemId"),
            kms_key=backup.get("KmsKeyId"),
            made=backup.get("Type"),
            size_bytes=backup.get("SizeInBytes"),
            state=backup.get("Lifecycle"),
        ),
        created=backup.get("CreationTime"),
    )


FILE_SYSTEMS = ResourceKind(
    name="fsx-file-system",
    title="FSx file system",
    service="fsx",
    scope="regional",
    type="AWS::FSx::FileSystem",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_SYSTEMS,),
    fetch=listed(_SYSTEMS),
    normalise=normalise_system,
    docs_url="https://docs.aws.amazon.com/fsx/latest/APIReference/API_DescribeFileSystems.html",
)
BACKUPS = ResourceKind(
    name="fsx-backup",
    title="FSx backup",
    service="fsx",
    scope="regional",
    type="AWS::FSx::Backup",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_BACKUPS,),
    fetch=listed(_BACKUPS),
    normalise=normalise_backup,
    docs_url="https://docs.aws.amazon.com/fsx/latest/APIReference/API_DescribeBackups.html",
)
