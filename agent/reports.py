"""What `check` and `plan` show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from agent.check import check_collector, check_source, rights_tried
from agent.config import AgentConfig
from agent.counters import is_blind
from agent.planning import NO_PLACE, make_plan
from agent.run import BLIND_SPOTS, COMPLETE
from agent.sources import make_sources
from agent.tables import rendered
from connectors.base import Source
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.model import ScopeOutcome

FAILED = 1
_CHECKED = ("part", "what", "outcome", "permission", "denied_by", "message")
_LOCATIONS_SHOWN = 4


def check(config: AgentConfig, file: Path, form: str) -> int:
    """Try the collector and every source; prints a row for each and returns the exit code.

    A table ends with how many of the permissions that were tried would be denied.
    """
    collector, collector_works = _collector_row(config)
    tried = [(source, outcome) for source in make_sources(config, file) for outcome in check_source(source)]
    rows = [collector, *(_outcome_row(source.connector, outcome) for source, outcome in tried)]
    click.echo(rendered(_CHECKED, rows, form))
    if form == "table":
        for line in _closing(tried):
            click.echo(line)
    if not collector_works:
        return FAILED
    return BLIND_SPOTS if any(is_blind(outcome.outcome) for _, outcome in tried) else COMPLETE


def _collector_row(config: AgentConfig) -> tuple[tuple[str, ...], bool]:
    try:
        accepted = check_collector(config)
    except WolkenzichtError as error:
        return ("collector", config.collector.address, "failed", "", "", str(error)), False
    told = f"accepts tenant {accepted.tenant}"
    return ("collector", config.collector.address, "complete", "", "", told), True


def _outcome_row(connector: str, outcome: ScopeOutcome) -> tuple[str, ...]:
    scope = outcome.scope
    place = "" if scope.account == NO_PLACE else f"{scope.account}/{scope.location}/"
    denied_by = outcome.denied_by.value.replace("_", " ") if outcome.denied_by is not None else ""
    return (
        connector,
        place + scope.type,
        outcome.outcome.value,
        outcome.permission,
        denied_by,
        outcome.message,
    )


def _closing(tried: list[tuple[Source, ScopeOutcome]]) -> Iterator[str]:
    """A line for each connector whose kinds need permissions."""
    for connector in dict.fromkeys(source.connector for source, _ in tried):
        outcomes = [outcome for source, outcome in tried if source.connector == connector]
        rights = rights_tried(connector, outcomes)
        if rights.tried:
            yield (
                f"{connector}: {len(rights.denied)} of {len(rights.tried)} permissions would be denied; "
                f"{len(rights.untried)} more can be tried on a resource only, by a scan"
            )


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
