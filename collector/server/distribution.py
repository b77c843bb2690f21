"""Which policy bundle agents are handed: the one in force, where theirs is older, as soon as it is."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from collector.rulebook.activation import Edition
from collector.rulebook.editions import Editions
from collector.server.metrics import Metrics
from wolkenzicht import logs
from wolkenzicht.bundles import encode_bundle
from wolkenzicht.v1.collector_service_pb2 import ReportResponse

#: Seconds between looks at the store for what another process activated.
LOOK_SECONDS = 2.0

_log = logging.getLogger("collector.policy")


@dataclass(frozen=True, slots=True)
class Offer:
    """A bundle to hand out: its number, and the answer that carries it."""

    serial: int
    response: ReportResponse


class Distribution:
    """The offer of now, and word of the next one; for one event loop."""

    def __init__(self) -> None:
        self._offer: Offer | None = None
        self._changed = asyncio.Event()

    def put(self, edition: Edition) -> None:
        """Offer another bundle from now on."""
        bundle = edition.bundle
        message = encode_bundle(bundle.manifest, bundle.signature, bundle.files)
        self._offer = Offer(edition.manifest.serial, ReportResponse(policy_bundle=message))
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    async def newer(self, serial: int) -> Offer:
        """The offer, as soon as it is newer than what an agent has."""
        while self._offer is None or self._offer.serial <= serial:
            await self._changed.wait()
        return self._offer


class Watch:
    """Looks at the store every few seconds, and tells of what came into force."""

    def __init__(self, editions: Editions, distribution: Distribution, metrics: Metrics) -> None:
        self._editions = editions
        self._distribution = distribution
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Tell of the edition in force and begin to look; needs a running event loop."""
        self._told(self._editions.current)
        self._task = asyncio.create_task(self._run(), name="policy")

    async def stop(self) -> None:
        """Look no more; a look under way is waited for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            before = self._editions.current
            look = asyncio.create_task(asyncio.to_thread(self._editions.look))
            try:
                await asyncio.wait([look])
            finally:
                # The thread cannot be cancelled, and the store is closed after it.
                await asyncio.wait([look])
            if error := look.exception():
                # A defect costs this look: the rules in force stay, and the next look comes.
                _log.error("looking for a policy bundle failed", exc_info=error)
            edition = self._editions.current
            if edition is not None and edition is not before:
                self._told(edition)
                logs.event(
                    _log,
                    logging.INFO,
                    "policy.activated",
                    serial=edition.manifest.serial,
                    version=edition.manifest.version,
                    before=before.manifest.serial if before else 0,
                )

    def _told(self, edition: Edition | None) -> None:
        self._metrics.policy_serial.set(edition.manifest.serial if edition else 0)
        if edition is not None:
            self._distribution.put(edition)
