"""What is told of an expression without an asset: what it costs, what it reads, and of which assets it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from policy.asset_facts import ASSET
from policy.language.analysis import Concerns
from policy.language.expression import compile_expression
from policy.language.nodes import ExpressionError

LISTS = {"live": ("prod", "acc", "x"), "keys": ("env", "stage")}


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("true", 1),
        ("!true", 2),
        ('type == "t"', 3),
        ('type == "t" && name == "n"', 7),
        ('type == "t" || name == "n" || true', 8),
        ("true ? false : true", 4),
        ("size(name) == 1", 4),
        ('name.startsWith("n")', 3),
        ('name.contains("n")', 6),
        ("tags.exists(t, true)", 101),
        ('tags.all(t, t.key == "a")', 301),
        ("live.exists(w, name == w)", 10),
        ("keys.exists(k, live.all(w, name == w))", 21),
        ("[].exists(w, true)", 1),
        ('live.exists(w, tags.exists(t, t.key == w)) && type == "t"', 908),
    ],
)
def test_cost(text: str, cost: int) -> None:
    """A step for each part, the price of each function, and the parts of a list as often as it is long."""
    assert compile_expression(text, ASSET, LISTS).cost == cost


@pytest.mark.parametrize(
    ("parts", "place"),
    [("tags.all(u, t.key == u.key)", "1:21"), ("tags.all(u, t.key == u.key) || true", "1:21")],
)
def test_what_is_too_dear_is_told_with_its_steps(parts: str, place: str) -> None:
    """At the innermost of the lists that lie in each other, or at the first list where none does."""
    steps = {"tags.all(u, t.key == u.key)": 30101, "tags.all(u, t.key == u.key) || true": 30301}[parts]
    with pytest.raises(ExpressionError) as caught:
        compile_expression(f"tags.exists(t, {parts})", ASSET, LISTS)
    assert str(caught.value) == (
        f"{place}: may take {steps} steps, more than 10000; nest fewer exists and all in each other"
    )


def test_the_bound_is_ten_thousand() -> None:
    """That many steps are allowed, one more is not."""
    within = " || ".join(["tags.all(t,true)"] * 99)
    assert compile_expression(within, ASSET, LISTS).cost == 10_000
    with pytest.raises(ExpressionError, match=r"^1:7: may take 10001 steps"):
        compile_expression(within.replace("tags.all(t,true)", "!tags.all(t,true)", 1), ASSET, LISTS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('type == "t"', {"type": {""}}),
        ('type == "t" && tags.exists(t, t.key == name)', {"type": {""}, "name": {"tags"}}),
        ("name.size() > 1 && tags.exists(t, t.key == name)", {"name": {"", "tags"}}),
        (
            "tags.exists(t, t.key == name) || properties.all(p, p.key == name)",
            {"name": {"tags", "properties"}},
        ),
        ("live.exists(w, name == w)", {"name": {""}}),
        ("live.exists(w, tags.exists(t, name.startsWith(w)))", {"name": {"tags"}}),
        ("tags.exists(t, live.exists(w, name.startsWith(w)))", {"name": {"tags"}}),
        ('!(depth == "deep" ? name == "n" : type == "t")', {"depth": {""}, "name": {""}, "type": {""}}),
        ("size(tags) == 1", {}),
    ],
)
def test_where_a_variable_is_read(text: str, names: Mapping[str, set[str]]) -> None:
    """By itself, or of the elements of a list alone: without these it does not matter."""
    found = compile_expression(text, ASSET, LISTS)
    assert dict(found.reads.names) == names
    assert set(found.names) == set(names)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('tags.exists(t, t.key == "a")', {"a"}),
        ('tags.exists(t, "a" == t.key)', {"a"}),
        ('tags.exists(t, t.key in ["a", "b"])', {"a", "b"}),
        ('tags.exists(t, t.value == "a")', None),
        ('tags.exists(t, t.key != "a")', None),
        ("tags.exists(t, t.key == name)", None),
        ("tags.exists(t, t.key == t.value)", None),
        ('tags.exists(t, !(t.key == "a"))', None),
        ('tags.exists(t, !(t.key != "a"))', {"a"}),
        ('tags.exists(t, !(t.key in ["a"]))', None),
        ('tags.exists(t, t.key == "a" && t.key in ["b", "c"])', {"a"}),
        ('tags.exists(t, t.key in ["b", "c"] && t.key == "a")', {"a"}),
        ('tags.exists(t, t.value == "x" && t.key == "a")', {"a"}),
        ('tags.exists(t, t.value == "x" && t.value == "a")', None),
        ('tags.exists(t, t.key == "a" || t.key == "b")', {"a", "b"}),
        ('tags.exists(t, t.key == "a" || t.value == "b")', None),
        ('tags.exists(t, t.key == "a" || false)', {"a"}),
        ('tags.exists(t, t.key == "a" || true)', None),
        ('tags.exists(t, t.key == "a" && true)', {"a"}),
        ('tags.exists(t, t.key == "a" ? true : false)', None),
        ('tags.exists(t, t.key >= "a" && t.key <= "a")', None),
        ('tags.all(t, t.key != "a")', {"a"}),
        ('tags.all(t, "a" != t.key)', {"a"}),
        ('tags.all(t, t.key == "a")', None),
        ('tags.all(t, t.key in ["a"])', None),
        ('tags.all(t, !(t.key in ["a"]))', {"a"}),
        ('tags.all(t, t.key != "a" && t.key != "b")', {"a", "b"}),
        ('tags.all(t, t.key != "a" || t.value == "x")', {"a"}),
        ("tags.all(t, true)", set()),
        ('tags.exists(t, t.key == "a") || tags.all(t, t.key != "b")', {"a", "b"}),
        ('tags.exists(t, t.key == "a") || tags.exists(t, t.value == "b")', None),
        ('tags.exists(t, t.value == "b") || tags.exists(t, t.key == "a")', None),
        ('tags.exists(t, t.key == "a") || size(tags) == 1', None),
        ('size(tags) == 1 || tags.exists(t, t.key == "a")', None),
    ],
)
def test_which_keys_can_decide(text: str, keys: set[str] | None) -> None:
    """Those outside which the answer is always the same; None where any tag can."""
    assert dict(compile_expression(text, ASSET, LISTS).reads.keys) == {"tags": keys}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('tags.exists(t, t.key == "a" && t.value == "x")', {"x"}),
        ('tags.exists(t, t.key == "a" && t.value in ["x", "y"])', {"x", "y"}),
        ('tags.exists(t, t.key == "a")', None),
        ('tags.exists(t, t.key == "a" && t.value != "x")', None),
        ('tags.exists(t, t.key == "a" && t.value.startsWith("x"))', None),
        ('tags.exists(t, t.value == "x" || t.key == "a")', None),
        ('tags.exists(t, t.value == "x") || tags.exists(t, t.value == "y")', {"x", "y"}),
        ('tags.exists(t, t.value == "x") || tags.exists(t, t.key == "a")', None),
        ('tags.all(t, t.key == "a" && t.value == "x")', None),
        ('tags.all(t, t.key != "a" || t.value != "x")', None),
        ('tags.exists(t, t.value == "x") || size(tags) == 1', None),
    ],
)
def test_which_values_can_decide(text: str, values: set[str] | None) -> None:
    """Those outside which a tag shows nothing; of `all` every key is evidence where it is not set."""
    assert dict(compile_expression(text, ASSET, LISTS).reads.values) == {"tags": values}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('!(provider == "aws")', Concerns()),
        ('provider in ["aws", "gcp"] && provider != "gcp"', Concerns(frozenset({"aws", "gcp"}))),
        ('provider in ["aws", "gcp"] && provider in ["gcp", "odc"]', Concerns(frozenset({"gcp"}))),
        ('type != "t" && !(type == "u") && !(type in ["v"])', Concerns(not_types=frozenset({"t", "u", "v"}))),
        ('type in ["t", "u"] && type == "u"', Concerns(types=frozenset({"u"}))),
        ('"t" == type', Concerns()),
        ("type == name", Concerns()),
        ('type >= "t"', Concerns()),
        ('depth != "shallow"', Concerns()),
        ('!(depth == "shallow")', Concerns()),
        ('depth == "shallow"', Concerns()),
        ('depth in ["deep"]', Concerns(deep=True)),
        ('depth in ["deep", "shallow"]', Concerns()),
        ('name == "t" && true', Concerns()),
        ('tags.exists(t, t.key == "a" && type == "t")', Concerns()),
    ],
)
def test_of_which_assets_it_can_hold(text: str, expected: Concerns) -> None:
    """As far as the outermost conditions tell; what they do not tell limits nothing."""
    assert compile_expression(text, ASSET, LISTS).concerns == expected


def test_which_assets_are_admitted() -> None:
    """By provider and type, each where it is limited."""
    limited = Concerns(frozenset({"aws"}), frozenset({"t", "u"}), frozenset({"u"}))
    told = [limited.admits(*each) for each in (("aws", "t"), ("aws", "u"), ("aws", "v"), ("gcp", "t"))]
    assert told == [True, False, False, False]
    assert Concerns().admits("x", "y")
    assert not Concerns(not_types=frozenset({"y"})).admits("x", "y")
    assert not Concerns(providers=frozenset()).admits("x", "y")
