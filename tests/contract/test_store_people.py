"""The register of systems and decisions: nothing is overwritten, and every change is queued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from collector.rulebook.rules import PolicyRules
from collector.store.base import DecisionSubject, Store
from policy.rule_book import packaged
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket
from tests.contract.saying import DAY, about, contracted, decision, system
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import MaterialUse, Operation

MATERIAL, NOT = MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL
LATER = DAY + timedelta(days=10)


def queued(store: Store) -> list[tuple[str, str, str, str]]:
    """What waits to be judged again."""
    return [
        (each.organisation, each.system, each.tenant, each.asset_id) for each in store.people.judge_again()
    ]


def emptied(store: Store) -> None:
    """Take everything from the queue."""
    store.people.judged(each.queue_no for each in store.people.judge_again())


def known(store: Store, *, history: bool = False) -> list[tuple[str, date, date | None]]:
    """What the register says of material use, with its days."""
    found = store.people.systems(history=history)
    return [(each.entry.material, each.valid_from, each.valid_until) for each in found]


def test_a_new_store_knows_nothing(store: Store) -> None:
    """Nobody said anything, and nothing waits."""
    people = store.people
    assert (people.systems(), people.decisions(), queued(store)) == ([], [], [])
    assert people.generation() == 0


def test_a_system_is_kept_with_all_that_is_said(estate: Store) -> None:
    """What goes in comes out, with the places that its contract proves; its assets wait to be judged."""
    given = contracted("zaaksysteem", "C-1", managed_countries=("NL",), support_countries=("IN", "NL"))
    assert estate.people.put_systems([given, system("post", material="ja", tbb="4")], NOW) == 2
    post, zaaksysteem = estate.people.systems()
    assert (post.entry.material, post.entry.tbb, post.entry.source) == ("ja", "4", "register")
    assert (zaaksysteem.entry, zaaksysteem.places, zaaksysteem.contract) == (
        given.entry,
        given.places,
        "C-1",
    )
    assert [(each.operation, each.declared_countries) for each in zaaksysteem.entry.places] == [
        (Operation.MANAGED, ("NL",)),
        (Operation.MANAGED, ("IN", "NL")),
        (Operation.VIEWED, ("IN", "NL")),
    ]
    assert zaaksysteem.recorded == NOW
    assert queued(estate) == [("bzk", "zaaksysteem", "", ""), ("bzk", "post", "", "")]
    assert estate.people.generation() == 1


def test_the_past_of_a_system_stays(estate: Store) -> None:
    """From a day on it is otherwise; what was so before that day, and what was thought then, stays."""
    estate.people.put_systems([system("post", material="ja")], NOW)
    estate.people.put_systems([system("Post", since=LATER, material="nee")], NOW + timedelta(days=10))
    before = LATER - timedelta(days=1)
    assert known(estate) == [("ja", DAY, before), ("nee", LATER, None)]
    assert known(estate, history=True) == [
        ("ja", DAY, None),
        ("ja", DAY, before),
        ("nee", LATER, None),
    ]


def test_what_says_the_same_changes_nothing(estate: Store) -> None:
    """The same file again, on a later day too, is no change: nothing is queued."""
    estate.people.put_systems([system("post", material="ja")], NOW)
    emptied(estate)
    assert estate.people.put_systems([system("post", since=LATER, material="ja")], NOW) == 0
    assert (queued(estate), estate.people.generation()) == ([], 1)


def test_a_correction_on_the_same_day_takes_its_place(estate: Store) -> None:
    """No day of the wrong entry is left, but that it was so known is."""
    estate.people.put_systems([system("post", material="ja")], NOW)
    estate.people.put_systems([system("post", material="nee")], NOW)
    assert known(estate) == [("nee", DAY, None)]
    assert known(estate, history=True) == [("ja", DAY, None), ("nee", DAY, None)]


def test_systems_are_put_all_or_none(estate: Store) -> None:
    """One that cannot be kept keeps out the rest."""
    with pytest.raises(ConfigurationError, match="organisation 'fin' of system 'b' does not exist"):
        estate.people.put_systems([system("a"), system("b", "fin")], NOW)
    with pytest.raises(ConfigurationError, match="system 'A' is given twice"):
        estate.people.put_systems([system("a"), system("A")], NOW)
    with pytest.raises(ConfigurationError, match="system: is empty"):
        estate.people.put_systems([system(" ")], NOW)
    assert (estate.people.systems(), queued(estate)) == ([], [])


def test_a_system_ends(estate: Store) -> None:
    """It has no entry after its last day; the second time there is nothing to end."""
    estate.people.put_systems([system("post", material="ja")], NOW)
    emptied(estate)
    estate.people.end_system("bzk", "POST", LATER, NOW)
    assert known(estate) == [("ja", DAY, LATER)]
    assert queued(estate) == [("bzk", "post", "", "")]
    with pytest.raises(ConfigurationError, match="system 'post' of organisation 'bzk' has no entry after"):
        estate.people.end_system("bzk", "post", LATER, NOW)


def test_a_decision_is_kept_with_its_past(estate: Store) -> None:
    """The next one takes its place from its own day on; both stay, newest first."""
    subject = about("arn:aws:s3:::a")
    estate.people.record_decision(subject, decision(NOT), NOW)
    estate.people.record_decision(subject, decision(MATERIAL, LATER), NOW + timedelta(days=10))
    told = [
        (each.decision.material, each.decision.decided_on, each.decision.valid_until)
        for each in estate.people.decisions()
    ]
    before = LATER - timedelta(days=1)
    assert sorted(told, key=str) == sorted([(MATERIAL, LATER, None), (NOT, DAY, before)], key=str)
    assert len(estate.people.decisions(history=True)) == 3
    assert queued(estate) == [("bzk", "", "bzk-aws", "arn:aws:s3:::a")]
    assert estate.people.generation() == 2


@pytest.mark.parametrize("until", [DAY - timedelta(days=1), LATER])
def test_who_ended_a_decision_stays(estate: Store, until: date) -> None:
    """Also where it is ended on its first day; what ended cannot end again."""
    subject = DecisionSubject("bzk", system="post")
    estate.people.record_decision(subject, decision(MATERIAL), NOW)
    estate.people.end_decision(subject, until, "CIO", "vervangen", NOW)
    standing = [each.decision.valid_until for each in estate.people.decisions()]
    assert standing == ([until] if until >= DAY else [])
    told = {(each.ended_by, each.end_reason) for each in estate.people.decisions(history=True)}
    assert ("CIO", "vervangen") in told
    with pytest.raises(ConfigurationError, match="no decision on 'post' holds after"):
        estate.people.end_decision(subject, until, "CIO", "vervangen", NOW)


def test_a_decision_says_who_and_why(estate: Store) -> None:
    """Without that, or with an end before its beginning, it is refused and nothing changes."""
    subject, given = about("a"), decision(MATERIAL)
    for field, wrong in (
        ("decided_by", replace(given, decided_by=" ")),
        ("reason", replace(given, reason="")),
    ):
        with pytest.raises(ConfigurationError, match=f"{field}: is empty"):
            estate.people.record_decision(subject, wrong, NOW)
    with pytest.raises(ConfigurationError, match=r"valid_until: .* lies before"):
        estate.people.record_decision(subject, decision(MATERIAL, LATER, DAY), NOW)
    with pytest.raises(ConfigurationError, match="reason: is empty"):
        estate.people.end_decision(subject, DAY, "x", "", NOW)
    assert (estate.people.decisions(history=True), queued(estate)) == ([], [])


def test_the_end_of_a_decision_is_queued_once(estate: Store) -> None:
    """On the day after its last day, and no second time."""
    estate.people.record_decision(about("a"), decision(MATERIAL, until=LATER), NOW)
    estate.people.record_decision(about("b"), decision(MATERIAL), NOW)
    emptied(estate)
    assert estate.people.queue_ended(LATER, NOW) == 0
    assert estate.people.queue_ended(LATER + timedelta(days=1), NOW) == 1
    assert queued(estate) == [("bzk", "", "bzk-aws", "a")]
    emptied(estate)
    assert estate.people.queue_ended(LATER + timedelta(days=2), NOW) == 0


def test_what_a_decision_is_about(agent: Reporter, estate: Store) -> None:
    """An asset that is there, a system that is there; which, where several have the name."""
    agent.scan("s1", {IRELAND: [bucket("a")]})
    other = Reporter(estate, tenant="ezk-aws")
    people = estate.people
    assert people.subject_of("arn:aws:s3:::a") == about("arn:aws:s3:::a")
    other.scan("s1", {IRELAND: [bucket("a")]})
    with pytest.raises(ConfigurationError, match=r"several tenants \(bzk-aws, ezk-aws\)"):
        people.subject_of("arn:aws:s3:::a")
    assert people.subject_of("arn:aws:s3:::a", "ezk-aws").organisation == "ezk"
    with pytest.raises(ConfigurationError, match="asset 'arn:b' is not known here"):
        people.subject_of("arn:b")

    people.put_systems([system("Post"), system("post", "ezk"), system("brp")], NOW)
    assert people.subject_of_system("BRP") == DecisionSubject("bzk", system="brp")
    with pytest.raises(ConfigurationError, match=r"several organisations \(bzk, ezk\)"):
        people.subject_of_system("post")
    assert people.subject_of_system("post", "bzk").system == "Post"
    with pytest.raises(ConfigurationError, match="system 'x' is not in the register"):
        people.subject_of_system("x")


def test_links_are_filled_once_for_each_way_of_reading(agent: Reporter, estate: Store) -> None:
    """Where an asset names others than was known all is judged again; the same changes nothing."""
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b")]})
    people, tenant = estate.people, "bzk-aws"
    one, other = "arn:aws:s3:::a", "arn:aws:s3:::b"

    def judged() -> bool:
        """Bring the tenant to a target; whether it had to be."""
        begun = estate.evaluation.begin({tenant: "t"}, NOW)
        estate.evaluation.finish(tenant, "t", PolicyRules(packaged().base), NOW)
        return bool(begun)

    assert (judged(), judged()) == (True, False)
    assert people.link_position(tenant, "r1") == 0
    people.fill_links(tenant, "r1", {one: (other,)}, 1)
    assert (people.link_position(tenant, "r1"), people.any_links(tenant)) == (1, True)
    people.fill_links(tenant, "r1", {other: ()}, 2)
    assert (people.links_filled(tenant, "r1"), people.link_position(tenant, "r1"), judged()) == (
        1,
        None,
        True,
    )

    assert people.link_position(tenant, "r2") == 0
    people.fill_links(tenant, "r2", {one: (other,), other: ()}, 2)
    assert (people.links_filled(tenant, "r2"), people.link_position(tenant, "r2"), judged()) == (
        0,
        None,
        False,
    )

    people.fill_links(tenant, "r3", {one: ()}, 1)
    assert not people.any_links(tenant)
    # What was found so far still counts where another way of reading comes into force meanwhile.
    people.fill_links(tenant, "r4", {other: ()}, 2)
    assert (people.links_filled(tenant, "r4"), judged()) == (1, True)


def test_a_tenant_without_assets_has_its_links_filled(estate: Store) -> None:
    """At once, whatever the way of reading."""
    people = estate.people
    for reading in ("r1", "r2"):
        assert people.link_position("bzk-odc", reading) == 0
        assert (people.links_filled("bzk-odc", reading), people.link_position("bzk-odc", reading)) == (
            0,
            None,
        )
