"""What Resource Manager tells of the tenant itself."""

from __future__ import annotations

from connectors.azure.client import ArmClient
from connectors.azure.errors import nonsense
from connectors.azure.kind import Raw
from connectors.azure.tenant import ALL_TENANTS


def directory(client: ArmClient, tenant: str) -> Raw:
    """What Resource Manager says of the tenant. Raises `ReadError`."""
    for each in client.items(ALL_TENANTS):
        if str(each.get("tenantId") or "").lower() == tenant.lower():
            name = each.get("displayName") or each.get("defaultDomain") or tenant
            return {**each, "id": f"/tenants/{tenant.lower()}", "name": str(name)}
    raise nonsense(f"tenant {tenant}", "the list of tenants lacks it")
