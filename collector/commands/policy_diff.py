"""`policy diff`: what a bundle would change, by organisation, before it is activated."""

from __future__ import annotations

import json
from pathlib import Path

import click

from collector.commands.context import Context, now
from collector.commands.groups import example
from collector.commands.listing import Row, format_option, show
from collector.rulebook import directory as directories
from collector.rulebook.activation import opened
from collector.rulebook.contexts import Contexts
from collector.rulebook.difference import Difference, difference
from collector.rulebook.in_force import InForce
from collector.store.base import Organisation, Store
from policy.bundle import Bundle
from policy.rule_book import RuleBook
from wolkenzicht.errors import ConfigurationError, WolkenzichtError
from wolkenzicht.signatures import load_public_keys

_COLUMNS = ("organisation", "what", "before", "after", "assets", "examples")


@click.command(
    "diff",
    epilog=example(
        "wolkenzicht-collector policy diff rules/",
        "wolkenzicht-collector policy diff rules/ --organisation bzk --format csv",
    ),
)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--organisation", help="This organisation and those below it only.")
@click.option(
    "--examples",
    type=click.IntRange(0, 1000),
    default=3,
    show_default=True,
    help="How many assets are named with each change.",
)
@format_option
@click.pass_obj
def diff(context: Context, directory: Path, organisation: str | None, examples: int, output: str) -> None:
    """Show which assets and findings a bundle would change, by organisation; nothing is changed.

    Everything that the store holds is judged by the bundle, signed or not, and compared with what is kept:
    where it is, whether its use is material or prohibited, who holds the keys, whose law reaches it, and
    which findings would open or end. This takes a minute or two for a million assets.
    """
    found = directories.read(directory)
    with context.store() as (config, store):
        rules = InForce(RuleBook(found.files), now)
        organisations = store.registry.organisations()
        rules.know(organisations)
        contexts = Contexts(store.people, store.registry, rules, now)
        signature = _signature(found, config.policy.keys)
        wanted = None if organisation is None else _below(organisation, organisations)
        result = difference(store, rules, contexts, organisations=wanted, examples=examples)
        behind = _behind(store)
    _show(result, rules.policy().version, signature, behind, output)


def _show(found: Difference, version: str, signature: str, behind: int, output: str) -> None:
    told = {
        "version": version,
        "signature": signature,
        "assets": str(found.judged),
        "changed": str(found.changed),
        "unreadable": str(found.unreadable),
        "not_yet_judged_by_rules_in_force": str(behind),
    }
    changes = found.changes()
    if output == "json":
        items = [
            {
                "organisation": each.organisation,
                "what": each.what,
                "before": each.before,
                "after": each.after,
                "assets": each.assets,
                "examples": list(each.examples),
            }
            for each in changes
        ]
        click.echo(json.dumps({**told, "items": items}, indent=2, ensure_ascii=False))
        return
    for key, value in told.items():
        click.echo(f"{key.replace('_', ' ')}: {value}", err=output == "csv")
    if output == "table":
        click.echo()
    rows: list[Row] = [
        {
            "organisation": each.organisation,
            "what": each.what,
            "before": each.before,
            "after": each.after,
            "assets": str(each.assets),
            "examples": " ".join(each.examples),
        }
        for each in changes
    ]
    show(rows, _COLUMNS, output)


def _signature(found: Bundle, keys: tuple[Path, ...]) -> str:
    """Whether the bundle could be activated as it is."""
    if not found.signature:
        return "none; `policy sign` comes before `policy activate`"
    try:
        opened(found, load_public_keys(keys))
    except WolkenzichtError as error:
        return f"not valid: {error}"
    return "valid"


def _below(organisation: str, organisations: list[Organisation]) -> frozenset[str]:
    """An organisation and all below it; raises `ConfigurationError` where there is none of that name."""
    parents = {each.organisation: each.parent for each in organisations}
    if organisation not in parents:
        raise ConfigurationError(
            f"organisation '{organisation}' does not exist; `organisations list` has all"
        )
    below = {organisation}
    while more := {each for each, parent in parents.items() if parent in below} - below:
        below |= more
    return frozenset(below)


def _behind(store: Store) -> int:
    return sum(each.remaining for each in store.evaluation.progress())
