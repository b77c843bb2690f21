"""How an explanation tells whose law reaches an asset: how far, through which owners, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from policy.facts import Housing, Operator
from policy.jurisdiction import JurisdictionRules
from policy.steps import Step
from policy.takeovers import Takeover
from policy.words import shown
from wolkenzicht.model import Asset, Evidence, LawReach, Verdict

LAW_REACH = {
    "en": {
        LawReach.EEA_ONLY: "law of the EER only",
        LawReach.THROUGH_PARENT: "company of the EER with a parent outside it",
        LawReach.DIRECT: "directly under law from outside the EER",
        LawReach.UNKNOWN: "unknown",
    },
    "nl": {
        LawReach.EEA_ONLY: "alleen recht van de EER",
        LawReach.THROUGH_PARENT: "EER-bedrijf met moeder buiten de EER",
        LawReach.DIRECT: "rechtstreeks onder recht van buiten de EER",
        LawReach.UNKNOWN: "onbekend",
    },
}

_WORDS = {
    "en": {
        "reach": "law reach: {name}",
        "of_several": "{name} (the furthest of {count} operators)",
        "company": "{name} ({country})",
        "unconfirmed": "country not confirmed",
        "parent": " → {parent}",
        "since": ", since {day}",
        "not_known": "the facts do not name the operator of this partition or site",
        "takeover": "takeover: {operator} is of {owner} since {day}, before of {before}",
        "foreign": ", and so under law from outside the EER",
        "not_told": "takeover {name}: these facts do not tell of it",
        "and": " or ",
    },
    "nl": {
        "reach": "rechtsbereik: {name}",
        "of_several": "{name} (het verste van {count} beheerders)",
        "company": "{name} ({country})",
        "unconfirmed": "land niet bevestigd",
        "parent": " → {parent}",
        "since": ", sinds {day}",
        "not_known": "de beheerder van deze partitie of locatie staat niet in de gegevens",
        "takeover": "overname: {operator} is van {owner} sinds {day}, daarvoor van {before}",
        "foreign": ", en daarmee onder recht van buiten de EER",
        "not_told": "overname {name}: deze gegevens vermelden haar niet",
        "and": " of ",
    },
}


def reach_step(asset: Asset, verdict: Verdict, rules: JurisdictionRules, language: str, title: str) -> Step:
    """How far law from outside the EER reaches, by the verdict; through whom, where the facts say so."""
    words = _WORDS[language]
    concerned = rules.concerned(asset.provider, asset.partition, asset.location)
    same = rules.of(asset.provider, asset.partition, asset.location).reach == verdict.law_reach
    name = LAW_REACH[language][verdict.law_reach]
    if same and len(concerned) > 1:
        name = words["of_several"].format(name=name, count=len(concerned))
    statement = words["reach"].format(name=name)
    if same:
        told = "; ".join(_company(each, language) for each in concerned)
        statement += f": {told or words['not_known']}"
    source = _joined(each.source for each in concerned) if same else ""
    return Step("law_reach", statement, f"law_reach.{verdict.law_reach}", source or title, _evidence(asset))


def takeover_steps(
    asset: Asset, verdict: Verdict, rules: JurisdictionRules, language: str, title: str
) -> Iterator[Step]:
    """A step for each takeover that the verdict names."""
    words = _WORDS[language]
    known: dict[str, Takeover] = {
        each.identifier: each for each in rules.of(asset.provider, asset.partition, asset.location).takeovers
    }
    evidence = _evidence(asset)
    if asset.created:
        evidence += (Evidence("created", f"{asset.created:%Y-%m-%d}"),)
    for name in verdict.takeovers:
        found = known.get(name)
        if found is None:
            statement = words["not_told"].format(name=shown(name, 100))
            yield Step("takeover", statement, "takeover.not_known", title, evidence)
            continue
        statement = words["takeover"].format(
            operator=found.operator, owner=found.owner, day=found.day, before=words["and"].join(found.before)
        )
        rule = "takeover.owner_outside_eea" if found.into_foreign_law else "takeover.owner_inside_eea"
        yield Step(
            "takeover",
            statement + (words["foreign"] if found.into_foreign_law else ""),
            rule,
            found.source,
            evidence,
        )


def _company(row: Operator | Housing, language: str) -> str:
    """The operating company, its ultimate parent where that is another, and since when."""
    words = _WORDS[language]
    text = words["company"].format(name=row.name, country=row.country or words["unconfirmed"])
    if (row.parent, row.parent_country) != (row.name, row.country):
        owner = words["company"].format(name=row.parent, country=row.parent_country)
        text += words["parent"].format(parent=owner)
    return text + _since(row.valid_from, words["since"])


def _since(day: date | None, line: str) -> str:
    return line.format(day=day) if day else ""


def _evidence(asset: Asset) -> tuple[Evidence, ...]:
    return (Evidence("provider", asset.provider), Evidence("partition", shown(asset.partition, 200)))


def _joined(texts: Iterable[str]) -> str:
    return " ; ".join(dict.fromkeys(each for each in texts if each))
