"""What the register adds to an asset: its words as its own, and the places that a contract proves."""

from __future__ import annotations

from datetime import date

import pytest

from policy.context import Context, SystemEntry
from policy.registered import evidence_of, register_name, with_register
from policy.ruleset import Policy
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import Certainty, DataLocation, Evidence, LocationClass, Operation


def place(operation: Operation, *countries: str, certainty: Certainty = Certainty.DECLARED) -> DataLocation:
    """A place that a contract proves."""
    return DataLocation(operation, "", certainty, (), countries)


def test_name_of_a_system() -> None:
    """By organisation and system, on one line, each cut by itself."""
    assert register_name(SystemEntry("z\nx", "Zaak", "bz k")) == "bz k/z x"
    assert register_name(SystemEntry("s" * 61, "Zaak", "o" * 61)) == f"{'o' * 59}…/{'s' * 59}…"


def test_words_of_the_register_are_read_as_tags(policy: Policy, make_asset: MakeAsset) -> None:
    """Under keys of its own, in order; blanks are none, and a source's own tag does not pass for one."""
    asset = make_asset(tags=(("x", "1"), ("Register:TBB", "1"), ("register: tbb", "2"), ("a", "3")))
    system = SystemEntry("s", "S", "o", "ja", " Bijzonder ", "ja", " ", "stg")
    told, _ = with_register(asset, policy.classify(asset), Context(system=system), policy.locations.judge)
    assert told.tags == (
        ("a", "3"),
        ("register: tbb", "2"),
        ("register:base_registry", "ja"),
        ("register:marking", "stg"),
        ("register:personal_data", " Bijzonder "),
        ("x", "1"),
    )
    assert told.locations == asset.locations


def test_places_of_the_register_stand_behind_those_of_the_source(
    policy: Policy, make_asset: MakeAsset
) -> None:
    """Each judged by its declared countries; one whose country nobody knows is unknown."""
    asset = make_asset("eu-west-1")
    places = (
        place(Operation.VIEWED, "US"),
        place(Operation.EDITED, "NL"),
        place(Operation.MANAGED, "NL", certainty=Certainty.UNKNOWN),
    )
    context = Context(system=SystemEntry("s", "S", "o", places=places))
    told, seen = with_register(asset, policy.classify(asset), context, policy.locations.judge)
    assert told.locations == (*asset.locations, *places)
    assert [each.location_class for each in seen.locations] == [
        LocationClass.INSIDE_EEA,
        LocationClass.OUTSIDE_EEA,
        LocationClass.INSIDE_EEA,
        LocationClass.UNKNOWN,
    ]
    assert [each.countries for each in seen.locations] == [("IE",), ("US",), ("NL",), ()]


def test_without_a_system_nothing_is_added(policy: Policy, make_asset: MakeAsset) -> None:
    """Asset, verdict and evidence stay what they are; no own tag is read as the register's."""
    asset = make_asset("eu-west-1", tags=(("b", "1"), ("a", "2")))
    verdict = policy.classify(asset)
    assert with_register(asset, verdict, Context(), policy.locations.judge) == (asset, verdict)
    proof = (Evidence("tags.register:tbb", "1"),)
    assert evidence_of(iter(proof), Context(on=date(2026, 1, 1))) == proof


def test_evidence_of_the_register_is_told_as_its_own() -> None:
    """By the column of the system; evidence from elsewhere stays."""
    context = Context(system=SystemEntry("brp", "BRP", "bzk"))
    names = ("base_registry", "tbb", "marking", "personal_data")
    given = [*(Evidence(f"tags.register:{each}", each) for each in names), Evidence("tags.tbb", "1")]
    assert evidence_of(given, context) == (
        *(Evidence(f"register.bzk/brp.{each}", each) for each in names),
        Evidence("tags.tbb", "1"),
    )


@pytest.mark.parametrize(
    ("stored", "places", "expected"),
    [
        ("eu-west-1", [place(Operation.PROCESSED, "US"), place(Operation.PROCESSED, "NL")], "outside_eea"),
        ("eu-west-1", [place(Operation.PROCESSED, "NL"), place(Operation.PROCESSED, "CH")],
         "outside_eea_adequate"),
        ("us-east-1", [place(Operation.PROCESSED, "NL")], "outside_eea"),
        ("eu-west-1", [place(Operation.PROCESSED, certainty=Certainty.UNKNOWN)], "unknown"),
        ("eu-west-1", [place(Operation.MANAGED, "US"), place(Operation.VIEWED, "US"),
                       place(Operation.EDITED, "US")], "inside_eea"),
        ("eu-west-1", [place(Operation.PROCESSED)], "unknown"),
        ("us-east-1", [], "outside_eea"),
    ],
)  # fmt: skip
def test_only_what_is_worse_counts(
    policy: Policy, make_asset: MakeAsset, stored: str, places: list[DataLocation], expected: str
) -> None:
    """The worst of the asset's own class and the places of its data in the contract."""
    context = Context(system=SystemEntry("s", "S", "o", places=tuple(places)))
    assert policy.classify(make_asset(stored), context).location_class == expected


def test_countries_of_a_contract_stand_in_the_verdict(policy: Policy, make_asset: MakeAsset) -> None:
    """Those where data is, each once and in order; a better place does not make the class better."""
    asset = make_asset("eu-west-2")
    places = (
        place(Operation.PROCESSED, "SE", "NL"),
        place(Operation.PROCESSED, "nl"),
        place(Operation.MANAGED, "US"),
    )
    verdict = policy.classify(asset, Context(system=SystemEntry("s", "S", "o", places=places)))
    assert verdict.contract_countries == ("NL", "SE")
    assert verdict.location_class is LocationClass.OUTSIDE_EEA_ADEQUATE
    assert policy.classify(asset).contract_countries == ()
