"""docs/rules.md tells what is so: its rule is read, its tables name everything, its errors are given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policy.asset_facts import ASSET
from policy.language.expression import compile_expression
from policy.language.nodes import ExpressionError
from policy.material_rules import read_material_rules
from policy.rule_files import DUTIES

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "rules.md").read_text()
ERRORS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE.split("## What goes wrong")[1], re.MULTILINE)


def test_the_rule_of_the_page_is_read() -> None:
    """With its list and its examples."""
    [rule] = read_material_rules("rules.md", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0].encode())
    assert (rule.identifier, rule.when.names) == ("environment_not_production", ("holds",))


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_the_errors_of_the_page_are_given(text: str, message: str) -> None:
    """Each as it is printed."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ASSET, {})
    assert message in str(caught.value)


def test_the_page_has_errors() -> None:
    """The table is found."""
    assert len(ERRORS) >= 5


def test_every_name_is_on_the_page() -> None:
    """Fields, functions and conditions."""
    named = [each.name for each in (*ASSET.fields, *DUTIES.fields)]
    named += [each.name for each in ASSET.callable]
    named += [part.name for each in ASSET.fields for part in (each.type.element or each.type).fields]
    assert [each for each in named if not re.search(rf"`[^`]*\b{each}\b[^`]*`", PAGE)] == []
