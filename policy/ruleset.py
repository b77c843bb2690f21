"""Which rule set is in force: its data files loaded once, checked, hashed into a version, and applied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files

from policy import (
    departments,
    duties,
    fact_files,
    location_files,
    operator_files,
    people_steps,
    sovereignty,
)
from policy.context import NOTHING_KNOWN, Context
from policy.custody import CustodyRules
from policy.custody_rules import read_custody_rules
from policy.department_files import is_department_file, read_department_files
from policy.department_material import DepartmentMaterial, with_own
from policy.department_rules import DepartmentFile, on_day
from policy.duties import Due
from policy.explain import Explainer, Step
from policy.facts import Country
from policy.findings import FindingDraft, find, find_region, may_need_a_person
from policy.jurisdiction import JurisdictionRules
from policy.location import LocationRules
from policy.material import MaterialRules
from policy.material_rules import read_material_rules
from policy.prohibitions import Prohibitions, material_conflict, prohibited_use
from policy.registered import evidence_of, with_register, worse_by_contract
from policy.rows import PolicyDataError
from policy.rule_files import RULE_FILES
from policy.rule_sets import check_countries, read_rule_sets, rule_set_of
from policy.settings import Settings, read_vocabulary, settings_of
from policy.sovereignty_file import Framework, read_framework
from policy.texts import finding_texts
from policy.verbs import VerbVerdict, by_verb
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Certainty,
    LocationClass,
    Operation,
    Verdict,
)

__all__ = [
    "DATA_FILES", "Due", "FindingDraft", "Policy", "Step", "build", "finding_texts", "load",
    "may_need_a_person",
]  # fmt: skip

#: The data files; their bytes make the version.
DATA_FILES = (
    "adequacy.csv",
    "aws_regions.csv",
    "azure_regions.csv",
    "countries.csv",
    "country_aliases.csv",
    "custody_rules.toml",
    "gcp_locations.csv",
    "laws.csv",
    "material_rules.toml",
    "odc_sites.csv",
    "operators.csv",
    *RULE_FILES,
    "settings.toml",
    "sovereignty.toml",
)

#: The subject of steps about what must never be in a public cloud.
PROHIBITION = "prohibition"

#: So many other days are kept ready; each holds its own caches.
_DATED = 8

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
        judge, provider = self.locations.judge, asset.provider
        seen = []
        worst, location_class = -1, LocationClass.UNKNOWN
        for each in asset.locations:
            place, badness = judge(
                provider, each.location, each.certainty != Certainty.UNKNOWN, each.declared_countries
            )
            seen.append(place)
            if badness > worst and each.operation not in _BESIDE:
                worst, location_class = badness, place.location_class
        if context.system is not None:
            location_class = worse_by_contract(location_class, context.system, judge)
        material = self.material.decide(asset, context)
        custody = self.custody.decide(asset)
        law = self.jurisdictions.of(provider, asset.partition, asset.location)
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
        )
        if not self.prohibitions.declared(asset, context):
            return verdict
        prohibited = self.prohibitions.of(*self._with_people(asset, verdict, context))
        return replace(verdict, prohibitions=tuple(sorted(map(duties.rule, prohibited))))

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
        flagged = bool(verdict.takeovers or verdict.prohibitions or verdict.conflicts)
        if not may_need_a_person(asset.holds, verdict.location_class, flagged):
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


def load(on: date | None = None, name: str | None = None) -> Policy:
    """The packaged rule set of a day with the facts of that day; None means the date that they carry.

    With a name that rule set, also on a day that it was not in force: today's facts under earlier rules.
    Raises `PolicyDataError` where a file is wrong, `ConfigurationError` for a day before the first rule
    set or a name that there is not.
    """
    if on is None and name is None:
        return _packaged()
    return _dated(on, name)


@lru_cache(maxsize=1)
def _packaged() -> Policy:
    return build(packaged_contents())


@lru_cache(maxsize=_DATED)
def _dated(on: date | None, name: str | None) -> Policy:
    return build(packaged_contents(), on, name)


@lru_cache(maxsize=1)
def packaged_contents() -> Mapping[str, bytes]:
    """The data files of the packaged edition, by name."""
    folder = files("policy") / "data"
    return {name: folder.joinpath(*name.split("/")).read_bytes() for name in DATA_FILES}


def build(
    contents: Mapping[str, bytes],
    on: date | None = None,
    name: str | None = None,
    organisations: Sequence[str] = (),
) -> Policy:
    """A rule set from the bytes of its data files by name, on a day; raises as `load` does.

    The files of all departments are checked; those of `organisations`, nearest first, count.
    """
    for file in sorted({each for each in contents if not is_department_file(each)} ^ set(DATA_FILES)):
        wrong = "is not known here; remove it" if file in contents else "is missing; add it"
        raise PolicyDataError(file, 1, 1, f"the file {wrong}")
    vocabulary = read_vocabulary(contents["settings.toml"])
    rule_sets = read_rule_sets({file: contents[file] for file in RULE_FILES})
    day = on or vocabulary.as_at
    rules = rule_set_of(rule_sets, day, name)
    countries = fact_files.countries(contents["countries.csv"], day, rule_sets[0].valid_from)
    check_countries(contents, rule_sets, countries)
    locations = _locations(contents, countries, day)
    adequate = [code for code in countries if locations.adequacy_of(code)]
    eea = [code for code, country in countries.items() if country.in_eea]
    settings = settings_of(rules, day, vocabulary, eea, adequate)
    dated = "" if day == vocabulary.as_at else f"@{day}"
    material_rules = read_material_rules("material_rules.toml", contents["material_rules.toml"])
    policy = Policy(
        version=f"{settings.name}/{_digest(contents)}{dated}",
        settings=settings,
        locations=locations,
        jurisdictions=_jurisdictions(contents, countries, day, vocabulary.takeover_days),
        material=MaterialRules(
            words=dict(vocabulary.material_words),
            tag_keys=vocabulary.material_tags,
            rules=tuple(each for each in material_rules if each.ground in (None, *rules.grounds)),
            source=rules.material_basis.cited(),
            on=day,
        ),
        custody=CustodyRules(read_custody_rules(contents["custody_rules.toml"])),
        prohibitions=Prohibitions(settings),
        base=settings,
        departments=read_department_files(contents, countries, rule_sets),
        framework=read_framework(contents["sovereignty.toml"]),
    )
    return policy.of(organisations, day)


def first_day(contents: Mapping[str, bytes]) -> date:
    """The first day of the first rule set: before it there are neither rules nor facts."""
    return read_rule_sets({file: contents[file] for file in RULE_FILES})[0].valid_from


def _locations(contents: Mapping[str, bytes], countries: Mapping[str, Country], day: date) -> LocationRules:
    return LocationRules(
        countries=countries,
        aliases=fact_files.aliases(contents["country_aliases.csv"], countries),
        adequacies=fact_files.adequacies(contents["adequacy.csv"], countries),
        catalogues={
            provider: location_files.regions(file, contents[file], countries, day)
            for provider, file in location_files.CATALOGUES.items()
        },
        as_at=day,
    )


def _jurisdictions(
    contents: Mapping[str, bytes], countries: Mapping[str, Country], day: date, takeover_days: int
) -> JurisdictionRules:
    laws = fact_files.laws(contents["laws.csv"], countries, day)
    operators = operator_files.operators(contents["operators.csv"], countries, laws, day)
    housings = operator_files.housings(contents["odc_sites.csv"], countries, laws, operators, day)
    eea = frozenset(code for code, country in countries.items() if country.in_eea)
    return JurisdictionRules(operators, housings, eea=eea, as_at=day, open_days=takeover_days)


def _digest(contents: Mapping[str, bytes]) -> str:
    """First 12 hex digits of SHA-256 over each file's name, length and bytes, in order of name."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()[:12]
