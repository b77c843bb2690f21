"""IAM roles: who may do what in the account; they have no region, and AWS manages them from one."""

from __future__ import annotations

from connectors.aws import facts, global_services
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

#: Lists the roles with their tags; ListRoles leaves these out, and asking for them costs a call per role.
_ROLES = Call(
    "GetAccountAuthorizationDetails",
    "iam:GetAccountAuthorizationDetails",
    items="RoleDetailList",
    page_size=500,
    parameters=(("Filter", ["Role"]),),
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The role. AWS answers for it in every region, and changes it in one."""
    role = raw[ITEM]
    return context.asset(
        asset_id=role["Arn"],
        name=role["RoleName"],
        location=global_services.location_code(context.partition),
        locations=(global_services.managed("iam", context.partition, "RoleDetailList[].Arn", role["Arn"]),),
        tags=facts.tags(role.get("Tags")),
        properties=facts.properties(
            path=role.get("Path"),
            permissions_boundary=(role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        ),
        created=role.get("CreateDate"),
    )


ROLES = ResourceKind(
    name="iam-role",
    title="IAM role",
    service="iam",
    scope="global",
    type="AWS::IAM::Role",
    holds=Holds.METADATA,
    calls=(_ROLES,),
    fetch=listed(_ROLES),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html",
    states=(Operation.MANAGED,),
)
