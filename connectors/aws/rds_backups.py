"""Automated backups of RDS instances: those kept here, also of instances in other regions or gone."""

from __future__ import annotations

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call(
    "DescribeDBInstanceAutomatedBackups",
    "rds:DescribeDBInstanceAutomatedBackups",
    items="DBInstanceAutomatedBackups",
    page_size=100,
)

_ARN = "DBInstanceAutomatedBackups[].DBInstanceAutomatedBackupsArn"


def normalise(raw: Raw, context: Context) -> Asset:
    """The backup, with the region of its instance: a replicated backup is listed where it is copied to."""
    backup = raw[ITEM]
    arn = backup.get("DBInstanceAutomatedBackupsArn") or context.arn(f"auto-backup:{backup['DbiResourceId']}")
    further = [
        each["DBInstanceAutomatedBackupsArn"]
        for each in backup.get("DBInstanceAutomatedBackupsReplications") or ()
    ]
    return context.asset(
        asset_id=arn,
        name=backup["DBInstanceIdentifier"],
        location=context.region,
        locations=(
            *facts.home(context.region, _ARN, arn),
            *facts.elsewhere(
                Operation.REPLICATED,
                backup.get("Region"),
                context.region,
                "DBInstanceAutomatedBackups[].Region",
            ),
            *facts.copies(
                further,
                context.region,
                "DBInstanceAutomatedBackups[].DBInstanceAutomatedBackupsReplications[]"
                ".DBInstanceAutomatedBackupsArn",
            ),
        ),
        tags=facts.tags(backup.get("TagList")),
        properties=facts.properties(
            backup_retention_days=backup.get("BackupRetentionPeriod"),
            encryption=facts.encryption(encrypted=backup.get("Encrypted")),
            engine=backup.get("Engine"),
            instance=backup.get("DBInstanceArn"),
            kms_key=backup.get("KmsKeyId"),
            state=backup.get("Status"),
            target=backup.get("BackupTarget"),
        ),
        created=backup.get("InstanceCreateTime"),
    )


BACKUPS = ResourceKind(
    name="rds-automated-backup",
    title="RDS automated backup",
    service="rds",
    scope="regional",
    type="AWS::RDS::DBInstanceAutomatedBackup",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST,),
    fetch=listed(_LIST),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/"
    "API_DescribeDBInstanceAutomatedBackups.html",
)
