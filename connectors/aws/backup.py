"""AWS Backup: plans with the vaults that they copy to, vaults with where their contents were copied."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, about, detailed
from connectors.base import Gap, ReadError
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_PLANS = Call("ListBackupPlans", "backup:ListBackupPlans", items="BackupPlansList", page_size=100)
_PLAN = Call("GetBackupPlan", "backup:GetBackupPlan", absent=("ResourceNotFoundException",))
_VAULTS = Call("ListBackupVaults", "backup:ListBackupVaults", items="BackupVaultList", page_size=100)
_JOBS = Call("ListCopyJobs", "backup:ListCopyJobs", items="CopyJobs", page_size=1000)
_TAGS = Call("ListTags", "backup:ListTags", absent=("ResourceNotFoundException",))

_COPY_ACTIONS = "BackupPlan.Rules[].CopyActions[].DestinationBackupVaultArn"
_COPIED_TO = "CopyJobs[].DestinationBackupVaultArn"

_VAULT_TAGS = Detail(_TAGS, lambda each: {"ResourceArn": each["BackupVaultArn"]})


def fetch_vaults(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each vault with its tags and the vaults that copy jobs have copied from it to."""
    del scope
    copied: dict[str, dict[str, None]] | Gap | None = None
    for vault in client.items(_VAULTS):
        if copied is None:
            copied = _copied(client)
            if isinstance(copied, Gap):
                yield copied
        raw = about(client, vault, _VAULT_TAGS)
        if raw is not None:
            raw["copied"] = None if isinstance(copied, Gap) else [*copied.get(vault["BackupVaultArn"], ())]
            yield raw


def _copied(client: ServiceClient) -> dict[str, dict[str, None]] | Gap:
    """Of each vault those that it was copied to, page by page: AWS tells the jobs of the last 30 days."""
    found: dict[str, dict[str, None]] = {}
    try:
        for job in client.items(_JOBS, ByState="COMPLETED"):
            found.setdefault(job.get("SourceBackupVaultArn", ""), {})[job["DestinationBackupVaultArn"]] = None
    except ReadError as error:
        return error.gap
    return found


def normalise_plan(raw: Raw, context: Context) -> Asset:
    """The plan; what it copies is content, so that it counts as such."""
    plan = raw[ITEM]
    arn = plan["BackupPlanArn"]
    return context.asset(
        asset_id=arn,
        name=plan["BackupPlanName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "BackupPlansList[].BackupPlanArn", arn),
            *_planned(raw["GetBackupPlan"], context.region),
        ),
        tags=facts.tags_in(raw["ListTags"], "Tags"),
        properties=facts.properties(last_run=plan.get("LastExecutionDate")),
        created=plan.get("CreationDate"),
    )


def _planned(answer: Raw | Gap, region: str) -> Iterator[DataLocation]:
    if isinstance(answer, Gap):
        yield facts.unknown(Operation.BACKED_UP, _COPY_ACTIONS, "not told")
        return
    for rule in answer["BackupPlan"].get("Rules") or ():
        for action in rule.get("CopyActions") or ():
            yield from _vault(action["DestinationBackupVaultArn"], region, _COPY_ACTIONS)


def _vault(arn: str, region: str, path: str) -> Iterator[DataLocation]:
    """A vault in the same region, though of another account, is no other place."""
    if facts.arn_region(arn) != region:
        yield facts.by_arn(Operation.BACKED_UP, arn, path)


def normalise_vault(raw: Raw, context: Context) -> Asset:
    """The vault, and where its contents were copied to."""
    vault = raw[ITEM]
    arn = vault["BackupVaultArn"]
    return context.asset(
        asset_id=arn,
        name=vault["BackupVaultName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "BackupVaultList[].BackupVaultArn", arn),
            *_copies(raw["copied"], context.region),
        ),
        tags=facts.tags_in(raw["ListTags"], "Tags"),
        properties=facts.properties(
            kms_key=vault.get("EncryptionKeyArn"),
            locked=vault.get("Locked"),
            made=vault.get("VaultType"),
            recovery_points=vault.get("NumberOfRecoveryPoints"),
        ),
        created=vault.get("CreationDate"),
    )


def _copies(vaults: list[str] | None, region: str) -> Iterator[DataLocation]:
    if vaults is None:
        yield facts.unknown(Operation.BACKED_UP, _COPIED_TO, "not told")
        return
    for arn in vaults:
        yield from _vault(arn, region, _COPIED_TO)


PLANS = ResourceKind(
    name="backup-plan",
    title="Plan of AWS Backup",
    service="backup",
    scope="regional",
    type="AWS::Backup::BackupPlan",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.BACKED_UP),
    calls=(_PLANS, _PLAN, _TAGS),
    fetch=detailed(
        _PLANS,
        Detail(_PLAN, lambda each: {"BackupPlanId": each["BackupPlanId"]}, vital=True),
        Detail(_TAGS, lambda each: {"ResourceArn": each["BackupPlanArn"]}),
    ),
    normalise=normalise_plan,
    docs_url="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetBackupPlan.html",
)
VAULTS = ResourceKind(
    name="backup-vault",
    title="Vault of AWS Backup",
    service="backup",
    scope="regional",
    type="AWS::Backup::BackupVault",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.BACKED_UP),
    calls=(_VAULTS, _JOBS, _TAGS),
    fetch=fetch_vaults,
    normalise=normalise_vault,
    docs_url="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupVaults.html",
)
