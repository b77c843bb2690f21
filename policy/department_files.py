"""What a department's file may say: stricter rules of its own, and weaker ones under an exemption only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from policy.asset_facts import ASSET
from policy.department_rules import (
    DepartmentFile,
    Exemption,
    Forbidden,
    OwnMaterial,
    Permission,
    Waiver,
)
from policy.material_rules import read_rule
from policy.periods import Span, check
from policy.rows import PolicyDataError
from policy.rule_conditions import check_cost, condition_of_assets, read_lists
from policy.rule_examples import Outcome, check_examples
from policy.rule_files import (
    CONFIDENCES,
    Duty,
    RuleSet,
    read_basis,
    read_duty_rows,
)
from policy.tables import Table, inner_tables, read_toml, subtables
from wolkenzicht.model import MaterialUse

FOLDER = "departments/"

#: As identifiers of organisations are elsewhere: what a file may be called.
_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
_ROW_ID = re.compile(r"[a-z0-9_]{1,60}")
_BASIS = ("clause", "confidence", "source", "valid_from", "valid_until")
_KINDS = ("forbidden", "permitted", "material", "duty", "never", "waived", "exemption")


def file_of(organisation: str) -> str:
    """The name of an organisation's file in an edition."""
    return f"{FOLDER}{organisation}.toml"


def is_department_file(name: str) -> bool:
    """Whether a file of an edition is a department's, well named or not."""
    return name.startswith(FOLDER)


def read_department_files(
    contents: Mapping[str, bytes], countries: Collection[str], rule_sets: Iterable[RuleSet]
) -> dict[str, DepartmentFile]:
    """All departments' files of an edition, by organisation; raises `PolicyDataError` where one is wrong."""
    duties: dict[str, bool] = {}
    for rules in rule_sets:
        for duty in rules.duties:
            duties[duty.identifier] = duty.never
    found = {}
    for name in sorted(filter(is_department_file, contents)):
        read = _read(name, contents[name], countries, duties)
        found[read.organisation] = read
    return found


def _read(
    file: str, content: bytes, countries: Collection[str], duties: Mapping[str, bool]
) -> DepartmentFile:
    organisation = file.removeprefix(FOLDER).removesuffix(".toml")
    if file != file_of(organisation) or not _IDENTIFIER.fullmatch(organisation):
        message = (
            f"'{organisation[:70]}' is no identifier of an organisation; name the file "
            f"{FOLDER}<organisation>.toml, with lower-case letters, digits, '.', '_' and '-'"
        )
        raise PolicyDataError(file, 1, 1, message)
    root = read_toml(file, content)
    root.only("organisation", "title", "valid_from", "valid_until", "confidence", "source", "lists", *_KINDS)
    if root.text("organisation") != organisation:
        root.fail("organisation", f"is not '{organisation}', as the file is called; correct one of them")
    root.choice("confidence", CONFIDENCES)
    reader = _Reader(root, organisation, (root.day("valid_from"), root.period()[1]), countries)
    return DepartmentFile(
        organisation=organisation,
        title=root.text("title"),
        source=root.text("source"),
        forbidden=reader.forbidden(),
        permitted=reader.permitted(),
        material=reader.material(),
        duties=reader.duties(),
        waived=reader.waived(duties),
    )


