"""Who holds the keys that an asset's data is encrypted with, from what its source says about encryption."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from policy.custody_rules import CustodyRule, Facts
from wolkenzicht.model import Asset, Depth, Evidence, KeyCustody

NOT_TOLD = "custody.not_told"

_REMEMBERED = 4096
_KINDS_REMEMBERED = 1024


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


class _Rules(NamedTuple):
    """The rules for one provider and type, and what they read."""

    rules: tuple[CustodyRule, ...]
    keys: frozenset[str]
    account_matters: bool


class CustodyRules:
    """Decides who holds the keys: the first rule of the file that matches, else `unknown`."""

    def __init__(self, rules: tuple[CustodyRule, ...]) -> None:
        self.rules = rules
        self._rules_for = lru_cache(maxsize=_KINDS_REMEMBERED)(self._find)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def decide(self, asset: Asset) -> CustodyDecision:
        """The decision on an asset; total, and without regard to the order of properties."""
        found = self._rules_for(asset.provider, asset.type)
        if not found.rules:
            return _NOT_TOLD
        keys = found.keys
        read = [pair for pair in asset.properties if pair[0] in keys]
        if len(read) > 1:
            read.sort()
        account = asset.account if found.account_matters and read else ""
        return self._remembered(asset.provider, asset.type, account, asset.depth, tuple(read))

    def _find(self, provider: str, kind: str) -> _Rules:
        rules = tuple(rule for rule in self.rules if rule.concerns(provider, kind))
        keys = frozenset[str]().union(*(rule.keys for rule in rules))
        return _Rules(rules, keys, any(rule.other_account for rule in rules))

    def _decide(
        self, provider: str, kind: str, account: str, depth: Depth, read: tuple[tuple[str, str], ...]
    ) -> CustodyDecision:
        values: dict[str, tuple[str, ...]] = {}
        for key, value in read:
            values[key] = (*values.get(key, ()), value)
        facts = Facts(account, depth is Depth.DEEP, values)
        for rule in self._rules_for(provider, kind).rules:
            evidence = rule.match(facts)
            if evidence is not None:
                return CustodyDecision(
                    rule.custody,
                    f"custody.rule.{rule.identifier}",
                    rule.reason_en,
                    rule.reason_nl,
                    evidence,
                    rule.source,
                )
        return _NOT_TOLD
