"""What metadata tell about objectives of the EU Cloud Sovereignty Framework: evidence, and no score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy.jurisdiction import JurisdictionRules
from policy.law_steps import LAW_REACH
from policy.sovereignty_file import Framework, Objective
from policy.sovereignty_texts import SOVEREIGNTY
from policy.steps import Step
from policy.texts import CLASSES, CUSTODY, VERBS
from policy.verbs import Verb, VerbVerdict, by_verb
from policy.words import shown
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Evidence,
    KeyCustody,
    LawReach,
    LocationClass,
    Verdict,
)

SUBJECT = "sovereignty"

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class _Found:
    """Evidence for one objective: what is known, what is not, and the values that it was read from."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def steps(
    asset: Asset, verdict: Verdict, rules: JurisdictionRules, framework: Framework, language: str
) -> Iterator[Step]:
    """A step for each objective that metadata can inform, and one for all others.

    The evidence is the verdict's own; operators and buildings are those of the facts.
    """
    words = SOVEREIGNTY[language]
    found = {
        "SOV-2": _legal(asset, verdict, language),
        "SOV-3": _data(asset, verdict, language),
        "SOV-4": _operational(asset, verdict, rules, language),
    }
    for objective in framework.objectives:
        if objective.identifier in found:
            of = found[objective.identifier]
            statement = words["known"].format(
                objective=objective.identifier,
                title=_title(objective, language),
                known="; ".join(of.known) or words["nothing"],
                unknown="; ".join(of.unknown) or words["nothing"],
            )
            rule = f"{SUBJECT}.{objective.identifier}"
            yield Step(SUBJECT, statement, rule, framework.cited(), of.evidence)
    others = [each for each in framework.objectives if each.identifier not in found]
    statement = words["others"].format(
        name=framework.name,
        objectives=", ".join(f"{each.identifier} ({_title(each, language)})" for each in others),
    )
    yield Step(SUBJECT, statement, f"{SUBJECT}.not_from_metadata", framework.cited(), ())


def _legal(asset: Asset, verdict: Verdict, language: str) -> _Found:
    words = SOVEREIGNTY[language]
    known, unknown = [], []
    if verdict.law_reach is LawReach.UNKNOWN:
        unknown.append(words["no_reach"])
    else:
        known.append(words["reach"].format(name=LAW_REACH[language][verdict.law_reach]))
    for each in verdict.jurisdictions:
        text = words["jurisdiction"].format(country=each.country, chain=" → ".join(each.chain))
        known.append(text + (words["laws"].format(laws=" | ".join(each.laws)) if each.laws else ""))
    if not verdict.jurisdictions:
        unknown.append(words["no_operator"])
    known += [words["takeover"].format(name=shown(each, _SHOWN)) for each in verdict.takeovers]
    return _Found(
        tuple(known),
        (*unknown, words["contract"]),
        (
            *_partition(asset),
            Evidence("verdict.law_reach", verdict.law_reach),
            *(Evidence("verdict.jurisdictions", each.country) for each in verdict.jurisdictions),
        ),
    )


def _data(asset: Asset, verdict: Verdict, language: str) -> _Found:
    words = SOVEREIGNTY[language]
    verbs = {each.verb: each for each in by_verb(asset, verdict)}
    known, unknown = [], []
    if verdict.location_class is LocationClass.UNKNOWN:
        unknown.append(words["no_class"])
    else:
        countries = sorted(
            {
                code
                for place, seen in zip(asset.locations, verdict.locations, strict=True)
                if place.operation in DATA_OPERATIONS
                for code in seen.countries
            }
        )
        name = CLASSES[language][verdict.location_class]
        known.append(words["class"].format(name=name, countries=_countries(countries)))
    for verb in (Verb.STORED, Verb.PROCESSED):
        _tell(verbs[verb], known, unknown, language)
    if verdict.custody is KeyCustody.UNKNOWN:
        unknown.append(words["no_custody"])
    else:
        known.append(words["custody"].format(name=CUSTODY[language][verdict.custody]))
    return _Found(
        tuple(known),
        (*unknown, words["ai"]),
        (
            Evidence("verdict.location_class", verdict.location_class),
            Evidence("verdict.custody", verdict.custody),
            Evidence("verdict.custody_rule", verdict.custody_rule),
        ),
    )


def _operational(asset: Asset, verdict: Verdict, rules: JurisdictionRules, language: str) -> _Found:
    words = SOVEREIGNTY[language]
    known, unknown = [], []
    operators = rules.operators_of(asset.provider, asset.partition, asset.location)
    if operators:
        names = dict.fromkeys(f"{each.name} ({each.country or words['unconfirmed']})" for each in operators)
        known.append(words["operator"].format(names=" / ".join(names)))
    else:
        unknown.append(words["no_operator"])
    known.append(words["partition"].format(name=shown(asset.partition, _SHOWN)))
    if housing := rules.housing_of(asset.provider, asset.partition):
        known.append(words["building"].format(name=f"{housing.name} ({housing.country})"))
    verbs = {each.verb: each for each in by_verb(asset, verdict)}
    for verb in (Verb.MANAGED, Verb.VIEWED, Verb.EDITED):
        _tell(verbs[verb], known, unknown, language)
    managed = verbs[Verb.MANAGED].evidence
    return _Found(tuple(known), (*unknown, words["staff"], words["exit"]), (*_partition(asset), *managed))


def _tell(found: VerbVerdict, known: list[str], unknown: list[str], language: str) -> None:
    """What is known of a verb; a place whose country nobody knows is as good as not told."""
    words, verb = SOVEREIGNTY[language], VERBS[language][found.verb]
    if not found.known or found.location_class is LocationClass.UNKNOWN:
        unknown.append(words["no_verb"].format(verb=verb))
        return
    name = CLASSES[language][found.location_class]
    known.append(words["verb"].format(verb=verb, name=name, countries=_countries(found.countries)))


def _countries(codes: list[str] | tuple[str, ...]) -> str:
    return f" ({', '.join(codes)})" if codes else ""


def _partition(asset: Asset) -> tuple[Evidence, ...]:
    return (Evidence("provider", asset.provider), Evidence("partition", shown(asset.partition, _SHOWN)))


def _title(objective: Objective, language: str) -> str:
    return objective.title_nl if language == "nl" else objective.title_en
