"""What people say about material use: whose word counts first, and what contradicts what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.language.answers import Pair
from policy.registered import register_name
from policy.words import fold, shown
from wolkenzicht.model import Evidence, MaterialUse

DECISION = "material.decision"
REGISTER = "material.register"
REGISTER_WORD_UNKNOWN = "material.register_word_unknown"
TAG = "material.tag"
TAG_WORD_UNKNOWN = "material.tag_word_unknown"
TAGS_CONTRADICT = "material.tags_contradict"
COLUMN = "material.column"
COLUMN_WORD_UNKNOWN = "material.column_word_unknown"
#: From the second link on its number stands behind it: `material.link.2`.
LINK = "material.link"

#: The longest chain of links to an asset that is material by itself.
MAX_HOPS = 3


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction by the name of its rule: who says what, and the evidence.

    `said` are pairs of who says so (`register`, `tag`, `column`, `environment`, `link`) and what.
    """

    rule: str
    said: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class MaterialDecision:
    """A verdict on material use with its rule, the reason in both languages, and the evidence."""

    verdict: MaterialUse
    rule: str
    reason_en: str
    reason_nl: str
    evidence: tuple[Evidence, ...]
    source: str
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What one of them says; `says` is its words, for a conflict."""

    who: str
    says: str
    decided: MaterialDecision

    @property
    def use(self) -> MaterialUse:
        """What it says; undetermined where its word is not known or its words contradict each other."""
        return self.decided.verdict

    @property
    def settled(self) -> bool:
        """Whether it says yes or no."""
        return self.use is not MaterialUse.UNDETERMINED


class Statements:
    """Reads what people say with the words of the vocabulary, on the day of a policy."""

    def __init__(
        self, words: Mapping[MaterialUse, Collection[str]], tag_keys: Iterable[str], source: str, on: date
    ) -> None:
        self.tag_keys = frozenset(fold(key) for key in tag_keys)
        self._words = {fold(word): use for use, each in words.items() for word in each}
        self._source = source
        self._on = on

    def decide(
        self,
        tags: Sequence[Pair],
        declared: str,
        context: Context,
        rules: Callable[[], MaterialDecision | None],
    ) -> MaterialDecision | None:
        """A person's decision, else the register, a tag, a column, the rules, a link; None where none says.

        A word for "not known" hides nobody's yes or no, but no rule makes what is not known not material.
        """
        if context is NOTHING_KNOWN and not declared and not self._stated(tags):
            return rules()
        decision = context.decision
        day = context.on or self._on
        if decision is not None and decision.holds(day):
            return self._by_decision(decision)
        register, tag = self._by_register(context.system), self._by_tag(tags)
        column, linked = self._by_column(declared), self._by_link(context)
        people = [each for each in (register, tag, column) if each is not None]
        # What an environment says matters only where somebody says material, or nobody says yes or no.
        denied = (
            linked is None and bool(people) and all(each.use is MaterialUse.NOT_MATERIAL for each in people)
        )
        by_rules = None if denied else rules()
        found = self._first(people, by_rules, linked)
        if found is None:
            return None
        if not denied and (people or linked):
            conflicts = tuple(_conflicts(register, tag, column, by_rules, linked))
            if conflicts:
                found = replace(found, conflicts=conflicts)
        if decision is not None and decision.valid_until is not None and decision.valid_until < day:
            found = _with_note(found, decision)
        return found

    def _first(
        self, people: Sequence[Statement], by_rules: MaterialDecision | None, linked: Statement | None
    ) -> MaterialDecision | None:
        for each in people:
            if each.settled or each.decided.rule == TAGS_CONTRADICT:
                return each.decided
        use = by_rules.verdict if by_rules else MaterialUse.UNDETERMINED
        if use is MaterialUse.MATERIAL or (use is MaterialUse.NOT_MATERIAL and not people):
            return by_rules
        if linked is not None:
            return linked.decided
        return people[0].decided if people else by_rules

    def _by_decision(self, decision: Decision) -> MaterialDecision:
        by, why = shown(decision.decided_by), shown(decision.reason, 200)
        end = decision.valid_until
        end_en = f"until {end}" if end else "until it is ended"
        end_nl = f"tot en met {end}" if end else "tot het eindigt"
        evidence = [Evidence("decision.decided_by", shown(decision.decided_by, 200))]
        evidence += [
            Evidence("decision.decided_on", str(decision.decided_on)),
            Evidence("decision.reason", why),
        ]
        if end:
            evidence.append(Evidence("decision.valid_until", str(end)))
        return MaterialDecision(
            decision.material,
            DECISION,
            f"decided by {by} on {decision.decided_on}, {end_en}: {why}",
            f"besloten door {by} op {decision.decided_on}, {end_nl}: {why}",
            tuple(evidence),
            self._source,
        )

    def _by_register(self, system: SystemEntry | None) -> Statement | None:
        if system is None or not system.material.strip():
            return None
        word, named = shown(system.material), register_name(system)
        use = self._words.get(fold(system.material))
        known = use is not None
        reason = f"the register says '{word}' of the system {named}"
        reason_nl = f"het register zegt '{word}' van het systeem {named}"
        decided = MaterialDecision(
            use or MaterialUse.UNDETERMINED,
            REGISTER if known else REGISTER_WORD_UNKNOWN,
            reason if known else f"{reason}, a word that is not known; write yes or no",
            reason_nl if known else f"{reason_nl}, een woord dat niet bekend is; schrijf ja of nee",
            (Evidence(f"register.{named}.material", shown(system.material, 200)), *_register_source(system)),
            self._source,
        )
        return Statement("register", f"{named}: {word}", decided)

    def _by_column(self, declared: str) -> Statement | None:
        if not declared.strip():
            return None
        word, evidence = shown(declared), (_evidence("declarations.material", declared),)
        use = self._words.get(fold(declared))
        if use is None:
            decided = MaterialDecision(
                MaterialUse.UNDETERMINED,
                COLUMN_WORD_UNKNOWN,
                f"the declared word '{word}' is not known; write yes or no",
                f"het opgegeven woord '{word}' is niet bekend; schrijf ja of nee",
                evidence,
                self._source,
            )
        else:
            reason, reason_nl = f"declared as '{word}'", f"opgegeven als '{word}'"
            decided = MaterialDecision(use, COLUMN, reason, reason_nl, evidence, self._source)
        return Statement("column", word, decided)

    def _by_tag(self, tags: Sequence[Pair]) -> Statement | None:
        stated = self._stated(tags)
        if not stated:
            return None
        evidence = tuple(_evidence(f"tags.{key}", value) for _, _, key, value in stated)
        named = ", ".join(f"{shown(key)}={shown(value)}" for _, _, key, value in stated[:3])
        uses = {self._words[word] for _, word, _, _ in stated if word in self._words}
        unknown = [(key, value) for _, word, key, value in stated if word not in self._words]
        use, rule, reason, reason_nl = MaterialUse.UNDETERMINED, TAG, f"tag {named}", f"tag {named}"
        if {MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL} <= uses:
            rule = TAGS_CONTRADICT
            reason = f"tags contradict each other: {named}"
            reason_nl = f"tags spreken elkaar tegen: {named}"
        elif unknown:
            rule = TAG_WORD_UNKNOWN
            key, word = map(shown, unknown[0])
            reason = f"the word '{word}' of tag '{key}' is not known; write yes or no"
            reason_nl = f"het woord '{word}' van tag '{key}' is niet bekend; schrijf ja of nee"
        elif len(uses) == 1:
            [use] = uses
        else:
            [use] = uses - {MaterialUse.UNDETERMINED}
        return Statement("tag", named, MaterialDecision(use, rule, reason, reason_nl, evidence, self._source))

    def _stated(self, tags: Sequence[Pair]) -> list[Pair]:
        """The tags in which people state something about material use; an empty value states nothing."""
        keys = self.tag_keys
        return [pair for pair in tags if pair[0] in keys and pair[1]]

    def _by_link(self, context: Context) -> Statement | None:
        if not context.linked_material:
            return None
        named, hops = shown(context.linked_material, 200), context.linked_hops
        decided = MaterialDecision(
            MaterialUse.MATERIAL,
            LINK if hops == 1 else f"{LINK}.{hops}",
            f"linked to {named}, which is of material use",
            f"verbonden met {named}, waarvan het gebruik materieel is",
            (Evidence("link.asset_id", named), Evidence("link.hops", str(hops))),
            self._source,
        )
        return Statement("link", named, decided)


def hops_of(rule: str) -> int:
    """Over how many links a use was found to be material: 0 where it is so by itself."""
    if not rule.startswith(LINK):
        return 0
    number = rule.removeprefix(LINK).removeprefix(".")
    return int(number) if number.isdecimal() else 1


def _conflicts(
    register: Statement | None,
    tag: Statement | None,
    column: Statement | None,
    by_rules: MaterialDecision | None,
    linked: Statement | None,
) -> Iterator[Conflict]:
    """What contradicts what, in order of name."""
    material = [each for each in (register, tag, column, linked) if each and each.use is MaterialUse.MATERIAL]
    environment = _environment(by_rules)
    if environment is not None and material:
        yield _conflict("conflict.environment", *material, environment)
    denying = [each for each in (register, tag, column) if each and each.use is MaterialUse.NOT_MATERIAL]
    if linked is not None and denying:
        yield _conflict("conflict.link", *denying, linked)
    for name, one, other in (
        ("conflict.register_column", register, column),
        ("conflict.register_tag", register, tag),
        ("conflict.tag_column", tag, column),
    ):
        if one and other and one.settled and other.settled and one.use is not other.use:
            yield _conflict(name, one, other)
    if tag is not None and tag.decided.rule == TAGS_CONTRADICT:
        yield _conflict("conflict.tags", tag)


def _environment(by_rules: MaterialDecision | None) -> Statement | None:
    """What a tag says by the rule file: an environment that is not material."""
    if by_rules is None or by_rules.verdict is not MaterialUse.NOT_MATERIAL:
        return None
    tags = [each for each in by_rules.evidence if each.path.startswith("tags.")]
    says = ", ".join(f"{each.path.removeprefix('tags.')}={shown(each.value)}" for each in tags)
    return Statement("environment", says, by_rules) if tags else None


def _conflict(rule: str, *statements: Statement) -> Conflict:
    evidence = dict.fromkeys(proof for each in statements for proof in each.decided.evidence)
    return Conflict(rule, tuple((each.who, each.says) for each in statements), tuple(evidence))


def _with_note(found: MaterialDecision, decision: Decision) -> MaterialDecision:
    by, end = shown(decision.decided_by), decision.valid_until
    return replace(
        found,
        reason_en=f"{found.reason_en} (the decision by {by} of {decision.decided_on} ended on {end})",
        reason_nl=f"{found.reason_nl} (het besluit van {by} van {decision.decided_on} eindigde op {end})",
    )


def _register_source(system: SystemEntry) -> tuple[Evidence, ...]:
    return (Evidence("register.source", shown(system.source, 200)),) if system.source.strip() else ()


def _evidence(path: str, value: str) -> Evidence:
    return Evidence(shown(path, 200), shown(value, 200))
