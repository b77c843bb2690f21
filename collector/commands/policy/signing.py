"""`policy keys` and `policy sign`: whose signature counts, and putting it under a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.context import Context, now
from collector.commands.groups import Commands, example
from collector.identity import files
from collector.rulebook import directory as directories
from collector.rulebook.signing import KEY_FILE, PUBLIC_FILE, Signer, new_key
from policy import bundle
from policy.bundle import MANIFEST, SIGNATURE
from wolkenzicht.errors import ConfigurationError, WolkenzichtError


@click.group(cls=Commands)
def keys() -> None:
    """Keys that bundles are signed with."""


@keys.command(epilog=example("wolkenzicht-collector policy keys create --out keys/"))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def create(out: Path, *, force: bool) -> None:
    """Write policy.key and policy.pub (Ed25519, PEM).

    Whoever has policy.key decides what counts as inside the EER: keep it off the collector. policy.pub goes
    to the collector and to every agent, which verify with it.
    """
    pem, public = new_key()
    files.write_all({out / KEY_FILE: pem, out / PUBLIC_FILE: public.pem()}, force=force)
    click.echo(f"Wrote {out / KEY_FILE} and {PUBLIC_FILE}: key {public.fingerprint}.")
    click.echo(f'Next: name {PUBLIC_FILE} in collector.toml, [policy] keys = ["{PUBLIC_FILE}"].')


@click.command(
    epilog=example("wolkenzicht-collector policy sign rules/ --key keys/policy.key --title 'Juli 2026'")
)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="The policy.key to sign with.")
@click.option(
    "--serial",
    type=click.IntRange(1, bundle.MAX_SERIAL),
    help="The bundle's number.  [default: the next one after those in the store]",
)
@click.option("--title", default="", help="A line that says what the bundle is for.")
@click.pass_obj
def sign(context: Context, directory: Path, key: Path | None, serial: int | None, title: str) -> None:
    """Check a directory and write its manifest and signature.

    All is checked first, as `validate` does; nothing is written where a file is wrong. Without --key the
    manifest alone is written, to be signed elsewhere: Ed25519 over its bytes, in manifest.sig.
    """
    signer = Signer(key) if key else None
    found = directories.read(directory)
    manifest = bundle.describe(found.files, serial or _next(context), now(), title)
    encoded = manifest.encoded()
    # Where the writing is broken off between the two, the signature does not fit and nobody takes the bundle.
    written = {MANIFEST: encoded, SIGNATURE: signer.sign(encoded)} if signer else {MANIFEST: encoded}
    directories.write(directory, written)
    click.echo(f"Wrote {directory / MANIFEST}: bundle {manifest.serial}, {manifest.version}.")
    if signer:
        click.echo(f"Signed with key {signer.public.fingerprint}.")
    else:
        click.echo(
            f"Not signed. Sign it with: openssl pkeyutl -sign -inkey policy.key -rawin -in {MANIFEST} "
            f"-out {SIGNATURE}"
        )


def _next(context: Context) -> int:
    try:
        with context.store() as (_, store):
            return store.bundles.serial() + 1
    except WolkenzichtError as error:
        raise ConfigurationError(
            f"the next serial is not known without the collector's store ({error}); give --serial"
        ) from error
