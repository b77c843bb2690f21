"""What `check` and `plan` show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from agent.check import PermissionResult, check_collector, check_source, results
from agent.config import AgentConfig
from agent.planning import NO_PLACE, make_plan
from agent.rules import Rules
from agent.run import BLIND_SPOTS, COMPLETE
from agent.sources import make_sources
from agent.tables import rendered
from connectors.base import PermissionTried
from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.model import Outcome, Scope
from wolkenzicht.signatures import load_public_keys

FAILED = 1
_CHECKED = ("part", "permission", "outcome", "denied_by", "where", "message")
#: Outcomes of what a scan would not see.
_BLIND = (Outcome.DENIED, Outcome.THROTTLED, Outcome.FAILED)
#: Outcomes that say whether a permission is there.
_ANSWERED = (Outcome.COMPLETE, Outcome.DENIED)
_LOCATIONS_SHOWN = 4


def check(config: AgentConfig, file: Path, form: str) -> int:
    """Try the collector and every source; prints a row for each permission and returns the exit code.

    A table ends with how many permissions would be denied, and how many could not be tried.
    """
    rules = Rules(config.state, load_public_keys(config.policy.keys), look_only=True)
    policy, policy_works = _policy_row(rules)
    reached = [_collector_row(config, each, rules.serial) for each in config.collector.addresses]
    trials: dict[str, list[PermissionTried]] = {}
    for source in make_sources(config, file):
        trials.setdefault(source.connector, []).extend(check_source(source))
    found = [each for connector, members in trials.items() for each in results(connector, members)]
    click.echo(checked([*(row for row, _works in reached), policy], found, form))
    if not any(works for _row, works in reached) or not policy_works:
        return FAILED
    return BLIND_SPOTS if any(each.outcome in _BLIND for each in found) else COMPLETE


def checked(before: Sequence[Sequence[str]], found: Sequence[PermissionResult], form: str) -> str:
    """The rows `before` and one for each result; below a table a line for each connector."""
    rows = [*before, *(_result_row(each, form) for each in found)]
    lines = [rendered(_CHECKED, rows, form)]
    if form == "table":
        for connector in dict.fromkeys(each.connector for each in found):
            lines.extend(_closing(connector, [each for each in found if each.connector == connector]))
    return "\n".join(lines)


def _collector_row(config: AgentConfig, address: str, policy_serial: int) -> tuple[tuple[str, ...], bool]:
    try:
        accepted = check_collector(config, address, policy_serial)
    except WolkenzichtError as error:
        return ("collector", "", "failed", "", address, str(error)), False
    told = f"accepts tenant {accepted.tenant}"
    return ("collector", "", "works", "", address, told), True


def _policy_row(rules: Rules) -> tuple[tuple[str, ...], bool]:
    """Which rules a scan would judge by now; they do not work where a bundle is kept and cannot be used."""
    now = rules.for_scan()
    source = f"policy bundle {rules.serial}" if rules.serial else "the rules of this version"
    whose = f" for {rules.organisations[0]}" if rules.organisations else ""
    told = f"{source}{whose}: {now.policy.version}"
    if now.refusal:
        return ("policy", "", "failed", "", "", f"{now.refusal}; until then {told}"), False
    return ("policy", "", "works", "", "", told), True


def _result_row(result: PermissionResult, form: str) -> tuple[str, ...]:
    told = _word(result), "" if result.denied_by is None else result.denied_by.value
    outcome, denied_by = (each.replace("_", " ") if form == "table" else each for each in told)
    return (result.connector, result.permission, outcome, denied_by, _places(result.scopes), result.message)


def _word(result: PermissionResult) -> str:
    """What became of it, in a word that says no more than is known."""
    if result.outcome is None:
        return "not_tried"
    if result.outcome is Outcome.COMPLETE:
        return "allowed" if result.permission else "works"
    return result.outcome.value


def _places(scopes: Sequence[Scope]) -> str:
    """The first scope, and how many more there are."""
    first = scopes[0]
    place = "" if first.account == NO_PLACE else f"{first.account}/{first.location}/"
    more = f" and {len(scopes) - 1} more" if len(scopes) > 1 else ""
    return f"{place}{first.type}{more}"


def _closing(connector: str, found: Sequence[PermissionResult]) -> Iterator[str]:
    """What a person takes away about a connector that needs permissions."""
    named = [each for each in found if each.permission]
    if not named:
        return
    denied = sum(each.outcome is Outcome.DENIED for each in named)
    answered = sum(each.outcome in _ANSWERED for each in named)
    rest = len(named) - answered
    more = f"; {rest} more could not be tried" if rest else ""
    yield f"{connector}: {denied} of {answered} permissions would be denied{more}"


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
