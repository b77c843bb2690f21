"""`alerts`: try a route, and see how all of them stand."""

from __future__ import annotations

import json
from typing import Any

import click

from collector.alerts.config import Route
from collector.alerts.sample import send_sample
from collector.commands.context import Context, now, system_user
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show
from collector.config import CollectorConfig
from collector.store.base import Delivery, RouteState, Store
from wolkenzicht.errors import ConfigurationError

_COLUMNS = (
    *("route", "kind", "min_severity", "organisations", "kinds"),
    *("due", "oldest_due", "delivered", "dead", "last_error"),
)
_LETTER_COLUMNS = (
    *("event", "created", "type", "finding", "organisation", "severity"),
    *("attempts", "last_error"),
)
_DISCARDED_COLUMNS = (*_LETTER_COLUMNS, "discarded", "discarded_by")
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
    accepted it, and that the organisations of the route are known here.
    """
    found = _configured(context.config(), route)
    if found.organisations:
        with context.store() as (_config, store):
            known = {each.organisation for each in store.registry.organisations()}
        if unknown := sorted(set(found.organisations) - known):
            raise ConfigurationError(
                f"route {route!r}: the organisation {unknown[0]!r} is not known here, so nothing of it is "
                "told; correct it, or import the organisation first"
            )
    send_sample(found)
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
    show([{key: _cell(value) for key, value in row.items()} for row in rows], _COLUMNS, output)


@alerts.command("dead", epilog=example("wolkenzicht-collector alerts dead webhook-1 --format json"))
@click.argument("route")
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(min=1),
    help="The newest, at most this many.",
)
@click.option("--discarded", is_flag=True, help="Those that are let be instead, with who said so and when.")
@format_option
@click.pass_obj
def list_dead(context: Context, route: str, limit: int, discarded: bool, output: str) -> None:
    """List what was given up on ROUTE (dead letters), oldest first, with what was last said of it."""
    with context.store() as (config, store):
        _known(config, store, route)
        found = (store.letters.discarded if discarded else store.letters.dead)(route, limit)
    rows = [_letter(each) for each in found]
    columns = _DISCARDED_COLUMNS if discarded else _LETTER_COLUMNS
    if output == "json":
        click.echo(json.dumps({"items": rows}, indent=2, ensure_ascii=False))
        return
    show([{key: _cell(value) for key, value in row.items()} for row in rows], columns, output)


@alerts.command(
    "resend",
    epilog=example(
        "wolkenzicht-collector alerts resend webhook-1 --all",
        "wolkenzicht-collector alerts resend webhook-1 0d9f9a60-0000-4000-8000-000000000001",
    ),
)
@click.argument("route")
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--all", "everything", is_flag=True, help="All that was given up on the route.")
@click.pass_obj
def resend(context: Context, route: str, events: tuple[str, ...], everything: bool) -> None:
    """Deliver again what was given up on ROUTE: these events as `alerts dead` shows them, or all.

    They keep their identifiers. The running collector delivers them within seconds; one that is older than
    seven days and is not accepted now is given up again.
    """
    _events_or_all(events, everything=everything)
    with context.store() as (config, store):
        _known(config, store, route)
        count = store.letters.resend(route, None if everything else events, now())
    _all_found(route, events, count, "due again")
    click.echo(f"Route {route}: {count} due again.")


@alerts.command(
    "discard",
    epilog=example(
        "wolkenzicht-collector alerts discard webhook-1 --all --yes --by 'change 4711'",
        "wolkenzicht-collector alerts discard webhook-1 0d9f9a60-0000-4000-8000-000000000001",
    ),
)
@click.argument("route")
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--all", "everything", is_flag=True, help="All that was given up on the route.")
@click.option(
    "--by", default="", help="On whose authority or why, kept beside the name of the system's user."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def discard(
    context: Context, route: str, events: tuple[str, ...], everything: bool, by: str, yes: bool
) -> None:
    """Let be what was given up on ROUTE: these events as `alerts dead` shows them, or all.

    Nobody is told of them over the route any more. They are kept, with who said so and when, and `alerts dead
    --discarded` lists them. Where all is discarded or delivered, the finding about the route is resolved.
    """
    _events_or_all(events, everything=everything)
    with context.store() as (config, store):
        _known(config, store, route)
        what = f"{len(set(events))} of the" if events else "all"
        if not yes:
            click.confirm(f"Discard {what} events that were given up on route {route}?", abort=True)
        who = f"{system_user()} ({by})" if by else system_user()
        count = store.letters.discard(route, None if everything else events, who, now())
    _all_found(route, events, count, "discarded")
    click.echo(f"Route {route}: {count} discarded.")


def _events_or_all(events: tuple[str, ...], *, everything: bool) -> None:
    """Raise a usage error unless one of them is given."""
    if bool(events) == everything:
        raise click.UsageError("name events, or give --all")


def _all_found(route: str, events: tuple[str, ...], count: int, done: str) -> None:
    """Raise `ConfigurationError` where some of the events that were named were not given up."""
    if count < len(set(events)):
        raise ConfigurationError(
            f"route {route!r}: {len(set(events)) - count} of the events were not given up there; {count} are "
            f"{done} (see `alerts dead`)"
        )


def _known(config: CollectorConfig, store: Store, name: str) -> None:
    """Raise `ConfigurationError` where neither the configuration nor the outbox knows a route."""
    names = {each.name: None for each in config.alerts.routes()}
    names |= {state.route: None for state in store.outbox.routes()}
    if name not in names:
        known = f"choose one of {', '.join(names)}" if names else "there is none"
        raise ConfigurationError(f"route {name!r} is not known; {known}")


def _letter(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    letter = {
        "event": event.event_id,
        "created": moment(event.created),
        "type": event.type,
        "finding": event.finding.finding_id,
        "organisation": event.finding.organisation,
        "severity": event.finding.severity.value,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
    }
    if delivery.discarded is not None:
        letter |= {"discarded": moment(delivery.discarded), "discarded_by": delivery.discarded_by}
    return letter


def _configured(config: CollectorConfig, name: str) -> Route:
    """The route of that name; raises `ConfigurationError` where there is none."""
    configured = {each.name: each for each in config.alerts.routes()}
    if name not in configured:
        known = f"choose one of {', '.join(configured)}" if configured else "add an [[alerts.route]] first"
        raise ConfigurationError(f"route {name!r} is not configured; {known}")
    return configured[name]


def _cell(value: object) -> str | None:
    if isinstance(value, list):
        return " ".join(value) or None
    return None if value is None else str(value)


def _rows(configured: tuple[Route, ...], states: list[RouteState]) -> list[dict[str, Any]]:
    """Every route that is configured, in that order, then those that only the outbox still knows."""
    by_name = {state.route: state for state in states}
    rows = [_row(by_name.get(route.name, RouteState(route.name, 0, 0, 0)), route) for route in configured]
    names = {route.name for route in configured}
    return rows + [_row(state, None) for state in states if state.route not in names]


def _row(state: RouteState, route: Route | None) -> dict[str, Any]:
    return {
        "route": state.route,
        "kind": _NO_LONGER if route is None else route.kind,
        "min_severity": None if route is None else route.min_severity.value,
        "organisations": [] if route is None else sorted(route.organisations),
        "kinds": [] if route is None else sorted(kind.value for kind in route.kinds),
        "due": state.due,
        "oldest_due": moment(state.oldest_due),
        "delivered": state.delivered,
        "dead": state.dead,
        "last_error": state.last_error,
    }
