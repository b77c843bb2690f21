"""Every store counts and finds assets by how far foreign law reaches; what was kept before is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.store.base import AssetQuery, Reading
from collector.store.sqlite import open_store, schema
from collector.store.sqlite.clock import to_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.ingest import SqliteIngest
from collector.store.sqlite.reading import SqliteReading
from collector.store.sqlite.registry import SqliteRegistry
from policy import ruleset
from policy.ruleset import build, packaged_contents
from tests.askers import estate
from tests.askers.reports import Agent, bucket, classified, place
from tests.contract.conftest import close
from tests.contract.reporting import IRELAND, Reporter, findings
from tests.unit.policy.test_takeovers import BEFORE, DAY, LAST, bought_by
from wolkenzicht.model import Asset, FindingKind, FindingState, Holds, LawReach, Outcome, Severity
from wolkenzicht.wire import encode_classified


def made(name: str, provider: str = "aws", partition: str = "aws") -> Asset:
    """A bucket in Ireland, of this provider."""
    asset = bucket(name, place("eu-west-1"), account=estate.BZK_ACCOUNT)
    return replace(asset, provider=provider, partition=partition)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    """An asset of each reach."""
    database = Database(tmp_path / "law.db", create=True)
    registry = SqliteRegistry(database)
    registry.put_organisations(estate.ORGANISATIONS)
    registry.add_tenant(estate.TENANTS[0])
    agent = Agent(SqliteIngest(database, ruleset.load().findings), "bzk-aws")
    assets = [
        made("american"),
        made("sovereign", partition="aws-eusc"),
        made("french", "azure", "Bleu"),
        made("unknown", partition="aws-else"),
    ]
    agent.scan(estate.FIRST, (estate.BUCKETS, Outcome.COMPLETE, assets))
    yield SqliteReading(database)
    database.close()


def names(reading: Reading, reach: LawReach) -> list[str]:
    """The assets that law reaches so, by name."""
    query = AssetQuery(law_reach=reach.value)
    rows = reading.assets(estate.ALL, query, order_by="name", after=(), limit=10)
    return [row.record.asset.name for row, _ in rows]


def test_assets_are_found_by_how_far_law_reaches(reading: Reading) -> None:
    """Every asset has one reach."""
    assert {each: names(reading, each) for each in LawReach} == {
        LawReach.EEA_ONLY: ["french"],
        LawReach.THROUGH_PARENT: ["sovereign"],
        LawReach.DIRECT: ["american"],
        LawReach.UNKNOWN: ["unknown"],
    }


def test_counts_tell_reaches_and_countries_apart(reading: Reading) -> None:
    """Of each asset all countries whose law can compel its operator, in order of their code."""
    rows = reading.counts(estate.ALL, AssetQuery())
    assert sorted((row.law_reach, row.law_countries, row.assets) for row in rows) == [
        ("direct", ("US",), 1),
        ("eea_only", ("FR",), 1),
        ("through_parent", ("DE", "US"), 1),
        ("unknown", (), 1),
    ]
    [row] = reading.counts(estate.ALL, AssetQuery(law_reach="direct"))
    assert (row.law_reach, row.assets) == ("direct", 1)


def test_an_asset_from_before_is_unknown_until_it_is_seen_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgraded store says unknown for what it holds, never law of the EER only; the next look tells."""
    path = tmp_path / "before.db"
    with monkeypatch.context() as patched:
        before = {name: script for name, script in schema.steps().items() if name < "0006"}
        patched.setattr(schema, "steps", lambda: before)
        database = Database(path, create=True)
    SqliteRegistry(database).put_organisations(estate.ORGANISATIONS)
    SqliteRegistry(database).add_tenant(estate.TENANTS[0])
    record = classified(made("french", "azure", "Bleu"))
    record.verdict.ClearField("law_reach")
    moment = to_micros(estate.FIRST)
    with database.writer() as connection:
        connection.execute(
            "INSERT INTO asset (tenant, asset_id, account, scope_location, scope_type, type, fingerprint, "
            "provider, name, countries, location_class, material, holds, custody, first_seen, changed, "
            "record) VALUES ('bzk-aws', ?, ?, 'global', ?, ?, ?, 'azure', 'french', ',IE,', 'inside_eea', "
            "'undetermined', 'content', 'unknown', ?, ?, ?)",
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
    assert names(store.reading, LawReach.UNKNOWN) == ["french"]
    assert store.upkeep.check_counts() == []
    assert isinstance(store.ingest, SqliteIngest)
    look = (estate.BUCKETS, Outcome.COMPLETE, [made("french", "azure", "Bleu")])
    Agent(store.ingest, "bzk-aws").scan(estate.SECOND, look)
    assert (names(store.reading, LawReach.UNKNOWN), names(store.reading, LawReach.EEA_ONLY)) == (
        [],
        ["french"],
    )
    close(store)


def test_a_takeover_opens_a_finding_on_what_it_touches_and_that_ends_with_its_time(tmp_path: Path) -> None:
    """On content that existed, inside the EER too; not on metadata, another provider's or what came later."""
    facts = bought_by(dict(packaged_contents()), b"Globex Inc.", b"US")
    amsterdam = place("ams1", countries=("NL",))
    touched = replace(
        bucket("touched", amsterdam, account=estate.BZK_ACCOUNT),
        provider="leafcloud",
        partition="leafcloud",
    )
    assets = [
        touched,
        replace(touched, asset_id="later", created=datetime(2026, 9, 2, tzinfo=UTC)),
        replace(touched, asset_id="names", holds=Holds.METADATA),
        replace(touched, asset_id="other", provider="cyso", partition="cyso"),
    ]
    found = []
    store = open_store(tmp_path / "deal.db", create=True)
    store.registry.put_organisations(estate.ORGANISATIONS)
    store.registry.add_tenant(estate.TENANTS[0])
    reporter = Reporter(store)
    for number, day in enumerate((BEFORE, DAY, LAST + timedelta(days=1))):
        policy = build(facts, day)
        [database] = store.closers
        assert isinstance(database, Database)
        reporter.store = replace(store, ingest=SqliteIngest(database, policy.findings))
        reporter.later(hours=1)
        reporter.start(f"s{number}")
        reporter.plan(IRELAND)
        reporter.batch(IRELAND, *(encode_classified(each, policy.classify(each)) for each in assets))
        reporter.outcome(IRELAND, Outcome.COMPLETE, len(assets))
        reporter.end()
        found.append([(each.subject, each.kind, each.severity, each.state) for each in findings(store)])
    about = (touched.asset_id, FindingKind.JURISDICTION_CHANGED, Severity.HIGH)
    assert found == [[], [(*about, FindingState.OPEN)], [(*about, FindingState.RESOLVED)]]
    close(store)
