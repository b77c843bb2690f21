"""A region that the catalogue lacks is one finding of its tenant, as long as the provider lists it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store.base import AssetQuery, FindingRow, Organisation, Store, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from policy import ruleset
from policy.ruleset import FindingDraft
from tests.contract.reporting import ALL_SEEN, NOW, Reporter, bucket, findings, present
from tests.contract.test_store_ingest_findings import CHANGED, OPENED, RESOLVED, events, listening
from tests.contract.test_store_sight import ONE, TWO, scan, standing
from wolkenzicht.model import (
    AccountState,
    FindingKind,
    FindingState,
    LocationClass,
    Outcome,
    Scope,
    Severity,
    SubjectKind,
)
from wolkenzicht.wire import LOCATION_CLASSES

ATLANTIS = "eu-atlantis-1"
KIND = FindingKind.REGION_NOT_IN_CATALOGUE


def about_regions(agent: Reporter, *states: FindingState) -> list[FindingRow]:
    """The findings about regions, oldest first."""
    return [each for each in findings(agent.store, *states) if each.kind is KIND]


def test_a_region_that_the_catalogue_lacks_is_one_finding(agent: Reporter) -> None:
    """However many accounts have it; the catalogue's own regions make none."""
    listening(agent)
    for number in range(2):
        scan(
            agent, f"s{number}", [standing(ONE, "eu-west-1", ATLANTIS), standing(TWO, "eu-west-1", ATLANTIS)]
        )

    [finding] = about_regions(agent)
    assert (finding.subject_kind, finding.subject, finding.asset_id) == (
        SubjectKind.REGION,
        f"aws:{ATLANTIS}",
        "",
    )
    assert (finding.severity, finding.state) == (Severity.HIGH, FindingState.OPEN)
    assert finding.details == (("enabled", ATLANTIS),)
    [event] = events(agent)
    assert (event.type, event.provider, event.asset_type, event.location_class) == (
        OPENED,
        "aws",
        "",
        LocationClass.UNKNOWN,
    )
    assert event.finding.subject == f"aws:{ATLANTIS}"


def test_a_region_that_is_offered_only_is_less_urgent_until_it_is_enabled(agent: Reporter) -> None:
    """Enabled for one account it is told again, as more severe; disabled again it is not."""
    listening(agent)
    offered = standing(ONE, "eu-west-1", others=(ATLANTIS,))
    scan(agent, "s1", [offered])
    assert [each.severity for each in about_regions(agent)] == [Severity.LOW]
    scan(agent, "s2", [standing(ONE, "eu-west-1", ATLANTIS), standing(TWO, others=(ATLANTIS,))])
    assert [each.severity for each in about_regions(agent)] == [Severity.HIGH]
    assert [each.type for each in events(agent)] == [OPENED, CHANGED]


def test_a_region_of_an_account_that_is_out_of_use_is_offered_only(agent: Reporter) -> None:
    """Nobody can bring data there now."""
    scan(agent, "s1", [standing(ONE, ATLANTIS, state=AccountState.SUSPENDED)])

    assert [each.severity for each in about_regions(agent)] == [Severity.LOW]


def test_it_is_resolved_where_the_provider_lists_it_no_longer(agent: Reporter) -> None:
    """Neither for an account nor beside those that it has; it may come back as a finding of its own."""
    listening(agent)
    scan(agent, "s1", [standing(ONE, "eu-west-1", ATLANTIS)])
    scan(agent, "s2", [standing(ONE, "eu-west-1")])
    assert [each.state for each in about_regions(agent)] == [FindingState.RESOLVED]
    scan(agent, "s3", [standing(ONE, "eu-west-1", ATLANTIS)])
    assert [each.state for each in about_regions(agent)] == [FindingState.RESOLVED, FindingState.OPEN]
    assert [each.type for each in events(agent)] == [OPENED, RESOLVED, OPENED]


def test_a_location_that_is_planned_counts_too(agent: Reporter) -> None:
    """A region that the configuration names and the provider's list did not tell; `global` is none."""
    scopes = {Scope(ONE, each, "AWS::S3::Bucket"): Outcome.COMPLETE for each in (ATLANTIS, "global")}
    scan(agent, "s1", [standing(ONE)], scopes)
    assert [each.subject for each in about_regions(agent)] == [f"aws:{ATLANTIS}"]
    scan(agent, "s2", [standing(ONE)], {Scope(ONE, "eu-west-1", "AWS::S3::Bucket"): Outcome.COMPLETE})
    assert [each.state for each in about_regions(agent)] == [FindingState.RESOLVED]


def test_a_site_of_a_datacentre_is_no_region(agent: Reporter) -> None:
    """There is no catalogue of them, and their sources say in which country they are."""
    scan(agent, "s1", [standing("hal-1", "ODC Nergens", provider="odc")])

    assert about_regions(agent) == []


def test_assets_in_such_a_region_stay_unknown(agent: Reporter) -> None:
    """Both findings stand beside each other, and filters tell them apart."""
    scope = Scope(ONE, ATLANTIS, "AWS::S3::Bucket")
    agent.start("s1")
    agent.plan(scope)
    agent.batch(scope, bucket("a", ATLANTIS))
    agent.outcome(scope, Outcome.COMPLETE, 1)
    agent.end()
    scan(agent, "s2", [standing(ONE, ATLANTIS)])

    [row] = present(agent.store).values()
    assert row.record.verdict.location_class == LOCATION_CLASSES.encode[LocationClass.UNKNOWN]
    assert sorted(each.kind for each in findings(agent.store)) == [FindingKind.LOCATION_UNKNOWN, KIND]
    assert counted(agent.store, AssetQuery(provider="aws")) == 2
    assert counted(agent.store, AssetQuery(provider="azure")) == 0
    assert counted(agent.store, AssetQuery(provider="aws", type="AWS::S3::Bucket")) == 1


def counted(store: Store, query: AssetQuery) -> int:
    """Open findings; the same as the list has."""
    page = store.reading.findings(
        ALL_SEEN, query, states=frozenset({FindingState.OPEN}), after=(), limit=1000
    )
    assert store.reading.open_findings(ALL_SEEN, query) == len(page)
    return len(page)


class Growing:
    """A catalogue that learns a region."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def __call__(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """The packaged rule's findings about what is not known yet."""
        if code in self.known:
            return ()
        return ruleset.load().region_findings(provider, code, enabled=enabled)


@pytest.fixture
def growing(database: Database) -> tuple[Reporter, Growing]:
    """An agent whose collector has such a catalogue."""
    catalogue = Growing()
    store = store_over(database, region_findings_of=catalogue)
    store.registry.put_organisations([Organisation("bzk", "BZK")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    return Reporter(store), catalogue


def test_it_is_resolved_where_the_catalogue_has_it(growing: tuple[Reporter, Growing]) -> None:
    """With the scan that follows, whether or not anything else changed."""
    agent, catalogue = growing
    scan(agent, "s1", [standing(ONE, ATLANTIS)])
    catalogue.known.add(ATLANTIS)
    scan(agent, "s2", [standing(ONE, ATLANTIS)])

    [finding] = about_regions(agent)
    assert (finding.state, finding.resolved) == (FindingState.RESOLVED, NOW + timedelta(hours=2))
