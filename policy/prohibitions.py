"""Which uses must never be in a public cloud, from what people declared, and what is told of conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from policy import duties
from policy.asset_facts import fold_key
from policy.context import Context
from policy.duties import Due
from policy.findings import FindingDraft
from policy.settings import Settings
from policy.statements import Conflict
from policy.texts import RULE_NAMED
from policy.words import fold, shown
from wolkenzicht.model import Asset, Evidence, FindingKind, Holds, MaterialUse, Severity, Verdict

_REMEMBERED = 4096
#: The words by which something is declared that may be prohibited.
_DECLARING = ("base_registry", "base_registry_source", "tbb_1_to_3", "state_secret")
_SHOWN = 200


class Prohibitions:
    """What a rule set says is never in a public cloud: looked at where anything is declared about it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        #: The keys, folded, of the tags in which anything is declared.
        self.keys = frozenset().union(*settings.vocabulary.tags.values())
        self._words = frozenset().union(*(settings.vocabulary.words[each] for each in _DECLARING))
        self._declares = lru_cache(maxsize=_REMEMBERED)(self._key_declares)

    def declared(self, asset: Asset, context: Context) -> bool:
        """Whether a tag or the register declares anything that may be prohibited: most often nothing does."""
        declares, system = self._declares, context.system
        for key, value in asset.tags:
            if declares(key) and fold(value) in self._words:
                return True
        if system is None:
            return False
        return any(fold(each) in self._words for each in (system.base_registry, system.tbb, system.marking))

    def of(self, asset: Asset, verdict: Verdict) -> tuple[Due, ...]:
        """The prohibitions that hold, in the rule set's order; to be asked where anything is declared.

        What is prohibited otherwise needs a duty, not this: nothing is derived from a name or a place.
        """
        return tuple(each for each in duties.of(asset, verdict, self._settings) if each.duty.never)

    def _key_declares(self, key: str) -> bool:
        return fold_key(key) in self.keys


def prohibited_use(
    asset: Asset, verdict: Verdict, found: Iterable[tuple[Due, tuple[Evidence, ...]]], settings: Settings
) -> FindingDraft | None:
    """The finding about what must never be there, always of the highest severity; None where there is none.

    Also of what holds metadata only: a name can be secret too.
    """
    if not verdict.prohibitions or asset.holds is Holds.NOTHING:
        return None
    details = {
        duties.rule(due): [
            (due.duty.identifier, f"{proof.path}={shown(proof.value, _SHOWN)}") for proof in evidence
        ]
        for due, evidence in found
    }
    kind = FindingKind.PROHIBITED_USE
    places = [pair for rule in verdict.prohibitions for pair in details.get(rule) or [(RULE_NAMED, rule)]]
    return FindingDraft(kind, Severity.CRITICAL, settings.clauses[kind], tuple(dict.fromkeys(places)))


def material_conflict(
    asset: Asset, verdict: Verdict, conflicts: Iterable[Conflict], settings: Settings
) -> FindingDraft | None:
    """The finding about statements that contradict each other; None where there is none.

    High where content is not taken to be material though somebody says that it is.
    """
    if not verdict.conflicts or asset.holds is Holds.NOTHING:
        return None
    kind = FindingKind.MATERIAL_CONFLICT
    said = {each.rule: each.said for each in conflicts}
    places = [pair for rule in verdict.conflicts for pair in said.get(rule) or ((RULE_NAMED, rule),)]
    severity = Severity.LOW
    if asset.holds is Holds.CONTENT:
        severity = Severity.MEDIUM if verdict.material is MaterialUse.MATERIAL else Severity.HIGH
    return FindingDraft(kind, severity, settings.clauses[kind], tuple(sorted(set(places))))
