"""What every command starts from: where the configuration is, and the store it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from collector import config as configuration
from collector.config import CollectorConfig
from collector.store.base import Store
from collector.store.closing import closing
from collector.store.sqlite import open_store
from wolkenzicht.errors import WolkenzichtError


@dataclass(frozen=True, slots=True)
class Context:
    """The configuration file that was named; None where none was."""

    file: Path | None

    def config(self, **flags: object) -> CollectorConfig:
        """The configuration with the flags that were given; raises `ConfigurationError`."""
        return configuration.load(self.file, flags, os.environ)

    @contextmanager
    def store(self) -> Iterator[tuple[CollectorConfig, Store]]:
        """The configuration and its open store; raises `ConfigurationError` or `StorageError`."""
        config = self.config()
        with closing(open_store(config.store_path)) as store:
            yield config, store


class Commands(click.Group):
    """A group whose commands end in one line on standard error where something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours becomes click's, which prints it and exits with 1."""
        try:
            return super().invoke(ctx)
        except WolkenzichtError as error:
            raise click.ClickException(str(error)) from error


def now() -> datetime:
    """The clock of what commands write down."""
    return datetime.now(UTC)


def example(*lines: str) -> str:
    """The end of a command's help: lines to copy, each a whole command."""
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])
