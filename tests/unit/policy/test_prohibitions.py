"""What must never be in a public cloud: from declarations alone, and a finding of the highest severity."""

from __future__ import annotations

import pytest

from policy.context import NOTHING_KNOWN, Context, SystemEntry
from policy.ruleset import Policy, load
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import (
    Certainty,
    DataLocation,
    Evidence,
    FindingKind,
    Holds,
    LocationClass,
    Operation,
    Severity,
)


def registered(*places: DataLocation, **said: str) -> Context:
    """An asset of a system of which the register says this."""
    return Context(system=SystemEntry("brp", "BRP", "bzk", places=places, **said))


def contract(operation: Operation, *countries: str) -> DataLocation:
    """A place that a contract proves."""
    proof = Evidence("register.bzk/brp.contract", "C-2026-1")
    return DataLocation(operation, "", Certainty.DECLARED, (proof,), countries)


@pytest.mark.parametrize(
    ("tags", "context", "expected"),
    [
        ({"rubricering": "Staatsgeheim"}, NOTHING_KNOWN, ["never.state_secret"]),
        ({"TBB": "2"}, NOTHING_KNOWN, ["never.tbb_1_to_3"]),
        ({"basisregistratie": "brondata"}, NOTHING_KNOWN, ["never.base_registry_source_data"]),
        ({}, registered(marking="stg. geheim"), ["never.state_secret"]),
        ({}, registered(tbb="1"), ["never.tbb_1_to_3"]),
        ({}, registered(base_registry="brondata"), ["never.base_registry_source_data"]),
        ({"tbb": "1"}, registered(marking="stg"), ["never.state_secret", "never.tbb_1_to_3"]),
        # A basisregistratie that is no source data, TBB 4 and a lower marking are restricted, not prohibited.
        ({"basisregistratie": "ja", "tbb": "4", "rubricering": "dep.v."}, NOTHING_KNOWN, []),
        ({"naam": "staatsgeheim"}, registered(material="ja", personal_data="bijzonder"), []),
    ],
)
def test_prohibited(
    policy: Policy, make_asset: MakeAsset, tags: dict[str, str], context: Context, expected: list[str]
) -> None:
    """By a tag or by the register's word on its system, never by a name; also inside the EER."""
    asset = make_asset("eu-west-1", tags=tuple(tags.items()))
    verdict = policy.classify(asset, context)
    assert expected == list(verdict.prohibitions)
    found = policy.findings(asset, verdict, context)
    assert [(each.kind, each.severity) for each in found] == (
        [(FindingKind.PROHIBITED_USE, Severity.CRITICAL)] if expected else []
    )


def test_the_rule_set_says_what_is_never(make_asset: MakeAsset) -> None:
    """Under the rule set of 2022 source data of a basisregistratie need advice: they are not prohibited."""
    asset = make_asset("eu-west-1", tags=(("basisregistratie", "brondata"), ("rubricering", "stg")))
    earlier = load(name="RCB2022")
    assert earlier.classify(asset).prohibitions == ("never.state_secret",)


def test_a_government_datacentre_is_no_public_cloud(policy: Policy, make_site: MakeAsset) -> None:
    """There it may be."""
    asset = make_site("ODC-Noord", "NL", tags=(("rubricering", "staatsgeheim"),))
    assert policy.classify(asset, registered(tbb="1")).prohibitions == ()


@pytest.mark.parametrize(("holds", "raised"), [("content", True), ("metadata", True), ("nothing", False)])
def test_metadata_can_be_secret_too(policy: Policy, make_asset: MakeAsset, holds: str, raised: bool) -> None:
    """What holds metadata is prohibited as well; what holds nothing needs nobody."""
    asset = make_asset("eu-west-1", tags=(("tbb", "1"),), holds=Holds(holds))
    assert raised == bool(policy.findings(asset, policy.classify(asset)))


