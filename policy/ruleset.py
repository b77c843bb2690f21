"""Which rule set is in force: its data files loaded once, checked, hashed into a version, and applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from policy import fact_files, location_files, operator_files
from policy.explain import Explainer, Step
from policy.findings import FindingDraft, find, find_region, may_need_a_person
from policy.jurisdiction import JurisdictionRules
from policy.location import LocationRules
from policy.material import MaterialRules
from policy.material_rules import read_material_rules
from policy.rows import PolicyDataError
from policy.settings import Settings, read_settings
from policy.texts import finding_texts
from wolkenzicht.model import DATA_OPERATIONS, Asset, Certainty, LocationClass, Operation, Verdict

__all__ = [
    "DATA_FILES", "FindingDraft", "Policy", "Step", "build", "finding_texts", "load", "may_need_a_person",
]  # fmt: skip

#: The data files; their bytes make the version.
DATA_FILES = (
    "adequacy.csv",
    "aws_regions.csv",
    "azure_regions.csv",
    "countries.csv",
    "country_aliases.csv",
    "gcp_locations.csv",
    "laws.csv",
    "material_rules.toml",
    "odc_sites.csv",
    "operators.csv",
    "ruleset.toml",
)

#: Shown beside the class, not part of it. A tuple: comparing with two members is quicker than hashing.
_BESIDE = tuple(each for each in Operation if each not in DATA_OPERATIONS)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule set ready to judge with; two are equal where their versions are."""

    version: str
    settings: Settings = field(repr=False, compare=False)
    locations: LocationRules = field(repr=False, compare=False)
    jurisdictions: JurisdictionRules = field(repr=False, compare=False)
    material: MaterialRules = field(repr=False, compare=False)

    def classify(self, asset: Asset) -> Verdict:
        """The judgement on an asset: pure and total, whatever the order of locations and tags."""
        judge, provider = self.locations.judge, asset.provider
        verdicts = []
        worst, location_class = -1, LocationClass.UNKNOWN
        for each in asset.locations:
            verdict, badness = judge(
                provider, each.location, each.certainty != Certainty.UNKNOWN, each.declared_countries
            )
            verdicts.append(verdict)
            if badness > worst and each.operation not in _BESIDE:
                worst, location_class = badness, verdict.location_class
        material = self.material.decide(asset)
        return Verdict(
            location_class=location_class,
            locations=tuple(verdicts),
            jurisdictions=self.jurisdictions.of(provider, asset.partition, asset.location),
            material=material.verdict,
            material_rule=material.rule,
            material_reason=material.reason_en,
            policy_version=self.version,
        )

    def location_known(self, provider: str, code: str) -> bool:
        """Whether the provider's catalogue has a location code, be it a region, a zone or no place at all.

        False for a region that was opened after the facts were collected; also where there is no
        catalogue for the provider.
        """
        return self.locations.region_of(provider, code) is not None

    def findings(self, asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
        """What needs a person about an asset with this verdict; at most one draft of each kind."""
        return find(asset, verdict, self.settings)

    def region_findings(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """What needs a person about a region that a provider lists; `enabled` says whether for an account.

        None where the catalogue has it, and none where there is no catalogue for the provider.
        """
        if provider not in self.locations.catalogues or self.location_known(provider, code):
            return ()
        return (find_region(code, self.settings, enabled=enabled),)

    def explain(self, asset: Asset, verdict: Verdict, language: str) -> tuple[Step, ...]:
        """Why the verdict is what it is; raises `ConfigurationError` for a language other than nl and en."""
        explainer = Explainer(
            self.version, self.settings.title, self.locations, self.jurisdictions, self.material
        )
        return explainer.explain(asset, verdict, language)


@lru_cache(maxsize=1)
def load() -> Policy:
    """The packaged rule set; raises `PolicyDataError` where one of its files is wrong."""
    folder = files("policy") / "data"
    return build({name: (folder / name).read_bytes() for name in DATA_FILES})


def build(contents: Mapping[str, bytes]) -> Policy:
    """A rule set from the bytes of its data files by name; raises `PolicyDataError`."""
    for name in sorted(contents.keys() ^ set(DATA_FILES)):
        wrong = "is not known here; remove it" if name in contents else "is missing; add it"
        raise PolicyDataError(name, 1, 1, f"the file {wrong}")
    countries = fact_files.countries(contents["countries.csv"])
    settings = read_settings(contents["ruleset.toml"], countries)
    laws = fact_files.laws(contents["laws.csv"], countries)
    operators = operator_files.operators(contents["operators.csv"], countries, laws, settings.as_at)
    housings = operator_files.housings(contents["odc_sites.csv"], countries, laws, operators, settings.as_at)
    return Policy(
        version=f"{settings.name}/{_digest(contents)}",
        settings=settings,
        locations=LocationRules(
            countries=countries,
            aliases=fact_files.aliases(contents["country_aliases.csv"], countries),
            adequacies=fact_files.adequacies(contents["adequacy.csv"], countries),
            catalogues={
                provider: location_files.regions(file, contents[file], countries)
                for provider, file in location_files.CATALOGUES.items()
            },
            as_at=settings.as_at,
        ),
        jurisdictions=JurisdictionRules(operators, housings),
        material=MaterialRules(
            words=dict(settings.material_words),
            tag_keys=settings.material_tags,
            rules=read_material_rules("material_rules.toml", contents["material_rules.toml"]),
        ),
    )


def _digest(contents: Mapping[str, bytes]) -> str:
    """First 12 hex digits of SHA-256 over each file's name, length and bytes, in order of name."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()[:12]
