"""What the register adds to an asset: its declarations as tags, and the places that a contract proves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from policy.context import Context, SystemEntry
from policy.settings import REGISTER_KEYS
from policy.words import fold, shown
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Certainty,
    DataLocation,
    Evidence,
    LocationClass,
    LocationVerdict,
    Verdict,
)

#: As `LocationRules.judge`: provider, code, whether it is known, declared countries.
Judge = Callable[[str, str, bool, tuple[str, ...]], tuple[LocationVerdict, int]]


def register_name(system: SystemEntry) -> str:
    """A system by the organisation whose it is and its name in the register."""
    return f"{shown(system.organisation)}/{shown(system.system)}"


def with_register(asset: Asset, verdict: Verdict, context: Context, judge: Judge) -> tuple[Asset, Verdict]:
    """Asset and verdict with what the register says of the system: its declarations, its places judged."""
    system = context.system
    if system is None:
        return asset, verdict
    judged = tuple(_judged(each, judge) for each in system.places)
    return (
        replace(asset, locations=asset.locations + system.places, tags=_tags(asset, system)),
        replace(verdict, locations=verdict.locations + judged),
    )


def worse_by_contract(location_class: LocationClass, system: SystemEntry, judge: Judge) -> LocationClass:
    """The class with the places where a contract says that data is: only what is worse counts."""
    classes = [each.location_class for each in _of_data(system, judge)]
    return max(location_class, *classes, key=lambda each: each.badness) if classes else location_class


def countries_by_contract(system: SystemEntry, judge: Judge) -> tuple[str, ...]:
    """The countries where a contract says that data is, in order of name."""
    return tuple(sorted({country for each in _of_data(system, judge) for country in each.countries}))


def evidence_of(evidence: Iterable[Evidence], context: Context) -> tuple[Evidence, ...]:
    """Evidence with the register's words as the register's again, by the system that they are said of."""
    if context.system is None:
        return tuple(evidence)
    named = register_name(context.system)
    paths = {f"tags.{key}": f"register.{named}.{name}" for name, key in REGISTER_KEYS.items()}
    return tuple(Evidence(paths.get(each.path, each.path), each.value) for each in evidence)


def _tags(asset: Asset, system: SystemEntry) -> tuple[tuple[str, str], ...]:
    said = {
        "base_registry": system.base_registry,
        "tbb": system.tbb,
        "marking": system.marking,
        "personal_data": system.personal_data,
    }
    declared = {REGISTER_KEYS[name]: word for name, word in said.items() if word.strip()}
    # A tag of the source's own that looks like the register's is not the register's.
    own = [pair for pair in asset.tags if fold(pair[0]) not in REGISTER_KEYS.values()]
    return tuple(sorted((*own, *declared.items())))


def _of_data(system: SystemEntry, judge: Judge) -> list[LocationVerdict]:
    """Where a contract says that data is; from where it is managed, viewed or edited is no such place."""
    return [_judged(each, judge) for each in system.places if each.operation in DATA_OPERATIONS]


def _judged(place: DataLocation, judge: Judge) -> LocationVerdict:
    known = place.certainty is not Certainty.UNKNOWN
    return judge("", place.location, known, place.declared_countries)[0]
