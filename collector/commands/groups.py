"""Groups of commands: an error is one line, and of a group of many only what is asked for is imported."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from wolkenzicht.errors import WolkenzichtError


class Commands(click.Group):
    """A group whose commands end in one line on standard error where something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours becomes click's, which prints it and exits with 1."""
        try:
            return super().invoke(ctx)
        except WolkenzichtError as error:
            raise click.ClickException(str(error)) from error


class LazyCommands(Commands):
    """A group that imports a command when it is called; its help shows the list without any of them.

    Each is in a module of its own name in `package`; `parts` gives the first sentence of its help.
    """

    def __init__(self, *arguments: Any, package: str, parts: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._package = package
        self._parts = parts

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """All names, in order."""
        return sorted(self._parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """The command, imported; None where there is none of that name."""
        if cmd_name not in self._parts:
            return None
        name = cmd_name.replace("-", "_")
        found: click.Command = getattr(import_module(f"{self._package}.{name}"), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands as click writes it, from their names and sentences alone."""
        limit = formatter.width - 6 - max(map(len, self._parts))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=self._parts[name]).get_short_help_str(limit))
                    for name in self.list_commands(ctx)
                ]
            )


def example(*lines: str) -> str:
    """The end of a command's help: lines to copy, each a whole command."""
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])
