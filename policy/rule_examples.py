"""The examples in rule files: what a rule should say of an asset, tried each time that the file is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from policy.asset_facts import values_of
from policy.language.analysis import Concerns
from policy.language.expression import Expression
from policy.tables import Table, inner_tables
from wolkenzicht.model import Asset, Declarations, Depth, Holds

_TEXTS = ("provider", "partition", "account", "service", "type", "name", "location")
_DECLARED = ("system", "owner", "material", "personal_data")
_KEYS = (*_TEXTS, "holds", "depth", "declared", "tags", "properties", "matches")
_ACCOUNT = "111122223333"


class Outcome(NamedTuple):
    """What a whole file says of an asset, and by which rule; empty where none holds."""

    word: str
    rule: str


def check_examples(
    rules: Sequence[tuple[Table, str, Expression]],
    word: str,
    decide: Callable[[Asset], Outcome],
    header: str = "rule",
) -> None:
    """Try the examples of each rule, given with its table and name; raises `PolicyDataError`.

    An example says whether its own rule `matches`, or under `word` what the file decides: the first rule
    that matches. Of each rule there must be an asset that it matches, and one that it does not.
    """
    for table, name, when in rules:
        matched = {
            _try(example, name, when, word, decide) for example in inner_tables(table, header, "example")
        }
        for holds, wanted in ((True, "matches"), (False, "does not match")):
            if holds not in matched:
                table.fail("example", f"there is no [[{header}.example]] that the rule {wanted}; add one")


def _try(example: Table, name: str, when: Expression, word: str, decide: Callable[[Asset], Outcome]) -> bool:
    example.only(*_KEYS, word)
    asset = _asset(example, when.concerns)
    matches = when.evaluate(values_of(asset)).answer is True
    if ("matches" in example.values) is (word in example.values):
        example.fail("matches", f"say either whether the rule matches, or the {word} of the whole file")
    if "matches" in example.values:
        if example.flag("matches") is not matches:
            told = "does not match" if example.flag("matches") else "matches"
            example.fail("matches", f"'{name}' {told} this asset; correct the example or `when`")
        return matches
    expected, found = example.text(word), decide(asset)
    if expected != found.word:
        by = f"rule '{found.rule}'" if found.rule else "no rule"
        example.fail(
            word, f"expected {expected[:40]}, came out {found.word} by {by}; correct the example or the rules"
        )
    return matches


def _asset(example: Table, concerns: Concerns) -> Asset:
    """The asset in full: what is left out is of the rule's own provider and type, read in depth, content."""
    texts = {
        "provider": min(concerns.providers or [""]),
        "type": min(concerns.types or [""]),
        "account": _ACCOUNT,
    }
    texts |= {key: _text(example, key) for key in _TEXTS if key in example.values}
    declared = dict(_pairs(example, "declared"))
    for key in declared:
        if key not in _DECLARED:
            example.fail("declared", f"'{key[:40]}' is not known here; use {', '.join(_DECLARED)}")
    return Asset(
        asset_id="example",
        provider=texts["provider"],
        partition=texts.get("partition", ""),
        account=texts["account"],
        service=texts.get("service", ""),
        type=texts["type"],
        name=texts.get("name", ""),
        location=texts.get("location", ""),
        holds=Holds(example.choice("holds", tuple(Holds)) if "holds" in example.values else Holds.CONTENT),
        locations=(),
        depth=Depth(example.choice("depth", tuple(Depth)) if "depth" in example.values else Depth.DEEP),
        tags=_pairs(example, "tags"),
        properties=_pairs(example, "properties"),
        declarations=Declarations(**declared),
    )


def _text(example: Table, key: str) -> str:
    value = example.values[key]
    if not isinstance(value, str):
        example.fail(key, "must be a text")
    return value


def _pairs(example: Table, key: str) -> tuple[tuple[str, str], ...]:
    value = example.values.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        example.fail(key, 'must name texts, such as { env = "test" }')
    return tuple(sorted(value.items()))
