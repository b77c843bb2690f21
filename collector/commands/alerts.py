"""`wolkenzicht-collector alerts`: try a route, and see how all of them stand."""

from __future__ import annotations

import json
from typing import Any, Protocol

import click
from tabulate import tabulate

from collector.alerts.cloudevent import rfc3339
from collector.alerts.config import AlertsConfig, Route
from collector.alerts.sample import send_sample
from collector.store.base import RouteState, Store
from wolkenzicht.errors import ConfigurationError

_HEADINGS = ("route", "kind", "from severity", "due", "oldest due", "delivered", "dead", "last error")
_NO_LONGER = "(not configured)"


class Configured(Protocol):
    """A configuration with a section `[alerts]`."""

    @property
    def alerts(self) -> AlertsConfig:
        """The section."""


class Context(Protocol):
    """What the commands need of the click context's object."""

    @property
    def config(self) -> Configured:
        """The collector's configuration."""

    @property
    def store(self) -> Store:
        """The open store."""


@click.group(
    epilog="\b\nExamples:\n  wolkenzicht-collector alerts routes\n  wolkenzicht-collector alerts test smtp-1"
)
def alerts() -> None:
    """Try the routes of alerts and see how they stand."""


@alerts.command("test", epilog="\b\nExample:\n  wolkenzicht-collector alerts test webhook-1")
@click.argument("route")
@click.pass_obj
def test_route(context: Context, route: str) -> None:
    """Send a sample over ROUTE, named as `alerts routes` shows it.

    The sample goes past the outbox and says that it is one. Exit code 0 means that the receiver has
    accepted it.
    """
    configured = {each.name: each for each in context.config.alerts.routes()}
    if route not in configured:
        known = f"choose one of {', '.join(configured)}" if configured else "add an [[alerts.route]] first"
        raise ConfigurationError(f"route {route!r} is not configured; {known}")
    send_sample(configured[route])
    click.echo(f"route {route}: the receiver accepted the sample")


@alerts.command("routes", epilog="\b\nExample:\n  wolkenzicht-collector alerts routes --format json")
@click.option(
    "--format",
    "output",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="Format.",
)
@click.pass_obj
def list_routes(context: Context, output: str) -> None:
    """Show every route: what is due, delivered and given up (dead), and the last error."""
    rows = _rows(context.config.alerts.routes(), context.store.outbox.routes())
    if output == "json":
        click.echo(json.dumps({"items": rows}, ensure_ascii=False, indent=2))
        return
    click.echo(tabulate([["" if cell is None else cell for cell in row.values()] for row in rows], _HEADINGS))


def _rows(configured: tuple[Route, ...], states: list[RouteState]) -> list[dict[str, Any]]:
    """Every route that is configured, in that order, then those that only the outbox still knows."""
    by_name = {state.route: state for state in states}
    rows = [
        _row(by_name.get(route.name, RouteState(route.name, 0, 0, 0)), route.kind, route.min_severity.value)
        for route in configured
    ]
    names = {route.name for route in configured}
    return rows + [_row(state, _NO_LONGER, None) for state in states if state.route not in names]


def _row(state: RouteState, kind: str, min_severity: str | None) -> dict[str, Any]:
    return {
        "route": state.route,
        "kind": kind,
        "min_severity": min_severity,
        "due": state.due,
        "oldest_due": None if state.oldest_due is None else rfc3339(state.oldest_due),
        "delivered": state.delivered,
        "dead": state.dead,
        "last_error": state.last_error,
    }
