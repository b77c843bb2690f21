"""What people said: the register of systems, decisions on material use, and links between assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from policy.context import Decision, SystemEntry


@dataclass(frozen=True, slots=True)
class System:
    """A system of the register, and from when until when it was so; `valid_until` is included.

    `places` are pairs of a column of the register and the countries in it; `contract` proves them, and
    `entry.places` are made of both. `recorded` and `superseded` say when the collector knew so.
    """

    entry: SystemEntry
    places: tuple[tuple[str, tuple[str, ...]], ...]
    contract: str
    valid_from: date
    valid_until: date | None = None
    recorded: datetime | None = None
    superseded: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecisionSubject:
    """What a decision is about: an asset of a tenant, or a system; the other is empty."""

    organisation: str
    tenant: str = ""
    asset_id: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision on material use as it is kept; `ended_by` and `end_reason` where it was ended early."""

    subject: DecisionSubject
    decision: Decision
    recorded: datetime
    superseded: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The nearest asset of material use that one stands behind, and over how many links."""

    asset_id: str
    hops: int


@dataclass(frozen=True, slots=True)
class JudgeAgain:
    """What is to be judged again: an asset of a tenant, or what belongs to a system; the other is empty."""

    queue_no: int
    organisation: str
    system: str
    tenant: str
    asset_id: str
    created: datetime


class People(Protocol):
    """What people said. Nothing is overwritten: what was so, and what was known when, stays.

    Every change queues what must be judged again and raises the generation, in the same transaction.
    """

    def generation(self) -> int:
        """Changes with every change of systems and decisions."""

    def put_systems(self, systems: Sequence[System], now: datetime) -> int:
        """Add or replace from each `valid_from` on, all or none; returns how many differ from before.

        What was so before that day stays. Raises `ConfigurationError` where an organisation does not
        exist or two names of one organisation are the same but for case.
        """

    def end_system(self, organisation: str, system: str, until: date, now: datetime) -> None:
        """A system has no entry after this day; raises `ConfigurationError` where there is none."""

    def systems(self, *, history: bool = False) -> list[System]:
        """All entries known now, by organisation, system and day; with `history` superseded ones too."""

    def subject_of(self, asset_id: str, tenant: str = "") -> DecisionSubject:
        """The asset with this identifier, of one tenant where it is given.

        Raises `ConfigurationError` where there is none or several tenants have it.
        """

    def subject_of_system(self, system: str, organisation: str = "") -> DecisionSubject:
        """The system with this name, of one organisation where it is given; raises as `subject_of`."""

    def record_decision(self, subject: DecisionSubject, decision: Decision, now: datetime) -> None:
        """Keep a decision from its day on, in the place of what was decided for that time."""

    def end_decision(
        self, subject: DecisionSubject, until: date, ended_by: str, reason: str, now: datetime
    ) -> None:
        """The decision holds until this day, included; raises `ConfigurationError` where none holds then."""

    def decisions(self, *, history: bool = False) -> list[DecisionRow]:
        """All decisions known now, newest first; with `history` superseded ones too."""

    def queue_ended(self, today: date, now: datetime) -> int:
        """Queue what decisions were about that ended before today, once each; returns how many."""

    def judge_again(self, limit: int = 1000) -> list[JudgeAgain]:
        """What is queued, oldest first."""

    def judged(self, queue_nos: Iterable[int]) -> None:
        """Take entries from the queue: they were judged again."""

    def link_position(self, tenant: str, reading: str) -> int | None:
        """Up to which asset number it was looked at what kept assets name; None where all was.

        `reading` is what identifiers are found by: where it is another one, all is looked at anew.
        """

    def fill_links(
        self, tenant: str, reading: str, named: Mapping[str, Sequence[str]], position: int
    ) -> None:
        """What these assets name, and that all up to a position was looked at; for the one writer."""

    def links_filled(self, tenant: str, reading: str) -> int:
        """Say that all was looked at; where assets name others than was known all is judged again.

        Returns how many do. For the one writer.
        """

    def any_links(self, tenant: str) -> bool:
        """Whether anything of a tenant names another asset."""

    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """Which of these assets of a tenant stand behind one of material use, by asset."""
