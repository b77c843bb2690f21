"""Hubs of User Notifications: the regions that keep the account's notifications."""

from __future__ import annotations

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call(
    "ListNotificationHubs", "notifications:ListNotificationHubs", items="notificationHubs", page_size=100
)

_REGION = "notificationHubs[].notificationHubRegion"


def normalise(raw: Raw, context: Context) -> Asset:
    """The hub, which has no ARN: an account has one in a region at most."""
    hub = raw[ITEM]
    region = hub["notificationHubRegion"]
    return context.asset(
        asset_id=f"arn:{context.partition}:notifications:{region}:{context.account}:notification-hub/{region}",
        name=region,
        location=region,
        locations=facts.home(region, _REGION, region),
        properties=facts.properties(state=(hub.get("statusSummary") or {}).get("status")),
        created=hub.get("creationTime"),
    )


HUBS = ResourceKind(
    name="notification-hub",
    title="Hub of User Notifications",
    service="notifications",
    scope="global",
    type="AWS::Notifications::NotificationHub",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_LIST,),
    fetch=listed(_LIST),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/notifications/latest/APIReference/API_ListNotificationHubs.html",
)
