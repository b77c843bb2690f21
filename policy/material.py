"""Whether a use is material: by declaration, then by a tag that says so, then by the ordered rule file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from policy.asset_facts import fold_key
from policy.first_match import Facts, FirstMatch, Match
from policy.material_rules import MaterialRule, Tag
from policy.words import fold, shown
from wolkenzicht.model import Asset, Evidence, MaterialUse

DECLARED = "material.declared"
DECLARED_WORD_UNKNOWN = "material.declared_word_unknown"
TAG = "material.tag"
TAG_WORD_UNKNOWN = "material.tag_word_unknown"
TAGS_CONTRADICT = "material.tags_contradict"
NONE = "material.none"

_REMEMBERED = 4096
#: So many facts a reason names; the evidence has all.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class MaterialDecision:
    """A verdict on material use with its rule, the reason in both languages, and the evidence."""

    verdict: MaterialUse
    rule: str
    reason_en: str
    reason_nl: str
    evidence: tuple[Evidence, ...]
    source: str


class MaterialRules:
    """Decides on material use from what people declared and tagged."""

    def __init__(
        self,
        words: dict[MaterialUse, Collection[str]],
        tag_keys: Iterable[str],
        rules: tuple[MaterialRule, ...],
        source: str,
    ) -> None:
        self.rules = rules
        self._by_rules = FirstMatch(rules)
        self._source = source
        self._words = {fold(word): use for use, each in words.items() for word in each}
        self._tag_keys = frozenset(fold(key) for key in tag_keys)
        read = self._by_rules.tag_keys
        self._keys = None if read is None else self._tag_keys | read
        self._matters = lru_cache(maxsize=_REMEMBERED)(self._key_matters)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._decide)

    def decide(self, asset: Asset) -> MaterialDecision:
        """The decision on an asset; total, and without regard to the order of tags."""
        matters = self._matters
        tags = [pair for pair in asset.tags if matters(pair[0])]
        if len(tags) > 1:
            tags.sort()
        return self._remembered(asset.declarations.material, tuple(tags), self._by_rules.facts(asset))

    def _key_matters(self, key: str) -> bool:
        return self._keys is None or fold(key) in self._keys

    def _decide(
        self, declared: str, pairs: tuple[tuple[str, str], ...], facts: Facts | None
    ) -> MaterialDecision:
        tags = sorted(Tag(fold_key(key), fold(value), key, value) for key, value in pairs)
        by_people = self._by_declaration(declared) or self._by_tag(tags)
        if by_people is not None:
            return by_people
        matched = self._by_rules.first(facts, tags)
        if matched is not None:
            return _by_rule(matched)
        return MaterialDecision(
            MaterialUse.UNDETERMINED,
            NONE,
            "nothing was declared or tagged, and no rule applies",
            "er is niets opgegeven of getagd, en geen regel is van toepassing",
            (),
            self._source,
        )

    def _by_declaration(self, declared: str) -> MaterialDecision | None:
        if not declared.strip():
            return None
        word, evidence = shown(declared), (_evidence("declarations.material", declared),)
        use = self._words.get(fold(declared))
        if use is None:
            return MaterialDecision(
                MaterialUse.UNDETERMINED,
                DECLARED_WORD_UNKNOWN,
                f"the declared word '{word}' is not known; write yes or no",
                f"het opgegeven woord '{word}' is niet bekend; schrijf ja of nee",
                evidence,
                self._source,
            )
        return MaterialDecision(
            use, DECLARED, f"declared as '{word}'", f"opgegeven als '{word}'", evidence, self._source
        )

    def _by_tag(self, tags: list[Tag]) -> MaterialDecision | None:
        stated = [tag for tag in tags if tag.folded_key in self._tag_keys and tag.folded_value]
        if not stated:
            return None
        evidence = tuple(_evidence(f"tags.{tag.key}", tag.value) for tag in stated)
        named = ", ".join(f"{shown(tag.key)}={shown(tag.value)}" for tag in stated[:3])
        uses = {self._words.get(tag.folded_value) for tag in stated}
        unknown = [tag for tag in stated if tag.folded_value not in self._words]
        if unknown:
            word = f"{shown(unknown[0].value)}' of tag '{shown(unknown[0].key)}"
            word_nl = f"{shown(unknown[0].value)}' van tag '{shown(unknown[0].key)}"
            return MaterialDecision(
                MaterialUse.UNDETERMINED,
                TAG_WORD_UNKNOWN,
                f"the word '{word}' is not known; write yes or no",
                f"het woord '{word_nl}' is niet bekend; schrijf ja of nee",
                evidence,
                self._source,
            )
        use = uses.pop() if len(uses) == 1 else None
        if use is None:
            return MaterialDecision(
                MaterialUse.UNDETERMINED,
                TAGS_CONTRADICT,
                f"tags contradict each other: {named}",
                f"tags spreken elkaar tegen: {named}",
                evidence,
                self._source,
            )
        return MaterialDecision(use, TAG, f"tag {named}", f"tag {named}", evidence, self._source)


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
