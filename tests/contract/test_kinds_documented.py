"""The kinds of finding that docs/concepts.md says are raised, and those that it says are not yet."""

from __future__ import annotations

import re
from pathlib import Path

import collector
import policy
from wolkenzicht.model import FindingKind, SubjectKind

CONCEPTS = Path(__file__).parents[2] / "docs" / "concepts.md"
#: What names every kind, whether anything raises it or not: texts, clauses, severities.
_OF_ALL = {"alert_texts.py", "texts.py", "rule_files.py", "severities.py"}


def findings() -> str:
    """The chapter about findings."""
    return CONCEPTS.read_text("utf-8").partition("\n## Findings\n")[2]


def raised() -> set[str]:
    """The kinds that code names where a finding is made."""
    sources = [
        path.read_text("utf-8")
        for package in (collector, policy)
        for path in Path(package.__file__ or "").parent.rglob("*.py")
        if path.name not in _OF_ALL
    ]
    named = {name for text in sources for name in re.findall(r"FindingKind\.([A-Z_]+)", text)}
    return {FindingKind[name].value for name in named}


def test_each_kind_is_documented_as_what_it_is() -> None:
    """In the table where something raises it, else among those that are declared only; in one of them."""
    rows = set(re.findall(r"^\| `(\w+)` \|", findings(), re.MULTILINE))
    [sentence] = re.findall(r"not raised yet: ([^.]+)\.", findings())
    waiting = set(re.findall(r"`(\w+)`", sentence))

    assert rows == raised()
    assert rows.isdisjoint(waiting)
    assert rows | waiting == {kind.value for kind in FindingKind}


def test_each_subject_is_named() -> None:
    """What findings are about."""
    [sentence] = re.findall(r"has a \*\*subject\*\*: ([^.]+)\.", findings())

    assert [kind.value for kind in SubjectKind if kind.value not in sentence] == []
