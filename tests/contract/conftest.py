"""The stores that the contract suite runs on: each test on every kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from collector.store.base import Organisation, Store, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from tests.contract import plans, stores
from tests.contract.reporting import NOW, Reporter

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def statements_find_what_they_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A statement that names a row finds it by an index, not among all that its tenant has."""
    with plans.watched(monkeypatch) as wrong:
        yield
    assert wrong == [], "\n".join(wrong)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[stores.Server]:
    """The PostgreSQL server of this session."""
    with stores.server() as server:
        yield server


@pytest.fixture(params=stores.KINDS)
def database(request: pytest.FixtureRequest, postgresql: stores.Server) -> Iterator[Database]:
    """An empty store's database, of each kind."""
    with stores.KINDS[request.param](postgresql) as made:
        yield made


@pytest.fixture(params=stores.KINDS, scope="module")
def lasting_database(request: pytest.FixtureRequest, postgresql: stores.Server) -> Iterator[Database]:
    """The same for all tests of a module."""
    with stores.KINDS[request.param](postgresql) as made:
        yield made


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store of each kind."""
    return store_over(database)


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
        with stores.database_of(store).reader() as connection:
            return connection.execute(query).fetchall()

    return read


def close(store: Store) -> None:
    """Let go of a store."""
    for each in store.closers:
        each.close()  # type: ignore[attr-defined]  # the interface does not say what closes
