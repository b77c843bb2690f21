"""Which duties follow from a use, and what is never in a public cloud: yes, no, or not known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from policy.clauses import kept, together
from policy.language.answers import Unknown
from policy.operator_files import ODC
from policy.rule_files import DUTIES, Condition, Duty
from policy.settings import Settings
from policy.texts import CONDITIONS, DUTY
from policy.words import fold, shown
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Evidence,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Verdict,
)

SUBJECT = "duty"
DEPARTMENT = "department"

#: Duties that the register fulfils: a use of which it has a system is registered.
ON_RECORD = ("registration",)

#: The classes of a place to which no adequacy decision is needed: its data is inside, or there is one.
_COVERED = (LocationClass.INSIDE_EEA, LocationClass.OUTSIDE_EEA_ADEQUATE)


@dataclass(frozen=True, slots=True)
class Due:
    """A duty about an asset; where `open` names conditions, it follows only if these turn out to hold."""

    duty: Duty
    open: tuple[Condition, ...]
    evidence: tuple[Evidence, ...]


def of(asset: Asset, verdict: Verdict, settings: Settings) -> tuple[Due, ...]:
    """The duties that follow or may follow, in the rule set's order; what is never, only where it is so.

    None for a datacentre of the government itself: the rules are about public cloud.
    """
    if asset.provider == ODC:
        return ()
    known = {each: hold(asset, verdict, settings) for each, hold in _CONDITIONS.items()}
    return tuple(_due(asset, verdict, settings, known))


def _due(
    asset: Asset, verdict: Verdict, settings: Settings, known: Mapping[Condition, bool | None]
) -> Iterator[Due]:
    values = [known[Condition(each)] for each in DUTIES.by_path]
    for duty in settings.duties:
        answer, witnesses = duty.applies_when.evaluate(values)
        if answer is False or (duty.never and answer is not True):
            continue
        holding = (Condition(path) for path, _ in witnesses)
        evidence = dict.fromkeys(
            each for condition in holding for each in _evidence(condition, asset, verdict, settings)
        )
        depends_on = answer.names if isinstance(answer, Unknown) else ()
        yield Due(duty, tuple(map(Condition, depends_on)), tuple(evidence))


def recorded(settings: Settings) -> str:
    """The clause of the duties of material use that the register fulfils; empty where the rules have none."""
    found = [each for each in settings.duties if each.identifier in ON_RECORD]
    return together(kept(each.basis, each.text_en, each.text_nl) for each in found)


def statement(due: Due, language: str) -> str:
    """What is due, in Dutch or English, and on what it still depends."""
    words, duty = DUTY[language], due.duty
    text = duty.text_nl if language == "nl" else duty.text_en
    cited = duty.basis.clause
    if duty.basis.confidence != "confirmed":
        cited += f", {words[duty.basis.confidence]}"
    if due.open:
        conditions = words["and"].join(CONDITIONS[language][each] for each in due.open)
        return words["open"].format(text=text, clause=cited, conditions=conditions)
    return words["never" if duty.never else "due"].format(text=text, clause=cited)


def rule(due: Due) -> str:
    """The name of the rule that a duty rests on; a department's own duty has it for its identifier."""
    if due.duty.identifier.startswith(f"{DEPARTMENT}."):
        return due.duty.identifier
    return f"{'never' if due.duty.never else SUBJECT}.{due.duty.identifier}"


def _places(asset: Asset, verdict: Verdict) -> list[LocationVerdict]:
    pairs = zip(asset.locations, verdict.locations, strict=True)
    return [seen for place, seen in pairs if place.operation in DATA_OPERATIONS]


def _material(_: Asset, verdict: Verdict, __: Settings) -> bool | None:
    return None if verdict.material is MaterialUse.UNDETERMINED else verdict.material is MaterialUse.MATERIAL


def _outside_without_adequacy(asset: Asset, verdict: Verdict, _: Settings) -> bool | None:
    classes = [seen.location_class for seen in _places(asset, verdict)]
    if LocationClass.OUTSIDE_EEA in classes:
        return True
    return False if classes and all(each in _COVERED for each in classes) else None


