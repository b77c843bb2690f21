"""Who holds the keys that an asset's data is encrypted with, from what its source says about encryption."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policy.asset_facts import tags_of
from policy.custody_rules import CustodyRule
from policy.first_match import Facts, FirstMatch
from policy.words import shown
from wolkenzicht.model import Asset, Evidence, KeyCustody

NOT_TOLD = "custody.not_told"

_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class CustodyDecision:
    """Who holds the keys, with the rule, the reason in both languages, and the evidence."""

    custody: KeyCustody
    rule: str
    reason_en: str
    reason_nl: str
    evidence: tuple[Evidence, ...]
    source: str


_NOT_TOLD = CustodyDecision(
    KeyCustody.UNKNOWN,
    NOT_TOLD,
    "nothing that was read says who holds the keys",
    "niets van wat gelezen is, zegt wie de sleutels heeft",
    (),
    "",
)


class CustodyRules:
    """Decides who holds the keys: the first rule of the file that matches, else `unknown`."""

    def __init__(self, rules: tuple[CustodyRule, ...]) -> None:
        self.rules = rules
        self.matching = FirstMatch(rules)
        self._reads_tags = self.matching.tag_keys != frozenset()
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def decide(self, asset: Asset) -> CustodyDecision:
        """The decision on an asset; total, and without regard to the order of properties and tags."""
        facts = self.matching.facts(asset)
        if facts is None:
            return _NOT_TOLD
        return self._remembered(facts, tuple(sorted(asset.tags)) if self._reads_tags else ())

    def _decide(self, facts: Facts, tags: tuple[tuple[str, str], ...]) -> CustodyDecision:
        found = self.matching.first(facts, tags_of(tags))
        if found is None:
            return _NOT_TOLD
        rule = found.rule
        return CustodyDecision(
            rule.custody,
            f"custody.rule.{rule.identifier}",
            rule.reason_en,
            rule.reason_nl,
            tuple(Evidence(shown(path, 200), shown(value, 200)) for path, value in found.witnesses),
            rule.source,
        )
