"""The stores that the contract suite runs on; a further database joins by its name in `STORES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.store.base import Organisation, Store, Tenant
from collector.store.sqlite import open_store
from collector.store.sqlite.database import Database
from tests.contract.reporting import NOW, Reporter

Rows = Callable[[str], list[tuple[Any, ...]]]


def open_sqlite(directory: Path) -> Store:
    """A new store in one SQLite file."""
    return open_store(directory / "wolkenzicht.db", create=True)


STORES = {"sqlite": open_sqlite}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = STORES[request.param](tmp_path)
    yield opened
    close(opened)


@pytest.fixture
def estate(store: Store) -> Store:
    """A store with two organisations and three tenants, none of which has reported."""
    store.registry.put_organisations(
        [Organisation("bzk", "BZK", "ministry"), Organisation("ezk", "EZK", "ministry")]
    )
    for tenant, organisation, provider in (
        ("bzk-aws", "bzk", "aws"),
        ("bzk-odc", "bzk", "odc"),
        ("ezk-aws", "ezk", "aws"),
    ):
        store.registry.add_tenant(Tenant(tenant, organisation, provider, created=NOW))
    return store


@pytest.fixture
def agent(estate: Store) -> Reporter:
    """The agent of tenant bzk-aws."""
    return Reporter(estate)


@pytest.fixture
def rows(store: Store) -> Rows:
    """Reads tables that no part of the interface shows yet; they are the same in every database."""

    def read(query: str) -> list[tuple[Any, ...]]:
        [database] = store.closers
        assert isinstance(database, Database)
        with database.reader() as connection:
            return connection.execute(query).fetchall()

    return read


def close(store: Store) -> None:
    """Let go of a store."""
    for each in store.closers:
        each.close()  # type: ignore[attr-defined]  # the interface does not say what closes
