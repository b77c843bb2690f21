"""What is known for each of the five verbs: where data is stored, managed, viewed, processed and edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Evidence,
    LocationClass,
    Operation,
    Verdict,
)


class Verb(StrEnum):
    """What may be done with data, in the order in which it is asked and shown."""

    STORED = "stored"
    MANAGED = "managed"
    VIEWED = "viewed"
    PROCESSED = "processed"
    EDITED = "edited"


#: Which operations a verb covers: a copy and a backup are stored too.
OPERATIONS_OF = {
    Verb.STORED: (Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP),
    Verb.MANAGED: (Operation.MANAGED,),
    Verb.VIEWED: (Operation.VIEWED,),
    Verb.PROCESSED: (Operation.PROCESSED,),
    Verb.EDITED: (Operation.EDITED,),
}
#: The verbs that the location class of an asset is about.
VERBS_IN_CLASS = tuple(verb for verb, each in OPERATIONS_OF.items() if DATA_OPERATIONS.issuperset(each))


@dataclass(frozen=True, slots=True)
class VerbVerdict:
    """What is known for one verb.

    `known` says whether any location with one of its operations was read; `location_class` is the
    worst of those, `unknown` where there is none, and `operations` names which there were.
    """

    verb: Verb
    location_class: LocationClass
    countries: tuple[str, ...]
    known: bool
    operations: tuple[Operation, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One data location as far as verbs are concerned."""

    operation: Operation
    location_class: LocationClass
    countries: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def by_verb(asset: Asset, verdict: Verdict) -> tuple[VerbVerdict, ...]:
    """One verdict for each verb, in the order of `Verb`, whatever the order of locations."""
    judged = zip(asset.locations, verdict.locations, strict=True)
    return of_places(
        Place(place.operation, seen.location_class, seen.countries, place.evidence) for place, seen in judged
    )


def of_places(places: Iterable[Place]) -> tuple[VerbVerdict, ...]:
    """As `by_verb`, from the locations of an asset with what was judged of them."""
    places = tuple(places)
    return tuple(_of_verb(verb, [each for each in places if each.operation in of]) for verb, of in _VERBS)


_VERBS = tuple(OPERATIONS_OF.items())


def _of_verb(verb: Verb, places: list[Place]) -> VerbVerdict:
    found = {each.operation for each in places}
    return VerbVerdict(
        verb=verb,
        location_class=max(
            (each.location_class for each in places),
            key=lambda each: each.badness,
            default=LocationClass.UNKNOWN,
        ),
        countries=tuple(sorted({country for each in places for country in each.countries})),
        known=bool(places),
        operations=tuple(each for each in OPERATIONS_OF[verb] if each in found),
        evidence=tuple(
            sorted(
                {proof for each in places for proof in each.evidence},
                key=lambda each: (each.path, each.value),
            )
        ),
    )
