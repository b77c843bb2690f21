"""`policy export` and `policy validate`: what a bundle holds, and whether it can be used."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from collector.commands.context import Context, now
from collector.commands.groups import example
from collector.commands.listing import Row, moment, show
from collector.rulebook import directory as directories
from collector.rulebook.activation import opened
from policy import bundle, rule_book
from policy.bundle import Bundle, Manifest, check_days
from policy.change_days import change_days
from policy.rule_files import RULE_FILES
from policy.rule_sets import read_rule_sets
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.signatures import PublicKey, load_public_keys, verify

_COLUMNS = ("file", "bytes", "entries")


@click.command(epilog=example("wolkenzicht-collector policy export rules/"))
@click.argument("directory", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    """Write the rules that came with this version to a new directory, to begin a bundle with."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ConfigurationError(f"{directory} exists; choose a new directory, or an empty one")
    files = rule_book.packaged().contents
    directories.write(directory, files)
    click.echo(f"Wrote {len(files)} files to {directory}.")
    click.echo("Next: change what has to change, then `policy validate`, `policy sign`, `policy activate`.")


@click.command(epilog=example("wolkenzicht-collector policy validate rules/ --key policy.pub"))
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A public key whose signature counts.  [default: those of collector.toml]",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to show it.",
)
@click.pass_obj
def validate(context: Context, directory: Path, files: tuple[Path, ...], output: str) -> None:
    """Check a bundle and show what it is; nothing is changed.

    The rules of every day on which something changes are built; a file that is wrong is named with line and
    column. A directory that is not signed yet is checked for all but that; a wrong signature is refused.
    """
    found = directories.read(directory)
    if found.signature:
        keys = load_public_keys(files or context.config().policy.keys)
        manifest, signer = _signed(found, keys)
    else:
        manifest, signer = _unsigned(found), ""
    told = {
        "serial": str(manifest.serial) if found.manifest else "",
        "version": manifest.version,
        "title": manifest.title,
        "created": (moment(manifest.created) or "") if found.manifest else "",
        "signed_by": signer,
        "rule_sets": ", ".join(_rule_sets(found.files)),
        "changes_ahead": ", ".join(
            str(day) for day in change_days(found.files) if now().date() < day < date.max
        ),
    }
    rows = [_row(name, content) for name, content in sorted(found.files.items())]
    if output == "json":
        click.echo(json.dumps({**told, "files": rows}, indent=2, ensure_ascii=False))
        return
    for key, value in told.items():
        click.echo(f"{key.replace('_', ' ')}: {value or '-'}")
    click.echo()
    show(rows, _COLUMNS, output)
    click.echo()
    click.echo("Valid." if signer else "Valid, but not signed yet: `policy sign` does that.")


def _signed(found: Bundle, keys: Sequence[PublicKey]) -> tuple[Manifest, str]:
    """What a signed bundle says, and the fingerprint of the key that signed it."""
    edition = opened(found, keys)
    check_days(edition.book)
    return edition.manifest, verify(keys, found.manifest, found.signature).fingerprint


def _unsigned(found: Bundle) -> Manifest:
    """What a bundle would be; with a manifest its files must be those that it names."""
    if not found.manifest:
        return bundle.describe(found.files, 1, now(), "")
    check_days(found.book(_not_signed_yet))
    return found.read(_not_signed_yet)


def _not_signed_yet(_manifest: bytes, _signature: bytes) -> None:
    """Takes any bundle: for one that is looked at before it is signed."""


def _rule_sets(files: Mapping[str, bytes]) -> Iterator[str]:
    for each in read_rule_sets({name: files[name] for name in RULE_FILES}):
        until = "" if each.valid_until is None else f" until {each.valid_until}"
        yield f"{each.name} from {each.valid_from}{until}"


def _row(name: str, content: bytes) -> Row:
    """A file with the number of its rows, or of the tables of each kind that it lists."""
    text = content.decode()
    if name.endswith(".csv"):
        entries = f"{sum(1 for _ in csv.reader(io.StringIO(text, newline=''))) - 1} rows"
    else:
        kinds = _listed(tomllib.loads(text))
        entries = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return {"file": name, "bytes": str(len(content)), "entries": entries}


def _listed(value: object) -> Counter[str]:
    """How many tables stand in the lists of tables of a TOML value, by the name of the list."""
    found: Counter[str] = Counter()
    for key, inner in value.items() if isinstance(value, dict) else ():
        tables = [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []
        if tables:
            found[key] += len(tables)
        for each in (*tables, inner):
            found += _listed(each)
    return found
