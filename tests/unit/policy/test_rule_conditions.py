"""Conditions stand in rule files: a fault is told at the file's own line and column, and lists have names."""

from __future__ import annotations

import pytest

from policy.asset_facts import ASSET
from policy.language.expression import compile_expression
from policy.rows import PolicyDataError
from policy.rule_conditions import DEAREST_FILE, check_cost, condition, condition_of_assets, read_lists
from policy.tables import read_toml, subtables

FILE = "rules.toml"


def refused(content: str, *, of_assets: bool = False) -> str:
    """What is said after the file's name of the condition in the last rule of a file."""
    rule = subtables(read_toml(FILE, content.encode()), "rule")[-1]
    with pytest.raises(PolicyDataError) as caught:
        _ = condition_of_assets(rule, "when", {}) if of_assets else condition(rule, "when", ASSET, {})
    return str(caught.value).removeprefix(f"{FILE}:")


FAULT = "when: a string is not compared with an int; compare like with like"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("when = 'type == 1'", "2:14"),
        ('when = "type == 1"', "2:14"),
        ("  when='type == 1'", "2:14"),
        ("id = 'a'\nwhen   =   'type == 1'", "3:18"),
        ("when = '''type == 1'''", "2:16"),
        ("when = '''\ntype == 1'''", "3:6"),
        ("when = '''\n\n  type == 1\n'''", "4:8"),
        ("when = '''true &&\n type == 1'''", "3:7"),
        ('when = """type == 1"""', "2:16"),
        ('when = """\n  type == 1"""', "3:8"),
    ],
)
def test_where_a_fault_is(written: str, place: str) -> None:
    """However the text is quoted, and on whichever line of it the fault stands."""
    assert refused(f"[[rule]]\n{written}\n") == f"{place}: {FAULT}"
    assert refused(f"[[rule]]\nwhen = 'true'\n[[rule]]\n{written}\n") == (
        f"{int(place.split(':', maxsplit=1)[0]) + 2}:{place.split(':')[1]}: {FAULT}"
    )


def test_what_is_not_set_counts_only_where_properties_were_read() -> None:
    """So the condition asks for the depth as well; about tags it need not."""
    absent = '!properties.exists(p, p.key == "a")'
    assert refused(f"[[rule]]\nwhen = '''{absent}'''\n", of_assets=True) == (
        "2:1: when: says what is not set, which counts only where properties were read; "
        'add depth == "deep" &&'
    )
    for text in (f'depth == "deep" && {absent}', '!tags.exists(t, t.key == "a")', "true"):
        [rule] = subtables(read_toml(FILE, f"[[rule]]\nwhen = '''{text}'''\n".encode()), "rule")
        assert condition_of_assets(rule, "when", {}) == compile_expression(text, ASSET, {})


def test_lists_by_name() -> None:
    """Their words in order; a file need not have any, and they serve in its conditions."""
    root = read_toml(FILE, b'[lists]\nb_1 = ["y", "x"]\n_A = ["z"]\n[[rule]]\nwhen = \'type in b_1\'\n')
    lists = read_lists(root, ASSET)
    assert lists == {"b_1": ("y", "x"), "_A": ("z",)}
    [rule] = subtables(root, "rule")
    assert condition(rule, "when", ASSET, lists) == compile_expression("type in b_1", ASSET, lists)
    assert read_lists(read_toml(FILE, b"x = 1\n"), ASSET) == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("lists = 1", "1:1: lists: the table [lists] is missing; add it"),
        ('[lists]\n1a = ["x"]', "2:1: 1a: is no name; use letters, digits and _"),
        ('[lists]\na = ["x"]\n"b c" = ["x"]', "3:1: b c: is no name; use letters, digits and _"),
        ('[lists]\ndeclared = ["x"]', "2:1: declared: is a name of the language already; choose another"),
        ("[lists]\na = []", '2:1: a: must be a list of texts that is not empty, such as ["a", "b"]'),
    ],
)
def test_wrong_lists(content: str, expected: str) -> None:
    """A name is one that a condition can use and that means nothing yet."""
    with pytest.raises(PolicyDataError) as caught:
        read_lists(read_toml(FILE, content.encode()), ASSET)
    assert str(caught.value) == f"{FILE}:{expected}"


def test_the_rules_of_a_file_have_a_bound_together() -> None:
    """All steps up to the bound are allowed; the rule that passes it is named."""
    dear = compile_expression(" || ".join(["tags.all(t,true)"] * 99), ASSET, {})
    assert dear.cost * 20 == DEAREST_FILE == 200_000
    tables = subtables(read_toml(FILE, ("[[rule]]\nwhen = 'true'\n" * 21).encode()), "rule")
    check_cost(tables[:20], [dear] * 20)
    with pytest.raises(PolicyDataError) as caught:
        check_cost(tables, [*[dear] * 20, compile_expression("true", ASSET, {})])
    assert str(caught.value) == (
        f"{FILE}:42:1: when: with this one the rules of the file may take more than 200000 steps; write fewer"
    )
