"""In PostgreSQL a first load is planned by what is there by then, not as if its tables were empty."""

from __future__ import annotations

import psycopg

from collector.store.base import Organisation, Tenant
from collector.store.postgresql import open_store
from collector.store.postgresql.statistics import _EVERY
from tests.contract.conftest import close
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, names
from tests.contract.stores import Server

_ANALYSED = """
    SELECT c.reltuples FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid
    WHERE i.inhparent = 'asset'::regclass AND c.reltuples > 0
"""


def test_a_partition_that_grew_is_analysed_before_autovacuum_looks(postgresql: Server) -> None:
    """With what the transaction at hand has written."""
    url = postgresql().clone()
    store = open_store(url)
    store.registry.put_organisations([Organisation("bzk", "BZK")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    agent = Reporter(store)
    buckets = [bucket(f"b{number}") for number in range(2 * _EVERY)]
    agent.scan("s1", {IRELAND: buckets})
    with psycopg.connect(url, autocommit=True) as connection:
        [(rows,)] = connection.execute(_ANALYSED).fetchall()
        assert rows == 2 * _EVERY
    agent.scan("s2", {IRELAND: buckets[1:]})
    assert len(names(store)) == 2 * _EVERY - 1
    close(store)
    postgresql().drop(url)
