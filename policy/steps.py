"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wolkenzicht.model import Evidence


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the facts that a step rests on, as it held on the day `as_at`.

    `name` says in the language of the step what it is about. A period without a first or last day does not
    limit, or nobody knows the day.
    """

    name: str
    source: str
    valid_from: date | None
    valid_until: date | None
    confidence: str
    as_at: date


@dataclass(frozen=True, slots=True)
class Step:
    """One statement about `subject`.

    That is location_class, verb, location, law_reach, jurisdiction, takeover, housing, custody, material,
    sovereignty, department or duty.
    """

    subject: str
    statement: str
    rule: str
    source: str
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...] = ()
