"""How departments' own rules act on what is permitted and on duties, and how all of them are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from policy import duties
from policy.department_rules import OwnRules
from policy.department_texts import DEPARTMENT, cited, exemption_text
from policy.explain import Step
from policy.settings import Settings
from wolkenzicht.model import DATA_OPERATIONS, Asset, Evidence, Verdict

SUBJECT = "department"


def apply(settings: Settings, own: OwnRules) -> Settings:
    """The settings of a rule set with departments' own rules on top."""
    permitted = {country for each in own.permitted for country in each.countries if own.permits(country)}
    waived = {each.duty for each in own.waived}
    kept = tuple(each for each in settings.duties if each.identifier not in waived)
    return replace(
        settings,
        permitted_countries=settings.permitted_countries | permitted,
        duties=(*kept, *own.duties),
        own=own,
    )


def forbidden(asset: Asset, verdict: Verdict, own: OwnRules) -> tuple[str, ...]:
    """The rules that forbid a country where data is, in order of name."""
    judged = zip(asset.locations, verdict.locations, strict=True)
    places = [seen for place, seen in judged if place.operation in DATA_OPERATIONS]
    return tuple(sorted({row.rule for seen in places for row in own.forbid(seen).values()}))


def steps(
    asset: Asset, verdict: Verdict, base: Settings, settings: Settings, language: str
) -> Iterator[Step]:
    """What departments' own rules do to an asset; `base` are the settings without them.

    First whose rules count, then what is forbidden and what exemptions permit or waive; material use and
    duties have steps of their own.
    """
    own, words = settings.own, DEPARTMENT[language]
    for file in own.files:
        statement = words["rules"].format(organisation=file.organisation, title=file.title)
        yield Step(SUBJECT, statement, f"{SUBJECT}.{file.organisation}", file.source, ())
    yield from _places(asset, verdict, own, language)
    waived = {each.duty: each for each in own.waived}
    if not waived:
        return
    of_waived = replace(base, duties=tuple(each for each in base.duties if each.identifier in waived))
    for due in duties.of(asset, verdict, of_waived):
        row = waived[due.duty.identifier]
        statement = words["waived"].format(
            text=due.duty.text_nl if language == "nl" else due.duty.text_en,
            clause=cited(due.duty.basis, language),
            exemption=exemption_text(row.exemption, language),
        )
        yield Step(duties.SUBJECT, statement, row.rule, row.basis.source, due.evidence)


def _places(asset: Asset, verdict: Verdict, own: OwnRules, language: str) -> Iterator[Step]:
    """One step for each row about countries that data is in."""
    found: dict[str, tuple[Callable[[str], str], str, list[str], list[Evidence]]] = {}
    for place, seen in zip(asset.locations, verdict.locations, strict=True):
        if place.operation not in DATA_OPERATIONS:
            continue
        for country in seen.countries or own.forbid(seen):
            made = _about(country, own, language)
            if made:
                rule, source, text = made
                _, _, countries, evidence = found.setdefault(rule, (text, source, [], []))
                countries.append(country)
                evidence.extend(place.evidence)
    for rule, (text, source, countries, evidence) in sorted(found.items()):
        unnamed = DEPARTMENT[language]["unnamed"]
        named = ", ".join(sorted({each or unnamed for each in countries}))
        yield Step(SUBJECT, text(named), rule, source, tuple(dict.fromkeys(evidence)))


def _about(country: str, own: OwnRules, language: str) -> tuple[str, str, Callable[[str], str]] | None:
    """The rule about a country that data is in, its source, and its statement about several such."""
    words = DEPARTMENT[language]
    if forbidden := own.forbids(country):
        text = forbidden.text_nl if language == "nl" else forbidden.text_en
        clause = cited(forbidden.basis, language)
        return (
            forbidden.rule,
            forbidden.basis.source,
            lambda named: words["forbidden"].format(
                organisation=forbidden.organisation, countries=named, text=text, clause=clause
            ),
        )
    permission = own.permits(country)
    if permission is None:
        return None
    return (
        permission.rule,
        permission.basis.source,
        lambda named: words["permitted"].format(
            countries=named,
            clause=cited(permission.basis, language),
            exemption=exemption_text(permission.exemption, language),
        ),
    )
