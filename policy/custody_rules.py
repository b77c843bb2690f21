"""The rule file for key custody: conditions about a provider's assets, and who then holds the keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policy.asset_facts import ASSET, PROPERTIES, tags_of
from policy.first_match import FirstMatch
from policy.language.expression import Expression
from policy.rule_conditions import check_cost, condition_of_assets, read_lists
from policy.rule_examples import Outcome, check_examples
from policy.tables import Table, read_toml, subtables
from policy.words import shown
from wolkenzicht.model import Asset, KeyCustody

FILE = "custody_rules.toml"

_KEYS = ("id", "when", "custody", "reason_en", "reason_nl", "source", "example")
#: So many contents are kept: policies of several days are made of the same file.
_KEPT = 8


@dataclass(frozen=True, slots=True)
class CustodyRule:
    """One rule of the file; it matches where its condition holds."""

    identifier: str
    when: Expression
    custody: KeyCustody
    reason_en: str
    reason_nl: str
    source: str

    @property
    def provider(self) -> str:
        """The provider that it is about."""
        return min(self.when.concerns.providers or ("",))

    @property
    def types(self) -> frozenset[str] | None:
        """The types that it is about; None for all."""
        return self.when.concerns.types

    @property
    def not_types(self) -> frozenset[str]:
        """The types that it is not about."""
        return self.when.concerns.not_types


@lru_cache(maxsize=_KEPT)
def read_custody_rules(content: bytes) -> tuple[CustodyRule, ...]:
    """Read the rules in their order and try their examples; raises `PolicyDataError`."""
    root = read_toml(FILE, content)
    root.only("lists", "rule")
    lists, tables = read_lists(root, ASSET), subtables(root, "rule")
    rules: dict[str, CustodyRule] = {}
    for table in tables:
        table.only(*_KEYS)
        rule = _rule(table, condition_of_assets(table, "when", lists))
        if rule.identifier in rules:
            table.fail("id", f"'{rule.identifier}' is taken; choose another")
        rules[rule.identifier] = rule
    check_cost(tables, [each.when for each in rules.values()])
    first = FirstMatch(tuple(rules.values()))

    def decide(asset: Asset) -> Outcome:
        found = first.first(first.facts(asset), tags_of(asset.tags))
        if found is None:
            return Outcome(KeyCustody.UNKNOWN, "")
        return Outcome(found.rule.custody, found.rule.identifier)

    named = [(table, each.identifier, each.when) for table, each in zip(tables, rules.values(), strict=True)]
    check_examples(named, "custody", decide)
    return tuple(rules.values())


def _rule(table: Table, when: Expression) -> CustodyRule:
    custody = table.text("custody")
    if custody not in tuple(KeyCustody):
        table.fail("custody", f"'{shown(custody)}' is not one of {', '.join(KeyCustody)}; choose one of them")
    if len(when.concerns.providers or ()) != 1:
        table.fail("when", 'must be about one provider; start with provider == "aws" &&')
    if PROPERTIES not in when.reads.keys:
        table.fail("when", "asks nothing of a property, which alone tell of keys; add properties.exists(…)")
    if PROPERTIES in when.absent and when.concerns.types is None:
        table.fail(
            "when", "says something about a documented default only; name the types with type == or in"
        )
    return CustodyRule(
        identifier=table.text("id"),
        when=when,
        custody=KeyCustody(custody),
        reason_en=table.text("reason_en"),
        reason_nl=table.text("reason_nl"),
        source=table.text("source"),
    )