class _Reader:
    """Reads the rows of one file; exemptions first, for others name them."""

    def __init__(
        self,
        root: Table,
        organisation: str,
        within: tuple[date, date | None],
        countries: Collection[str],
    ) -> None:
        self._root = root
        self._organisation = organisation
        self._within = within
        self._countries = countries
        self._kind_of: dict[str, str] = {}
        self._exemptions = {each.identifier: each for each in self._read_exemptions()}

    def forbidden(self) -> tuple[Forbidden, ...]:
        """The rows `[[forbidden]]`."""
        found = []
        for table in self._rows("forbidden", "countries", "all_but", "text_en", "text_nl"):
            all_but = "all_but" in table.values
            if all_but == ("countries" in table.values):
                table.fail("countries", "give either countries or all_but, which names those left")
            found.append(
                Forbidden(
                    self._organisation,
                    self._rule(table),
                    self._codes(table, "all_but" if all_but else "countries"),
                    all_but,
                    table.text("text_en"),
                    table.text("text_nl"),
                    read_basis(table, self._within),
                )
            )
        return tuple(found)

    def permitted(self) -> tuple[Permission, ...]:
        """The rows `[[permitted]]`: weaker than the rule set, so each names an exemption."""
        what = "permits what the rule set does not"
        return tuple(
            Permission(
                self._organisation,
                self._rule(table),
                self._codes(table, "countries"),
                self._exemption(table, what),
                read_basis(table, self._within),
            )
            for table in self._rows("permitted", "countries", "exemption")
        )

    def material(self) -> tuple[OwnMaterial, ...]:
        """The rows `[[material]]`; one whose verdict is `not_material` names an exemption.

        Their conditions and examples are as in `material_rules.toml`, but that an example says only whether
        the rule matches: the verdict is the rule set's too.
        """
        found = []
        tables = self._rows("material", "when", "verdict", "reason_en", "reason_nl", "exemption", "example")
        lists = read_lists(self._root, ASSET)
        conditions = [condition_of_assets(table, "when", lists) for table in tables]
        check_cost(tables, conditions)
        for table, condition in zip(tables, conditions, strict=True):
            for example in inner_tables(table, "material", "example"):
                if "verdict" in example.values:
                    example.fail("verdict", "depends on the rule set too; say whether the rule matches")
            named = [(table, table.text("id"), condition)]
            check_examples(named, "verdict", lambda _: Outcome("", ""), "material")
            when = read_rule(table, condition)
            exemption = None
            if when.verdict is MaterialUse.NOT_MATERIAL:
                exemption = self._exemption(table, "says not_material")
            elif "exemption" in table.values:
                table.fail("exemption", f"a rule that says {when.verdict} weakens nothing; leave it out")
            when = replace(when, identifier=f"{self._organisation}.{when.identifier}")
            found.append(
                OwnMaterial(
                    self._organisation,
                    self._rule(table),
                    when,
                    exemption,
                    read_basis(table, self._within),
                )
            )
        return tuple(found)

    def duties(self) -> tuple[Duty, ...]:
        """The rows `[[duty]]` and `[[never]]`, as in rule sets, under the names of the department's rules."""
        for kind in ("duty", "never"):
            for table in self._tables(kind):
                self._name(table, kind)
        return tuple(
            replace(each, identifier=self._named(each.identifier))
            for each in read_duty_rows(self._root, self._within)
        )

    def waived(self, known: Mapping[str, bool]) -> tuple[Waiver, ...]:
        """The rows `[[waived]]`: duties of a rule set that do not count, each under an exemption."""
        found = []
        for table in self._rows("waived", "duty", "exemption"):
            duty = table.text("duty")
            if duty not in known:
                table.fail("duty", f"'{duty[:40]}' is no duty of a rule set; correct the id")
            if known[duty]:
                table.fail("duty", f"'{duty}' is a prohibition, and no exemption lifts one; remove the row")
            exemption = self._exemption(table, f"waives the duty '{duty}'")
            basis = read_basis(table, self._within)
            found.append(Waiver(self._organisation, self._rule(table), duty, exemption, basis))
        return tuple(found)

    def _read_exemptions(self) -> Iterator[Exemption]:
        for table in self._rows(
            "exemption",
            *("weakens_en", "weakens_nl", "reason_en", "reason_nl", "decided_by", "decided_on"),
        ):
            self._rule(table)
            if "valid_until" not in table.values:
                table.fail("valid_until", "an exemption has an end; add its last day, as 2027-12-31")
            basis = read_basis(table, self._within)
            decided_on = table.day("decided_on")
            if decided_on > basis.valid_from:
                table.fail("decided_on", f"lies after {basis.valid_from}, from when it counts; correct one")
            yield Exemption(
                organisation=self._organisation,
                identifier=table.text("id"),
                weakens_en=table.text("weakens_en"),
                weakens_nl=table.text("weakens_nl"),
                reason_en=table.text("reason_en"),
                reason_nl=table.text("reason_nl"),
                decided_by=table.text("decided_by"),
                decided_on=decided_on,
                valid_until=table.day("valid_until"),
                basis=basis,
            )

    def _exemption(self, table: Table, what: str) -> Exemption:
        if "exemption" not in table.values:
            table.fail("exemption", f"this row {what}; name the [[exemption]] that it rests on")
        named = table.text("exemption")
        if named not in self._exemptions:
            table.fail("exemption", f"'{named[:40]}' is no [[exemption]] of this file; add it or correct it")
        return self._exemptions[named]

    def _codes(self, table: Table, key: str) -> frozenset[str]:
        codes = table.texts(key)
        for code in codes:
            if code not in self._countries:
                table.fail(key, f"'{code[:40]}' is no code of countries.csv; correct the code")
        return frozenset(codes)

    def _rows(self, kind: str, *keys: str) -> list[Table]:
        """The tables of a kind, each with known keys only; no two of one id hold on one day."""
        tables = list(self._tables(kind))
        spans: dict[str, list[Span]] = {}
        for table in tables:
            table.only("id", *keys, *_BASIS)
            basis = read_basis(table, self._within)
            spans.setdefault(self._name(table, kind), []).append(
                Span.of(basis.valid_from, basis.valid_until, table)
            )
        for identifier, each in spans.items():
            if kind == "exemption" and len(each) > 1:
                each[1].row.fail("id", f"'{identifier}' is taken; choose another, rows name it")
            check(identifier, each)
        return tables

    def _tables(self, kind: str) -> Iterator[Table]:
        if kind in self._root.values:
            yield from subtables(self._root, kind)

    def _name(self, table: Table, kind: str) -> str:
        """The row's id: one word, and of one kind of row only, for a verdict names a rule by it."""
        identifier = table.text("id")
        if not _ROW_ID.fullmatch(identifier):
            table.fail("id", f"'{identifier[:40]}' is no id; use small letters, digits and '_'")
        before = self._kind_of.setdefault(identifier, kind)
        if before != kind:
            table.fail("id", f"'{identifier}' is the id of a [[{before}]] already; choose another")
        return identifier

    def _rule(self, table: Table) -> str:
        return self._named(table.text("id"))

    def _named(self, identifier: str) -> str:
        return f"department.{self._organisation}.{identifier}"
