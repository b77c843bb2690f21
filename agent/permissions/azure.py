"""The custom role that an agent needs in an Entra tenant: management operations that read, no data."""

from __future__ import annotations

import fnmatch
import json

from agent import catalogue
from wolkenzicht.errors import WolkenzichtError

NAME = "Wolkenzicht Reader"

#: What planning and the bulk reading need beside the kinds: the subscriptions, their locations, queries
#: over their resources and the list of them, and what the agent may read in each.
#: Source: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
SESSION = (
    "Microsoft.Authorization/permissions/read",
    "Microsoft.ResourceGraph/resources/read",
    "Microsoft.Resources/subscriptions/locations/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resources/read",
)
#: Patterns of management operations that end in `/read` and still show what a resource holds; never granted.
#: Source: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
CONTENTS = (
    "Microsoft.Automation/automationAccounts/jobs/output/read",
    "Microsoft.Automation/automationAccounts/jobs/runbookContent/read",
    "Microsoft.Automation/automationAccounts/runbooks/content/read",
    "Microsoft.Logic/workflows/runs/actions/*",
    "Microsoft.OperationalInsights/workspaces/query/*",
    "Microsoft.Resources/deployments/*",
)
#: Replaced by whoever makes the role: a custom role says where it may be given.
SCOPE = "/providers/Microsoft.Management/managementGroups/MANAGEMENT-GROUP"


def actions(declared: tuple[str, ...]) -> list[str]:
    """The operations of the role, sorted without case, each once.

    Raises `WolkenzichtError` for a permission that could do more than read metadata: a defect.
    """
    found = {each.lower(): each for each in (*declared, *SESSION)}
    for name, shown in found.items():
        contents = any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in CONTENTS)
        if contents or not name.endswith("/read") or "*" in name:
            raise WolkenzichtError(f"kind of azure: permission {shown!r} does more than read metadata")
    return [found[name] for name in sorted(found)]


def role_text() -> str:
    """The role definition as `az role definition create` takes it. Raises `ConfigurationError`."""
    role = {
        "Name": NAME,
        "IsCustom": True,
        "Description": "Reads where resources are, never what they hold. Generated: see docs/connectors.md.",
        "Actions": actions(catalogue.permissions("azure")),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [SCOPE],
    }
    return json.dumps(role, indent=2) + "\n"
