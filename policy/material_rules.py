"""The rule file for material use: conditions about assets, and what follows where the first of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policy.asset_facts import ASSET, tags_of
from policy.first_match import FirstMatch
from policy.language.expression import Expression
from policy.rule_conditions import check_cost, condition_of_assets, read_lists
from policy.rule_examples import Outcome, check_examples
from policy.rule_files import Ground
from policy.tables import Table, read_toml, subtables
from policy.words import shown
from wolkenzicht.model import Asset, MaterialUse

_KEYS = ("id", "ground", "when", "verdict", "reason_en", "reason_nl", "source", "example")
#: So many contents are kept: policies of several days are made of the same file.
_KEPT = 8


@dataclass(frozen=True, slots=True)
class MaterialRule:
    """One rule of the file; it matches where its condition holds.

    With a `ground` it counts only under a rule set that has that ground for material use.
    """

    identifier: str
    ground: Ground | None
    when: Expression
    verdict: MaterialUse
    reason_en: str
    reason_nl: str
    source: str


@lru_cache(maxsize=_KEPT)
def read_material_rules(file: str, content: bytes) -> tuple[MaterialRule, ...]:
    """Read the rules in their order and try their examples; raises `PolicyDataError`.

    The examples are tried as under a rule set that has every ground.
    """
    root = read_toml(file, content)
    root.only("lists", "rule")
    lists, tables = read_lists(root, ASSET), subtables(root, "rule")
    rules: list[MaterialRule] = []
    for table in tables:
        table.only(*_KEYS)
        rule = _rule(table, condition_of_assets(table, "when", lists))
        if any(rule.identifier == each.identifier for each in rules):
            table.fail("id", f"'{rule.identifier}' is taken; choose another")
        rules.append(rule)
    check_cost(tables, [each.when for each in rules])
    first = FirstMatch(rules)

    def decide(asset: Asset) -> Outcome:
        found = first.first(first.facts(asset), tags_of(asset.tags))
        return (
            Outcome(MaterialUse.UNDETERMINED, "")
            if found is None
            else Outcome(found.rule.verdict, found.rule.identifier)
        )

    named = [(table, each.identifier, each.when) for table, each in zip(tables, rules, strict=True)]
    check_examples(named, "verdict", decide)
    return tuple(rules)


def _rule(table: Table, when: Expression) -> MaterialRule:
    verdict = table.text("verdict")
    if verdict not in tuple(MaterialUse):
        table.fail(
            "verdict", f"'{shown(verdict)}' is not one of {', '.join(MaterialUse)}; choose one of them"
        )
    return MaterialRule(
        identifier=table.text("id"),
        ground=Ground(table.choice("ground", tuple(Ground))) if "ground" in table.values else None,
        when=when,
        verdict=MaterialUse(verdict),
        reason_en=table.text("reason_en"),
        reason_nl=table.text("reason_nl"),
        source=table.text("source"),
    )


def read_rule(table: Table, when: Expression) -> MaterialRule:
    """Read one rule from a table of another file, given its condition; raises `PolicyDataError`."""
    return _rule(table, when)
