"""Severity follows material use and what is held, under every rule set, whatever else is so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from policy.ruleset import Policy, load
from wolkenzicht.model import Asset, Declarations, FindingKind, Holds, Severity

MakeAsset = Callable[..., Asset]
#: Inside; outside; with adequacy; permitted under one rule set; a code that nobody knows; several of them.
PLACES = [
    *(("eu-west-1",), ("us-east-1",), ("eu-west-2",), ("eu-central-2",), ("eu-west-99",)),
    *(("us-east-1", "eu-west-99"), ("eu-west-1", "eu-west-2"), ("eu-central-2", "us-east-1")),
]
RANK = {severity: place for place, severity in enumerate(Severity)}


@pytest.fixture(scope="module", params=["RCB2022", "RCB2026"])
def rules(request: pytest.FixtureRequest) -> Policy:
    """Each of the packaged rule sets."""
    return load(name=request.param)


def found(rules: Policy, asset: Asset) -> dict[FindingKind, int]:
    """How severe each finding about an asset is."""
    drafts = rules.findings(asset, rules.classify(asset))
    return {each.kind: RANK[each.severity] for each in drafts}


@pytest.mark.parametrize("personal", ["", "ja"])
def test_material_use_raises(rules: Policy, make_asset: MakeAsset, personal: str) -> None:
    """By a step, up to critical; the findings are the same ones."""
    seen = 0
    for places in PLACES:
        plain, material = (
            found(
                rules, make_asset(*places, declarations=Declarations(material=said, personal_data=personal))
            )
            for said in ("nee", "ja")
        )
        assert plain.keys() == material.keys()
        for kind, rank in plain.items():
            assert material[kind] == min(rank + 1, RANK[Severity.CRITICAL]), (places, kind)
            seen += 1
    assert seen > len(PLACES)


def test_personal_data_raises_what_is_outside(rules: Policy, make_asset: MakeAsset) -> None:
    """Without an adequacy decision to critical; it never makes anything less severe."""
    for places, material in product(PLACES, ["", "ja", "nee"]):
        none, some = (
            found(
                rules, make_asset(*places, declarations=Declarations(material=material, personal_data=said))
            )
            for said in ("", "ja")
        )
        assert none.keys() == some.keys()
        assert all(some[kind] >= rank for kind, rank in none.items())
        if FindingKind.DATA_OUTSIDE_EEA in some:
            assert some[FindingKind.DATA_OUTSIDE_EEA] == RANK[Severity.CRITICAL]


@pytest.mark.parametrize("holds", [Holds.METADATA, Holds.NOTHING])
def test_what_holds_no_content_is_less_severe(rules: Policy, make_asset: MakeAsset, holds: Holds) -> None:
    """Configuration and metadata: nothing about places, and less about statements than of content."""
    for places, tags in product(PLACES, [(), (("materieel", "ja"), ("material", "nee"))]):
        content = make_asset(*places, tags=tags)
        of_content, of_this = (found(rules, each) for each in (content, replace(content, holds=holds)))
        assert of_this.keys() <= of_content.keys() & {FindingKind.MATERIAL_CONFLICT}
        assert all(rank < of_content[kind] for kind, rank in of_this.items())
