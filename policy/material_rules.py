"""The rule file for material use: what a rule may ask of an asset's tags and type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policy.rule_files import Ground
from policy.tables import Table, read_toml, subtables
from policy.words import fold, shown
from wolkenzicht.model import Evidence, MaterialUse

_KEYS = ("id", "ground", "when", "verdict", "reason_en", "reason_nl", "source")
_CONDITION_KEYS = frozenset({"tag", "value", "type"})


class Tag(NamedTuple):
    """A tag as it is compared, and as it was written; sorts by the former."""

    folded_key: str
    folded_value: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; None means that it asks nothing there."""

    keys: frozenset[str]
    values: frozenset[str] | None
    types: frozenset[str] | None

    def match(self, tags: Sequence[Tag], kind: str) -> tuple[Evidence, ...] | None:
        """The evidence where the condition holds, else None; the first tag in sorted order counts."""
        if self.types is not None and kind not in self.types:
            return None
        if not self.keys:
            return (Evidence("type", shown(kind, 200)),)
        for tag in tags:
            if tag.folded_key in self.keys and (self.values is None or tag.folded_value in self.values):
                return (Evidence(shown(f"tags.{tag.key}", 200), shown(tag.value, 200)),)
        return None


@dataclass(frozen=True, slots=True)
class MaterialRule:
    """One rule of the file; it matches where all its conditions hold.

    With a `ground` it counts only under a rule set that has that ground for material use.
    """

    identifier: str
    ground: Ground | None
    when: tuple[Condition, ...]
    verdict: MaterialUse
    reason_en: str
    reason_nl: str
    source: str

    def match(self, tags: Sequence[Tag], kind: str) -> tuple[Evidence, ...] | None:
        """The evidence of all conditions, or None where one of them does not hold."""
        evidence: dict[Evidence, None] = {}
        for condition in self.when:
            found = condition.match(tags, kind)
            if found is None:
                return None
            evidence.update(dict.fromkeys(found))
        return tuple(evidence)


def read_material_rules(file: str, content: bytes) -> tuple[MaterialRule, ...]:
    """Read the rules in their order; raises `PolicyDataError`."""
    root = read_toml(file, content)
    root.only("rule")
    rules: list[MaterialRule] = []
    for table in subtables(root, "rule"):
        rule = _rule(table)
        if any(rule.identifier == each.identifier for each in rules):
            table.fail("id", f"'{rule.identifier}' is taken; choose another")
        rules.append(rule)
    return tuple(rules)


def _rule(table: Table) -> MaterialRule:
    table.only(*_KEYS)
    verdict = table.text("verdict")
    if verdict not in tuple(MaterialUse):
        table.fail(
            "verdict", f"'{shown(verdict)}' is not one of {', '.join(MaterialUse)}; choose one of them"
        )
    return MaterialRule(
        identifier=table.text("id"),
        ground=Ground(table.choice("ground", tuple(Ground))) if "ground" in table.values else None,
        when=_conditions(table),
        verdict=MaterialUse(verdict),
        reason_en=table.text("reason_en"),
        reason_nl=table.text("reason_nl"),
        source=table.text("source"),
    )


def _conditions(table: Table) -> tuple[Condition, ...]:
    when = table.values.get("when")
    conditions = when if isinstance(when, list) else [when]
    if not conditions:
        table.fail("when", "asks nothing; give a condition")
    return tuple(_condition(table, each) for each in conditions)


def _condition(table: Table, condition: object) -> Condition:
    if not isinstance(condition, dict):
        table.fail("when", 'must be a condition such as { tag = ["env"], value = ["test"] }')
    unknown = sorted(condition.keys() - _CONDITION_KEYS)
    if unknown:
        table.fail("when", f"'{unknown[0]}' is not known here; use tag, value, type")
    inner = Table(table.file, table.lines, table.start, condition)
    keys = frozenset(map(fold, inner.texts("tag"))) if "tag" in condition else frozenset[str]()
    values = frozenset(map(fold, inner.texts("value"))) if "value" in condition else None
    types = frozenset(inner.texts("type")) if "type" in condition else None
    if not keys and (values is not None or types is None):
        table.fail("when", "a condition needs a tag or a type, and a value belongs to a tag")
    return Condition(keys, values, types)


def read_rule(table: Table) -> MaterialRule:
    """Read one rule from a table of another file; raises `PolicyDataError`."""
    return _rule(table)
