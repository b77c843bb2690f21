"""What is not read of Azure, and why."""

from __future__ import annotations

#: Type and reason, shown by `wolkenzicht-agent kinds`.
NOT_READ: tuple[tuple[str, str], ...] = (
    (
        "Microsoft.Resources/subscriptions/resourceGroups",
        "its location says where the description of the group is; what it holds may be anywhere",
    ),
    (
        "Microsoft.Sql/servers/databases (defaultSecondaryLocation)",
        "names the paired region where no replica exists; replication links and failover groups are read",
    ),
    (
        "Microsoft.RecoveryServices/vaults/backupFabrics",
        "what a vault protects is protected where the vault is, or in its pair, which the vault itself says",
    ),
)
