"""`serve`: the collector itself, in the foreground."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from collector.commands.context import Context
from collector.commands.groups import example
from collector.server import tls_log
from collector.server.stderr_tap import StderrTap
from wolkenzicht import logs

if TYPE_CHECKING:
    from collector.config import CollectorConfig


@click.command(epilog=example("wolkenzicht-collector --config /etc/wolkenzicht/collector.toml serve"))
@click.option("--listen-grpc", help="HOST:PORT for agents and askers, instead of the configured one.")
@click.option("--listen-http", help="HOST:PORT for health and metrics, instead of the configured one.")
@click.option("--listen-feeds", help="HOST:PORT for feeds, instead of the configured one.")
@click.option("--log-level", type=click.Choice(logs.LEVELS), help="Instead of the configured one.")
@click.option(
    "--log-format",
    type=click.Choice(["auto", "text", "json"]),
    default="auto",
    show_default=True,
    help="auto: text on a terminal, JSON lines elsewhere.",
)
@click.pass_obj
def serve(
    context: Context,
    listen_grpc: str | None,
    listen_http: str | None,
    listen_feeds: str | None,
    log_level: str | None,
    log_format: str,
) -> None:
    """Receive what agents report, answer askers, deliver alerts; until SIGTERM or Ctrl-C."""
    listen = {"listen_grpc": listen_grpc, "listen_http": listen_http, "listen_feeds": listen_feeds}
    config = context.config(**listen, log_level=log_level)
    with StderrTap() as tap:
        logs.configure(tap.stream, {"text": False, "json": True}.get(log_format), config.log_level)
        try:
            run(config, tap)
        finally:
            logs.unconfigure()


def run(config: CollectorConfig, tap: StderrTap) -> None:
    """Serve; gRPC is imported here, since its core reads what it shall log when it is loaded."""
    tls_log.prepare()
    from collector.server.app import serve as serve_until_stopped  # noqa: PLC0415 - see the docstring

    asyncio.run(serve_until_stopped(config, tap))
