"""A rule finds what its condition says, though only what it reads of an asset is looked at."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.asset_facts import ASSET, tags_of, values_of
from policy.first_match import FirstMatch
from policy.language.expression import Expression, compile_expression
from policy.words import fold
from tests.contract.rule_expressions import KEYS, LISTS, VALUES, WORDS, conditions
from tests.examples import examples
from wolkenzicht.model import Asset, Declarations, Depth, Holds


@dataclass(frozen=True)
class Rule:
    """A rule that is nothing but its condition."""

    when: Expression


TEXTS = st.sampled_from(WORDS) | st.text(max_size=5)
PAIRS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=5)), max_size=4)
ASSETS = st.builds(
    Asset,
    asset_id=TEXTS,
    provider=TEXTS,
    partition=TEXTS,
    account=TEXTS,
    service=TEXTS,
    type=TEXTS,
    name=TEXTS,
    location=TEXTS,
    holds=st.sampled_from(Holds),
    locations=st.just(()),
    depth=st.sampled_from(Depth),
    tags=PAIRS.map(tuple),
    properties=PAIRS.map(tuple),
    declarations=st.builds(Declarations, TEXTS, TEXTS, TEXTS, TEXTS),
)


def holds(text: str, asset: Asset) -> tuple[bool, tuple[tuple[str, str], ...]]:
    """Whether a rule of this condition is found for an asset, and what shows it."""
    rules = FirstMatch([Rule(compile_expression(text, ASSET, dict(LISTS)))])
    keys, values = rules.tag_keys, rules.tag_values
    tags = tags_of(
        (key, value)
        for key, value in asset.tags
        if (keys is None or fold(key) in keys) and (values is None or fold(value) in values)
    )
    found = rules.first(rules.facts(asset), tags)
    return (False, ()) if found is None else (True, found.witnesses)


@settings(max_examples=examples(100), deadline=None)
@given(conditions, ASSETS)
def test_what_is_not_read_does_not_matter(text: str, asset: Asset) -> None:
    """The rule is found exactly where its condition holds of the whole asset, with the same evidence."""
    whole = compile_expression(text, ASSET, dict(LISTS)).evaluate(values_of(asset))
    found, witnesses = holds(text, asset)
    assert found is whole.answer
    if whole.witnesses:
        assert witnesses == whole.witnesses


@settings(max_examples=examples(60), deadline=None)
@given(conditions, ASSETS, st.randoms(use_true_random=False))
def test_order_free(text: str, asset: Asset, random: Random) -> None:
    """The order of tags and properties decides neither the answer nor the evidence."""
    tags, properties = list(asset.tags), list(asset.properties)
    random.shuffle(tags)
    random.shuffle(properties)
    assert holds(text, asset) == holds(text, replace(asset, tags=tuple(tags), properties=tuple(properties)))


@settings(max_examples=examples(60), deadline=None)
@given(
    conditions,
    ASSETS,
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.text("abcdeijknoprstuvwyzéëïüç -:_", max_size=6)), max_size=4
    ),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
)
def test_case_and_unicode_form_do_not_matter(
    text: str,
    asset: Asset,
    tags: list[tuple[str, str]],
    form: Literal["NFC", "NFD"],
    case: Callable[[str], str],
) -> None:
    """A tag written in capitals or with combining marks means the same."""

    def other(written: str) -> str:
        return unicodedata.normalize(form, case(written))

    asset = replace(asset, tags=tuple(tags))
    rewritten = replace(asset, tags=tuple((other(key), other(value)) for key, value in tags))
    assert holds(text, asset)[0] is holds(text, rewritten)[0]
