"""What always holds of a verdict, under both rule sets, on every day that rules or facts change."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from policy.change_days import change_days
from policy.rule_book import RuleBook
from policy.ruleset import Policy, first_day, packaged_contents
from tests.unit.policy.strategies import (
    ASSETS,
    DATA,
    LOCATIONS,
    PARTITIONS,
    PROVIDERS,
    SAYING_KEYS,
    SAYING_WORDS,
    TEXT,
)
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    Holds,
    LocationClass,
    Operation,
    Verdict,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.wire import decode_classified, encode_classified

NAMES = ("RCB2022", "RCB2026")


@cache
def policies(side: str = "agent") -> tuple[Policy, ...]:
    """Those of each day of change from the first rule set on; each side makes its own, caches too."""
    assert side in ("agent", "collector")
    book = RuleBook(packaged_contents())
    days = [day for day in change_days(book.contents) if day >= first_day(book.contents)]
    return tuple(book.on(day, name=name) for day in days for name in NAMES)


def test_policies_of_every_day() -> None:
    """Each day of change and rule set has a policy of its own, and both sides have the same."""
    versions = [each.version for each in policies()]
    assert versions == [each.version for each in policies("collector")]
    assert len(set(versions)) == len(versions) >= 2 * len(NAMES)
    assert all(mine is not theirs for mine, theirs in zip(policies(), policies("collector"), strict=True))


@given(ASSETS)
def test_total(asset: Asset) -> None:
    """Every asset gets a verdict on each of its places, findings, duties, and an explanation twice."""
    for policy in policies():
        verdict = policy.classify(asset)
        assert len(asset.locations) == len(verdict.locations)
        assert verdict.policy_version == policy.version
        assert verdict.material_rule
        kinds = [each.kind for each in policy.findings(asset, verdict)]
        assert len(kinds) == len(set(kinds))
        due = policy.duties(asset, verdict)
        assert len({each.duty for each in due}) == len(due)
        for language in ("nl", "en"):
            steps = policy.explain(asset, verdict, language)
            assert all(each.statement.strip() for each in steps)


@given(ASSETS, st.randoms(use_true_random=False))
def test_order_free(asset: Asset, random: Random) -> None:
    """The order of locations, tags and properties decides nothing; each place keeps its own verdict."""
    shuffled = replace(
        asset,
        locations=tuple(random.sample(asset.locations, len(asset.locations))),
        tags=tuple(random.sample(asset.tags, len(asset.tags))),
        properties=tuple(random.sample(asset.properties, len(asset.properties))),
    )
    for policy in policies():
        before, after = policy.classify(asset), policy.classify(shuffled)
        assert replace(before, locations=()) == replace(after, locations=())
        assert _by_place(asset, before) == _by_place(shuffled, after)
        assert policy.findings(asset, before) == policy.findings(shuffled, after)
        assert policy.duties(asset, before) == policy.duties(shuffled, after)


def _by_place(asset: Asset, verdict: Verdict) -> dict[DataLocation, object]:
    return dict(zip(asset.locations, verdict.locations, strict=True))


@given(ASSETS, st.lists(LOCATIONS, min_size=1, max_size=3))
def test_more_places_are_never_better(asset: Asset, added: list[DataLocation]) -> None:
    """Once there is a place where data is, any further one leaves the class as it is or makes it worse."""
    more = replace(asset, locations=(*asset.locations, *added))
    anywhere = any(each.operation in DATA for each in asset.locations)
    for policy in policies():
        before, after = policy.classify(asset).location_class, policy.classify(more).location_class
        assert not anywhere or after.badness >= before.badness


@given(ASSETS, TEXT, st.sampled_from(DATA), st.sampled_from(["certainty", "code", "country"]))
def test_an_unknown_is_never_inside(asset: Asset, text: str, operation: Operation, lacks: str) -> None:
    """A place of which it is not known where it is: no asset with one is inside, or adequate, as a whole."""
    unknown = {
        "certainty": DataLocation(operation, "eu-west-1", Certainty.UNKNOWN),
        "code": DataLocation(operation, f"?{text}", Certainty.DECLARED),
        "country": DataLocation(operation, "", Certainty.DECLARED, declared_countries=("NL", f"?{text}")),
    }[lacks]
    more = replace(asset, locations=(*asset.locations, unknown))
    for policy in policies():
        assert policy.classify(more).location_class in (LocationClass.UNKNOWN, LocationClass.OUTSIDE_EEA)


@given(ASSETS)
def test_the_collector_judges_as_the_agent_did(asset: Asset) -> None:
    """What went over the wire gets the same verdict, fingerprint, findings and duties."""
    asset = replace(
        asset,
        asset_id=f"arn:aws:s3:::{asset.name}".replace("\0", ""),
        tags=tuple(sorted(dict(asset.tags).items())),
        properties=tuple(sorted(dict(asset.properties).items())),
    )
    for agents, collectors in zip(policies(), policies("collector"), strict=True):
        verdict = agents.classify(asset)
        sent = encode_classified(asset, verdict)
        received = decode_classified(ClassifiedAsset.FromString(sent.SerializeToString()))
        again = collectors.classify(received.asset)
        assert (received.asset, received.verdict) == (asset, verdict)
        assert again == verdict
        assert encode_classified(received.asset, again).fingerprint == sent.fingerprint
        assert collectors.findings(received.asset, again) == agents.findings(asset, verdict)
        assert collectors.duties(received.asset, again) == agents.duties(asset, verdict)


#: Letters whose upper and lower case lead back to each other, with marks that can stand apart.
LETTERS = st.text("abcdeijknoprstuvwyzéëïüç -:_", max_size=12)
WORDS = st.one_of(st.sampled_from(SAYING_WORDS), LETTERS)


@given(
    st.lists(st.tuples(st.one_of(st.sampled_from(SAYING_KEYS), LETTERS), WORDS), max_size=4).map(tuple),
    st.builds(Declarations, material=WORDS, personal_data=WORDS),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(list(zip(PROVIDERS, ("aws", "AzureCloud", "googleapis.com", "ODC-Noord"), strict=True))),
)
def test_case_and_unicode_form_of_what_people_wrote_do_not_matter(
    tags: tuple[tuple[str, str], ...],
    declared: Declarations,
    form: Literal["NFC", "NFD"],
    case: Callable[[str], str],
    place: tuple[str, str],
) -> None:
    """A tag or a declaration in capitals or with combining marks means the same."""
    assert set(place) & set(PARTITIONS)
    asset = Asset(
        asset_id="a", provider=place[0], partition=place[1], account="1", service="s3", type="t", name="n",
        location="eu-west-1", holds=Holds.CONTENT, locations=(), tags=tags, declarations=declared,
    )  # fmt: skip

    def other(text: str) -> str:
        return unicodedata.normalize(form, case(text))

    rewritten = replace(
        asset,
        tags=tuple((other(key), other(value)) for key, value in tags),
        declarations=Declarations(
            material=other(declared.material), personal_data=other(declared.personal_data)
        ),
    )
    for policy in policies():
        assert _said(policy, asset) == _said(policy, rewritten)


def _said(policy: Policy, asset: Asset) -> object:
    """All that follows, without the words that are repeated as they were written."""
    verdict = policy.classify(asset)
    return (
        replace(verdict, material_reason=""),
        [(each.kind, each.severity) for each in policy.findings(asset, verdict)],
        [(each.duty.identifier, len(each.open)) for each in policy.duties(asset, verdict)],
    )
