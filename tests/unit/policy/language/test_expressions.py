"""What an expression gives: three values, what shows them, and what it reads of an asset."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.asset_facts import ASSET, properties_of, tags_of
from policy.language.analysis import Concerns
from policy.language.answers import Answer, Unknown
from policy.language.expression import Found, compile_expression
from policy.language.schema import BOOL, Field, Schema

OPEN = Schema("open", tuple(Field(name, BOOL, name) for name in ("a", "b", "c")))
LISTS = {"live": ("prod", "productie"), "places": ("env", "omgeving")}
Three = bool | None
THREE: tuple[Three, ...] = (True, False, None)


def kleene_and(left: Three, right: Three) -> Three:
    """Conjunction as Kleene's tables have it."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def kleene_or(left: Three, right: Three) -> Three:
    """Disjunction as Kleene's tables have it."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def plain(answer: Answer) -> Three:
    """The answer with None for unknown."""
    return None if isinstance(answer, Unknown) else answer


def of_open(text: str, *values: Three) -> Found:
    """The answer of an expression over a, b and c; those left out are unknown."""
    return compile_expression(text, OPEN, {}).evaluate([*values, *[None] * (3 - len(values))])


@pytest.mark.parametrize(("left", "right"), list(itertools.product(THREE, THREE)))
def test_and_and_or_are_kleenes(left: Three, right: Three) -> None:
    """In both orders, and with the laws of De Morgan."""
    for text, expected in (
        ("a && b", kleene_and(left, right)),
        ("b && a", kleene_and(left, right)),
        ("!(!a || !b)", kleene_and(left, right)),
        ("a || b", kleene_or(left, right)),
        ("b || a", kleene_or(left, right)),
        ("!(!a && !b)", kleene_or(left, right)),
        ("a == b", None if None in (left, right) else left == right),
        ("a != b", None if None in (left, right) else left != right),
        ("(a && true) == (b || false)", None if None in (left, right) else left == right),
        ("a ? b : b", None if left is None else right),
        ("!(a ? b : !b)", None if None in (left, right) else not (right if left else not right)),
        ("!!a", left),
    ):
        assert (text, expected) == (text, plain(of_open(text, left, right).answer))


@pytest.mark.parametrize(
    ("text", "values", "names"),
    [
        ("a && b", (None, None), ("a", "b")),
        ("b && a", (None, None), ("b", "a")),
        ("a && b && c", (True, None, None), ("b", "c")),
        ("a || (b && c)", (None, None, False), ("a",)),
        ("(a || b) && (a || c)", (None, False, None), ("a", "c")),
        ("a ? b : c", (None, True, True), ("a",)),
        ("!(a && b)", (True, None), ("b",)),
        ("a == b", (None, None), ("a", "b")),
        ("(a && b) == c", (True, None, True), ("b",)),
    ],
)
def test_unknown_names_what_it_depends_on(text: str, values: Sequence[Three], names: tuple[str, ...]) -> None:
    """Only the variables that can still change the answer, each once."""
    assert of_open(text, *values).answer == Unknown(names)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a && !b", (True, False), (("a", "true"), ("b", "false"))),
        ("a && b", (True, None), (("a", "true"),)),
        ("a && b", (True, False), ()),
        ("(a && c) || b", (True, True, False), (("b", "true"),)),
        ("a || b", (True, True), (("a", "true"),)),
        ("a ? b : c", (False, True, True), (("c", "true"),)),
        ("a ? b : c", (True, False, True), ()),
        ("a && a", (True,), (("a", "true"),)),
    ],
)
def test_what_holds_shows_why(
    text: str, values: Sequence[Three], expected: tuple[tuple[str, str], ...]
) -> None:
    """The variables that it rests on; none of a side that did not hold."""
    assert of_open(text, *values).witnesses == expected


def of_asset(
    text: str,
    tags: Sequence[tuple[str, str]] = (),
    properties: Sequence[tuple[str, str]] = (),
    **values: str,
) -> Found:
    """The answer of an expression about an asset."""
    facts: Mapping[str, object] = {
        **dict.fromkeys(ASSET.by_path, ""),
        **{key.replace("__", "."): value for key, value in values.items()},
        "tags": tags_of(tags),
        "properties": properties_of(properties),
    }
    return compile_expression(text, ASSET, LISTS).evaluate([facts[path] for path in ASSET.by_path])


ENVIRONMENT = "tags.exists(t, t.key in places && t.value in live)"


def test_the_first_element_in_order_is_the_witness() -> None:
    """The tag is shown as it was written; of several the first by folded key and value."""
    found = of_asset(ENVIRONMENT, [("Omgeving", "PROD"), ("ENV", " Prod "), ("env", "test")])
    assert found == (True, (("tags.ENV", " Prod "),))


def test_what_is_not_set_is_a_witness_too() -> None:
    """Of what does not exist the keys that were looked for, where no element has them."""
    text = '!properties.exists(p, p.key in ["a", "b"] && p.value != "")'
    assert of_asset(text, properties=[("b", ""), ("c", "1")]) == (True, (("properties.a", "not set"),))
    assert of_asset(text, properties=[("a", "1")]) == (False, ())


def test_what_contradicts_all_is_the_witness() -> None:
    """Where not all do, the one that does not is shown."""
    text = '!tags.all(t, t.key != "env" || t.value == "prod")'
    assert of_asset(text, [("env", "test"), ("x", "y")]) == (True, (("tags.env", "test"),))
    assert of_asset(text, [("x", "y")]) == (False, ())


def test_nested_witnesses_stand_outermost_first() -> None:
    """The element, then what held about it."""
    found = of_asset(
        'properties.exists(p, p.key == "kms_key" && other_account(p.value, account))',
        properties=[("kms_key", "ARN:aws:kms:r:222222222222:key/1")],
        account="111111111111",
    )
    assert found.witnesses == (
        ("properties.kms_key", "ARN:aws:kms:r:222222222222:key/1"),
        ("account", "111111111111"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size(tags) == 2 && tags.size() == 2", True),
        ('size("é") == 1 && "é".size() == 1', True),
        ('properties.exists(p, p.key == "size_gib" && number(p.value) >= 1000)', True),
        ('properties.exists(p, p.key == "kind" && number(p.value) == -1 )', None),
        ('properties.exists(p, p.key == "kind" && number(p.value) < 0)', True),
        ('name.startsWith("za") && name.endsWith("em") && name.contains("ksys")', True),
        ('live.exists(w, "productiehal".startsWith(w))', True),
        ('live.all(w, "productiehal".startsWith(w))', True),
        ('live.all(w, "producent".startsWith(w))', False),
        ("tags.all(t, t.key.size() > 1)", True),
        ('declared.owner == "dienst"', True),
        ('"a" < "b" && "B" < "a" && !("a" >= "b")', True),
        ('type in [] || provider in ["aws"]', True),
        ('(type == "t") == (provider == "x")', False),
    ],
)
def test_functions_and_operators(text: str, expected: bool | None) -> None:
    """Each does what CEL's does; a number is never negative, for there is no sign."""
    if expected is None:
        with pytest.raises(Exception, match="no arithmetic"):
            compile_expression(text, ASSET, LISTS)
        return
    found = of_asset(
        text,
        [("env", "prod"), ("cc", "1")],
        [("size_gib", "2048"), ("kind", "x")],
        name="zaaksysteem",
        provider="aws",
        type="t",
        declared__owner="dienst",
    )
    assert expected is found.answer


