"""`server-certificate`: renewing the certificate that the collector itself shows."""

from __future__ import annotations

import click

from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.identity import authority, files


@click.group("server-certificate", cls=Commands)
def server_certificate() -> None:
    """The certificate that the collector shows to agents and askers."""


@server_certificate.command(
    epilog=example("wolkenzicht-collector server-certificate issue --host collector.example.nl --force")
)
@click.option("--host", "hosts", multiple=True, help="A name or address that agents reach this server by.")
@click.option("--days", default=authority.SERVER_DAYS, show_default=True, help="How long it is valid.")
@click.option("--force", is_flag=True, help="Replace the present one.")
@click.pass_obj
def issue(context: Context, hosts: tuple[str, ...], days: int, *, force: bool) -> None:
    """Issue a new server certificate; it counts from the next start. Name every host again."""
    config = context.config()
    issued = authority.load(config.data).server(hosts, days=days)
    files.write_all({config.key: issued.key, config.certificate: issued.certificate}, force=force)
    click.echo(f"Wrote {config.certificate} and {config.key.name}; restart the collector to use them.")
