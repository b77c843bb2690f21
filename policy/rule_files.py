"""What a rule set says: what it permits, what material is, which duties follow, each row with its basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from policy.facts import valid_at
from policy.language.answers import Unknown
from policy.language.expression import Expression
from policy.language.schema import BOOL, Field, Schema
from policy.periods import Span, check
from policy.rule_conditions import condition
from policy.tables import Table, inner_tables, read_toml, subtable, subtables
from wolkenzicht.model import FindingKind

#: The files of rule sets; the last is the one that others succeed.
RULE_FILES = ("rulesets/RCB2022.toml", "rulesets/RCB2026.toml")

CONFIDENCES = ("confirmed", "secondary source", "to be checked")
#: What a department forbids goes against its own clause, a duty that is missing against the duty's.
_OWN_CLAUSE = (FindingKind.COUNTRY_FORBIDDEN, FindingKind.DUTY_MISSING)
#: The kinds of findings that a rule set has a clause for.
KINDS = tuple(each for each in FindingKind if each not in _OWN_CLAUSE)
#: Kinds that rule sets may lack, for they came later, and the kind of which the clause then counts.
INSTEAD = {
    FindingKind.DATA_OUTSIDE_EEA_ADEQUATE: FindingKind.DATA_OUTSIDE_EEA,
    FindingKind.ABOUT_TO_LEAVE: FindingKind.DATA_OUTSIDE_EEA,
    FindingKind.UNDECLARED_USE: FindingKind.VERDICT_MISMATCH,
    FindingKind.AGENT_SILENT: FindingKind.LOCATION_UNKNOWN,
    FindingKind.SIGHT_DENIED: FindingKind.LOCATION_UNKNOWN,
    FindingKind.NEVER_REPORTED: FindingKind.LOCATION_UNKNOWN,
    FindingKind.INVENTORY_OLD: FindingKind.LOCATION_UNKNOWN,
    FindingKind.MARKET_CONCENTRATION: FindingKind.JURISDICTION_CHANGED,
    FindingKind.INTEGRITY_ALARM: FindingKind.VERDICT_MISMATCH,
    FindingKind.ROUTE_DEAD: FindingKind.VERDICT_MISMATCH,
}
_BASIS = ("clause", "confidence", "source", "valid_from", "valid_until")


class Condition(StrEnum):
    """What a duty may depend on: the whole vocabulary of `applies_when`. Each may be unknown."""

    MATERIAL = "material"
    PERSONAL_DATA = "personal_data"
    SPECIAL_PERSONAL_DATA = "special_personal_data"
    OUTSIDE_WITHOUT_ADEQUACY = "outside_without_adequacy"
    OUTSIDE_PERMITTED = "outside_permitted"
    BASE_REGISTRY = "base_registry"
    BASE_REGISTRY_SOURCE = "base_registry_source"
    TBB_1_TO_3 = "tbb_1_to_3"
    STATE_SECRET = "state_secret"  # noqa: S105  # a marking of documents, no password


#: The names in `applies_when`.
DUTIES = Schema(
    "duty",
    tuple(
        Field(condition, BOOL, meaning)
        for condition, meaning in {
            Condition.MATERIAL: "the use is material",
            Condition.PERSONAL_DATA: "there are personal data",
            Condition.SPECIAL_PERSONAL_DATA: "there are special personal data",
            Condition.OUTSIDE_WITHOUT_ADEQUACY: "data is outside the EER without an adequacy decision",
            Condition.OUTSIDE_PERMITTED: "data is outside the permitted countries",
            Condition.BASE_REGISTRY: "it belongs to a basisregistratie",
            Condition.BASE_REGISTRY_SOURCE: "these are source data of a basisregistratie",
            Condition.TBB_1_TO_3: "it is of category TBB 1, 2 or 3",
            Condition.STATE_SECRET: "it is a state secret",
        }.items()
    ),
)
_FOLLOWS = ("yes", "no", "possible")
#: So many files stay read: an edition is built once for each day on which it changes.
_KEPT = 8


class Ground(StrEnum):
    """What makes a use material."""

    PRIMARY_TASK = "primary_task"
    LARGE_SCALE_PERSONAL_DATA = "large_scale_personal_data"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a row rests on, how sure that is, and when it holds."""

    clause: str
    confidence: str
    source: str
    valid_from: date
    valid_until: date | None

    def holds(self, on: date) -> bool:
        """Whether the row holds on a day."""
        return valid_at(self.valid_from, self.valid_until, on)

    def cited(self, words: Mapping[str, str] = MappingProxyType({})) -> str:
        """The clause, with its confidence where it is not confirmed, in these words where they have it."""
        if self.confidence == "confirmed":
            return self.clause
        return f"{self.clause} ({words.get(self.confidence, self.confidence)})"


