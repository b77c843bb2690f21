"""What people said counts when assets come in, and what comes again unchanged stays as it was judged."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from collector.store.base import AssetQuery, AssetRow, Store
from policy.context import NOTHING_KNOWN
from tests.contract.reporting import (
    ALL_SEEN,
    IRELAND,
    NOW,
    Reporter,
    bucket,
    classified,
    findings,
    present,
)
from tests.contract.saying import DAY, about, contracted, decision, judging, system
from wolkenzicht.model import Declarations, FindingKind, FindingState, MaterialUse
from wolkenzicht.wire import decode_classified

MATERIAL, NOT = MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL
A, B, C, D = (f"arn:aws:s3:::{each}" for each in "abcd")


def verdicts(store: Store) -> dict[str, tuple[str, str]]:
    """Material use and its rule, of every asset by name."""
    found = {}
    for row in present(store).values():
        kept = decode_classified(row.record)
        found[kept.asset.name] = (kept.verdict.material.value, kept.verdict.material_rule)
    return found


def one(store: Store, asset_id: str) -> AssetRow:
    """One asset."""
    return present(store)[asset_id]


def test_nobody_said_anything(agent: Reporter, estate: Store) -> None:
    """The agent's verdict stands, to the byte."""
    contexts = judging(estate)
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("systeem", "post"),))]})
    sent = classified(bucket("a", tags=(("systeem", "post"),)))
    assert one(estate, A).record == sent
    assert contexts.context_of("bzk-aws", "bzk", sent.asset) is NOTHING_KNOWN


@pytest.mark.parametrize(
    "asset",
    [
        bucket("a", declarations=Declarations(system="POST")),
        bucket("a", tags=(("Systeem", "post "),)),
        bucket("a", tags=(("app", "x"), ("wolkenzicht:system", "Post"))),
        bucket("a", declarations=Declarations(system="post"), tags=(("system", "other"),)),
    ],
)
def test_a_system_counts_for_its_assets(agent: Reporter, estate: Store, asset: object) -> None:
    """By the inventory's column, else by a tag, in any case; the record says who judged by the rule."""
    judging(estate)
    estate.people.put_systems([system("Post", material="ja"), system("post", "ezk", material="nee")], NOW)
    agent.scan("s1", {IRELAND: [asset, bucket("b")]})  # type: ignore[list-item]  # parametrized
    assert verdicts(estate) == {
        "a": ("material", "material.register"),
        "b": ("undetermined", "material.none"),
    }
    assert one(estate, A).record.fingerprint == classified(asset).fingerprint  # type: ignore[arg-type]  # parametrized


def test_an_unchanged_asset_stays_as_it_was_judged(agent: Reporter, estate: Store) -> None:
    """The agent sends the same again and nothing is written: no version, no event."""
    judging(estate)
    estate.people.put_systems([system("post", material="ja", marking="stg")], NOW)
    asset = bucket("a", tags=(("systeem", "post"),))
    agent.scan("s1", {IRELAND: [asset]})
    first = one(estate, A)
    events = sum(each.events for each in agent.scan("s2", {IRELAND: [asset]}))
    assert (one(estate, A).record, events) == (first.record, 0)


def test_what_was_said_a_moment_ago_counts(agent: Reporter, estate: Store) -> None:
    """For every frame that comes after it, however short ago the store was asked what people say."""
    judging(estate, stopped=True)
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b")]})
    estate.people.record_decision(about(B), decision(MATERIAL), NOW)
    agent.scan("s2", {IRELAND: [bucket("a", tags=(("x", "y"),)), bucket("b", tags=(("x", "y"),))]})
    assert verdicts(estate) == {
        "a": ("undetermined", "material.none"),
        "b": ("material", "material.decision"),
    }


def test_a_system_of_the_organisation_above_counts(estate: Store) -> None:
    """Nearest first; one of an organisation beside it does not."""
    registry = estate.registry
    registry.put_organisations([type(registry.organisations()[0])("logius", "Logius", "agency", "bzk")])
    contexts = judging(estate)
    estate.people.put_systems(
        [system("post", material="ja"), system("post", "ezk", material="nee"), system("brp", "ezk")], NOW
    )
    asset = bucket("a", tags=(("systeem", "post"),))
    found = contexts.context_of("logius-aws", "logius", asset).system
    assert found is not None
    assert (found.organisation, found.material) == ("bzk", "ja")
    assert contexts.context_of("l", "logius", bucket("a", tags=(("systeem", "brp"),))) is NOTHING_KNOWN


