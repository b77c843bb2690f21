"""classify is total and order-free, and more facts never make a place better than it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.resources import files
from random import Random
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from policy import location
from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.ruleset import DATA_FILES, build, load, may_need_a_person
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    Depth,
    FindingKind,
    Holds,
    LocationClass,
    MaterialUse,
    Operation,
    Verdict,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.wire import decode_classified, encode_classified

POLICY = load()
#: The rules and facts of the last day before the rule set in force.
EARLIER = load(date(2026, 7, 2))
#: The same rule set in another process, with caches of its own.
REBUILT = build({name: (files("policy") / "data" / name).read_bytes() for name in DATA_FILES})

TEXT = st.text(max_size=20)
CATALOGUES = POLICY.locations.catalogues
CODES = st.one_of(
    *(st.sampled_from(sorted(catalogue)) for catalogue in CATALOGUES.values()),
    st.sampled_from(["eu-west-1a", "eu-central-1-ist-1a", "eu-west-99", "EU", ""]),
    st.sampled_from(
        ["europe-west4-a", "storage/EUR5", "storage/europe-west2-c", "storage/eu-a", "West Europe"]
    ),
    TEXT,
)
#: What `judge` is asked beside a code: the source knows the place, and declares no country.
DECLARED_CODE = (True, ())
#: A place where data is inside the EER, for each provider that has a catalogue.
INSIDE = {"aws": "eu-west-1", "azure": "westeurope", "gcp": "europe-west4"}
COUNTRIES = st.one_of(
    st.sampled_from(sorted(POLICY.locations.countries)), st.sampled_from(["UK", "ZZ"]), TEXT
)
LOCATIONS = st.builds(
    DataLocation,
    operation=st.sampled_from(Operation),
    location=CODES,
    certainty=st.sampled_from(Certainty),
    evidence=st.just(()),
    declared_countries=st.one_of(st.just(()), st.lists(COUNTRIES, max_size=3).map(tuple)),
)
KEYS = st.one_of(
    st.sampled_from(["materieel", "Material", "omgeving", "ENV", "proces", "Persoonsgegevens", "matérieel"]),
    TEXT,
)
VALUES = st.one_of(
    st.sampled_from(["ja", "NEE", "test", "productie", "primair", "grootschalig", "onbekend", "é", ""]), TEXT
)
TAGS = st.lists(st.tuples(KEYS, VALUES), max_size=5).map(tuple)
ASSETS = st.builds(
    Asset,
    asset_id=TEXT,
    provider=st.one_of(st.sampled_from(["aws", "azure", "gcp", "odc"]), TEXT),
    partition=st.one_of(
        st.sampled_from(["aws", "aws-cn", "AzureCloud", "googleapis.com", "ODC-Noord", "ODC Amsterdam"]), TEXT
    ),
    account=TEXT,
    service=TEXT,
    type=TEXT,
    name=TEXT,
    location=CODES,
    holds=st.sampled_from(Holds),
    locations=st.lists(LOCATIONS, max_size=5).map(tuple),
    depth=st.sampled_from(Depth),
    tags=TAGS,
    properties=st.lists(st.tuples(st.sampled_from(["site_operator", "site_owner", "cpus"]), TEXT)).map(tuple),
    declarations=st.builds(Declarations, system=TEXT, owner=TEXT, material=VALUES, personal_data=VALUES),
)
DATA = [Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED]


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
    assert kinds == [] or may_need_a_person(asset.holds, verdict.location_class, flagged)
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


@given(ASSETS, st.randoms(use_true_random=False))
def test_order_free(asset: Asset, random: Random) -> None:
    """The order of locations and tags decides nothing; each location keeps its own verdict."""
    locations, tags = list(asset.locations), list(asset.tags)
    random.shuffle(locations)
    random.shuffle(tags)
    shuffled = replace(asset, locations=tuple(locations), tags=tuple(tags))
    before, after = POLICY.classify(asset), POLICY.classify(shuffled)
    assert replace(before, locations=()) == replace(after, locations=())
    assert dict(zip(asset.locations, before.locations, strict=True)) == dict(
        zip(locations, after.locations, strict=True)
    )
    assert POLICY.findings(asset, before) == POLICY.findings(shuffled, after)


@given(ASSETS, LOCATIONS)
def test_adding_a_location_never_improves_the_class(asset: Asset, added: DataLocation) -> None:
    """One place more is never better, once there is a place at all."""
    if not any(each.operation in DATA for each in asset.locations):
        code = INSIDE.get(asset.provider, "")
        asset = replace(asset, locations=(DataLocation(Operation.STORED, code, Certainty.DECLARED),))
    more = replace(asset, locations=(*asset.locations, added))
    before, after = POLICY.classify(asset).location_class, POLICY.classify(more).location_class
    assert after.badness >= before.badness


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


@given(ASSETS, TEXT, st.sampled_from(DATA))
def test_adding_an_unknown_is_never_inside(asset: Asset, code: str, operation: Operation) -> None:
    """Not knowing one of the places is never inside the EER."""
    unknown = DataLocation(operation, code, Certainty.UNKNOWN)
    verdict = POLICY.classify(replace(asset, locations=(*asset.locations, unknown)))
    assert verdict.location_class in (LocationClass.UNKNOWN, LocationClass.OUTSIDE_EEA)


@given(ASSETS, st.lists(LOCATIONS, max_size=3))
def test_monotone_under_every_rule_set(asset: Asset, added: list[DataLocation]) -> None:
    """Under earlier rules too: more places are never better, and none turns an unknown into inside."""
    more = replace(asset, locations=(*asset.locations, *added))
    for policy in (POLICY, EARLIER):
        before, after = policy.classify(asset), policy.classify(more)
        if any(each.operation in DATA for each in asset.locations):
            assert after.location_class.badness >= before.location_class.badness
        if LocationClass.UNKNOWN in _classes(asset, before):
            assert after.location_class is not LocationClass.INSIDE_EEA


def _classes(asset: Asset, verdict: Verdict) -> list[LocationClass]:
    """The classes of the places where data is."""
    judged = zip(asset.locations, verdict.locations, strict=True)
    return [seen.location_class for place, seen in judged if place.operation in DATA]


@given(ASSETS)
def test_the_collector_judges_as_the_agent_did(asset: Asset) -> None:
    """What went over the wire gets the same verdict, findings and duties from rules that were built anew."""
    asset = replace(
        asset,
        asset_id="arn:aws:s3:::a",
        tags=tuple(sorted(dict(asset.tags).items())),
        properties=tuple(sorted(dict(asset.properties).items())),
    )
    verdict = POLICY.classify(asset)
    sent = encode_classified(asset, verdict).SerializeToString()
    received = decode_classified(ClassifiedAsset.FromString(sent))
    assert (received.asset, received.verdict) == (asset, verdict)
    assert REBUILT.classify(received.asset) == verdict
    assert REBUILT.findings(received.asset, received.verdict) == POLICY.findings(asset, verdict)
    assert REBUILT.duties(received.asset, received.verdict) == POLICY.duties(asset, verdict)


@given(ASSETS, st.randoms(use_true_random=False))
def test_duties_are_total_and_order_free(asset: Asset, random: Random) -> None:
    """Under both rule sets each duty is told at most once, whatever the order of locations and tags."""
    locations, tags = list(asset.locations), list(asset.tags)
    random.shuffle(locations)
    random.shuffle(tags)
    shuffled = replace(asset, locations=tuple(locations), tags=tuple(tags))
    for policy in (POLICY, EARLIER):
        found = policy.duties(asset, policy.classify(asset))
        assert found == policy.duties(shuffled, policy.classify(shuffled))
        assert len({each.duty for each in found}) == len(found)
        assert (asset.provider == "odc") is (not found)


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


#: Keys and words that say something.
SAYING_KEYS = [
    "materieel",
    "omgeving",
    "proces",
    "persoonsgegevens",
    "basisregistratie",
    "tbb",
    "rubricering",
]
SAYING_WORDS = ["ja", "nee", "test", "productie", "primair", "bijzonder", "brondata", "tbb 2", "staatsgeheim"]
#: Letters whose upper and lower case lead back to each other, with marks that can stand apart.
LETTERS = st.text("abcdeijknoprstuvwyzéëïüç -:_", max_size=12)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(SAYING_KEYS), LETTERS),
            st.one_of(st.sampled_from(SAYING_WORDS), LETTERS),
        ),
        max_size=4,
    ).map(tuple),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
)
def test_tag_case_and_unicode_form_do_not_matter(
    tags: tuple[tuple[str, str], ...], form: Literal["NFC", "NFD"], case: Callable[[str], str]
) -> None:
    """A tag written in capitals or with combining marks means the same."""
    asset = Asset(
        asset_id="a", provider="aws", partition="aws", account="1", service="s3", type="t", name="n",
        location="eu-west-1", holds=Holds.CONTENT, locations=(), tags=tags,
    )  # fmt: skip

    def other(text: str) -> str:
        return unicodedata.normalize(form, case(text))

    rewritten = replace(asset, tags=tuple((other(key), other(value)) for key, value in tags))
    before, after = POLICY.classify(asset), POLICY.classify(rewritten)
    assert (before.material, before.material_rule) == (after.material, after.material_rule)
    severities = [each.severity for each in POLICY.findings(asset, before)]
    assert severities == [each.severity for each in POLICY.findings(rewritten, after)]
    assert _follows(asset, before) == _follows(rewritten, after)


def _follows(asset: Asset, verdict: Verdict) -> list[tuple[str, int]]:
    """The duties under both rule sets, each with how much about it is open."""
    return [
        (each.duty.identifier, len(each.open))
        for policy in (POLICY, EARLIER)
        for each in policy.duties(asset, verdict)
    ]


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
