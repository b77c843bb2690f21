"""The class of a place follows from its countries, and findings and material use from what was said.

What holds under both rule sets on every day stands in `test_properties_by_day.py`.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policy import location
from policy.ruleset import load
from tests.unit.policy.strategies import ASSETS, CODES, DATA, TEXT
from wolkenzicht.model import (
    Asset,
    Declarations,
    FindingKind,
    Holds,
    LocationClass,
    MaterialUse,
)

POLICY = load()
CATALOGUES = POLICY.locations.catalogues
#: What `judge` is asked beside a code: the source knows the place, and declares no country.
DECLARED_CODE = (True, ())


@given(ASSETS)
def test_total(asset: Asset) -> None:
    """Every asset gets a complete verdict, findings and an explanation in both languages."""
    verdict = POLICY.classify(asset)
    assert (len(asset.locations), POLICY.version) == (len(verdict.locations), verdict.policy_version)
    assert verdict.material_rule
    assert verdict.material_reason.isprintable()
    assert len(verdict.material_reason) < 600
    kinds = [each.kind for each in POLICY.findings(asset, verdict)]
    assert len(kinds) == len(set(kinds))
    for language in ("nl", "en"):
        assert len(POLICY.explain(asset, verdict, language)) >= 2 + len(asset.locations)


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
    """Content raises a finding exactly where its class is not inside; nothing else raises one."""
    verdict = POLICY.classify(asset)
    kinds = {each.kind for each in POLICY.findings(asset, verdict)}
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
        assert verdict.material_rule == "material.declared"
