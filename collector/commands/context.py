"""What every command starts from: where the configuration is, and the store it names."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collector import config as configuration
from collector.config import CollectorConfig
from collector.store.base import Store
from collector.store.closing import closing
from collector.store.opening import open_store


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
        with closing(open_store(config.store_place)) as store:
            yield config, store


def now() -> datetime:
    """The clock of what commands write down."""
    return datetime.now(UTC)


def system_user() -> str:
    """The system's user; the environment may say anything."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
