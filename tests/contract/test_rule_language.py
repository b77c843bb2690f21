"""Our subset of CEL means what CEL means: Google's own engine reads, types and evaluates the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.asset_facts import ASSET
from policy.language.expression import Expression, compile_expression
from policy.language.nodes import ExpressionError
from policy.language.schema import BOOL, Field, Schema
from policy.material_rules import read_material_rules
from policy.rule_files import DUTIES
from policy.ruleset import load, packaged_contents
from tests.contract.rule_expressions import (
    LISTS,
    asset_values,
    conditions,
    of_conditions,
    packaged_values,
    three_valued,
)
from tests.contract.rule_oracle import answer, compiled, ours
from tests.examples import examples

#: Three conditions that may be unknown.
OPEN = Schema("open", tuple(Field(name, BOOL, name) for name in ("a", "b", "c")))


@settings(max_examples=examples(120), deadline=None)
@given(conditions, asset_values())
def test_what_we_read_cel_reads_the_same(text: str, values: tuple[object, ...]) -> None:
    """An expression about an asset has the oracle's type and the oracle's answer."""
    found = compile_expression(text, ASSET, dict(LISTS)).evaluate(values)
    assert answer(text, ASSET, LISTS, values) == ours(found.answer)


@settings(max_examples=examples(120), deadline=None)
@given(of_conditions(OPEN), three_valued(OPEN))
def test_unknown_is_what_cel_cannot_tell(text: str, values: tuple[bool | None, ...]) -> None:
    """Where a variable has no value, the answer is open exactly where the oracle's is."""
    found = compile_expression(text, OPEN, {}).evaluate(values)
    assert answer(text, OPEN, (), values) == ours(found.answer)


@settings(max_examples=examples(100), deadline=None)
@given(
    conditions,
    st.integers(0, 200),
    st.sampled_from(["(", ")", "&&", "!", " in ", "1", '"', ".", "==", "?", ""]),
)
def test_what_cel_refuses_we_refuse(text: str, place: int, put: str) -> None:
    """A text with something put in or taken out is read by both, or refused by us."""
    spoiled = text[:place] + put + text[place + (not put) :]
    try:
        compile_expression(spoiled, ASSET, dict(LISTS))
    except ExpressionError:
        return
    compiled(spoiled, ASSET, LISTS)


@pytest.mark.parametrize(
    "text",
    [
        'type == "a" // a comment',
        "type == 'a' || type == \"\\u00e9\\n\\\\\"",
        "\n  !!(true)\n  && (holds == 'content')\n",
        "1 < 2 == true",
        '"a" in ["b", "c"] == false',
        "true ? false : true ? true : false",
        "[].exists(x, true) || size([]) == 0",
    ],
)
def test_written_in_every_way(text: str) -> None:
    """Comments, quotes, escapes, line breaks and precedence are CEL's."""
    values = [() if path in ("tags", "properties") else "a" for path in ASSET.by_path]
    found = compile_expression(text, ASSET, {}).evaluate(values)
    assert answer(text, ASSET, (), values) == ours(found.answer)


MATERIAL = read_material_rules("material_rules.toml", packaged_contents()["material_rules.toml"])
PACKAGED = [
    *((f"material.{each.identifier}", each.when, ASSET) for each in MATERIAL),
    *((f"custody.{each.identifier}", each.when, ASSET) for each in load().custody.rules),
    *(
        (f"{name}.{each.identifier}", each.applies_when, DUTIES)
        for name in ("RCB2022", "RCB2026")
        for each in load(name=name).settings.duties
    ),
]


@pytest.mark.parametrize(
    ("when", "schema"), [each[1:] for each in PACKAGED], ids=[each[0] for each in PACKAGED]
)
def test_packaged_rules_mean_the_same(when: Expression, schema: Schema) -> None:
    """Every expression that is packaged is valid CEL, and gives what the oracle gives."""

    @settings(max_examples=examples(20), deadline=None)
    @given(packaged_values(when) if schema is ASSET else three_valued(schema))
    def same(values: tuple[object, ...]) -> None:
        assert answer(when.text, schema, when.lists, values) == ours(when.evaluate(values).answer)

    same()


def test_packaged_rules_are_not_only_refused() -> None:
    """The values that they are tried on make conditions true, and false."""
    found: set[object] = set()

    @settings(max_examples=examples(200), deadline=None)
    @given(
        st.sampled_from([each[1] for each in PACKAGED if each[2] is ASSET]).flatmap(
            lambda when: st.tuples(st.just(when), packaged_values(when))
        )
    )
    def seen(pair: tuple[Expression, tuple[object, ...]]) -> None:
        found.add(pair[0].evaluate(pair[1]).answer)

    seen()
    assert found == {True, False}
