"""Exemptions: decisions that let findings stand, until a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from wolkenzicht.errors import WolkenzichtError
from wolkenzicht.model import FindingKind


class NoSuchExemptionError(WolkenzichtError):
    """There is no such exemption that has not ended."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A decision that findings of some kinds may stand, of an organisation and those below it.

    `scope` is an expression of the language of rules: the assets that it is about. `decision` names the
    decision, `decided_by` who took it; it holds up to and with `last_day`.
    """

    organisation: str
    kinds: frozenset[FindingKind]
    scope: str
    decision: str
    reason: str
    decided_by: str
    last_day: date


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """An exemption as kept: who recorded and who ended it, and how many findings stand under it."""

    exemption_id: str
    exemption: Exemption
    recorded: datetime
    recorded_by: str
    ended: datetime | None
    ended_by: str
    end_reason: str
    findings: int = 0


class Exemptions(Protocol):
    """Records and ends exemptions, and lets findings follow."""

    def record(self, exemption: Exemption, by: str, now: datetime) -> str:
        """Keep an exemption; returns its name. What is new follows at once, what stands with `follow`."""

    def end(self, exemption_id: str, by: str, reason: str, now: datetime) -> None:
        """End one before its day; raises `NoSuchExemptionError` where there is none that has not ended."""

    def listed(
        self, organisations: Collection[str] | None, today: date, *, ended: bool
    ) -> list[ExemptionRow]:
        """The exemptions of these organisations, the first to end first; with `ended` those too that did."""

    def follow(self, now: datetime) -> int:
        """Let findings follow what was recorded, ended, or came to its day; returns how many events came.

        An exemption that ends within 30 days is told of once, with the gravest finding under it.
        """
