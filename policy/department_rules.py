"""A department's own rules: stricter than the rule set, or weaker under an exemption that has an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.material_rules import MaterialRule
from policy.rule_files import Basis, Duty
from wolkenzicht.model import LocationClass, LocationVerdict

#: In the place of a country of the EER that is not told: only rules that forbid all but a few forbid it.
UNNAMED = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A recorded decision to be weaker than the rule set until a day; `basis.clause` refers to it."""

    organisation: str
    identifier: str
    weakens_en: str
    weakens_nl: str
    reason_en: str
    reason_nl: str
    decided_by: str
    decided_on: date
    valid_until: date
    basis: Basis


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Countries that a department forbids, though the rule set may permit them.

    With `all_but` these are the only ones that it does not forbid.
    """

    organisation: str
    rule: str
    countries: frozenset[str]
    all_but: bool
    text_en: str
    text_nl: str
    basis: Basis

    def covers(self, country: str) -> bool:
        """Whether a country is forbidden."""
        return (country in self.countries) != self.all_but


@dataclass(frozen=True, slots=True)
class Permission:
    """Countries that the rule set does not permit, and a department does under an exemption."""

    organisation: str
    rule: str
    countries: frozenset[str]
    exemption: Exemption
    basis: Basis


@dataclass(frozen=True, slots=True)
class OwnMaterial:
    """A department's rule on material use; one that says `not_material` has an exemption."""

    organisation: str
    rule: str
    when: MaterialRule
    exemption: Exemption | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Waiver:
    """A duty of the rule set that does not count under an exemption."""

    organisation: str
    rule: str
    duty: str
    exemption: Exemption
    basis: Basis


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """A department's file with every row that it ever had; duties have the rule's name for identifier."""

    organisation: str
    title: str
    source: str
    forbidden: tuple[Forbidden, ...]
    permitted: tuple[Permission, ...]
    material: tuple[OwnMaterial, ...]
    duties: tuple[Duty, ...]
    waived: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What counts on one day of the files of an organisation and those above it, nearest first.

    `permitted`, `material` and `waived` that rest on an exemption count only while that does.
    """

    files: tuple[DepartmentFile, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    permitted: tuple[Permission, ...] = ()
    material: tuple[OwnMaterial, ...] = ()
    duties: tuple[Duty, ...] = ()
    waived: tuple[Waiver, ...] = ()

    def forbids(self, country: str) -> Forbidden | None:
        """The rule that forbids a country: what one department forbids only its own exemption lifts."""
        return next(
            (
                each
                for each in self.forbidden
                if each.covers(country)
                and not any(
                    other.organisation == each.organisation and country in other.countries
                    for other in self.permitted
                )
            ),
            None,
        )

    def forbid(self, seen: LocationVerdict) -> dict[str, Forbidden]:
        """The countries of a place that are forbidden, each with its rule.

        A place inside the EER whose country is not told may be in any: it counts as `UNNAMED`.
        """
        if not self.forbidden:
            return {}
        inside = seen.location_class is LocationClass.INSIDE_EEA
        countries = seen.countries or ((UNNAMED,) if inside else ())
        return {each: row for each in countries if (row := self.forbids(each))}

    def permits(self, country: str) -> Permission | None:
        """The exemption's row that permits a country."""
        if self.forbids(country):
            return None
        return next((each for each in self.permitted if country in each.countries), None)

    def exemption_of(self, rule: str) -> Exemption | None:
        """The exemption that a verdict on material use by this rule rests on."""
        return next((each.exemption for each in self.material if each.rule == rule), None)


#: Of an organisation without rules of its own.
NO_RULES = OwnRules()


def on_day(files: Iterable[DepartmentFile], day: date) -> OwnRules:
    """What counts on a day of these files, in their order."""
    files = tuple(files)
    return OwnRules(
        files=files,
        forbidden=tuple(each for file in files for each in file.forbidden if each.basis.holds(day)),
        permitted=tuple(
            each
            for file in files
            for each in file.permitted
            if each.basis.holds(day) and each.exemption.basis.holds(day)
        ),
        material=tuple(
            each
            for file in files
            for each in file.material
            if each.basis.holds(day) and (each.exemption is None or each.exemption.basis.holds(day))
        ),
        duties=tuple(each for file in files for each in file.duties if each.basis.holds(day)),
        waived=tuple(
            each
            for file in files
            for each in file.waived
            if each.basis.holds(day) and each.exemption.basis.holds(day)
        ),
    )
