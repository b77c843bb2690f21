"""Where a store is decides which database it is in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from collector.store.base import Damping, Grouping, RulesInForce, Store
from wolkenzicht.errors import ConfigurationError

if TYPE_CHECKING:
    from collector.store.sql.database import Database


def open_database(place: str | Path, *, create: bool = False) -> Database:
    """Open the file, or the PostgreSQL database of a URL; `create` makes what a store needs.

    Raises `StorageError` where it cannot be used, `ConfigurationError` where psycopg is not installed.
    """
    # Each is loaded where it is asked for: a command on one needs nothing of the other.
    if isinstance(place, Path):
        from collector.store.sqlite.database import SqliteDatabase  # noqa: PLC0415 - see above

        return SqliteDatabase(place, create=create)
    try:
        from collector.store.postgresql.database import PostgresqlDatabase  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ConfigurationError(
            "store.url: PostgreSQL needs psycopg: install wolkenzicht[postgres]"
        ) from error
    return PostgresqlDatabase(place, create=create)


def open_store(
    place: str | Path,
    *,
    create: bool = False,
    rules: RulesInForce | None = None,
    sample: float = 0.0,
    grouping: Grouping | None = None,
    damping: Damping | None = None,
) -> Store:
    """The store in `place`; see `open_database` and, for the rest, `store_over`."""
    from collector.store.sql import store_over  # noqa: PLC0415 - a wrong URL is told without it

    return store_over(
        open_database(place, create=create), rules=rules, sample=sample, grouping=grouping, damping=damping
    )


def has_password(place: str | Path) -> bool:
    """Whether a URL holds a password."""
    if isinstance(place, Path):
        return False
    parts = urlsplit(place)
    return parts.password is not None or "password" in parse_qs(parts.query)


def name_of(place: str | Path) -> str:
    """A place as messages name it; without any password."""
    if isinstance(place, Path):
        return str(place)
    from collector.store.postgresql.database import masked  # noqa: PLC0415 - only where it is PostgreSQL

    return masked(place)
