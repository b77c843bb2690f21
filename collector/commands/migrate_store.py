"""`migrate-store`: the store moves to another database, and is compared row by row before it is left."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.context import Context
from collector.commands.groups import example
from collector.config import CollectorConfig, StoreConfig
from collector.store.moving import Moved, move
from collector.store.opening import name_of, open_database
from wolkenzicht.errors import ConfigurationError


@click.command(
    epilog=example(
        "wolkenzicht-collector migrate-store --from sqlite:////var/lib/wolkenzicht/wolkenzicht.db \\\\",
        "    --to postgresql://wolkenzicht@db.example.nl/wolkenzicht",
    )
)
@click.option("--from", "source", required=True, help="The store as it is: sqlite:///… or postgresql://….")
@click.option("--to", "target", required=True, help="Where it goes: an empty place, or one begun before.")
@click.option(
    "--finish/--no-finish",
    default=True,
    show_default=True,
    help="Leave the source for good; without, only copy what differs by now.",
)
@click.pass_obj
def migrate_store(context: Context, source: str, target: str, *, finish: bool) -> None:
    """Move the store to another database; the collector may serve meanwhile.

    First what is there is copied, then what came meanwhile. At the end nobody can write to the source, all is
    compared once more, row by row, and the source is left: it is not opened again, and takes no frames. Then
    set [store] url to the target and start the collector. Stopped at any moment, the same command goes on.
    """
    del context
    places = [_place("--from", source), _place("--to", target)]
    if places[0] == places[1]:
        raise ConfigurationError("--to: is where the store is already; give another place")
    one = open_database(places[0])
    try:
        other = open_database(places[1], create=True)
        try:
            found = move(one, other, _tell, finish=finish)
        finally:
            other.close()
    finally:
        one.close()
    for each in found:
        click.echo(f"{each.table}: {each.rows} rows, checksum {each.checksum:016x}")
    if finish:
        click.echo(
            f"The store is in {name_of(places[1])} now: set [store] url to it and start the collector."
        )
    else:
        click.echo("Copied; the source is still the store. Give --finish to leave it.")


def _place(option: str, url: str) -> str | Path:
    try:
        place = CollectorConfig(data=Path.cwd(), store=StoreConfig(url)).store_place
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}") from error
    return place


def _tell(what: str, found: list[Moved]) -> None:
    rows, differed = sum(each.rows for each in found), sum(each.differed for each in found)
    click.echo(f"{what}: {rows} rows in {len(found)} tables, {differed} ranges differed", err=True)
