"""Exemptions: findings that stand and new ones come under a decision, and from under it when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from collector.store.base import AssetQuery, Exemption, Organisation, Sight, Store, Times
from collector.store.base.exemptions import NoSuchExemptionError
from tests.contract.reporting import ALL_SEEN, IRELAND, NOW, Reporter, bucket, findings
from tests.contract.test_store_ingest_findings import OPENED, events, listening
from wolkenzicht.model import Asset, Declarations, FindingKind, FindingState

EXEMPTED = "nl.wolkenzicht.bevinding.vrijgesteld.v1"
REOPENED = "nl.wolkenzicht.bevinding.heropend.v1"
ENDS = "nl.wolkenzicht.bevinding.vrijstelling-loopt-af.v1"
RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"

DECISION = Exemption(
    organisation="bzk",
    kinds=frozenset({FindingKind.DATA_OUTSIDE_EEA}),
    scope='declared.system == "archief"',
    decision="besluit 2026-17",
    reason="moves in spring",
    decided_by="CIO BZK",
    last_day=NOW.date() + timedelta(days=90),
)


def of_system(name: str, system: str = "archief", region: str = "us-east-1") -> Asset:
    """A bucket that belongs to a system."""
    return bucket(name, region, declarations=Declarations(system=system))


def states(store: Store) -> dict[str, FindingState]:
    """The state of each finding, by the name of its asset."""
    return {each.subject.rpartition(":")[2]: each.state for each in findings(store)}


def recorded(agent: Reporter, exemption: Exemption = DECISION) -> str:
    """An exemption that findings followed."""
    made = agent.store.exemptions.record(exemption, "desk (bzk)", agent.now)
    agent.store.exemptions.follow(agent.now)
    return made


def test_what_stands_comes_under_it(agent: Reporter) -> None:
    """Only what the scope says; the finding stays in the counts, and its history says by what."""
    listening(agent).scan("s1", {IRELAND: [of_system("a"), of_system("b", "other")]})
    agent.now += timedelta(hours=1)

    exemption_id = recorded(agent)

    assert states(agent.store) == {"a": FindingState.EXEMPTED, "b": FindingState.OPEN}
    [finding] = findings(agent.store, FindingState.EXEMPTED)
    assert finding.exemption == exemption_id
    reading = agent.store.reading
    assert reading.open_findings(ALL_SEEN, AssetQuery()) == 2
    assert reading.exempted_findings(ALL_SEEN, AssetQuery()) == 1
    assert reading.exempted_findings(ALL_SEEN, AssetQuery(provider="azure")) == 0
    assert reading.exempted_findings(Sight(frozenset({"ezk"})), AssetQuery()) == 0
    then = reading.at(Times(agent.now, agent.now))
    assert then.exempted_findings(ALL_SEEN, AssetQuery()) == 1
    assert then.exempted_findings(Sight(frozenset({"ezk"})), AssetQuery()) == 0
    version = reading.finding_versions(ALL_SEEN, finding.finding_id)[0]
    assert (version.state, version.exemption) == (FindingState.EXEMPTED, exemption_id)
    assert (version.done_by, version.done_note) == ("desk (bzk)", "besluit 2026-17")
    assert [(each.type, each.finding.state) for each in events(agent)][2:] == [
        (EXEMPTED, FindingState.EXEMPTED)
    ]


def test_what_is_new_comes_under_it_at_once(agent: Reporter) -> None:
    """It never was open: nobody is called for it, and the route hears that it is exempted."""
    recorded(agent)
    listening(agent).scan("s1", {IRELAND: [of_system("a"), of_system("b", "other")]})

    assert states(agent.store) == {"a": FindingState.EXEMPTED, "b": FindingState.OPEN}
    assert sorted(each.type for each in events(agent)) == sorted([EXEMPTED, OPENED])


def test_it_follows_the_asset(agent: Reporter) -> None:
    """An asset that leaves the scope has its finding open again, one that enters it exempted."""
    recorded(agent)
    agent.scan("s1", {IRELAND: [of_system("a"), of_system("b", "other")]})
    agent.now += timedelta(hours=1)
    agent.scan("s2", {IRELAND: [of_system("a", "other"), of_system("b")]})

    assert states(agent.store) == {"a": FindingState.OPEN, "b": FindingState.EXEMPTED}


def test_it_ends_by_itself(agent: Reporter) -> None:
    """After its last day what stands under it is open again, with an event; the exemption stays on record."""
    listening(agent).scan("s1", {IRELAND: [of_system("a")]})
    exemption_id = recorded(agent)
    agent.now = NOW + timedelta(days=90)
    agent.store.exemptions.follow(agent.now)
    assert states(agent.store) == {"a": FindingState.EXEMPTED}, "the last day counts"

    agent.now += timedelta(days=1)
    assert agent.store.exemptions.follow(agent.now) == 1

    assert states(agent.store) == {"a": FindingState.OPEN}
    assert [each.type for each in events(agent)] == [OPENED, EXEMPTED, ENDS, REOPENED]
    assert agent.store.exemptions.follow(agent.now) == 0
    [kept] = agent.store.exemptions.listed(None, agent.now.date(), ended=True)
    assert (kept.exemption_id, kept.exemption, kept.findings) == (exemption_id, DECISION, 0)
    assert agent.store.exemptions.listed(None, agent.now.date(), ended=False) == []


def test_a_new_finding_after_its_end_is_open(agent: Reporter) -> None:
    """Nobody has to have looked first."""
    recorded(agent)
    agent.now = NOW + timedelta(days=91)
    agent.scan("s1", {IRELAND: [of_system("a")]})

    assert states(agent.store) == {"a": FindingState.OPEN}


def test_its_end_is_told_of_once_30_days_ahead(agent: Reporter) -> None:
    """One event for all findings under it, with the gravest of them."""
    assets = [of_system(f"b{number}", region="eu-west-2") for number in range(3)]
    listening(agent).scan("s1", {IRELAND: [*assets, of_system("grave")]})
    recorded(agent, replace(DECISION, kinds=DECISION.kinds | {FindingKind.DATA_OUTSIDE_EEA_ADEQUATE}))
    events(agent)
    agent.now = NOW + timedelta(days=59)
    assert agent.store.exemptions.follow(agent.now) == 0

    agent.now = NOW + timedelta(days=60)
    assert agent.store.exemptions.follow(agent.now) == 1
    assert agent.store.exemptions.follow(agent.now) == 0

    event = events(agent)[-1]
    assert (event.type, event.asset_name) == (ENDS, "grave")
    assert event.note == f"besluit 2026-17: {DECISION.last_day} (4)"
    assert event.finding.state is FindingState.EXEMPTED


def test_it_is_ended_before_its_day(agent: Reporter) -> None:
    """Who ended it and why stays on record; it is ended once."""
    listening(agent).scan("s1", {IRELAND: [of_system("a")]})
    exemption_id = recorded(agent)
    agent.now += timedelta(days=1)

    agent.store.exemptions.end(exemption_id, "chief (bzk)", "moved", agent.now)
    agent.store.exemptions.follow(agent.now)

    assert states(agent.store) == {"a": FindingState.OPEN}
    [kept] = agent.store.exemptions.listed(None, agent.now.date(), ended=True)
    assert (kept.ended, kept.ended_by, kept.end_reason) == (agent.now, "chief (bzk)", "moved")
    assert events(agent)[-1].by == "chief (bzk)"
    with pytest.raises(NoSuchExemptionError, match="findings exemptions"):
        agent.store.exemptions.end(exemption_id, "chief (bzk)", "moved", agent.now)


def test_where_two_hold_the_other_goes_on(agent: Reporter) -> None:
    """The end of one leaves what the other covers."""
    listening(agent).scan("s1", {IRELAND: [of_system("a")]})
    first = recorded(agent)
    agent.now += timedelta(minutes=1)
    second = recorded(agent, replace(DECISION, scope="true"))
    agent.store.exemptions.end(first, "chief", "twice", agent.now + timedelta(hours=1))
    agent.store.exemptions.follow(agent.now + timedelta(hours=1))

    [finding] = findings(agent.store)
    assert finding.exemption == second


def test_it_is_of_an_organisation_and_those_below(agent: Reporter) -> None:
    """The finding of a tenant comes under the exemption of one above its own, not of another."""
    agent.store.registry.put_organisations(
        [Organisation("top", "Top"), Organisation("bzk", "BZK", "ministry", parent="top")]
    )
    agent.scan("s1", {IRELAND: [of_system("a")]})
    recorded(agent, replace(DECISION, organisation="ezk"))
    assert states(agent.store) == {"a": FindingState.OPEN}

    recorded(agent, replace(DECISION, organisation="top"))
    assert states(agent.store) == {"a": FindingState.EXEMPTED}


def test_other_kinds_stay(agent: Reporter) -> None:
    """A decision about one kind says nothing about another."""
    agent.scan("s1", {IRELAND: [of_system("a")]})
    recorded(agent, replace(DECISION, kinds=frozenset({FindingKind.LOCATION_UNKNOWN})))

    assert states(agent.store) == {"a": FindingState.OPEN}


def test_it_resolves_with_the_data(agent: Reporter) -> None:
    """What is gone is gone, exempted or not."""
    recorded(agent)
    listening(agent).scan("s1", {IRELAND: [of_system("a")]})
    agent.now += timedelta(hours=1)
    agent.scan("s2", {IRELAND: [of_system("a", region="eu-west-1")]})

    assert states(agent.store) == {"a": FindingState.RESOLVED}
    assert events(agent)[-1].type == RESOLVED


def test_more_than_one_transaction_holds(agent: Reporter) -> None:
    """Every one of many follows, and every one is put back."""
    agent.scan("s1", {IRELAND: [of_system(f"b{number:04}") for number in range(1100)]})
    exemption_id = recorded(agent)
    assert agent.store.reading.exempted_findings(ALL_SEEN, AssetQuery()) == 1100

    agent.store.exemptions.end(exemption_id, "chief", "all", agent.now)
    assert agent.store.exemptions.follow(agent.now) == 1100
    assert agent.store.reading.exempted_findings(ALL_SEEN, AssetQuery()) == 0


def test_a_list_is_of_the_organisations_asked(agent: Reporter) -> None:
    """The first to end comes first."""
    later = replace(DECISION, last_day=date(2026, 12, 31))
    recorded(agent, later)
    recorded(agent)
    recorded(agent, replace(DECISION, organisation="ezk"))

    found = agent.store.exemptions.listed({"bzk"}, agent.now.date(), ended=False)
    assert [each.exemption for each in found] == [DECISION, later]