def test_what_the_register_prohibits_is_a_finding(agent: Reporter, estate: Store) -> None:
    """Critical, with the entry that says so; contradictions too; both end with what they rest on."""
    judging(estate)
    estate.people.put_systems([system("post", material="ja", marking="staatsgeheim")], NOW)
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("systeem", "post"), ("materieel", "nee")))]})
    told = {each.kind: (each.severity.value, each.details) for each in findings(estate)}
    assert told == {
        FindingKind.PROHIBITED_USE: (
            "critical", (("state_secret", "register.bzk/post.marking=staatsgeheim"),)
        ),
        FindingKind.MATERIAL_CONFLICT: (
            "medium", (("register", "bzk/post: ja"), ("tag", "materieel=nee"))
        ),
    }  # fmt: skip
    agent.scan("s2", {IRELAND: [bucket("a", tags=(("materieel", "nee"),))]})
    assert findings(estate, FindingState.OPEN) == []


def test_a_contract_that_is_worse_counts(agent: Reporter, estate: Store) -> None:
    """Processed in the United States by contract: the class says so, and a finding is raised."""
    judging(estate)
    estate.people.put_systems([contracted("post", "C-1", processed_countries=("US",))], NOW)
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("systeem", "post"),))]})
    [finding] = findings(estate)
    assert (finding.kind, one(estate, A).record.verdict.location_class) == (
        FindingKind.DATA_OUTSIDE_EEA,
        4,
    )


def test_countries_of_a_contract_are_counted(agent: Reporter, estate: Store) -> None:
    """Where data is processed by contract is a country of the asset, where it is viewed from is not."""
    judging(estate)
    columns = {"processed_countries": ("NO", "IE"), "viewed_countries": ("SE",)}
    estate.people.put_systems([contracted("post", "C-1", **columns)], NOW)
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("systeem", "post"),)), bucket("b")]})
    counted = {each.countries: each.assets for each in estate.reading.counts(ALL_SEEN, AssetQuery())}
    assert counted == {("IE", "NO"): 1, ("IE",): 1}
    assert sum(each.assets for each in estate.reading.counts(ALL_SEEN, AssetQuery(country="NO"))) == 1
    assert list(one(estate, A).record.verdict.contract_countries) == ["IE", "NO"]


def test_a_decision_counts_on_its_days(agent: Reporter, estate: Store) -> None:
    """On the asset before on its system, and only while it holds."""
    moments = [NOW]
    contexts = judging(estate, lambda: moments[-1])
    asset = bucket("a", tags=(("systeem", "post"),))
    agent.scan("s1", {IRELAND: [asset]})
    people = estate.people
    people.put_systems([system("post")], NOW)
    people.record_decision(people.subject_of_system("post"), decision(MATERIAL), NOW)
    assert contexts.context_of("bzk-aws", "bzk", asset).decision == decision(MATERIAL)
    until = DAY + timedelta(days=3)
    people.record_decision(about(A), decision(NOT, until=until), NOW)
    assert contexts.context_of("bzk-aws", "bzk", asset).decision == decision(NOT, until=until)
    moments.append(NOW + timedelta(days=4))
    assert contexts.context_of("bzk-aws", "bzk", asset).decision == decision(MATERIAL)
    before = contexts.context_of("bzk-aws", "bzk", asset, on=DAY - timedelta(days=1))
    assert before is NOTHING_KNOWN


def test_an_ended_decision_is_still_told(agent: Reporter, estate: Store) -> None:
    """Where nothing else holds, that one ended is a part of the reason."""
    later = NOW + timedelta(days=9)
    judging(estate, lambda: later)
    agent.scan("s1", {IRELAND: [bucket("a")]})
    estate.people.record_decision(about(A), decision(MATERIAL, until=DAY), NOW)
    agent.scan("s2", {IRELAND: [bucket("a", tags=(("materieel", "nee"),))]})
    verdict = one(estate, A).record.verdict
    assert verdict.material_reason == (f"tag materieel=nee (the decision by CISO of {DAY} ended on {DAY})")


def named(name: str, *others: str, **fields: object) -> object:
    """A bucket whose record names others."""
    return bucket(name, properties=(("source", ",".join(others)),), **fields)


def waiting(store: Store) -> set[str]:
    """The assets that wait to be judged again."""
    return {each.asset_id for each in store.people.judge_again()}


