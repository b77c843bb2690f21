"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass

from wolkenzicht.model import Evidence


@dataclass(frozen=True, slots=True)
class Step:
    """One statement about `subject`.

    That is location_class, verb, location, law_reach, jurisdiction, takeover, housing, custody or material.
    """

    subject: str
    statement: str
    rule: str
    source: str
    evidence: tuple[Evidence, ...]
