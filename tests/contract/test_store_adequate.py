"""Content where an adequacy decision holds is told apart from content elsewhere outside the EER."""

from __future__ import annotations

from importlib import import_module

from collector.store.sql.database import Database
from tests.contract.editions import DUBLIN, moved
from tests.contract.reporting import IRELAND, Reporter, bucket, findings
from tests.contract.test_store_evaluation import bring
from wolkenzicht.model import FindingKind, FindingState

OUTSIDE, ADEQUATE = FindingKind.DATA_OUTSIDE_EEA, FindingKind.DATA_OUTSIDE_EEA_ADEQUATE
LONDON, VIRGINIA = bucket("londen", "eu-west-2"), bucket("virginia", "us-east-1")


def standing(agent: Reporter) -> set[tuple[str, FindingKind]]:
    """The open findings, by the name of their asset."""
    return {(each.asset_name, each.kind) for each in findings(agent.store, FindingState.OPEN)}


def test_findings_of_an_earlier_store_become_of_the_kind_apart(agent: Reporter, database: Database) -> None:
    """Nothing moved, so that nobody is told that one is over and another opened; the others stay."""
    agent.scan("s1", {IRELAND: [LONDON, VIRGINIA, bucket("beide", "eu-west-2", "us-east-1")]})
    every = {each.finding_id: (each.asset_name, each.kind) for each in findings(agent.store)}
    with database.writer(tenants=[agent.tenant]) as connection:
        # As an earlier version would have told it: one finding of one kind for each.
        connection.execute(
            "DELETE FROM finding WHERE tenant = ? AND kind = ? AND subject = ?",
            (agent.tenant, ADEQUATE, "arn:aws:s3:::beide"),
        )
        connection.execute("UPDATE finding SET kind = ? WHERE tenant = ?", (OUTSIDE, agent.tenant))
    of_database = type(database).__module__.rpartition(".")[0]
    step = import_module(f"{of_database}.schema").steps()["0021_sight_lost"]
    with database.writer(tenants=[agent.tenant]) as connection:
        connection.execute(step[step.index("UPDATE finding SET kind") :].rstrip().rstrip(";"))

    now = {each.finding_id: (each.asset_name, each.kind) for each in findings(agent.store)}
    assert now.items() <= every.items()
    assert set(now.values()) == {("londen", ADEQUATE), ("virginia", OUTSIDE), ("beide", OUTSIDE)}

    agent.scan("s2", {IRELAND: [LONDON, VIRGINIA, bucket("beide", "eu-west-2", "us-east-1")]})
    assert findings(agent.store, FindingState.RESOLVED) == []


def test_a_place_that_loses_its_adequacy_is_told_by_the_graver_kind(agent: Reporter) -> None:
    """Judged again: one finding for one place at every moment, of the kind that its country has by then."""
    dublin = bucket("dublin", "eu-west-1")
    agent.scan("s1", {IRELAND: [dublin]})
    assert standing(agent) == set()
    for country, kind in (("GB", ADEQUATE), ("US", OUTSIDE)):
        agent.later(hours=1)
        assert bring(agent, moved((DUBLIN, country))).changed == 1
        assert standing(agent) == {("dublin", kind)}


def test_both_kinds_of_one_asset_go_their_own_way(agent: Reporter) -> None:
    """A copy in London is not over when that in Virginia is."""
    agent.scan("s1", {IRELAND: [bucket("beide", "eu-west-1", "eu-west-2", "us-east-1")]})
    assert standing(agent) == {("beide", OUTSIDE), ("beide", ADEQUATE)}
    agent.scan("s2", {IRELAND: [bucket("beide", "eu-west-1", "eu-west-2")]})
    assert standing(agent) == {("beide", ADEQUATE)}