def test_what_stands_behind_material_use_is_material(agent: Reporter, estate: Store) -> None:
    """In either direction of the name, over three links and no more; another tenant's counts for nothing."""
    contexts = judging(estate)
    agent.scan("s1", {IRELAND: [bucket("a", tags=(("materieel", "ja"),))]})
    for scan, (name, other) in enumerate((("b", A), ("c", B), ("d", C), ("e", D))):
        agent.start(f"t{scan}")
        agent.plan(IRELAND)
        agent.batch(IRELAND, named(name, other))  # type: ignore[arg-type]  # an asset
    assert verdicts(estate) == {
        "a": ("material", "material.tag"),
        "b": ("material", "material.link"),
        "c": ("material", "material.link.2"),
        "d": ("material", "material.link.3"),
        "e": ("undetermined", "material.none"),
    }
    known = {name: contexts.of_stored("bzk-aws", "bzk", bucket(name)) for name in "be"}
    assert (known["b"].linked_material, known["b"].linked_hops) == (A, 1)
    assert known["e"] is NOTHING_KNOWN
    assert contexts.of_stored("bzk-odc", "bzk", bucket("b")) is NOTHING_KNOWN
    linked = estate.people.linked("bzk-aws", [B, C, "arn:aws:s3:::e"])
    assert {asset_id: (each.asset_id, each.hops) for asset_id, each in linked.items()} == {
        B: (A, 1),
        C: (B, 2),
    }


def test_another_way_of_writing_an_identifier_is_a_link(agent: Reporter, estate: Store) -> None:
    """Resource Manager's identifiers are the same in any case, in either direction."""
    judging(estate)
    disk, copy = (
        f"/subscriptions/s/resourcegroups/r/providers/microsoft.compute/disks/{each}" for each in "dc"
    )
    written = (("source", disk.replace("resourcegroups", "resourceGroups").replace("/d", "/D")),)
    azure = {"provider": "azure", "partition": "azure"}
    for scan, first in (("s1", True), ("s2", False)):
        materials = ((("materieel", "ja"),), ()) if first else ((), (("materieel", "ja"),))
        listed = [
            bucket("d", asset_id=disk, tags=materials[0], **azure),
            bucket("c", asset_id=copy, tags=materials[1], properties=written, **azure),
        ]
        agent.scan(scan, {IRELAND: listed})
        linked = estate.people.linked("bzk-aws", [disk, copy])
        assert {key: each.asset_id for key, each in linked.items()} == (
            {copy: disk} if first else {disk: copy}
        )


def test_links_wait_when_an_asset_becomes_material_or_stops(agent: Reporter, estate: Store) -> None:
    """What it names and what names it; not when nothing changed, and not another tenant's."""
    judging(estate)
    agent.scan("s1", {IRELAND: [named("a", C), named("b", A), bucket("c"), bucket("d")]})  # type: ignore[list-item]  # assets
    assert waiting(estate) == set()
    tagged = (("materieel", "ja"),)
    agent.scan("s2", {IRELAND: [named("a", C, tags=tagged), named("b", A), bucket("c"), bucket("d")]})  # type: ignore[list-item]  # assets
    assert waiting(estate) == {B, C}
    estate.people.judged(each.queue_no for each in estate.people.judge_again())
    more = (("materieel", "ja"), ("x", "y"))
    agent.scan("s3", {IRELAND: [named("a", C, tags=more), named("b", A), bucket("c"), bucket("d")]})  # type: ignore[list-item]  # assets
    assert waiting(estate) == set()
    agent.scan("s4", {IRELAND: [named("b", A), bucket("c"), bucket("d")]})  # type: ignore[list-item]  # assets
    assert waiting(estate) == {B, C}


def test_without_a_judge_nothing_is_looked_up(agent: Reporter, estate: Store, rows: object) -> None:
    """A store that nobody told to judge keeps what agents say."""
    agent.scan("s1", {IRELAND: [named("b", A)]})  # type: ignore[list-item]  # an asset
    assert rows("SELECT count(*) FROM asset_link") == [(0,)]  # type: ignore[operator]  # a fixture


def test_what_cannot_be_read_is_set_aside(agent: Reporter, estate: Store) -> None:
    """A message that cannot be decoded is rejected also where the collector judges."""
    judging(estate)
    estate.people.put_systems([system("post", material="ja")], NOW)
    wrong = classified(bucket("a", tags=(("systeem", "post"),)))
    wrong.verdict.location_class = 99  # type: ignore[assignment]  # a value of a newer contract
    agent.start("s1")
    agent.plan(IRELAND)
    answer = agent.batch(IRELAND, wrong)
    assert [each.field for each in answer.rejected] == ["verdict.location_class"]


def test_the_clock_of_a_context_is_told(estate: Store) -> None:
    """Decisions are judged on the day that the clock tells."""
    clock: list[datetime] = [NOW]
    contexts = judging(estate, lambda: clock[-1])
    estate.people.record_decision(about(A), decision(MATERIAL), NOW)
    assert contexts.context_of("bzk-aws", "bzk", bucket("a")).on == DAY
