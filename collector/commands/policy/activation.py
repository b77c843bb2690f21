"""`policy activate` and `policy list`: which bundle is in force, and which were."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.context import Context, now, system_user
from collector.commands.groups import example
from collector.commands.listing import Row, format_option, moment, show
from collector.rulebook import activation
from collector.rulebook import directory as directories
from policy import rule_book
from wolkenzicht.signatures import load_public_keys

_COLUMNS = ("serial", "version", "title", "in_force", "activated", "activated_by")


@click.command(epilog=example("wolkenzicht-collector policy activate rules/ --by 'CIO Rijk, besluit 11'"))
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--by", default="", help="On whose authority, kept beside the name of the system's user.")
@click.pass_obj
def activate(context: Context, directory: Path, by: str) -> None:
    """Put a signed bundle in force.

    Refused, with the reason and without any change: a bundle that is not signed, or by no trusted key; files
    that are not those that were signed; a file that is wrong; a serial not above that in force. To go back to
    earlier rules, sign their files with a higher serial. A running collector takes it up within seconds, and
    hands it to its agents.
    """
    found = directories.read(directory)
    with context.store() as (config, store):
        keys = load_public_keys(config.policy.keys)
        who = f"{system_user()} ({by})" if by else system_user()
        manifest = activation.activate(store.bundles, found, keys, by=who, now=now())
    click.echo(f"In force: bundle {manifest.serial}, {manifest.version}.")


@click.command("list", epilog=example("wolkenzicht-collector policy list --format json"))
@format_option
@click.pass_obj
def history(context: Context, output: str) -> None:
    """List the bundles that were put in force, newest first; 0 are the rules of this version itself."""
    with context.store() as (_, store):
        found = store.bundles.history()
    rows: list[Row] = [
        {
            "serial": str(each.serial),
            "version": each.version,
            "title": each.title,
            "in_force": "yes" if each is found[0] else "no",
            "activated": moment(each.activated),
            "activated_by": each.activated_by,
        }
        for each in found
    ]
    version = rule_book.packaged().base.version
    rows.append(
        {
            "serial": "0",
            "version": version,
            "title": "",
            "in_force": "no" if found else "yes",
            "activated": None,
            "activated_by": "",
        }
    )
    show(rows, _COLUMNS, output)
