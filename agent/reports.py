"""What `check` and `plan` show."""

from __future__ import annotations

from pathlib import Path

import click

from agent.check import check_collector, check_source
from agent.config import AgentConfig
from agent.counters import is_blind
from agent.planning import NO_PLACE, make_plan
from agent.run import BLIND_SPOTS, COMPLETE
from agent.sources import make_sources
from agent.tables import rendered
from wolkenzicht.errors import WolkenzichtError

FAILED = 1
_LOCATIONS_SHOWN = 4


def check(config: AgentConfig, file: Path, form: str) -> int:
    """Try the collector and every source; prints a row for each and returns the exit code."""
    rows: list[tuple[str, ...]] = []
    collector_works = True
    try:
        accepted = check_collector(config)
        message = f"accepts tenant {accepted.tenant}"
    except WolkenzichtError as error:
        collector_works, message = False, str(error)
    rows.append(
        ("collector", config.collector.address, "complete" if collector_works else "failed", "", message)
    )
    blind = False
    for source in make_sources(config, file):
        for outcome in check_source(source):
            blind = blind or is_blind(outcome.outcome)
            scope = outcome.scope
            place = "" if scope.account == NO_PLACE else f"{scope.account}/{scope.location}/"
            rows.append(
                (
                    source.connector,
                    place + scope.type,
                    outcome.outcome.value,
                    outcome.permission,
                    outcome.message,
                )
            )
    click.echo(rendered(("part", "what", "outcome", "permission", "message"), rows, form))
    if not collector_works:
        return FAILED
    return BLIND_SPOTS if blind else COMPLETE


def plan(config: AgentConfig, file: Path, form: str) -> int:
    """Print what a scan would read: in a table a row for each type, else one for each scope."""
    planned = make_plan(make_sources(config, file))
    if form == "table":
        grouped: dict[tuple[str, str, str], list[str]] = {}
        for group in planned.groups:
            for scope in group.scopes:
                key = (group.source.connector, scope.account, scope.type)
                grouped.setdefault(key, []).append(scope.location)
        rows = [(*key, len(found), _shortened(sorted(found))) for key, found in sorted(grouped.items())]
        click.echo(rendered(("connector", "account", "type", "scopes", "locations"), rows, form))
        click.echo(f"{planned.size - len(planned.failures)} scopes in {len(planned.groups)} groups")
    else:
        scopes = sorted(
            (group.source.connector, scope.account, scope.type, scope.location)
            for group in planned.groups
            for scope in group.scopes
        )
        click.echo(rendered(("connector", "account", "type", "location"), scopes, form))
    for failure in planned.failures:
        click.echo(f"{failure.scope.type}: {failure.outcome.value}: {failure.message}", err=True)
    return BLIND_SPOTS if planned.failures else COMPLETE


def _shortened(locations: list[str]) -> str:
    shown = ", ".join(locations[:_LOCATIONS_SHOWN])
    more = len(locations) - _LOCATIONS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
