"""What people said, kept in memory: which system an asset belongs to, and which decision is about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import inf

from collector.rulebook.in_force import InForce
from collector.store.base import DecisionRow, Link, People, Registry, System
from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.words import fold
from wolkenzicht.model import Asset
from wolkenzicht.v1 import asset_pb2

#: Seconds that what is in memory counts before the store is asked whether it changed.
CACHE_SECONDS = 2.0


#: Keys of tags are few and come again and again.
_folded = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True, slots=True)
class _Said:
    """Everything of one generation, by whom and what it is about."""

    generation: int = -1
    systems: dict[tuple[str, str], tuple[System, ...]] = field(default_factory=dict)
    on_systems: dict[tuple[str, str], tuple[Decision, ...]] = field(default_factory=dict)
    on_assets: dict[tuple[str, str], tuple[Decision, ...]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not self.systems and not self.on_assets


class Contexts:
    """What is known of an asset besides what its source states; safe to use from several threads.

    Of the tags that name a system, as the rules in force have them, the first that an asset has counts, and
    only where no inventory names one. `clock` tells the day. What changed in the store counts within
    `CACHE_SECONDS`, at once for who tells the generation; the tree of organisations is read again with it.
    """

    def __init__(
        self,
        people: People,
        registry: Registry,
        in_force: InForce,
        clock: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._people = people
        self._registry = registry
        self._in_force = in_force
        self._clock = clock
        self._monotonic = monotonic
        self._said = _Said()
        self._looked = -inf
        self._reading = threading.Lock()
        self._links: dict[str, tuple[float, bool]] = {}

    def context_of(
        self,
        tenant: str,
        organisation: str,
        asset: Asset | asset_pb2.Asset,
        *,
        link: Link | None = None,
        on: date | None = None,
    ) -> Context:
        """What people said about an asset of a tenant, and the link that was found for it.

        Systems of the tenant's organisation count, and of those above it, nearest first. A decision on the
        asset goes before one on its system. `NOTHING_KNOWN`, the very object, where nobody said anything.
        Raises `StorageError`.
        """
        said = self._fresh()
        if said.nothing and link is None:
            return NOTHING_KNOWN
        day = on or self._clock().date()
        system = self._system(said, organisation, asset, day) if said.systems else None
        decision = _latest(said.on_assets.get((tenant, asset.asset_id), ()), day)
        if system is not None and (decision is None or not decision.holds(day)):
            of_system = said.on_systems.get((system.organisation, fold(system.system)), ())
            decision = _latest((*of_system, *([decision] if decision else ())), day)
        if system is None and decision is None and link is None:
            return NOTHING_KNOWN
        return Context(decision, system, link.asset_id if link else "", link.hops if link else 1, day)

    def forget(self) -> None:
        """Ask the store at the next question, however short ago it was asked."""
        with self._reading:  # an answer that is on its way may be older than what is to count now
            self._looked = -inf
            self._links.clear()

    def anything_said(self) -> bool:
        """Whether anybody said anything about any asset. Raises `StorageError`."""
        return not self._fresh().nothing

    def know(self, generation: int) -> None:
        """From now on no older generation than this counts. Raises `StorageError`."""
        if self._said.generation < generation:
            self.forget()
            self._fresh()

    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """Which of these assets stand behind a material use, by asset."""
        return self._people.linked(tenant, asset_ids) if self._has_links(tenant) else {}

    def of_stored(
        self, tenant: str, organisation: str, asset: Asset | asset_pb2.Asset, on: date | None = None
    ) -> Context:
        """As `context_of`, of an asset as it is kept: the link is looked up where its tenant has any."""
        link = None
        if self._has_links(tenant):
            link = self._people.linked(tenant, [asset.asset_id]).get(asset.asset_id)
        return self.context_of(tenant, organisation, asset, link=link, on=on)

    def _has_links(self, tenant: str) -> bool:
        now = self._monotonic()
        looked, found = self._links.get(tenant, (-CACHE_SECONDS, False))
        if now - looked >= CACHE_SECONDS:
            found = self._people.any_links(tenant)
            self._links[tenant] = (now, found)
        return found

    def _system(
        self, said: _Said, organisation: str, asset: Asset | asset_pb2.Asset, day: date
    ) -> SystemEntry | None:
        name = self._name(asset)
        if not name:
            return None
        for owner in self._in_force.chain(organisation):
            for each in said.systems.get((owner, name), ()):
                if each.valid_from <= day and (each.valid_until is None or day <= each.valid_until):
                    return each.entry
        return None

    def _name(self, asset: Asset | asset_pb2.Asset) -> str:
        """The system as the asset names it, folded: by its inventory, else by a tag; empty where neither."""
        if declared := fold(asset.declarations.system):
            return declared
        keys = self._in_force.book.base.settings.vocabulary.system_tags
        tags = dict(asset.tags) if isinstance(asset, Asset) else asset.tags
        # Of a message the values are read one by one, and few tags name a system.
        named = [(folded, tags[key]) for key in tags if (folded := _folded(key)) in keys]
        found = dict(sorted(named, reverse=True))
        return next((name for key in keys if (name := fold(found.get(key, "")))), "") if found else ""

    def _fresh(self) -> _Said:
        if self._monotonic() - self._looked < CACHE_SECONDS:
            return self._said
        with self._reading:
            now = self._monotonic()
            if now - self._looked < CACHE_SECONDS:
                return self._said  # another thread asked meanwhile
            generation = self._people.generation()
            if generation != self._said.generation:
                self._in_force.know(self._registry.organisations())
                self._said = _read(generation, self._people.systems(), self._people.decisions())
            self._looked = now
            return self._said


def _read(generation: int, systems: Iterable[System], decisions: Iterable[DecisionRow]) -> _Said:
    said = _Said(generation)
    for each in systems:
        key = (each.entry.organisation, fold(each.entry.system))
        said.systems[key] = (*said.systems.get(key, ()), each)
    for row in decisions:
        subject = row.subject
        if subject.system:
            key = (subject.organisation, fold(subject.system))
            said.on_systems[key] = (*said.on_systems.get(key, ()), row.decision)
        else:
            key = (subject.tenant, subject.asset_id)
            said.on_assets[key] = (*said.on_assets.get(key, ()), row.decision)
    return said


def _latest(decisions: Iterable[Decision], day: date) -> Decision | None:
    """The decision that holds on a day, else that which ended last before it."""
    begun = [each for each in decisions if each.decided_on <= day]
    return max(begun, key=lambda each: (each.holds(day), each.decided_on), default=None)
