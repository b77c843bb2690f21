"""A store of an earlier version goes on after the upgrade: findings, waiting events and blind spots."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from collector.store.base import AssetQuery, Times
from collector.store.sql.clock import to_micros
from collector.store.sqlite import open_store, schema
from collector.store.sqlite.database import SqliteDatabase
from tests.contract.conftest import close
from tests.contract.outbox_seed import payload
from tests.contract.reporting import ALL_SEEN, NOW, Reporter, bucket, classified, findings
from tests.contract.test_store_sight import IRELAND, ONE, scan, told
from wolkenzicht.model import FindingState, Outcome, Scope, Severity, SubjectKind

QUEUES = Scope(ONE, IRELAND, "AWS::SQS::Queue")
MOMENT = to_micros(NOW)
HOUR = 3_600_000_000
LONDON = bucket("zaken", "eu-west-2")


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store as it was before findings had subjects, with one finding and one denied scope."""
    path = tmp_path / "wolkenzicht.db"
    every = schema.steps()
    before = {name: script for name, script in every.items() if name < "0003"}
    with monkeypatch.context() as patched:
        patched.setattr(schema, "steps", lambda: before)
        database = SqliteDatabase(path, create=True)
    told_then = payload("f1", "open", "high", NOW)
    told_then["asset_id"] = told_then.pop("subject")
    del told_then["subject_kind"]
    with database.writer() as connection:
        connection.execute("INSERT INTO organisation VALUES ('rdv', 'Rijksdienst', 'agentschap', '', '')")
        connection.execute("INSERT INTO tenant VALUES ('rdv-aws', 'rdv', 'aws', '', 0)")
        connection.execute(
            "INSERT INTO finding (tenant, finding_id, asset_id, kind, severity, state, clause, details, "
            "owner, opened) VALUES ('rdv-aws', 'f1', 'arn:f1', 'data_outside_eea', 'high', 'open', 'c', "
            "'[]', '', ?)",
            (MOMENT,),
        )
        connection.execute(
            "INSERT INTO outbox (event_id, tenant, finding_id, type, created, payload) "
            "VALUES ('e1', 'rdv-aws', 'f1', 'nl.wolkenzicht.bevinding.geopend.v1', ?, ?)",
            (MOMENT, json.dumps(told_then)),
        )
        connection.execute(
            "INSERT INTO scope (tenant, account, location, type, planned_scan, planned, outcome, "
            "outcome_since, looked, scan_id) VALUES ('rdv-aws', ?, ?, ?, 's0', 1, 'denied', ?, ?, 's0')",
            (QUEUES.account, QUEUES.location, QUEUES.type, MOMENT, MOMENT),
        )
        connection.execute(
            "INSERT INTO scan (tenant, scan_id, started, ended, policy_version, agent_version, connectors) "
            "VALUES ('rdv-aws', 's0', ?, ?, 'p', '0.1.0', '[]')",
            (MOMENT, MOMENT),
        )
        for valid_from, valid_to in ((MOMENT, MOMENT + HOUR), (MOMENT + HOUR, MOMENT + 2 * HOUR)):
            connection.execute(
                "INSERT INTO asset_version (tenant, asset_id, valid_from, valid_to, first_seen, removed, "
                "record) VALUES ('rdv-aws', ?, ?, ?, ?, 0, ?)",
                (LONDON.asset_id, valid_from, valid_to, MOMENT, classified(LONDON).SerializeToString()),
            )
    database.close()
    return path


def test_earlier_versions_are_counted_as_they_were(earlier: Path) -> None:
    """Versions of before the upgrade answer questions about their time, as known when they held."""
    store = open_store(earlier)
    for minutes in (30, 90):
        moment = NOW + timedelta(minutes=minutes)
        [count] = store.reading.at(Times(moment, moment)).counts(ALL_SEEN, AssetQuery())
        assert (count.countries, count.type, count.assets) == (("GB",), LONDON.type, 1)
    gone = NOW + timedelta(hours=3)
    assert store.reading.at(Times(gone, gone)).counts(ALL_SEEN, AssetQuery()) == []
    close(store)


def test_an_earlier_store_goes_on(earlier: Path) -> None:
    """Its finding is about an asset, its event is delivered as it would have been, nothing is denied anew."""
    store = open_store(earlier)
    [finding] = findings(store, FindingState.OPEN)
    assert (finding.subject_kind, finding.subject, finding.asset_id) == (
        SubjectKind.ASSET,
        "arn:f1",
        "arn:f1",
    )
    store.outbox.fan_out({"log": Severity.LOW}, NOW)
    [delivery] = store.outbox.due("log", NOW, 10)
    assert delivery.event.finding.asset_id == "arn:f1"

    agent = Reporter(store, tenant="rdv-aws")
    scan(agent, "s1", (), {QUEUES: Outcome.DENIED})
    assert told(agent) == []
    scan(agent, "s2", (), {QUEUES: Outcome.COMPLETE})
    assert told(agent) == [("seen_again", QUEUES.account, QUEUES.location, QUEUES.type, 1)]
    close(store)