@pytest.mark.parametrize(
    ("text", "names", "keys"),
    [
        (ENVIRONMENT, (), {"tags": {"env", "omgeving"}}),
        ('tags.exists(t, t.key == "a" || "b" == t.key)', (), {"tags": {"a", "b"}}),
        ('tags.exists(t, t.key == "a" || t.value == "b")', (), {"tags": None}),
        ('!tags.all(t, t.key != "a" || t.value != "b")', (), {"tags": {"a"}}),
        ('tags.all(t, !(t.key in places) || t.value == "b")', (), {"tags": {"env", "omgeving"}}),
        ('tags.exists(t, t.key < "b")', (), {"tags": None}),
        ('tags.exists(t, t.key in places && t.key != "env")', (), {"tags": {"env", "omgeving"}}),
        ("size(tags) == 0 && " + ENVIRONMENT, (), {"tags": None}),
        ("tags.exists(t, false)", (), {"tags": set()}),
        (
            'properties.exists(p, p.key == "a") && type == "t" && declared.owner == "x"',
            ("type", "declared.owner"),
            {"properties": {"a"}},
        ),
        ("live.exists(w, name.startsWith(w))", ("name",), {}),
    ],
)  # fmt: skip
def test_what_it_reads(text: str, names: tuple[str, ...], keys: Mapping[str, set[str] | None]) -> None:
    """The variables, and of each list the keys that can decide; None where any can."""
    found = compile_expression(text, ASSET, LISTS)
    assert (names, keys) == (found.names, dict(found.reads.keys))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('type == "t"', Concerns(types=frozenset({"t"}))),
        ('provider == "aws" && type in ["t", "u"] && type != "u"',
         Concerns(frozenset({"aws"}), frozenset({"t", "u"}), frozenset({"u"}))),
        ('!(type in ["t", "u"]) && depth == "deep"', Concerns(not_types=frozenset({"t", "u"}), deep=True)),
        ('provider == "aws" && provider == "gcp"', Concerns(frozenset())),
        ('provider == "aws" || type == "t"', Concerns()),
        ('!(provider != "aws" || type == "t")', Concerns(frozenset({"aws"}), not_types=frozenset({"t"}))),
        ('provider != "aws" && type < "t"', Concerns()),
    ],
)  # fmt: skip
def test_of_which_assets_it_is(text: str, expected: Concerns) -> None:
    """What the outermost conditions say of provider and type."""
    assert expected == compile_expression(text, ASSET, LISTS).concerns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('properties.exists(p, p.key == "a")', False),
        ('!properties.exists(p, p.key == "a")', True),
        ('!!properties.exists(p, p.key == "a")', False),
        ('properties.all(p, p.key != "a")', True),
        ('!properties.all(p, p.key != "a")', False),
        ("size(properties) == 0", True),
        ('properties.exists(p, p.key == "a") == false', True),
        ('properties.exists(p, p.key == "a") ? false : true', True),
        ('type == "t" ? properties.exists(p, p.key == "a") : false', False),
        ('type == "t" ? !properties.exists(p, p.key == "a") : false', True),
        ('type == "t" && (name == "n" || !properties.exists(p, p.key == "a"))', True),
        ("live.all(w, properties.exists(p, p.key == w))", False),
        ("live.exists(w, !properties.exists(p, p.key == w))", True),
        ('!tags.exists(t, t.key == "a")', False),
    ],
)  # fmt: skip
def test_what_holds_for_lacking_something(text: str, expected: bool) -> None:
    """However it is written: that a property is not there counts only where it would have been seen."""
    assert expected is ("properties" in compile_expression(text, ASSET, LISTS).absent)


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["env", "Env", "omgeving", "x", "y"]), st.sampled_from(["prod", "PROD", "test", ""])
    ),
    max_size=4,
)
TEXTS = [
    ENVIRONMENT,
    f"!{ENVIRONMENT}",
    'tags.all(t, t.key != "env" || t.value == "prod")',
    'tags.exists(t, t.key == "x") != tags.exists(t, t.key == "y" && t.value == "")',
    f'{ENVIRONMENT} ? tags.exists(t, t.key == "x") : !tags.exists(t, t.key == "y")',
    'tags.exists(t, t.key in places && !(t.value in live || t.value == "test"))',
]


@given(st.sampled_from(TEXTS), PAIRS)
def test_what_it_does_not_read_does_not_matter(text: str, tags: list[tuple[str, str]]) -> None:
    """Tags of other keys can be left out: answer and evidence stay."""
    expression = compile_expression(text, ASSET, LISTS)
    keys = expression.reads.keys["tags"]
    assert keys is not None
    read = [(key, value) for key, value in tags if key.lower() in keys]
    assert of_asset(text, tags) == of_asset(text, read)


@given(st.sampled_from(TEXTS), PAIRS)
def test_order_and_case_do_not_matter(text: str, tags: list[tuple[str, str]]) -> None:
    """The order of tags decides nothing, and neither does their case."""
    found = of_asset(text, tags)
    assert found == of_asset(text, tags[::-1])
    assert found.answer == of_asset(text, [(key.upper(), value.title()) for key, value in tags]).answer


def test_equal_where_text_and_words_are() -> None:
    """Two expressions are one where they say the same; the words of their lists count."""
    first, again = (compile_expression(ENVIRONMENT, ASSET, LISTS) for _ in range(2))
    other = compile_expression(ENVIRONMENT, ASSET, {**LISTS, "live": ("p",)})
    assert first == again != other
    assert len({first, again, other}) == 2
