"""The class of a place follows from its countries, and findings and material use from what was said.

What holds under both rule sets on every day stands in `test_properties_by_day.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from policy import location
from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.ruleset import load, may_need_a_person
from tests.unit.policy.strategies import ASSETS, CODES, COUNTRIES, DATA, TEXT, VALUES
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    FindingKind,
    Holds,
    LocationClass,
    MaterialUse,
    Operation,
)

POLICY = load()
CATALOGUES = POLICY.locations.catalogues
#: What `judge` is asked beside a code: the source knows the place, and declares no country.
DECLARED_CODE = (True, ())


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
PLACES = st.builds(
    DataLocation,
    operation=st.sampled_from(Operation),
    location=st.just(""),
    certainty=st.just(Certainty.DECLARED),
    evidence=st.just(()),
    declared_countries=st.lists(COUNTRIES, min_size=1, max_size=2).map(tuple),
)
SYSTEMS = st.builds(
    SystemEntry, system=TEXT, name=TEXT, organisation=TEXT, material=VALUES, personal_data=VALUES,
    base_registry=st.sampled_from(["", "ja", "brondata"]), tbb=st.sampled_from(["", "2", "4"]),
    marking=st.sampled_from(["", "staatsgeheim"]), source=TEXT,
    places=st.lists(PLACES, max_size=3).map(tuple),
)  # fmt: skip
DECISIONS = st.builds(
    Decision, material=st.sampled_from(MaterialUse), decided_by=TEXT, decided_on=DAYS, reason=TEXT,
    valid_until=st.one_of(st.none(), DAYS),
)  # fmt: skip
CONTEXTS = st.builds(
    Context, decision=st.one_of(st.none(), DECISIONS), system=st.one_of(st.none(), SYSTEMS),
    linked_material=st.one_of(st.just(""), TEXT), linked_hops=st.integers(1, 3),
    on=st.one_of(st.none(), DAYS),
)  # fmt: skip


@given(ASSETS, st.one_of(st.just(NOTHING_KNOWN), CONTEXTS))
def test_total(asset: Asset, context: Context) -> None:
    """Every asset gets a complete verdict, findings and an explanation in both languages."""
    verdict = POLICY.classify(asset, context)
    assert (len(asset.locations), POLICY.version) == (len(verdict.locations), verdict.policy_version)
    assert verdict.material_rule
    assert verdict.material_reason.isprintable()
    assert len(verdict.material_reason) < 600
    kinds = [each.kind for each in POLICY.findings(asset, verdict, context)]
    assert len(kinds) == len(set(kinds))
    flagged = bool(verdict.prohibitions or verdict.conflicts)
    assert kinds == [] or may_need_a_person(asset.holds, verdict.location_class, flagged, asset.type)
    for language in ("nl", "en"):
        assert len(POLICY.explain(asset, verdict, language, context)) >= 2 + len(asset.locations)


@given(ASSETS, CONTEXTS)
def test_no_contract_improves_a_class(asset: Asset, context: Context) -> None:
    """What the register says of places never makes the location class better."""
    assert (
        POLICY.classify(asset, context).location_class.badness
        >= POLICY.classify(asset).location_class.badness
    )


@given(ASSETS, CONTEXTS)
def test_an_empty_statement_is_no_statement(asset: Asset, context: Context) -> None:
    """A system of which the register says nothing, and no decision, change nothing about a verdict."""
    system = SystemEntry("s", "S", "bzk")
    silent = replace(context, decision=None, system=system, linked_material="")
    assert POLICY.classify(asset, silent) == POLICY.classify(asset)


@given(ASSETS, CONTEXTS, DECISIONS)
def test_a_decision_that_holds_decides_and_settles(
    asset: Asset, context: Context, decision: Decision
) -> None:
    """While a decision holds its word is the verdict, and nothing contradicts it."""
    day = POLICY.settings.as_at if context.on is None else context.on
    verdict = POLICY.classify(asset, replace(context, decision=decision))
    if decision.holds(day):
        assert (verdict.material, verdict.material_rule, verdict.conflicts) == (
            decision.material,
            "material.decision",
            (),
        )
    else:
        assert verdict.material_rule != "material.decision"


@given(ASSETS)
def test_pure(asset: Asset) -> None:
    """The same asset gets the same verdict again."""
    assert POLICY.classify(asset) == POLICY.classify(replace(asset))


@given(st.sampled_from(sorted(CATALOGUES)), CODES)
def test_class_of_a_code_is_the_worst_of_its_countries(provider: str, code: str) -> None:
    """No code is better than the worst country that it may stand for, and a code without one is unknown."""
    verdict, badness = POLICY.locations.judge(provider, code, *DECLARED_CODE)
    worst = max((POLICY.locations.class_of(each).badness for each in verdict.countries), default=None)
    if verdict.rule == location.EU_MEMBER:
        assert (verdict.countries, verdict.location_class) == ((), LocationClass.INSIDE_EEA)
    elif worst is None:
        assert verdict.location_class is LocationClass.UNKNOWN
    else:
        assert worst == badness == verdict.location_class.badness


@given(st.sampled_from(sorted(CATALOGUES)), CODES)
def test_location_known_is_what_the_catalogue_decides(provider: str, code: str) -> None:
    """A code is known exactly where the verdict rests on a row of the catalogue."""
    verdict, _ = POLICY.locations.judge(provider, code, *DECLARED_CODE)
    without = (location.NOT_IN_CATALOGUE, location.NO_CODE)
    assert POLICY.location_known(provider, code) is (verdict.rule not in without)


@given(ASSETS)
def test_inside_only_where_every_place_is(asset: Asset) -> None:
    """The class is inside only where each data location is: in countries that are, or in the Union."""
    verdict = POLICY.classify(asset)
    judged = [
        seen
        for place, seen in zip(asset.locations, verdict.locations, strict=True)
        if place.operation in DATA
    ]
    inside = bool(judged) and all(
        (bool(seen.countries) or seen.rule == location.EU_MEMBER)
        and all(POLICY.locations.countries[code].in_eea for code in seen.countries)
        and seen.location_class is LocationClass.INSIDE_EEA
        for seen in judged
    )
    assert inside is (verdict.location_class is LocationClass.INSIDE_EEA)


@given(ASSETS)
def test_content_that_is_not_inside_has_a_finding(asset: Asset) -> None:
    """Content raises a finding about places exactly where its class is not inside; nothing else does."""
    verdict = POLICY.classify(asset)
    kinds = {each.kind for each in POLICY.findings(asset, verdict)}
    said = {FindingKind.PROHIBITED_USE, FindingKind.MATERIAL_CONFLICT} & kinds
    assert not said or verdict.prohibitions or verdict.conflicts
    kinds -= said
    expected = asset.holds is Holds.CONTENT and verdict.location_class is not LocationClass.INSIDE_EEA
    assert expected is bool(kinds)
    if kinds and verdict.location_class is LocationClass.UNKNOWN:
        assert FindingKind.LOCATION_UNKNOWN in kinds


@given(TEXT)
def test_material_only_by_what_people_say(word: str) -> None:
    """A word that the rule set does not list never makes a use material or not material."""
    declared = Declarations(material=word)
    asset = Asset(
        asset_id="a", provider="aws", partition="aws", account="1", service="s3", type="t", name="n",
        location="", holds=Holds.CONTENT, locations=(), declarations=declared,
    )  # fmt: skip
    verdict = POLICY.classify(asset)
    if verdict.material is not MaterialUse.UNDETERMINED:
        assert verdict.material_rule == "material.column"
