"""A wrong expression is refused before it is used: at its line and column, with what to write."""

from __future__ import annotations

import pytest

from policy.asset_facts import ASSET
from policy.language.analysis import DEAREST
from policy.language.expression import compile_expression
from policy.language.nodes import ExpressionError
from policy.language.parser import LONGEST

LISTS = {"live": ("prod", "Productie"), "places": ("env", "omgeving")}


def fault(text: str) -> str:
    """The error that an expression gives."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ASSET, LISTS)
    error = caught.value
    assert str(error) == f"{error.place.line}:{error.place.column}: {error.message}"
    return str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '1:1: is empty; write a condition such as type == "AWS::S3::Bucket"'),
        ("\n \n", "1:1: is empty"),
        ('type == "a" and true', "1:13: 'and' is not expected here; write && for 'and'"),
        ('type == "a"\n  or true', "2:3: 'or' is not expected here; write || for 'or'"),
        ('type = "a"', "1:6: '=' is not expected here; write == to compare"),
        ("not true", "1:5: 'true' is not expected here; check the operators, brackets and commas before it"),
        ('type == "a" &&', "1:15: something is missing at the end; complete it"),
        ('(type == "a"', "1:13: something is missing at the end; complete it"),
        ('type == "a"\n)', "2:1: ')' is not expected here"),
        ("size(name) + 1 > 2", "1:12: '+' is not expected here; there is no arithmetic"),
        ('type == "a', "1:9: '\"' is not expected here; the text does not end on its line"),
        ('type == "a\n"', "1:9: '\"' is not expected here; the text does not end on its line"),
        ('type == "\\d"', "1:10: '\\d' is not known here; use \\\\"),
        ('type == "a\\ud800"', "1:11: '\\ud800' is not known here"),
        ("size(name) > 9223372036854775808", "1:14: the number is larger than 9223372036854775807"),
        (f"size(name) > {'9' * 3900}", "1:14: the number is larger than"),
        ("size(name) > 007", "1:14: '007' starts with 0; write 7"),
        ("null == type", "1:1: 'null' is a word of CEL itself; use another name"),
        ("if", "1:1: 'if' is a word of CEL itself"),
        ("type in {1: 2}", "1:9: '{' is not expected here; there are no maps; use a list"),
        ("x" * (LONGEST + 1), f"1:1: has {LONGEST + 1} characters; write at most {LONGEST}"),
        ("!" * 40 + "true", "1:34: lies more than 32 deep; write it flatter"),
        ("€", "1:1: '€' is not expected here"),
    ],
)
def test_what_is_no_expression(text: str, expected: str) -> None:
    """The grammar is a part of CEL's; what lies outside is told where it stands."""
    assert fault(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'typ == "a"',
            "1:1: 'typ' is not known here (do you mean 'type'?); use provider, partition, account,",
        ),
        ('declared.ownr == "a"', "1:10: 'ownr' is not known here (do you mean 'owner'?); use system, owner,"),
        ('declared == "a"', "1:1: 'declared' is no value; name one of declared.system, declared.owner"),
        (
            'tags.exists(t, t.kye == "a")',
            "1:18: 'kye' is not known here (do you mean 'key'?); use key, value",
        ),
        ('type.name == "a"', "1:6: a string has no fields; remove '.name'"),
        ('tags.key == "a"', "1:6: a list has no fields; remove '.key'"),
        ('live.exists(w, w.key == "a")', "1:18: a string has no fields; remove '.key'"),
        ("type == 1", "1:6: a string is not compared with an int; compare like with like"),
        ("tags == tags", "1:6: a list is not compared with a list"),
        ("tags.exists(t, t == t)", "1:18: a tag is not compared with a tag"),
        ("true < false", "1:6: true and false have no order; use == or != for '<'"),
        ("type", "1:1: this is a string, not a condition; compare it with something"),
        ("true && size(tags)", "1:9: this is an int, not a condition"),
        ("true ? true : 1", "1:15: this is an int, not a condition"),
        ("!name", "1:2: this is a string, not a condition"),
        ("tags.exists(t, t.key)", "1:18: this is a string, not a condition"),
        ('type in "a"', "1:9: after 'in' stands a list of words, such as"),
        ("type in tags", "1:9: after 'in' stands a list of words"),
        ("type in [1]", "1:6: a string is not in a list of int"),
        ("type in [1, true]", "1:13: this is a bool in a list of int"),
        ("type in [name]", "1:10: a list holds texts, numbers, true or false only"),
        ("type in [[]]", "1:10: a list holds texts, numbers, true or false only"),
        ('type.matches("a")', "1:6: 'matches' is not known here; use all, contains, endsWith, exists,"),
        ('type.startswith("a")', "1:6: 'startswith' is not known here (do you mean 'startsWith'?)"),
        (
            'startsWith(type, "a")',
            "1:1: 'startsWith' does not take (string, string); write string.startsWith",
        ),
        ("size(1) == 1", "1:1: 'size' does not take (int); write size(string); string.size()"),
        ("size() == 1", "1:1: 'size' does not take ()"),
        ('exists(tags, t, t.key == "a")', "1:1: write it behind the list: tags.exists(t, ...)"),
        ("tags.exists(t)", "1:6: write exists(x, condition about x), such as exists(t, t.key"),
        ("tags.all(1, true)", "1:6: write all(x, condition about x)"),
        ("type.exists(t, true)", "1:6: 'exists' looks through a list, not a string"),
        ("tags.exists(name, true)", "1:13: 'name' is taken; use another name"),
        ("tags.exists(live, true)", "1:13: 'live' is taken; use another name"),
        ("tags.exists(t, tags.exists(t, true))", "1:28: 't' is taken; use another name"),
        ('tags.exists(t, true) && t.key == "a"', "1:25: 't' is not known here"),
        ('depth == "deap"', "1:10: 'deap' is not one of deep, shallow"),
        ('"contents" == holds', "1:1: 'contents' is not one of content, metadata, nothing"),
        ('holds in ["content", "nothin"]', "1:10: 'nothin' is not one of content, metadata, nothing"),
        (
            'tags.exists(t, t.key == "Env")',
            "1:25: 'Env' is never found: 'key' is compared in small letters; write 'env'",
        ),
        ("tags.exists(t, t.value in live)", "1:27: 'Productie' is never found"),
        ('properties.exists(p, p.value.startsWith("ARN:"))', "1:41: 'ARN:' is never found"),
        (
            'declared.owner == "e\u0301"',
            "1:19: 'e\u0301' is never found: 'owner' is compared in small letters",
        ),
    ],
)
def test_what_means_nothing(text: str, expected: str) -> None:
    """Names, types and words that could never be found are told before a rule is used."""
    assert fault(text).startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "tags.exists(t, tags.exists(u, t.key == u.key))",
        'type == "a" && tags.all(t, properties.exists(p, tags.exists(u, p.key == u.key)))',
        "(tags.exists(t, tags.all(u, true))) == true",
    ],
)
def test_a_rule_that_loops(text: str) -> None:
    """Lists in lists cost their product; such a rule is refused without being run."""
    message = fault(text)
    assert f"more than {DEAREST}; nest fewer exists and all in each other" in message
    assert message.startswith("1:")


def test_many_conditions_beside_each_other_are_cheap() -> None:
    """What is not nested adds up only."""
    text = " || ".join(f'tags.exists(t, t.key == "k{number}")' for number in range(20))
    assert compile_expression(text, ASSET, LISTS).cost < DEAREST


def test_the_bound_is_not_passed_beside_each_other_either() -> None:
    """Many loops beside each other are refused too."""
    text = " || ".join('tags.exists(t,t.key=="a"||t.key=="b")' for _ in range(50))
    assert "nest fewer exists and all in each other" in fault(text)
