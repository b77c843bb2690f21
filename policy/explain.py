"""Why a verdict is what it is, step by step: the rule, its source and the evidence, in Dutch or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy.custody import CustodyRules
from policy.jurisdiction import JurisdictionRules
from policy.law_steps import reach_step, takeover_steps
from policy.location import LocationRules
from policy.material import MaterialRules
from policy.steps import Step
from policy.texts import (
    CLASSES,
    CUSTODY,
    HOUSING,
    LOCATION_RULES,
    MATERIAL,
    OPERATIONS,
    VERB_LINES,
    VERBS,
    check_language,
)
from policy.verbs import VERBS_IN_CLASS, Verb, VerbVerdict, by_verb
from policy.words import shown
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    DataLocation,
    Evidence,
    Jurisdiction,
    LocationClass,
    LocationVerdict,
    Verdict,
)

__all__ = ["DECLARED_HOUSING", "Explainer", "Step"]

#: Properties in which a source names who runs a site's building and who owns it.
DECLARED_HOUSING = ("site_operator", "site_owner")
_CODE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains verdicts with the facts of one rule set."""

    version: str
    title: str
    locations: LocationRules
    jurisdictions: JurisdictionRules
    material: MaterialRules
    custody: CustodyRules

    def explain(self, asset: Asset, verdict: Verdict, language: str) -> tuple[Step, ...]:
        """The steps: class, five verbs, each location, law and takeovers, the building, keys, material use.

        Class, countries, law, custody and material use are the verdict's own, also where it was
        made under another version (which the first step then says); the facts beside them are this rule
        set's. Raises `ConfigurationError` for another language than nl and en.
        """
        check_language(language)
        judged = zip(asset.locations, verdict.locations, strict=True)
        verbs = by_verb(asset, verdict)
        return (
            self._class_step(asset, verdict, verbs, language),
            *(self._verb_step(each, language) for each in verbs),
            *(self._location_step(asset.provider, place, seen, language) for place, seen in judged),
            reach_step(asset, verdict, self.jurisdictions, language, self.title),
            *self._jurisdiction_steps(asset, verdict.jurisdictions, language),
            *takeover_steps(asset, verdict, self.jurisdictions, language, self.title),
            *self._housing_steps(asset, language),
            self._custody_step(asset, verdict, language),
            self._material_step(asset, verdict, language),
        )

    def _class_step(
        self, asset: Asset, verdict: Verdict, verbs: tuple[VerbVerdict, ...], language: str
    ) -> Step:
        found = any(each.operation in DATA_OPERATIONS for each in asset.locations)
        name = CLASSES[language][verdict.location_class]
        if language == "nl":
            reason = "het slechtste van alle plaatsen waar gegevens zijn"
            reason = reason if found else "er is geen plaats gelezen waar gegevens zijn"
            statement = f"locatieklasse: {name} ({reason}; {_covers(verbs, language)})"
            other = f"; beoordeeld onder {verdict.policy_version}, uitgelegd met {self.version}"
        else:
            reason = "the worst of all places where data is"
            reason = reason if found else "no place where data is was read"
            statement = f"location class: {name} ({reason}; {_covers(verbs, language)})"
            other = f"; judged under {verdict.policy_version}, explained with {self.version}"
        if verdict.policy_version != self.version:
            statement += other
        rule = "location_class.worst" if found else "location_class.no_data_location"
        return Step("location_class", statement, rule, self.title, ())

    def _verb_step(self, found: VerbVerdict, language: str) -> Step:
        words, verb = VERB_LINES[language], VERBS[language][found.verb]
        if not found.known:
            return Step("verb", words["not_told"].format(verb=verb), "verb.not_told", self.title, ())
        line = words["in_part" if found.verb is Verb.PROCESSED else "told"]
        statement = line.format(
            verb=verb,
            name=CLASSES[language][found.location_class],
            countries=", ".join(found.countries) or words["no_country"],
            operations=", ".join(OPERATIONS[language][each] for each in found.operations),
        )
        return Step("verb", statement, "verb.worst_of_locations", self.title, found.evidence)

    def _location_step(
        self, provider: str, place: DataLocation, seen: LocationVerdict, language: str
    ) -> Step:
        code = shown(place.location, _CODE_SHOWN) or ("geen code" if language == "nl" else "no code")
        region = self.locations.region_of(provider, place.location)
        if region and region.city:
            code += f", {region.city}"
        how = LOCATION_RULES[language].get(seen.rule, seen.rule)
        if region and region.note and len(region.countries) != 1 and language == "en":
            how += f": {region.note}"
        if region and region.confidence == "low":
            how += ", zekerheid laag" if language == "nl" else ", confidence low"
        where = [self._country(country, language) for country in seen.countries]
        if not seen.countries or seen.location_class == LocationClass.UNKNOWN:
            where.append(CLASSES[language][seen.location_class])
        operation = OPERATIONS[language][place.operation]
        sources = [region.source] if region and not place.declared_countries else []
        for country in seen.countries:
            sources += self._country_sources(country)
        evidence = place.evidence
        if place.declared_countries:
            evidence += (Evidence("declared_countries", shown(", ".join(place.declared_countries), 200)),)
        statement = f"{operation} – {code}: {'; '.join(where)} ({how})"
        return Step("location", statement, seen.rule, _joined(sources) or self.title, evidence)

    def _country(self, code: str, language: str) -> str:
        known = self.locations.countries.get(code)
        name = f"{known.name} ({code})" if known and language == "en" else code
        text = f"{name}: {CLASSES[language][self.locations.class_of(code)]}"
        decision = self.locations.adequacy_of(code)
        partial = [
            each for each in self.locations.adequacies if each.code == code and not each.covers_location
        ]
        until = "tot en met" if language == "nl" else "until"
        if decision:
            end = f", {until} {decision.valid_until}" if decision.valid_until else ""
            text += f" [{decision.decision}{end}]"
        elif partial and language == "en":
            text += f" [{partial[0].decision} {partial[0].covers_reason}]"
        elif partial:
            text += f" [{partial[0].decision} dekt de locatie niet als geheel]"
        return text

    def _country_sources(self, code: str) -> Iterator[str]:
        if code in self.locations.countries:
            yield self.locations.countries[code].source
        yield from (each.source for each in self.locations.adequacies if each.code == code)

    def _jurisdiction_steps(
        self, asset: Asset, jurisdictions: tuple[Jurisdiction, ...], language: str
    ) -> Iterator[Step]:
        evidence = (Evidence("provider", asset.provider), Evidence("partition", shown(asset.partition, 200)))
        operators = self.jurisdictions.operators_of(asset.provider, asset.partition, asset.location)
        if not jurisdictions:
            statement = (
                "rechtsmacht onbekend: de beheerder van deze partitie of locatie staat niet in de gegevens"
                if language == "nl"
                else "jurisdiction unknown: the facts do not name the operator of this partition or site"
            )
            yield Step("jurisdiction", statement, "jurisdiction.operator_not_known", self.title, evidence)
        for each in jurisdictions:
            through = " → ".join(each.chain)
            laws = ("; wetten: " if language == "nl" else "; laws: ") + " | ".join(each.laws)
            statement = f"{each.country}: {through}{laws if each.laws else ''}"
            concerned = [row for row in operators if each.country in (row.parent_country, row.country)]
            notes = _joined(row.note for row in concerned)
            if notes and language == "en":
                statement += f" ({notes})"
            source = _joined(row.source for row in concerned) or self.title
            yield Step("jurisdiction", statement, "jurisdiction.operator_and_parent", source, evidence)

    def _housing_steps(self, asset: Asset, language: str) -> Iterator[Step]:
        """In whose building the site stands: a fact beside the jurisdictions, for housing is no access."""
        if asset.provider not in self.jurisdictions.housed:
            return
        words = HOUSING[language]
        declared = [(key, value) for key, value in asset.properties if key in DECLARED_HOUSING]
        evidence = (
            Evidence("partition", shown(asset.partition, 200)),
            *(Evidence(f"properties.{key}", shown(value, 200)) for key, value in declared),
        )
        found = self.jurisdictions.housing_of(asset.provider, asset.partition)
        if found is None and declared:
            names = ", ".join(f"{words[key]} {shown(value)}" for key, value in declared)
            statement = words["declared"].format(names=names, unknown=words["unknown"])
            yield Step("housing", statement, "housing.declared", self.title, evidence)
            return
        if found is None:
            yield Step("housing", words["unknown"], "housing.not_known", self.title, evidence)
            return
        operator = f"{found.name} ({found.country})"
        if found.parent != found.name:
            operator += words["parent"].format(parent=f"{found.parent} ({found.parent_country})")
        statement = words["building"].format(
            owner=f"{found.owner} ({found.owner_country})",
            operator=operator,
            access=words["access" if found.logical_access else "no_access"],
        )
        if found.laws:
            laws = " | ".join(f"{law.name}: {law.status}" for law in found.laws)
            statement += words["laws"].format(laws=laws)
        if found.note and language == "en":
            statement += f" ({found.note})"
        yield Step("housing", statement, "housing.building_operator", found.source, evidence)

    def _custody_step(self, asset: Asset, verdict: Verdict, language: str) -> Step:
        decision = self.custody.decide(asset)
        statement, source, evidence = CUSTODY[language][verdict.custody], self.title, tuple[Evidence, ...]()
        if (decision.custody, decision.rule) == (verdict.custody, verdict.custody_rule):
            statement += f": {decision.reason_nl if language == 'nl' else decision.reason_en}"
            source, evidence = decision.source or self.title, decision.evidence
        return Step("custody", statement, verdict.custody_rule, source, evidence)

    def _material_step(self, asset: Asset, verdict: Verdict, language: str) -> Step:
        decision = self.material.decide(asset)
        reason, source, evidence = verdict.material_reason, self.title, tuple[Evidence, ...]()
        if (decision.verdict, decision.rule) == (verdict.material, verdict.material_rule):
            reason = decision.reason_nl if language == "nl" else decision.reason_en
            source, evidence = decision.source, decision.evidence
        statement = f"{MATERIAL[language][verdict.material]}: {reason}"
        return Step("material", statement, verdict.material_rule, source, evidence)


def _covers(verbs: tuple[VerbVerdict, ...], language: str) -> str:
    """Which of the five verbs the class is about for this asset, and which not."""
    words = VERBS[language]
    covered = [each.verb for each in verbs if each.known and each.verb in VERBS_IN_CLASS]
    if not covered:
        return VERB_LINES[language]["covers_none"]
    others = ", ".join(words[each.verb] for each in verbs if each.verb not in covered)
    return VERB_LINES[language]["covers"].format(
        covered=", ".join(words[each] for each in covered), others=others
    )


def _joined(texts: Iterable[str]) -> str:
    return " ; ".join(dict.fromkeys(each for each in texts if each))