@dataclass(frozen=True, slots=True)
class Permitted:
    """Where data may be besides the EER: countries, those with an adequacy decision, but none excluded."""

    countries: frozenset[str]
    adequate: bool
    excluded: frozenset[str]
    basis: Basis


@dataclass(frozen=True, slots=True)
class FindingClause:
    """What a kind of finding is told to go against."""

    kind: FindingKind
    text_en: str
    text_nl: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Duty:
    """What follows where `applies_when` holds; `never` is a use that must not be, not a thing to do."""

    identifier: str
    never: bool
    applies_when: Expression
    text_en: str
    text_nl: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule set, with every row that it ever had."""

    name: str
    title: str
    valid_from: date
    valid_until: date | None
    permitted: Permitted
    grounds: frozenset[Ground]
    material_basis: Basis
    clauses: tuple[FindingClause, ...]
    duties: tuple[Duty, ...]

    def nearest(self, day: date) -> date:
        """The day itself, or the nearest one that the rule set is in force on."""
        return max(self.valid_from, min(day, self.valid_until or date.max))


@lru_cache(maxsize=_KEPT)
def read_rule_set(file: str, content: bytes) -> tuple[RuleSet, Table]:
    """Read a rule set and its root table; raises `PolicyDataError`."""
    root = read_toml(file, content)
    root.only(
        *("name", "title", "valid_from", "valid_until", "confidence", "source"),
        *("permitted", "material", "clause", "duty", "never"),
    )
    name = root.text("name")
    if file != f"rulesets/{name}.toml":
        root.fail("name", f"'{name[:40]}' is not the name of the file; correct one of them")
    root.text("source")
    root.choice("confidence", CONFIDENCES)
    within = root.day("valid_from"), root.period()[1]
    permitted, material = subtable(root, "permitted"), subtable(root, "material")
    material.only("grounds", *_BASIS)
    return RuleSet(
        name=name,
        title=root.text("title"),
        valid_from=within[0],
        valid_until=within[1],
        permitted=_permitted(permitted, within),
        grounds=frozenset(Ground(each) for each in material.choices("grounds", tuple(Ground))),
        material_basis=_whole(material, within),
        clauses=_clauses(subtables(root, "clause"), within),
        duties=_duties(subtables(root, "duty"), within, never=False)
        + _duties(subtables(root, "never"), within, never=True),
    ), root


def _permitted(table: Table, within: tuple[date, date | None]) -> Permitted:
    table.only("countries", "adequate", "excluded", *_BASIS)
    countries, excluded = table.texts("countries", least=0), table.texts("excluded", least=0)
    for code in sorted({*countries} & {*excluded}):
        table.fail("excluded", f"'{code}' stands under countries too; remove one of them")
    return Permitted(frozenset(countries), table.flag("adequate"), frozenset(excluded), _whole(table, within))


def _clauses(tables: Sequence[Table], within: tuple[date, date | None]) -> tuple[FindingClause, ...]:
    found, spans = [], dict[FindingKind, list[Span]]()
    for table in tables:
        # A rule set from before there were two languages has one text.
        english, dutch = ("text", "text") if "text" in table.values else ("text_en", "text_nl")
        table.only("finding", *dict.fromkeys((english, dutch)), *_BASIS)
        kind, basis = FindingKind(table.choice("finding", KINDS)), _basis(table, within)
        found.append(FindingClause(kind, table.text(english), table.text(dutch), basis))
        spans.setdefault(kind, []).append(Span.of(basis.valid_from, basis.valid_until, table))
    for kind in KINDS:
        if kind in spans:
            check(kind, spans[kind], *within)
        elif kind not in INSTEAD:
            tables[-1].fail("finding", f"there is no [[clause]] for {kind}; add one")
    return tuple(found)


def _duties(tables: Sequence[Table], within: tuple[date, date | None], *, never: bool) -> tuple[Duty, ...]:
    found, spans = [], dict[str, list[Span]]()
    for table in tables:
        table.only("id", "applies_when", "text_en", "text_nl", "example", *_BASIS)
        basis = _basis(table, within)
        duty = Duty(
            identifier=table.text("id"),
            never=never,
            applies_when=_applies_when(table, "never" if never else "duty"),
            text_en=table.text("text_en"),
            text_nl=table.text("text_nl"),
            basis=basis,
        )
        found.append(duty)
        spans.setdefault(duty.identifier, []).append(Span.of(basis.valid_from, basis.valid_until, table))
    for identifier, each in spans.items():
        check(identifier, each)
    return tuple(found)


def _applies_when(table: Table, header: str) -> Expression:
    """The condition, with its examples tried: one each where it follows and does not, if both can be."""
    found = condition(table, "applies_when", DUTIES, {})
    tried = {_follows(each, found) for each in inner_tables(table, header, "example")}
    for word in ("yes", "no") if found.names else ("yes",):
        if word not in tried:
            table.fail("example", f'there is no [[{header}.example]] with follows = "{word}"; add one')
    return found


def _follows(example: Table, when: Expression) -> str:
    example.only("given", "follows")
    given = example.values.get("given")
    if not isinstance(given, dict) or not all(isinstance(each, bool) for each in given.values()):
        example.fail("given", "must say true or false of conditions, such as { material = true }")
    for name in given:
        if name not in DUTIES.by_path:
            example.fail("given", f"'{name[:40]}' is not known here; use {', '.join(DUTIES.by_path)}")
    answer = when.evaluate([given.get(name) for name in DUTIES.by_path]).answer
    found = "possible" if isinstance(answer, Unknown) else "yes" if answer else "no"
    expected = example.choice("follows", _FOLLOWS)
    if found != expected:
        example.fail("follows", f"expected {expected}, came out {found}; correct the example or applies_when")
    return found


def _whole(table: Table, within: tuple[date, date | None]) -> Basis:
    """The basis of a table that there is one of, so that it must hold as long as the rule set does."""
    basis = _basis(table, within)
    if (basis.valid_from, basis.valid_until) != within:
        table.fail("valid_from", "must hold as long as the rule set does; leave the dates out")
    return basis


def _basis(table: Table, within: tuple[date, date | None]) -> Basis:
    first, last = within
    valid_from, valid_until = table.period(within)
    valid_from = valid_from or first
    if valid_from < first:
        table.fail("valid_from", f"lies before {first}, when the rule set begins; correct one of them")
    if last and (valid_until or date.max) > last:
        table.fail("valid_until", f"lies after {last}, when the rule set ends; correct one of them")
    return Basis(
        clause=table.text("clause"),
        confidence=table.choice("confidence", CONFIDENCES),
        source=table.text("source"),
        valid_from=valid_from,
        valid_until=valid_until,
    )


def read_duty_rows(root: Table, within: tuple[date, date | None]) -> tuple[Duty, ...]:
    """The rows `[[duty]]` and `[[never]]` of a file, of which there may be none; raises `PolicyDataError`."""
    return tuple(
        each
        for key in ("duty", "never")
        if key in root.values
        for each in _duties(subtables(root, key), within, never=key == "never")
    )


def read_basis(table: Table, within: tuple[date, date | None]) -> Basis:
    """What a row rests on; where it has no dates it holds within those; raises `PolicyDataError`."""
    return _basis(table, within)
