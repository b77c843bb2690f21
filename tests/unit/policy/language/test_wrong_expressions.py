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


NAMES = (
    "provider, partition, account, service, type, name, location, holds, depth, declared, tags, properties"
)
CLOSE = "the text does not end on its line; close it, and write \\n for a line break"
UNEXPECTED = "check the operators, brackets and commas before it"
ESCAPES = "use \\\\, \\\", \\', \\n, \\t, \\r, \\u0041"
DECLARED = ("system", "owner", "material", "personal_data")
FUNCTIONS = "all, contains, endsWith, exists, number, other_account, size, startsWith"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * (LONGEST + 1), "1:1: has 4001 characters; write at most 4000, or make two rules of it"),
        ("\n", '1:1: is empty; write a condition such as type == "AWS::S3::Bucket"'),
        (")", "1:1: ')' is not expected here; check the operators, brackets and commas before it"),
        ("a" * 3 + " " + "b" * 41, f"1:5: '{'b' * 40}' is not expected here; {UNEXPECTED}"),
        ("type == 'a", f"1:9: ''' is not expected here; {CLOSE}"),
        ("size(name) % 2",
         "1:12: '%' is not expected here; there is no arithmetic; compare with the number itself"),
        ('type == "a\\d"', f"1:11: '\\d' is not known here; {ESCAPES}"),
        ('true &&\n type == "\\ud800"', f"2:11: '\\ud800' is not known here; {ESCAPES}"),
        ('type == "\\udfff"', f"1:10: '\\udfff' is not known here; {ESCAPES}"),
        ("size(name) > 9223372036854775808",
         "1:14: the number is larger than 9223372036854775807; write a smaller one"),
        (f"size(name) > 0{'9' * 18}{'1' * 40}",
         "1:14: the number is larger than 9223372036854775807; write a smaller one"),
        (f"size(name) > {'0' * 41}", f"1:14: '{'0' * 40}' starts with 0; write 0"),
        ("typ", f"1:1: 'typ' is not known here (do you mean 'type'?); use {NAMES}, live, places"),
        ("t" * 41, f"1:1: '{'t' * 40}' is not known here; use {NAMES}, live, places"),
        ("tags.exists(t, u.key == t.key)",
         f"1:16: 'u' is not known here; use t, {NAMES}, live, places"),
        ("declared",
         "1:1: 'declared' is no value; name one of " + ", ".join(f"declared.{each}" for each in DECLARED)),
        ('declared.x == "a"', "1:10: 'x' is not known here; use system, owner, material, personal_data"),
        ("tags == tags", "1:6: a list is not compared with a list; compare like with like"),
        ('1 == "a"', "1:3: an int is not compared with a string; compare like with like"),
        ("size(tags)", "1:1: this is an int, not a condition; compare it with something"),
        ("false >= true", "1:7: true and false have no order; use == or != for '>='"),
        ("type in name",
         "1:9: after 'in' stands a list of words, such as [\"a\", \"b\"] or a name of [lists]"),
        ("size(name) in live", "1:12: an int is not in a list of string"),
        ("true in [1]", "1:6: a bool is not in a list of int"),
        ('type in ["a", 1]', "1:15: this is an int in a list of string"),
        ("type in [tags]", "1:10: a list holds texts, numbers, true or false only"),
        ("type.matches(1)", f"1:6: 'matches' is not known here; use {FUNCTIONS}"),
        ("type.size(1) == 1",
         "1:6: 'size' does not take (string, int); write size(string); string.size()"),
        ("startsWith(type)", "1:1: 'startsWith' does not take (string); write string.startsWith(string)"),
        ("size(tags, tags) == 1",
         "1:1: 'size' does not take (list(tag), list(tag)); write size(string); string.size()"),
        ("all(tags, t, true)", "1:1: write it behind the list: tags.all(t, ...)"),
        ("tags.all(t)", '1:6: write all(x, condition about x), such as exists(t, t.key == "env")'),
        ("name.all(t, true)", "1:6: 'all' looks through a list, not a string"),
        ("[1, 2].exists(n, n)", "1:18: this is an int, not a condition; compare it with something"),
        ("tags.all(declared, true)", "1:10: 'declared' is taken; use another name"),
        ('name.startsWith("x").y == "a"', "1:22: a bool has no fields; remove '.y'"),
        ('"B" < declared.owner', "1:1: 'B' is never found: 'owner' is compared in small letters; write 'b'"),
        ('declared.owner == " b"',
         "1:19: ' b' is never found: 'owner' is compared in small letters; write 'b'"),
        (f'declared.owner == "{"B" * 41}"',
         f"1:19: '{'B' * 40}' is never found: 'owner' is compared in small letters; write '{'b' * 40}'"),
        (f'depth == "{"x" * 41}"', f"1:10: '{'x' * 40}' is not one of deep, shallow"),
        ("!" * 33 + "(true || false)", "1:35: lies more than 32 deep; write it flatter"),
        ("!" * 33 + "(true && false)", "1:35: lies more than 32 deep; write it flatter"),
        ("true &&\n  name ==\n\n", "2:10: something is missing at the end; complete it"),
        ("(\ntrue", "2:5: something is missing at the end; complete it"),
        ("true in [true || false]", "1:10: a list holds texts, numbers, true or false only"),
        ("true in [false, true ? true : false]", "1:22: a list holds texts, numbers, true or false only"),
        ("!" * 33 + "true", "1:34: lies more than 32 deep; write it flatter"),
    ],
)  # fmt: skip
def test_what_is_told_in_full(text: str, expected: str) -> None:
    """The place, what is wrong, and to the last word what to write instead."""
    assert fault(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "!" * 32 + "true",
        "size(name) > 9223372036854775807",
        "size(name) > 0",
        'type == "' + "x" * (LONGEST - 10) + '"',
        'declared.owner.startsWith("b ")',
        'name == "\\ud7ff\\ue000"',
        "true in [true, false] || 1 in [1, 2]",
        'depth < "x"',
        "type in []",
    ],
)
def test_what_is_just_allowed(text: str) -> None:
    """The largest number, the longest text, the deepest expression, and what only looks wrong."""
    assert compile_expression(text, ASSET, LISTS).text == text
