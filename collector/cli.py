"""The command `wolkenzicht-collector`: its options, its commands, and nothing else.

A command's module is imported when it is called, so that `--help` and `--version` load no store and no rules.
"""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.groups import LazyCommands, example

#: The first sentence of each command's help.
_PARTS = {
    "agents": "Certificates of agents: each speaks for one tenant.",
    "alerts": "Alerts: the routes that findings are told over, and how they stand.",
    "askers": "Certificates of askers: CIO Rijk sees all, a department its own organisation and below.",
    "decisions": "Decisions on material use: they go before everything else that says something about it.",
    "init": "Set up a collector: data folder, store, authority, server certificate, configuration.",
    "migrate-store": "Move the store to another database; the collector may serve meanwhile.",
    "organisations": "Ministries, agencies and other bodies: the tree that overviews and rights follow.",
    "policy": "Rules and facts as signed bundles: written, checked, signed, put in force.",
    "refusals": "Streams, calls and handshakes that were refused, kept for the auditor.",
    "rejected": "Items that were set aside instead of kept: correct them at the source.",
    "retention": "Show the months of which only the state at their end is kept.",
    "serve": "Receive what agents report, answer askers, deliver alerts; until SIGTERM or Ctrl-C.",
    "server-certificate": "The certificate that the collector shows to agents and askers.",
    "store": "The store itself: check what it prepares, and make it anew.",
    "systems": "Systems: what the register says of them counts for the assets that belong to them.",
    "tenants": "Tenants: a cloud organization or account, or a datacentre, each with an agent of its own.",
}


@click.group(
    cls=LazyCommands,
    package="collector.commands",
    parts=_PARTS,
    epilog=example(
        "wolkenzicht-collector --config collector.toml init --host collector.example.nl",
        "wolkenzicht-collector --config collector.toml serve",
    ),
)
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    envvar="WOLKENZICHT_CONFIG",
    help="The configuration file.  [default: collector.toml in the working directory]",
)
@click.version_option(package_name="wolkenzicht")
@click.pass_context
def cli(context: click.Context, file: Path | None) -> None:
    """Keep the central overview: receive from agents, answer askers, raise alerts."""
    from collector.commands.context import Context  # noqa: PLC0415 - see the module's docstring

    context.obj = Context(file)


def main() -> None:
    """The console script."""
    cli(prog_name="wolkenzicht-collector")
