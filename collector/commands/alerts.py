"""`alerts`: try a route, and see how all of them stand."""

from __future__ import annotations

import json
from typing import Any

import click

from collector.alerts.config import Route
from collector.alerts.sample import send_sample
from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show
from collector.store.base import RouteState
from wolkenzicht.errors import ConfigurationError

_COLUMNS = ("route", "kind", "min_severity", "due", "oldest_due", "delivered", "dead", "last_error")
_NO_LONGER = "(not configured)"


@click.group(cls=Commands)
def alerts() -> None:
    """Alerts: the routes that findings are told over, and how they stand."""


@alerts.command("test", epilog=example("wolkenzicht-collector alerts test webhook-1"))
@click.argument("route")
@click.pass_obj
def test_route(context: Context, route: str) -> None:
    """Send a sample over ROUTE, named as `alerts routes` shows it.

    The sample goes past the outbox and says that it is one. Exit code 0 means that the receiver has
    accepted it.
    """
    configured = {each.name: each for each in context.config().alerts.routes()}
    if route not in configured:
        known = f"choose one of {', '.join(configured)}" if configured else "add an [[alerts.route]] first"
        raise ConfigurationError(f"route {route!r} is not configured; {known}")
    send_sample(configured[route])
    click.echo(f"Route {route}: the receiver accepted the sample.")


@alerts.command("routes", epilog=example("wolkenzicht-collector alerts routes --format json"))
@format_option
@click.pass_obj
def list_routes(context: Context, output: str) -> None:
    """Show every route: what is due, delivered and given up (dead), and the last error."""
    with context.store() as (config, store):
        rows = _rows(config.alerts.routes(), store.outbox.routes())
    if output == "json":
        click.echo(json.dumps({"items": rows}, indent=2, ensure_ascii=False))
        return
    cells = [{key: None if value is None else str(value) for key, value in row.items()} for row in rows]
    show(cells, _COLUMNS, output)


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
        "oldest_due": moment(state.oldest_due),
        "delivered": state.delivered,
        "dead": state.dead,
        "last_error": state.last_error,
    }