def _outside_permitted(asset: Asset, verdict: Verdict, settings: Settings) -> bool | None:
    seen = _places(asset, verdict)
    if any(code not in settings.permitted_countries for each in seen for code in each.countries):
        return True
    known = all(each.countries or each.location_class is LocationClass.INSIDE_EEA for each in seen)
    unknown = any(each.location_class is LocationClass.UNKNOWN for each in seen)
    return False if seen and known and not unknown else None


def _personal_data(asset: Asset, _: Verdict, settings: Settings) -> bool | None:
    said = _personal_data_words(asset, settings)
    if any(each not in settings.no_personal_data for each in said):
        return True
    undetermined = settings.vocabulary.material_words[MaterialUse.UNDETERMINED]
    return False if any(each not in undetermined for each in said) else None


def _special_personal_data(asset: Asset, verdict: Verdict, settings: Settings) -> bool | None:
    said = _personal_data_words(asset, settings)
    if any(each in settings.vocabulary.words["special_personal_data"] for each in said):
        return True
    return False if _personal_data(asset, verdict, settings) is False else None


def _base_registry(asset: Asset, _: Verdict, settings: Settings) -> bool | None:
    said, words = _tagged(asset, settings, "base_registry"), settings.vocabulary.words
    if any(each in words["base_registry"] or each in words["base_registry_source"] for each in said):
        return True
    return False if any(each in words["no_base_registry"] for each in said) else None


def _declares(tag: str, word: str) -> Callable[[Asset, Verdict, Settings], bool | None]:
    """Whether a tag says so; what no tag says is not known."""

    def holds(asset: Asset, _: Verdict, settings: Settings) -> bool | None:
        said = _tagged(asset, settings, tag)
        return True if any(each in settings.vocabulary.words[word] for each in said) else None

    return holds


_CONDITIONS: Mapping[Condition, Callable[[Asset, Verdict, Settings], bool | None]] = {
    Condition.MATERIAL: _material,
    Condition.PERSONAL_DATA: _personal_data,
    Condition.SPECIAL_PERSONAL_DATA: _special_personal_data,
    Condition.OUTSIDE_WITHOUT_ADEQUACY: _outside_without_adequacy,
    Condition.OUTSIDE_PERMITTED: _outside_permitted,
    Condition.BASE_REGISTRY: _base_registry,
    Condition.BASE_REGISTRY_SOURCE: _declares("base_registry", "base_registry_source"),
    Condition.TBB_1_TO_3: _declares("tbb", "tbb_1_to_3"),
    Condition.STATE_SECRET: _declares("marking", "state_secret"),
}
#: The tag keys that a condition rests on.
_TAGS = {
    Condition.BASE_REGISTRY: "base_registry",
    Condition.BASE_REGISTRY_SOURCE: "base_registry",
    Condition.TBB_1_TO_3: "tbb",
    Condition.STATE_SECRET: "marking",
}


def _personal_data_words(asset: Asset, settings: Settings) -> list[str]:
    said = [asset.declarations.personal_data]
    said += [value for key, value in asset.tags if fold(key) in settings.personal_data_tags]
    return [fold(each) for each in said if each.strip()]


def _tagged(asset: Asset, settings: Settings, name: str) -> list[str]:
    keys = settings.vocabulary.tags[name]
    return [fold(value) for key, value in asset.tags if fold(key) in keys]


def _evidence(condition: Condition, asset: Asset, verdict: Verdict, settings: Settings) -> Iterator[Evidence]:
    if condition is Condition.MATERIAL:
        yield Evidence("verdict.material", verdict.material.value)
    elif condition in (Condition.OUTSIDE_WITHOUT_ADEQUACY, Condition.OUTSIDE_PERMITTED):
        yield Evidence("verdict.location_class", verdict.location_class.value)
    keys = settings.vocabulary.tags[_TAGS[condition]] if condition in _TAGS else frozenset[str]()
    if condition in (Condition.PERSONAL_DATA, Condition.SPECIAL_PERSONAL_DATA):
        keys = settings.personal_data_tags
        if asset.declarations.personal_data.strip():
            yield Evidence("declarations.personal_data", shown(asset.declarations.personal_data, 200))
    for key, value in sorted(asset.tags):
        if fold(key) in keys:
            yield Evidence(shown(f"tags.{key}", 200), shown(value, 200))
