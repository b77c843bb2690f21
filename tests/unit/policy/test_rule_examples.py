"""An example of a rule becomes a whole asset, and what does not come out is told at its line, in full."""

from __future__ import annotations

from textwrap import dedent

import pytest

from policy.asset_facts import ASSET
from policy.language.expression import compile_expression
from policy.rows import PolicyDataError
from policy.rule_examples import Outcome, check_examples
from policy.tables import read_toml, subtables
from wolkenzicht.model import Asset, Declarations, Depth, Holds

FILE = "custody_rules.toml"
WHEN = 'provider in ["gcp", "aws"] && type in ["u", "t"] && name == "n"'
RULE = "[[rule]]\n"
#: Between a rule and the example at line 2: one that matches, and one that does not.
BOTH = "[[rule.example]]\nname = 'n'\nmatches = true\n[[rule.example]]\nmatches = false\n"


def tried(text: str, outcome: tuple[str, str] = ("", ""), header: str = "rule") -> list[Asset]:
    """The assets of the examples that say what the whole file decides."""
    seen: list[Asset] = []

    def decide(asset: Asset) -> Outcome:
        seen.append(asset)
        return Outcome(*outcome)

    tables = subtables(read_toml(FILE, dedent(text).encode()), header)
    when = compile_expression(WHEN, ASSET, {})
    check_examples([(each, "one", when) for each in tables], "custody", decide, header)
    return seen


def refused(text: str, outcome: tuple[str, str] = ("", ""), header: str = "rule") -> str:
    """What is said after the file's name."""
    with pytest.raises(PolicyDataError) as caught:
        tried(text, outcome, header)
    return str(caught.value).removeprefix(f"{FILE}:")


def test_an_example_that_says_little() -> None:
    """Is of the rule's own provider and type (the first of several), read in depth, and holds content."""
    [asset] = tried(f"{RULE}{BOTH}[[rule.example]]\ncustody = 'k'\n", ("k", "one"))
    assert asset == Asset(
        asset_id="example",
        provider="aws",
        partition="",
        account="111122223333",
        service="",
        type="t",
        name="",
        location="",
        holds=Holds.CONTENT,
        locations=(),
        depth=Depth.DEEP,
        tags=(),
        properties=(),
        declarations=Declarations(),
    )


def test_an_example_that_says_all() -> None:
    """Each key under its own name; pairs in order."""
    [asset] = tried(
        f"""{RULE}{BOTH}[[rule.example]]
custody = "k"
provider = "p"
partition = "q"
account = "a"
service = "s"
type = "y"
name = ""
location = "l"
holds = "nothing"
depth = "shallow"
declared = {{ system = "1", owner = "2", material = "3", personal_data = "4" }}
tags = {{ b = "2", a = "1" }}
properties = {{ d = "4", c = "3" }}
""",
        ("k", ""),
    )
    assert asset == Asset(
        asset_id="example",
        provider="p",
        partition="q",
        account="a",
        service="s",
        type="y",
        name="",
        location="l",
        holds=Holds.NOTHING,
        locations=(),
        depth=Depth.SHALLOW,
        tags=(("a", "1"), ("b", "2")),
        properties=(("c", "3"), ("d", "4")),
        declarations=Declarations("1", "2", "3", "4"),
    )


KEYS = (
    "provider, partition, account, service, type, name, location, holds, depth, declared, tags, properties, "
    "matches, custody"
)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("x = 1", f"3:1: x: is not known here; use {KEYS}"),
        ("name = 'x'", "2:1: matches: say either whether the rule matches, or the custody of the whole file"),
        ("custody = 'k'\nmatches = true",
         "4:1: matches: say either whether the rule matches, or the custody of the whole file"),
        ("matches = true", "3:1: matches: 'one' does not match this asset; correct the example or `when`"),
        ("name = 'n'\nmatches = false",
         "4:1: matches: 'one' matches this asset; correct the example or `when`"),
        ("matches = 'no'", "3:1: matches: must be true or false; write it without quotes"),
        ("custody = 'x'",
         "3:1: custody: expected x, came out k by rule 'r'; correct the example or the rules"),
        (f"custody = '{'x' * 41}'",
         f"3:1: custody: expected {'x' * 40}, came out k by rule 'r'; correct the example or the rules"),
        ("custody = ' '", "3:1: custody: must be a text that is not empty; fill it in"),
        ("location = 1\nmatches = false", "3:1: location: must be a text"),
        ("declared = { owners = 'x' }\nmatches = false",
         "3:1: declared: 'owners' is not known here; use system, owner, material, personal_data"),
        (f"declared = {{ {'x' * 41} = 'x' }}\nmatches = false",
         f"3:1: declared: '{'x' * 40}' is not known here; use system, owner, material, personal_data"),
        ("tags = { a = 1 }\nmatches = false", '3:1: tags: must name texts, such as { env = "test" }'),
        ("properties = 'a'\nmatches = false", '3:1: properties: must name texts, such as { env = "test" }'),
        ("declared = []\nmatches = false", '3:1: declared: must name texts, such as { env = "test" }'),
        ("holds = 'x'\nmatches = false",
         "3:1: holds: 'x' is not one of content, metadata, nothing; choose one of them"),
        ("depth = 'x'\nmatches = false", "3:1: depth: 'x' is not one of deep, shallow; choose one of them"),
    ],
)  # fmt: skip
def test_a_wrong_example(example: str, expected: str) -> None:
    """Is told at its own line, with what to write instead."""
    assert refused(f"{RULE}[[rule.example]]\n{example}\n", ("k", "r")) == expected


def test_no_rule_says_it() -> None:
    """Where none of the rules holds, that is told."""
    assert refused(f"{RULE}[[rule.example]]\ncustody = 'x'\n", ("unknown", "")) == (
        "3:1: custody: expected x, came out unknown by no rule; correct the example or the rules"
    )


@pytest.mark.parametrize("header", ["rule", "never"])
def test_both_kinds_of_examples_are_asked_for(header: str) -> None:
    """Of every rule, one that it matches and one that it does not, under the file's own header."""
    start = f"[[{header}]]\n"
    some = "\n".join((start, f"[[{header}.example]]", "name = 'n'", "matches = true"))
    assert refused(start, header=header) == (
        f"1:1: example: there is no [[{header}.example]] that the rule matches; add one"
    )
    assert refused(some, header=header) == (
        f"1:1: example: there is no [[{header}.example]] that the rule does not match; add one"
    )
    whole = RULE + BOTH
    assert (
        refused(whole + RULE) == "7:1: example: there is no [[rule.example]] that the rule matches; add one"
    )


def test_what_a_file_decides_counts_as_matched_or_not() -> None:
    """An example of the whole file is one of its rule as well, whichever rule decides."""
    text = f"{RULE}[[rule.example]]\nname = 'n'\ncustody = 'k'\n[[rule.example]]\ncustody = 'k'\n"
    assert [each.name for each in tried(text, ("k", "another"))] == ["n", ""]
