"""What is kept of the EU Cloud Sovereignty Framework: the titles of its objectives, and who tells of them."""

from __future__ import annotations

from dataclasses import dataclass

from policy.rule_files import CONFIDENCES
from policy.tables import read_toml, subtables

FILE = "sovereignty.toml"

#: All objectives, by their names in the framework.
OBJECTIVES = tuple(f"SOV-{number}" for number in range(1, 9))


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective of the framework."""

    identifier: str
    title_en: str
    title_nl: str


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework, with its objectives in their order."""

    name: str
    published: str
    confidence: str
    source: str
    objectives: tuple[Objective, ...]

    def cited(self) -> str:
        """The framework and the source, with how sure that is."""
        return f"{self.name}, {self.published} ({self.confidence}: {self.source})"


def read_framework(content: bytes) -> Framework:
    """Read sovereignty.toml; raises `PolicyDataError`, also where an objective is missing."""
    root = read_toml(FILE, content)
    root.only("name", "published", "confidence", "source", "objective")
    tables = subtables(root, "objective")
    found: dict[str, Objective] = {}
    for table in tables:
        table.only("id", "title_en", "title_nl")
        identifier = table.choice("id", OBJECTIVES)
        if identifier in found:
            table.fail("id", f"'{identifier}' stands above already; remove one of them")
        found[identifier] = Objective(identifier, table.text("title_en"), table.text("title_nl"))
    for identifier in OBJECTIVES:
        if identifier not in found:
            tables[-1].fail("id", f"there is no [[objective]] {identifier}; add one")
    return Framework(
        name=root.text("name"),
        published=root.text("published"),
        confidence=root.choice("confidence", CONFIDENCES),
        source=root.text("source"),
        objectives=tuple(found[each] for each in OBJECTIVES),
    )
