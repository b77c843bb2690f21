"""The command `wolkenzicht-collector`: its options, its commands, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands.agents import agents
from collector.commands.alerts import alerts
from collector.commands.askers import askers
from collector.commands.context import Commands, Context, example
from collector.commands.decisions import decisions
from collector.commands.init import init
from collector.commands.organisations import organisations
from collector.commands.policy import policy
from collector.commands.refusals import refusals
from collector.commands.rejected import rejected
from collector.commands.retention import retention
from collector.commands.serve import serve
from collector.commands.server_certificate import server_certificate
from collector.commands.systems import systems
from collector.commands.tenants import tenants


@click.group(
    cls=Commands,
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
    context.obj = Context(file)


for command in (
    init,
    serve,
    organisations,
    tenants,
    systems,
    decisions,
    agents,
    askers,
    policy,
    alerts,
    refusals,
    rejected,
    retention,
    server_certificate,
):
    cli.add_command(command)


def main() -> None:
    """The console script."""
    cli(prog_name="wolkenzicht-collector")
