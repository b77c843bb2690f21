"""The read side while things change: half-read scopes, scopes that are planned no longer, returns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store.base import AssetQuery, CompletenessRow, Store
from collector.store.sql.database import Database
from collector.store.sql.ingest import SqlIngest
from tests.askers import estate
from tests.askers.reports import Agent, bucket, place
from wolkenzicht.model import FindingState, Outcome, Scope

LATER = estate.SECOND + timedelta(days=1)
SCOPE = Scope("777788889999", "global", "AWS::S3::Bucket")
OTHER = Scope("777788889999", "eu-west-1", "AWS::SNS::Topic")
LONDON = bucket("bd-london", place("eu-west-2"), account="777788889999")


@pytest.fixture
def store(database: Database) -> Store:
    """The estate, to be written to."""
    return estate.built(database)


@pytest.fixture
def agent(store: Store) -> Agent:
    """The agent of the tenant that never reported."""
    assert isinstance(store.ingest, SqlIngest)
    return Agent(store.ingest, "bd-aws")


def test_a_scope_without_an_outcome_is_a_blind_spot(store: Store, agent: Agent) -> None:
    """What was listed is there; that its scope has not ended shows, in the asset and in the coverage."""
    agent.scan(estate.SECOND, (SCOPE, Outcome.COMPLETE, [LONDON]), end=False)
    row = store.reading.asset(estate.ALL, LONDON.asset_id)
    assert row is not None
    assert (row.scope_outcome, row.last_seen) == (None, estate.SECOND)
    [(scope, _)] = store.reading.coverage(
        estate.ALL, organisations=None, tenant="bd-aws", blind_only=True, after=(), limit=10
    )
    assert (scope.outcome, scope.looked, scope.last_complete) == (None, None, None)
    known = store.reading.completeness(estate.ALL, organisations=None, tenant="bd-aws")
    assert known == CompletenessRow(1, 0, 1, None, 0)


def test_a_scope_no_longer_planned_counts_no_more_and_comes_last(store: Store, agent: Agent) -> None:
    """One that holds nothing is in the list of scopes, marked, and in no count."""
    agent.scan(estate.FIRST, (SCOPE, Outcome.COMPLETE, []), (OTHER, Outcome.COMPLETE, []))
    agent.scan(estate.SECOND, (OTHER, Outcome.COMPLETE, []))
    rows = store.reading.coverage(
        estate.ALL, organisations=None, tenant="bd-aws", blind_only=False, after=(), limit=10
    )
    assert [(row.type, row.planned) for row, _ in rows] == [(OTHER.type, True), (SCOPE.type, False)]
    known = store.reading.completeness(estate.ALL, organisations=None, tenant="bd-aws")
    assert known == CompletenessRow(1, 1, 0, estate.SECOND, 0)


def test_an_asset_that_came_back_is_present(store: Store, agent: Agent) -> None:
    """After it vanished and returned, the present asset is shown and the vanished one is a version."""
    agent.scan(estate.FIRST, (SCOPE, Outcome.COMPLETE, [LONDON]))
    agent.scan(estate.SECOND, (SCOPE, Outcome.COMPLETE, []))
    agent.scan(LATER, (SCOPE, Outcome.COMPLETE, [LONDON]))
    row = store.reading.asset(estate.ALL, LONDON.asset_id)
    assert row is not None
    assert (row.first_seen, row.removed) == (LATER, None)
    assert [each.removed for each in store.reading.versions(estate.ALL, LONDON.asset_id)] == [estate.SECOND]


def test_the_finding_of_a_vanished_asset_is_resolved_and_still_listed(store: Store, agent: Agent) -> None:
    """It is listed where nothing is asked of the asset itself, without the asset's name."""
    agent.scan(estate.FIRST, (SCOPE, Outcome.COMPLETE, [LONDON]))
    agent.scan(estate.SECOND, (SCOPE, Outcome.COMPLETE, []))
    resolved = frozenset({FindingState.RESOLVED})
    [(row, _)] = store.reading.findings(
        estate.ALL, AssetQuery(tenant="bd-aws"), states=resolved, after=(), limit=10
    )
    assert (row.asset_id, row.resolved, row.asset_name) == (LONDON.asset_id, estate.SECOND, "")
    asked_of_asset = AssetQuery(country="GB", tenant="bd-aws")
    assert store.reading.findings(estate.ALL, asked_of_asset, states=resolved, after=(), limit=10) == []


def test_an_asset_that_two_tenants_report_is_the_one_seen_last(store: Store, agent: Agent) -> None:
    """Each tenant keeps its own; looked up by identifier, the freshest counts, within the sight."""
    same = bucket("bzk-archive", place("eu-west-3"), account="777788889999")
    agent.scan(LATER, (SCOPE, Outcome.COMPLETE, [same]))
    freshest = store.reading.asset(estate.ALL, estate.ARCHIVE)
    own = store.reading.asset(estate.BZK_BELOW, estate.ARCHIVE)
    assert freshest is not None
    assert own is not None
    assert (freshest.tenant, own.tenant) == ("bd-aws", "bzk-aws")
