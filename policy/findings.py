"""What needs a person, and how urgent: content outside the EER or at an unknown place, an unknown region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy import leaving
from policy.alert_texts import ALLOWED_BY, FORBIDDEN_BY
from policy.clauses import kept, together
from policy.department_rules import Forbidden
from policy.department_texts import exemption_text
from policy.settings import Settings
from policy.takeovers import Takeover
from policy.texts import LOCATION_RULES, REGION_ENABLED, REGION_OFFERED, TAKEOVER, TAKEOVER_SOURCE
from policy.words import fold, shown
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    DataLocation,
    FindingKind,
    Holds,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Operation,
    Severity,
    Verdict,
)

#: What is told of content at a place of these classes.
_OUTSIDE = {
    FindingKind.DATA_OUTSIDE_EEA: LocationClass.OUTSIDE_EEA,
    FindingKind.DATA_OUTSIDE_EEA_ADEQUATE: LocationClass.OUTSIDE_EEA_ADEQUATE,
}
#: Kinds whose details name what could not be seen.
_UNSEEN = frozenset({FindingKind.LOCATION_UNKNOWN})
#: Where nothing is yet there is time.
_LESS = {
    Severity.CRITICAL: Severity.HIGH,
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
    Severity.LOW: Severity.LOW,
}
_ORDER = {operation: place for place, operation in enumerate(Operation)}
_CODE_SHOWN = 100

Judged = tuple[DataLocation, LocationVerdict]


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """A finding as the rules see it; `details` holds the offending places as (operation, place).

    About a region the one detail says whether it is enabled for an account, and its code. About takeovers
    they name operator, owners and day, and the source.
    """

    kind: FindingKind
    severity: Severity
    clause: str
    details: tuple[tuple[str, str], ...]


def find(
    asset: Asset, verdict: Verdict, settings: Settings, takeovers: Iterable[Takeover] = ()
) -> tuple[FindingDraft, ...]:
    """The findings about one asset, at most one of each kind; `takeovers` are those of its operators.

    None but where `may_need_a_person` says so, with what this verdict is flagged with.
    """
    return (
        *_about_places(asset, verdict, settings),
        *_about_leaving(asset, verdict, settings),
        *_about_forbidden(asset, verdict, settings),
        *_about_takeovers(asset, verdict, settings, takeovers),
    )


def _about_places(asset: Asset, verdict: Verdict, settings: Settings) -> Iterator[FindingDraft]:
    """About where data is; none where the asset holds no content."""
    if asset.holds is not Holds.CONTENT or verdict.location_class is LocationClass.INSIDE_EEA:
        return
    judged = [
        (place, seen)
        for place, seen in zip(asset.locations, verdict.locations, strict=True)
        if place.operation in DATA_OPERATIONS
    ]
    ahead = leaving.sets_up(asset)
    exemption = settings.own.exemption_of(verdict.material_rule)
    lighter = f"; not material by {exemption_text(exemption, 'en')}" if exemption else ""
    for kind, location_class in _OUTSIDE.items():
        outside = [each for each in judged if each[1].location_class == location_class]
        outside = [each for each in outside if not (ahead and leaving.points(each[0]))]
        if outside:
            severity = _severity_outside(asset, verdict, outside, settings)
            details = _details(
                (place, _outside_place(place, seen, settings) + lighter) for place, seen in outside
            )
            yield FindingDraft(kind, severity, settings.clauses[kind], details)
    unknown = [each for each in judged if each[1].location_class == LocationClass.UNKNOWN]
    if unknown or not judged:
        kind = FindingKind.LOCATION_UNKNOWN
        severity = Severity.HIGH if verdict.material == MaterialUse.MATERIAL else Severity.MEDIUM
        details = _details((place, _unknown_place(place, seen) + lighter) for place, seen in unknown)
        if not details:
            details = ((Operation.STORED.value, "no location was read" + lighter),)
        yield FindingDraft(kind, severity, settings.clauses[kind], details)


def _about_leaving(asset: Asset, verdict: Verdict, settings: Settings) -> Iterator[FindingDraft]:
    """About places outside the EER that an asset points to while nothing of it is there; less urgent."""
    if not leaving.sets_up(asset):
        return
    outside = [
        (place, seen)
        for place, seen in zip(asset.locations, verdict.locations, strict=True)
        if leaving.points(place) and seen.location_class in _OUTSIDE.values()
    ]
    if outside:
        kind = FindingKind.ABOUT_TO_LEAVE
        severity = _LESS[_severity_outside(asset, verdict, outside, settings)]
        details = _details((place, _outside_place(place, seen, settings)) for place, seen in outside)
        yield FindingDraft(kind, severity, settings.clauses[kind], details)


def _about_forbidden(asset: Asset, verdict: Verdict, settings: Settings) -> Iterator[FindingDraft]:
    """About content in a country that a department forbids; outside the EER that is told with the rest.

    As urgent as at a place outside the EER with an adequacy decision that is not permitted. What it goes
    against is the department's own clause: no rule set has one for it.
    """
    if not verdict.forbidden or asset.holds is not Holds.CONTENT:
        return
    found = [
        (place, seen, settings.own.forbid(seen))
        for place, seen in zip(asset.locations, verdict.locations, strict=True)
        if place.operation in DATA_OPERATIONS and seen.location_class not in _OUTSIDE.values()
    ]
    rows = {row.rule: row for _, _, forbidden in found for row in forbidden.values()}
    if not rows:
        return
    severity = Severity.HIGH if verdict.material == MaterialUse.MATERIAL else Severity.MEDIUM
    against = together(
        kept(row.basis, row.text_en, row.text_nl, whose=f"{row.organisation}, ")
        for _, row in sorted(rows.items())
    )
    exemption = settings.own.exemption_of(verdict.material_rule)
    lighter = f"; not material by {exemption_text(exemption, 'en')}" if exemption else ""
    details = _details(
        (place, _forbidden_place(place, seen, row) + lighter)
        for place, seen, forbidden in found
        for row in forbidden.values()
    )
    yield FindingDraft(FindingKind.COUNTRY_FORBIDDEN, severity, against, details)


def _about_takeovers(
    asset: Asset, verdict: Verdict, settings: Settings, takeovers: Iterable[Takeover]
) -> Iterator[FindingDraft]:
    """One about all takeovers that touch an asset with content; as urgent as the gravest of them.

    What the verdict names and these facts do not is told by its name, and may be into foreign law.
    """
    if not verdict.takeovers or asset.holds is not Holds.CONTENT:
        return
    known = {each.identifier: each for each in takeovers}
    material = verdict.material == MaterialUse.MATERIAL
    if all(name in known and not known[name].into_foreign_law for name in verdict.takeovers):
        severity = Severity.MEDIUM if material else Severity.LOW
    else:
        severity = Severity.CRITICAL if material else Severity.HIGH
    details = []
    for name in verdict.takeovers:
        each = known.get(name)
        if each is None:
            details.append((TAKEOVER, shown(name, _CODE_SHOWN)))
            continue
        change = f"{each.day}: {each.operator}: {' or '.join(each.before)} → {each.owner}"
        details += [(TAKEOVER, change), (TAKEOVER_SOURCE, each.source)]
    kind = FindingKind.JURISDICTION_CHANGED
    yield FindingDraft(kind, severity, settings.clauses[kind], tuple(dict.fromkeys(details)))


def find_region(code: str, settings: Settings, *, enabled: bool) -> FindingDraft:
    """The finding about a region that the catalogue lacks; `enabled` for an account data may be there."""
    kind = FindingKind.REGION_NOT_IN_CATALOGUE
    return FindingDraft(
        kind,
        Severity.HIGH if enabled else Severity.LOW,
        settings.clauses[kind],
        ((REGION_ENABLED if enabled else REGION_OFFERED, shown(code, _CODE_SHOWN)),),
    )


def may_need_a_person(holds: Holds, location_class: LocationClass, flagged: bool, kind: str = "") -> bool:
    """Whether there can be findings about an asset: about content that is not inside the EER, or flagged.

    Or about what holds none and points outside: a type (`kind`) that may point hides an adequate place behind
    one that is not known. `flagged` is whether the verdict names takeovers, prohibitions or conflicts. Most
    assets need nobody, and who has only these facts at hand need not decode the rest.
    """
    if flagged or holds is Holds.CONTENT or kind in leaving.RULES:
        return flagged or location_class is not LocationClass.INSIDE_EEA
    return location_class in _OUTSIDE.values()


def out_of_sight(drafts: Iterable[FindingDraft]) -> frozenset[str]:
    """What of an asset these findings say could not be seen, by operation.

    An earlier finding about a place of such an operation is not taken to be over: the place was not seen to
    be gone.
    """
    return frozenset(operation for draft in drafts if draft.kind in _UNSEEN for operation, _ in draft.details)


def personal_data_declared(asset: Asset, settings: Settings) -> bool:
    """Whether an inventory or a tag says that there are personal data; a word that is no "no" counts."""
    said = [asset.declarations.personal_data]
    said += [value for key, value in asset.tags if fold(key) in settings.personal_data_tags]
    return any(each.strip() and fold(each) not in settings.no_personal_data for each in said)


def _severity_outside(
    asset: Asset, verdict: Verdict, outside: Iterable[Judged], settings: Settings
) -> Severity:
    material = verdict.material == MaterialUse.MATERIAL
    if any(
        seen.location_class == LocationClass.OUTSIDE_EEA and not _exemptions(seen, settings)
        for _, seen in outside
    ):
        grave = material or personal_data_declared(asset, settings)
        return Severity.CRITICAL if grave else Severity.HIGH
    if all(_permitted(seen, settings) for _, seen in outside):
        return Severity.MEDIUM if material else Severity.LOW
    return Severity.HIGH if material else Severity.MEDIUM


def _permitted(seen: LocationVerdict, settings: Settings) -> bool:
    return (
        bool(seen.countries)
        and settings.permitted_countries.issuperset(seen.countries)
        and not any(map(settings.own.forbids, seen.countries))
    )


def _exemptions(seen: LocationVerdict, settings: Settings) -> list[str]:
    """The exemptions, as texts, that data may be at a place by; none where it may not, or needs none."""
    if not settings.own.permitted or not _permitted(seen, settings):
        return []
    rows = [settings.own.permits(country) for country in seen.countries]
    return list(dict.fromkeys(exemption_text(row.exemption, "en") for row in rows if row))


def _outside_place(place: DataLocation, seen: LocationVerdict, settings: Settings) -> str:
    text = f"{_code(place)} ({', '.join(seen.countries)})"
    forbidden = [row for row in map(settings.own.forbids, seen.countries) if row]
    if exemptions := _exemptions(seen, settings):
        text += f"{ALLOWED_BY}{'; '.join(exemptions)}"
    elif _permitted(seen, settings):
        text += f"{ALLOWED_BY}{settings.permitted_clause}"
    elif forbidden:
        text += f"{FORBIDDEN_BY}{forbidden[0].organisation}, {forbidden[0].basis.cited()}"
    return text


def _forbidden_place(place: DataLocation, seen: LocationVerdict, row: Forbidden) -> str:
    countries = ", ".join(seen.countries) or "?"
    return f"{_code(place)} ({countries}): forbidden by {row.organisation}, {row.basis.cited()}"


def _unknown_place(place: DataLocation, seen: LocationVerdict) -> str:
    return f"{_code(place)}: {LOCATION_RULES['en'].get(seen.rule, seen.rule)}"


def _code(place: DataLocation) -> str:
    return shown(place.location, _CODE_SHOWN) or "no code"


def _details(places: Iterable[tuple[DataLocation, str]]) -> tuple[tuple[str, str], ...]:
    """Each place once, by operation and then by text, so that the order of locations does not show."""
    unique = {(_ORDER[place.operation], place.operation.value, text) for place, text in places}
    return tuple((operation, text) for _, operation, text in sorted(unique))
