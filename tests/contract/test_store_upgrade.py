"""A store of an earlier version goes on after the upgrade: findings, waiting events and blind spots."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collector.store.sql.clock import to_micros
from collector.store.sqlite import open_store, schema
from collector.store.sqlite.database import SqliteDatabase
from tests.contract.conftest import close
from tests.contract.outbox_seed import payload
from tests.contract.reporting import NOW, Reporter, findings
from tests.contract.test_store_sight import IRELAND, ONE, scan, told
from wolkenzicht.model import FindingState, Outcome, Scope, Severity, SubjectKind

QUEUES = Scope(ONE, IRELAND, "AWS::SQS::Queue")
MOMENT = to_micros(NOW)


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
    database.close()
    return path


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
