"""The channels: which class brings the alerts of which kind of route.

A channel's module, with the client that it needs, is imported for the first route of its kind.
"""

from __future__ import annotations

from collector.alerts.channels.base import Channel, DeliveryError, Repeating
from collector.alerts.channels.log import LogChannel
from collector.alerts.config import AlertmanagerRoute, ChatRoute, LogRoute, Route, WebhookRoute

__all__ = ["Channel", "DeliveryError", "Repeating", "make_channel"]


def make_channel(route: Route) -> Channel:
    """The channel of a route as `AlertsConfig.routes` gives it.

    Raises `ConfigurationError` where a file that the route names cannot be used.
    """
    if isinstance(route, LogRoute):
        return LogChannel()
    if isinstance(route, WebhookRoute):
        from collector.alerts.channels.webhook import WebhookChannel  # noqa: PLC0415 - see the docstring

        return WebhookChannel(route)
    if isinstance(route, AlertmanagerRoute):
        from collector.alerts.channels.alertmanager import AlertmanagerChannel  # noqa: PLC0415 - same

        return AlertmanagerChannel(route)
    if isinstance(route, ChatRoute):
        from collector.alerts.channels.chat import ChatChannel  # noqa: PLC0415 - same

        return ChatChannel(route)
    from collector.alerts.channels.smtp import SmtpChannel  # noqa: PLC0415 - same

    return SmtpChannel(route)
