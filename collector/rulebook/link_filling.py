"""What kept assets name is looked at once, and again where it is read otherwise, between commits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar

from google.protobuf.message import DecodeError

from collector.rulebook import identifiers
from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.store.base import Store
from wolkenzicht import logs
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

#: So many records are looked at between two commits of frames.
SET = 500

_log = logging.getLogger("collector.evaluation")
_Result = TypeVar("_Result")


class Between(Protocol):
    """Does work in the writer's thread."""

    def __call__(self, work: Callable[[], _Result]) -> Awaitable[_Result]:
        """Do it between two commits."""


class LinkFilling:
    """Looks at each tenant's kept assets until the store has what all of them name.

    How far it is stands with each set, so that a stopped collector goes on. Where anything came of it, the
    tenant is judged again from the beginning.
    """

    def __init__(self, store: Store, in_force: InForce, between: Between, contexts: Contexts) -> None:
        self._store = store
        self._in_force = in_force
        self._between = between
        self._contexts = contexts
        self._done: dict[str, str] = {}

    async def run(self, tenants: Iterable[str], interrupted: Callable[[], bool]) -> None:
        """Look at what was not looked at yet; stop after the set in hand where that is asked."""
        properties = self._in_force.book.base.settings.vocabulary.links
        reading = identifiers.reading(properties)
        for tenant in tenants:
            if self._done.get(tenant) == reading:
                continue
            position = await asyncio.to_thread(self._store.people.link_position, tenant, reading)
            if position is not None:
                while position is not None:
                    if interrupted():
                        return
                    position = await self._between(partial(self._set, tenant, reading, properties, position))
                changed = await self._between(partial(self._store.people.links_filled, tenant, reading))
                await asyncio.to_thread(self._contexts.forget)
                if changed:
                    logs.event(_log, logging.INFO, "evaluation.links", tenant=tenant, assets=changed)
            self._done[tenant] = reading

    def _set(self, tenant: str, reading: str, properties: frozenset[str], after: int) -> int | None:
        """One set; returns the position after it, None where nothing was left."""
        held = self._store.evaluation.read(tenant, after, SET)
        if not held:
            return None
        named = {}
        for each in held:
            try:
                asset = ClassifiedAsset.FromString(each.record).asset
            except DecodeError:
                # Told when it is judged again.
                continue
            named[asset.asset_id] = identifiers.named(asset, properties)
        self._store.people.fill_links(tenant, reading, named, held[-1].asset_no)
        return held[-1].asset_no