def test_the_finding_says_who_declares_it(policy: Policy, make_asset: MakeAsset) -> None:
    """The tag or the entry of the register that says so; the rule alone where the context is not at hand."""
    asset, context = make_asset("eu-west-1", tags=(("TBB", "2"),)), registered(marking="Stg. Geheim")
    verdict = policy.classify(asset, context)
    [finding] = policy.findings(asset, verdict, context)
    assert finding.details == (
        ("state_secret", "register.bzk/brp.marking=Stg. Geheim"),
        ("tbb_1_to_3", "tags.TBB=2"),
    )
    [finding] = policy.findings(asset, verdict)
    assert finding.details == (("rule", "never.state_secret"), ("tbb_1_to_3", "tags.TBB=2"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_steps(policy: Policy, make_asset: MakeAsset, language: str) -> None:
    """A prohibition is a step of its own, with the entry of the register as evidence."""
    asset, context = make_asset("eu-west-1"), registered(tbb="2")
    verdict = policy.classify(asset, context)
    [step] = [
        each for each in policy.explain(asset, verdict, language, context) if each.subject == "prohibition"
    ]
    assert (step.rule, step.evidence) == ("never.tbb_1_to_3", (Evidence("register.bzk/brp.tbb", "2"),))
    assert step.statement.startswith({"nl": "verboden: ", "en": "prohibited: "}[language])


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (contract(Operation.PROCESSED, "US"), LocationClass.OUTSIDE_EEA),
        (contract(Operation.PROCESSED, "NL", "CH"), LocationClass.OUTSIDE_EEA_ADEQUATE),
        (contract(Operation.PROCESSED, "NL"), LocationClass.INSIDE_EEA),
        (contract(Operation.MANAGED, "US"), LocationClass.INSIDE_EEA),
        (contract(Operation.VIEWED, "IN"), LocationClass.INSIDE_EEA),
    ],
)
def test_a_contract_counts_where_it_is_worse(
    policy: Policy, make_asset: MakeAsset, place: DataLocation, expected: LocationClass
) -> None:
    """Processing that a contract proves outside the EER counts; who manages or views stands beside it."""
    asset, context = make_asset("eu-west-1"), registered(place)
    verdict = policy.classify(asset, context)
    assert (expected, 1) == (verdict.location_class, len(verdict.locations))
    outside = [
        each.details
        for each in policy.findings(asset, verdict, context)
        if each.kind in (FindingKind.DATA_OUTSIDE_EEA, FindingKind.DATA_OUTSIDE_EEA_ADEQUATE)
    ]
    assert bool(outside) == (expected is not LocationClass.INSIDE_EEA)


def test_a_contract_does_not_make_up_for_what_was_not_read(policy: Policy, make_asset: MakeAsset) -> None:
    """Nothing is known of where the data is stored, though the contract says where it is processed."""
    asset, context = make_asset(), registered(contract(Operation.PROCESSED, "NL"))
    verdict = policy.classify(asset, context)
    assert verdict.location_class is LocationClass.UNKNOWN
    assert [each.kind for each in policy.findings(asset, verdict, context)] == [FindingKind.LOCATION_UNKNOWN]


def test_verbs_from_the_contract(policy: Policy, make_asset: MakeAsset) -> None:
    """What the register proves is known, with the contract as evidence; the rest stays unknown."""
    asset = make_asset("eu-west-1")
    context = registered(contract(Operation.MANAGED, "NL"), contract(Operation.VIEWED, "NL", "US"))
    verdict = policy.classify(asset, context)
    told = {
        each.verb.value: (each.known, each.location_class.value, each.countries)
        for each in policy.verbs(asset, verdict, context)
    }
    assert told == {
        "stored": (True, "inside_eea", ("IE",)),
        "managed": (True, "inside_eea", ("NL",)),
        "viewed": (True, "outside_eea", ("NL", "US")),
        "processed": (False, "unknown", ()),
        "edited": (False, "unknown", ()),
    }
    viewed = policy.verbs(asset, verdict, context)[2]
    assert viewed.evidence == (Evidence("register.bzk/brp.contract", "C-2026-1"),)
    assert [each.known for each in policy.verbs(asset, verdict)] == [True, False, False, False, False]
