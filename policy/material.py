"""Whether a use is material: by what people say, in their order, and by the ordered rule file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache

from policy.asset_facts import fold_key, tags_of
from policy.context import NOTHING_KNOWN, Context
from policy.first_match import Facts, FirstMatch, Match
from policy.language.answers import Pair
from policy.material_rules import MaterialRule
from policy.statements import MaterialDecision, Statements
from policy.words import shown
from wolkenzicht.model import Asset, Evidence, MaterialUse

__all__ = ["NONE", "MaterialDecision", "MaterialRules"]

NONE = "material.none"

_REMEMBERED = 4096
#: So many facts a reason names; the evidence has all.
_NAMED = 3


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
        self._matching = FirstMatch(rules)
        #: What its rules read; a department's rules add theirs.
        self.matchings: tuple[FirstMatch[MaterialRule], ...] = (self._matching,)
        self._source = source
        self._statements = Statements(words, tag_keys, source, on)
        #: The keys, folded, of the tags in which people state something.
        self.stating = self._statements.tag_keys
        read = self._matching.tag_keys
        self._keys = None if read is None else self.stating | read
        self._matters = lru_cache(maxsize=_REMEMBERED)(self._key_matters)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def decide(self, asset: Asset, context: Context = NOTHING_KNOWN) -> MaterialDecision:
        """The decision on an asset; total, and without regard to the order of tags."""
        matters = self._matters
        tags = tags_of([pair for pair in asset.tags if matters(pair[0])])
        values, stating = self._matching.tag_values, self.stating
        if values is not None:
            # Most tags that a rule asks for have a value that none asks for.
            tags = tuple([pair for pair in tags if pair[1] in values or pair[0] in stating])
        facts, declared = self._matching.facts(asset), asset.declarations.material
        if context is NOTHING_KNOWN:
            return self._remembered(declared, tags, facts)
        return self._decide(declared, tags, facts, context)

    def _key_matters(self, key: str) -> bool:
        return self._keys is None or fold_key(key) in self._keys

    def _decide(
        self,
        declared: str,
        tags: Sequence[Pair],
        facts: Facts | None,
        context: Context = NOTHING_KNOWN,
    ) -> MaterialDecision:
        found = self._statements.decide(tags, declared, context, lambda: self._by_rules(facts, tags))
        return found or MaterialDecision(
            MaterialUse.UNDETERMINED,
            NONE,
            "nothing was declared or tagged, and no rule applies",
            "er is niets opgegeven of getagd, en geen regel is van toepassing",
            (),
            self._source,
        )

    def _by_rules(self, facts: Facts | None, tags: Sequence[Pair]) -> MaterialDecision | None:
        matched = self._matching.first(facts, tags)
        return None if matched is None else _by_rule(matched)


def _by_rule(matched: Match[MaterialRule]) -> MaterialDecision:
    rule = matched.rule
    evidence = tuple(_evidence(path, value) for path, value in matched.witnesses)
    named = ", ".join(f"{shown(each.path)}={shown(each.value)}" for each in evidence[:_NAMED])
    told = f"{named}: " if named else ""
    return MaterialDecision(
        rule.verdict,
        f"material.rule.{rule.identifier}",
        f"{told}{rule.reason_en}",
        f"{told}{rule.reason_nl}",
        evidence,
        rule.source,
    )


def _evidence(path: str, value: str) -> Evidence:
    return Evidence(shown(path, 200), shown(value, 200))
