"""What the roles of the agent grant: asked once for a subscription, and tried where that is not told."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking
from connectors.azure.kind import GLOBAL, ResourceKind
from connectors.azure.rights import Rights
from connectors.azure.subscriptions import Subscription
from connectors.base import Gap, PermissionTried, ReadError, tried
from wolkenzicht.model import Scope


def permissions(
    client: ArmClient, rights: Rights, kind: ResourceKind, subscription: Subscription
) -> Iterator[PermissionTried]:
    """What is known of each permission of a kind; without a call where the subscription tells."""
    scope = Scope(subscription.identifier, GLOBAL, kind.type)
    for permission in kind.permissions:
        if not permission:
            continue
        if subscription.gap is not None:
            yield PermissionTried(permission, scope, message=f"not reached: {subscription.gap.message}")
            continue
        missing = rights.missing(scope.account, permission)
        if missing is not None:
            what = f"{kind.type} in {scope.account}"
            yield tried(permission, scope, lacking(permission, what) if missing else None)
        elif permission == kind.listing[0].permission:
            yield tried(permission, scope, _refusal(client, kind, scope))
        else:
            yield PermissionTried(
                permission,
                scope,
                message="the subscription does not tell what the roles grant, and this one needs a resource; "
                "allow Microsoft.Authorization/*/read",
            )
    if subscription.gap is not None:
        yield tried("", scope, subscription.gap)


def _refusal(client: ArmClient, kind: ResourceKind, scope: Scope) -> Gap | None:
    try:
        for _ in client.pages(kind.listing[0], scope.account):
            break
    except ReadError as error:
        return error.gap
    return None
