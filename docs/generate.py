"""Writes the generated parts of the documentation: commands from their help, types from the kinds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from agent.cli import commands as agent
from collector.cli import cli as collector
from collector.client.cli import cli as asker
from connectors.aws.kinds import KINDS

#: Help is laid out for this many columns, whatever terminal it is generated in.
WIDTH = 90


def commands() -> str:
    """Every command of the three with its help, as Markdown."""
    parts: list[str] = []
    for name, command in (
        ("wolkenzicht", asker),
        ("wolkenzicht-agent", agent),
        ("wolkenzicht-collector", collector),
    ):
        parts.extend(_command(command, name, None, 2))
    return "\n".join(parts)


def _command(command: click.Command, name: str, parent: click.Context | None, level: int) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"{'#' * level} `{context.command_path}`\n\n```text\n{text}\n```\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None:
                yield from _command(found, each, context, min(level + 1, 4))


def aws_kinds() -> str:
    """The table of AWS resource kinds, as Markdown."""
    rows = ["| type | name | read per | holds | permissions |", "| --- | --- | --- | --- | --- |"]
    for kind in sorted(KINDS, key=lambda each: each.type):
        rights = "<br>".join(f"`{permission}`" for permission in kind.permissions)
        rows.append(
            f"| [{kind.title}]({kind.docs_url})<br>`{kind.type}` | `{kind.name}` | {kind.scope} "
            f"| {kind.holds} | {rights} |"
        )
    return "\n".join(rows) + "\n"
