"""The channels: which class brings the alerts of which kind of route.

A channel's module, with the client that it needs, is imported for the first route of its kind.
"""

from __future__ import annotations

from collector.alerts.channels.base import Channel, DeliveryError
from collector.alerts.channels.log import LogChannel
from collector.alerts.config import LogRoute, Route, WebhookRoute

__all__ = ["Channel", "DeliveryError", "make_channel"]


def make_channel(route: Route) -> Channel:
    """The channel of a route as `AlertsConfig.routes` gives it.

    Raises `ConfigurationError` where a file that the route names cannot be used.
    """
    if isinstance(route, LogRoute):
        return LogChannel()
    if isinstance(route, WebhookRoute):
        from collector.alerts.channels.webhook import WebhookChannel  # noqa: PLC0415 - see the docstring

        return WebhookChannel(route)
    from collector.alerts.channels.smtp import SmtpChannel  # noqa: PLC0415 - same

    return SmtpChannel(route)
