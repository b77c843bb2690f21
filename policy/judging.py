"""What the rules of an edition, a day and an organisation make of an asset: verdict, findings, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policy import departments, duties, people_steps, sovereignty
from policy.alike import Alike
from policy.context import NOTHING_KNOWN, Context
from policy.custody import CustodyRules
from policy.department_material import DepartmentMaterial, with_own
from policy.department_rules import DepartmentFile, on_day
from policy.duties import Due
from policy.explain import Explainer, Step
from policy.findings import FindingDraft, find, find_region, may_need_a_person
from policy.first_match import FirstMatch
from policy.jurisdiction import JurisdictionRules, LawOver
from policy.location import LocationRules
from policy.material import MaterialRules
from policy.prohibitions import Prohibitions, material_conflict, prohibited_use
from policy.registered import countries_by_contract, evidence_of, with_register, worse_by_contract
from policy.settings import Settings
from policy.sovereignty_file import Framework
from policy.verbs import VerbVerdict, by_verb
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Certainty,
    FindingKind,
    LocationClass,
    Operation,
    Verdict,
)

#: The subject of steps about what must never be in a public cloud.
PROHIBITION = "prohibition"

#: Shown beside the class, not part of it. A tuple: comparing with two members is quicker than hashing.
_BESIDE = tuple(each for each in Operation if each not in DATA_OPERATIONS)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule set ready to judge with; two are equal where their versions and organisations are.

    `organisations` are those of a chain that have rules of their own: these make no other version, for the
    version covers the files of all departments.
    """

    version: str
    settings: Settings = field(repr=False, compare=False)
    locations: LocationRules = field(repr=False, compare=False)
    jurisdictions: JurisdictionRules = field(repr=False, compare=False)
    material: MaterialRules | DepartmentMaterial = field(repr=False, compare=False)
    custody: CustodyRules = field(repr=False, compare=False)
    prohibitions: Prohibitions = field(repr=False, compare=False)
    #: The settings without rules of departments, and the files of all of these.
    base: Settings = field(repr=False, compare=False)
    departments: Mapping[str, DepartmentFile] = field(repr=False, compare=False)
    framework: Framework = field(repr=False, compare=False)
    organisations: tuple[str, ...] = ()
    alike: Alike = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Have verdicts ready for assets that are alike."""
        rules: tuple[FirstMatch[Any], ...] = (*self.material.matchings, self.custody.matching)
        read = Alike(rules, self.material.stating | self.prohibitions.keys)
        object.__setattr__(self, "alike", read)

    def of(self, organisations: Sequence[str], day: date) -> Policy:
        """The policy for an organisation, given with those above it, nearest first, of a policy for all.

        It shares the facts. `day` says which rows of departments count; no fact may change up to it.
        """
        files = [self.departments[each] for each in organisations if each in self.departments]
        if not files:
            return self
        own = on_day(files, day)
        settings = departments.apply(replace(self.base, as_at=day), own)
        dated = "" if day == settings.vocabulary.as_at else f"@{day}"
        return replace(
            self,
            version=self.version.partition("@")[0] + dated,
            settings=settings,
            material=with_own(self.material, own.material),
            prohibitions=Prohibitions(settings),
            organisations=tuple(each.organisation for each in files),
        )

    def classify(self, asset: Asset, context: Context = NOTHING_KNOWN) -> Verdict:
        """The judgement on an asset: pure and total, whatever the order of locations and tags.

        `context` is what people said about it elsewhere: of places in a contract only what makes the
        class worse counts.
        """
        law = self.jurisdictions.of(asset.provider, asset.partition, asset.location)
        alike = self.alike
        if context is not NOTHING_KNOWN or not alike.pays():
            return self._judged(asset, context, law)
        key = alike.key(asset, law.touching(asset.created) if law.takeovers else ())
        verdict = alike.verdict(key)
        if verdict is None:
            verdict = self._judged(asset, context, law)
            alike.keep(key, verdict)
        return verdict

    def _judged(self, asset: Asset, context: Context, law: LawOver) -> Verdict:
        judge, provider = self.locations.judge, asset.provider
        seen = []
        worst, location_class = -1, LocationClass.UNKNOWN
        for each in asset.locations:
            place, badness = judge(
                provider, each.location, each.certainty is not Certainty.UNKNOWN, each.declared_countries
            )
            seen.append(place)
            if badness > worst and each.operation not in _BESIDE:
                worst, location_class = badness, place.location_class
        by_contract: tuple[str, ...] = ()
        if context.system is not None:
            location_class = worse_by_contract(location_class, context.system, judge)
            by_contract = countries_by_contract(context.system, judge)
        material = self.material.decide(asset, context)
        custody = self.custody.decide(asset)
        verdict = Verdict(
            location_class=location_class,
            locations=tuple(seen),
            jurisdictions=law.jurisdictions,
            material=material.verdict,
            material_rule=material.rule,
            material_reason=material.reason_en,
            policy_version=self.version,
            custody=custody.custody,
            custody_rule=custody.rule,
            conflicts=tuple(each.rule for each in material.conflicts),
            law_reach=law.reach,
            takeovers=law.touching(asset.created) if law.takeovers else (),
            contract_countries=by_contract,
        )
        own = self.settings.own
        if own.forbidden:
            told, judged = self._with_people(asset, verdict, context)
            verdict = replace(verdict, forbidden=departments.forbidden(told, judged, own))
        if not self.prohibitions.declared(asset, context):
            return verdict
        prohibited = self.prohibitions.of(*self._with_people(asset, verdict, context))
        return replace(verdict, prohibitions=tuple(sorted(map(duties.rule, prohibited))))

    def clause(self, kind: FindingKind) -> str:
        """The clause that a kind of finding rests on; of a duty that is missing empty where there is none."""
        if kind is FindingKind.DUTY_MISSING:
            return duties.recorded(self.settings)
        return self.settings.clauses[kind]

    def location_known(self, provider: str, code: str) -> bool:
        """Whether the provider's catalogue has a location code, be it a region, a zone or no place at all.

        False for a region that was opened after the facts were collected; also where there is no
        catalogue for the provider.
        """
        return self.locations.region_of(provider, code) is not None

    def findings(
        self, asset: Asset, verdict: Verdict, context: Context = NOTHING_KNOWN
    ) -> tuple[FindingDraft, ...]:
        """What needs a person about an asset with this verdict; at most one draft of each kind."""
        flagged = bool(verdict.takeovers or verdict.prohibitions or verdict.conflicts or verdict.forbidden)
        if not may_need_a_person(asset.holds, verdict.location_class, flagged, asset.type):
            return ()
        law = self.jurisdictions.of(asset.provider, asset.partition, asset.location)
        told, seen = self._with_people(asset, verdict, context)
        found = find(told, seen, self.settings, law.takeovers)
        if context.system is not None and not any(
            each.operation in DATA_OPERATIONS for each in asset.locations
        ):
            # Nothing was read of where data is: the contract does not make up for that.
            unread = find(replace(told, locations=asset.locations), verdict, self.settings, law.takeovers)
            kinds = {each.kind for each in found}
            found = (*found, *(each for each in unread if each.kind not in kinds))
        if not verdict.prohibitions and not verdict.conflicts:
            return found
        prohibited = self.prohibitions.of(told, seen) if verdict.prohibitions else ()
        dues = [(due, evidence_of(due.evidence, context)) for due in prohibited]
        conflicts = self.material.decide(asset, context).conflicts
        people = (
            prohibited_use(asset, verdict, dues, self.settings),
            material_conflict(asset, verdict, conflicts, self.settings),
        )
        return (*found, *(each for each in people if each is not None))

    def region_findings(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """What needs a person about a region that a provider lists; `enabled` says whether for an account.

        None where the catalogue has it, and none where there is no catalogue for the provider.
        """
        if provider not in self.locations.catalogues or self.location_known(provider, code):
            return ()
        return (find_region(code, self.settings, enabled=enabled),)

    def explain(
        self, asset: Asset, verdict: Verdict, language: str, context: Context = NOTHING_KNOWN
    ) -> tuple[Step, ...]:
        """Why the verdict is what it is; raises `ConfigurationError` for a language other than nl and en."""
        explainer = Explainer(
            self.version,
            self.settings.title,
            self.settings.as_at,
            self.locations,
            self.jurisdictions,
            self.material,
            self.custody,
        )
        told, seen = self._with_people(asset, verdict, context)
        return (
            *explainer.explain(told, seen, language, context),
            *people_steps.steps(asset, verdict, self.material, self.settings, context, language),
            *departments.steps(told, seen, self.base, self.settings, language),
            *self._duty_steps(asset, verdict, language, context),
            *sovereignty.steps(told, seen, self.jurisdictions, self.framework, language),
        )

    def duties(self, asset: Asset, verdict: Verdict, context: Context = NOTHING_KNOWN) -> tuple[Due, ...]:
        """The duties that follow, or may follow, from the use of an asset with this verdict."""
        return duties.of(*self._with_people(asset, verdict, context), self.settings)

    def verbs(
        self, asset: Asset, verdict: Verdict, context: Context = NOTHING_KNOWN
    ) -> tuple[VerbVerdict, ...]:
        """What is known for each of the five verbs, with what the contract of the asset's system proves."""
        return by_verb(*self._with_people(asset, verdict, context))

    def _duty_steps(self, asset: Asset, verdict: Verdict, language: str, context: Context) -> Iterator[Step]:
        for due in self.duties(asset, verdict, context):
            subject = PROHIBITION if due.duty.never else duties.SUBJECT
            statement, source = duties.statement(due, language), due.duty.basis.source
            yield Step(subject, statement, duties.rule(due), source, evidence_of(due.evidence, context))

    def _with_people(self, asset: Asset, verdict: Verdict, context: Context) -> tuple[Asset, Verdict]:
        return with_register(asset, verdict, context, self.locations.judge)
