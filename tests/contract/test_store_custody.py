"""Every store counts and finds assets by who holds their keys; what was kept before is unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collector.store.base import AssetQuery, Reading
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Database
from collector.store.sql.ingest import SqlIngest
from collector.store.sql.reading import SqlReading
from collector.store.sql.registry import SqlRegistry
from collector.store.sqlite import open_store, schema
from collector.store.sqlite.database import SqliteDatabase
from policy import ruleset
from tests.askers import estate
from tests.askers.reports import Agent, bucket, classified, place
from tests.contract.conftest import close
from wolkenzicht.model import Asset, KeyCustody, Outcome


def made(name: str, **properties: str) -> Asset:
    """A bucket in Ireland with these properties."""
    asset = bucket(name, place("eu-west-1"), account=estate.BZK_ACCOUNT)
    return replace(asset, properties=tuple(sorted(properties.items())))


@pytest.fixture
def reading(database: Database) -> Reading:
    """Three buckets of which one got a key of the customer's at the second look."""
    registry = SqlRegistry(database)
    registry.put_organisations(estate.ORGANISATIONS)
    registry.add_tenant(estate.TENANTS[0])
    agent = Agent(SqlIngest(database, ruleset.load().findings), "bzk-aws")
    own, open_ = made("own", encryption="AES256"), made("open")
    agent.scan(
        estate.FIRST, (estate.BUCKETS, Outcome.COMPLETE, [own, made("key", encryption="AES256"), open_])
    )
    changed = made("key", encryption="aws:kms", kms_key=f"arn:aws:kms:eu-west-1:{estate.FIN_ACCOUNT}:key/1")
    agent.scan(estate.SECOND, (estate.BUCKETS, Outcome.COMPLETE, [own, changed, open_]))
    return SqlReading(database)


def names(reading: Reading, custody: KeyCustody) -> list[str]:
    """The assets with a custody, by name."""
    query = AssetQuery(custody=custody.value)
    rows = reading.assets(estate.ALL, query, order_by="name", after=(), limit=10)
    return [row.record.asset.name for row, _ in rows]


def test_assets_are_found_by_who_holds_the_keys(reading: Reading) -> None:
    """As the last look left them; every asset has one custody."""
    assert {each: names(reading, each) for each in KeyCustody} == {
        KeyCustody.PROVIDER_MANAGED: ["own"],
        KeyCustody.CUSTOMER_MANAGED: ["key"],
        KeyCustody.EXTERNAL: [],
        KeyCustody.NOT_ENCRYPTED: [],
        KeyCustody.UNKNOWN: ["open"],
    }


def test_counts_tell_custodies_apart(reading: Reading) -> None:
    """A query on one custody counts that one only."""
    rows = reading.counts(estate.ALL, AssetQuery())
    assert sorted((row.custody, row.assets) for row in rows) == [
        ("customer_managed", 1),
        ("provider_managed", 1),
        ("unknown", 1),
    ]
    [row] = reading.counts(estate.ALL, AssetQuery(custody="unknown"))
    assert (row.custody, row.assets) == ("unknown", 1)


def test_an_asset_from_before_is_unknown_until_it_is_seen_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgraded store says unknown for what it holds, and the next look tells."""
    path = tmp_path / "before.db"
    with monkeypatch.context() as patched:
        before = {name: script for name, script in schema.steps().items() if name < "0005"}
        patched.setattr(schema, "steps", lambda: before)
        database = SqliteDatabase(path, create=True)
    SqlRegistry(database).put_organisations(estate.ORGANISATIONS)
    SqlRegistry(database).add_tenant(estate.TENANTS[0])
    record = classified(made("own", encryption="AES256"))
    record.verdict.ClearField("custody")
    record.verdict.ClearField("custody_rule")
    moment = to_micros(estate.FIRST)
    with database.writer() as connection:
        connection.execute(
            "INSERT INTO asset (tenant, asset_id, account, scope_location, scope_type, type, fingerprint, "
            "provider, name, countries, location_class, material, holds, first_seen, changed, record) "
            "VALUES ('bzk-aws', ?, ?, 'global', ?, ?, ?, 'aws', 'own', ',IE,', 'inside_eea', 'undetermined', "
            "'content', ?, ?, ?)",
            (
                record.asset.asset_id,
                estate.BUCKETS.account,
                estate.BUCKETS.type,
                estate.BUCKETS.type,
                b"0" * 16,
                moment,
                moment,
                record.SerializeToString(),
            ),
        )
    database.close()

    store = open_store(path)
    assert names(store.reading, KeyCustody.UNKNOWN) == ["own"]
    assert isinstance(store.ingest, SqlIngest)
    look = (estate.BUCKETS, Outcome.COMPLETE, [made("own", encryption="AES256")])
    Agent(store.ingest, "bzk-aws").scan(estate.SECOND, look)
    assert (names(store.reading, KeyCustody.UNKNOWN), names(store.reading, KeyCustody.PROVIDER_MANAGED)) == (
        [],
        ["own"],
    )
    close(store)
