"""Whether a use is material: by what people say, in their order, and by the ordered rule file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

from policy.context import NOTHING_KNOWN, Context
from policy.material_rules import MaterialRule, Tag
from policy.statements import MaterialDecision, Statements
from policy.words import fold, shown
from wolkenzicht.model import Asset, Evidence, MaterialUse

__all__ = ["NONE", "MaterialDecision", "MaterialRules"]

NONE = "material.none"

_REMEMBERED = 4096


class MaterialRules:
    """Decides on material use from what people decided, declared and tagged."""

    def __init__(
        self,
        words: dict[MaterialUse, Collection[str]],
        tag_keys: Iterable[str],
        rules: tuple[MaterialRule, ...],
        source: str,
        on: date,
    ) -> None:
        self.rules = rules
        self._source = source
        self._statements = Statements(words, tag_keys, source, on)
        self._keys = self._statements.tag_keys.union(
            *(condition.keys for rule in rules for condition in rule.when)
        )
        self._matters = lru_cache(maxsize=_REMEMBERED)(self._key_matters)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def decide(self, asset: Asset, context: Context = NOTHING_KNOWN) -> MaterialDecision:
        """The decision on an asset; total, and without regard to the order of tags."""
        matters = self._matters
        tags = [pair for pair in asset.tags if matters(pair[0])]
        if len(tags) > 1:
            tags.sort()
        if context is NOTHING_KNOWN:
            return self._remembered(asset.declarations.material, tuple(tags), asset.type)
        return self._decide(asset.declarations.material, tuple(tags), asset.type, context)

    def _key_matters(self, key: str) -> bool:
        return fold(key) in self._keys

    def _decide(
        self,
        declared: str,
        pairs: tuple[tuple[str, str], ...],
        kind: str,
        context: Context = NOTHING_KNOWN,
    ) -> MaterialDecision:
        tags = sorted(Tag(fold(key), fold(value), key, value) for key, value in pairs)
        found = self._statements.decide(tags, declared, context, lambda: self._by_rules(tags, kind))
        return found or MaterialDecision(
            MaterialUse.UNDETERMINED,
            NONE,
            "nothing was declared or tagged, and no rule applies",
            "er is niets opgegeven of getagd, en geen regel is van toepassing",
            (),
            self._source,
        )

    def _by_rules(self, tags: list[Tag], kind: str) -> MaterialDecision | None:
        for rule in self.rules:
            evidence = rule.match(tags, kind)
            if evidence is not None:
                return _by_rule(rule, evidence)
        return None


def _by_rule(rule: MaterialRule, evidence: tuple[Evidence, ...]) -> MaterialDecision:
    named = ", ".join(f"{shown(each.path)}={shown(each.value)}" for each in evidence)
    return MaterialDecision(
        rule.verdict,
        f"material.rule.{rule.identifier}",
        f"{named}: {rule.reason_en}",
        f"{named}: {rule.reason_nl}",
        evidence,
        rule.source,
    )
