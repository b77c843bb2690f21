"""Which rule set is in force: its data files loaded once, checked, hashed into a version, and applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files

from policy import fact_files, location_files, operator_files
from policy.custody import CustodyRules
from policy.custody_rules import read_custody_rules
from policy.department_files import is_department_file, read_department_files
from policy.duties import Due
from policy.explain import Step
from policy.facts import Country
from policy.findings import FindingDraft, may_need_a_person
from policy.judging import Policy
from policy.jurisdiction import JurisdictionRules
from policy.location import LocationRules
from policy.material import MaterialRules
from policy.material_rules import read_material_rules
from policy.prohibitions import Prohibitions
from policy.rows import PolicyDataError
from policy.rule_files import RULE_FILES
from policy.rule_sets import check_countries, read_rule_sets, rule_set_of
from policy.settings import read_vocabulary, settings_of
from policy.sovereignty_file import read_framework
from policy.texts import finding_texts

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

#: So many other days are kept ready; each holds its own caches.
_DATED = 8


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
