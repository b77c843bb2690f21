"""What becomes of a refused TLS handshake: a line in the log, a count, and a record for the auditor."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from collector.server.metrics import Metrics
from collector.server.tls_log import Refused
from collector.store.base import Refusal, Registry
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Anyone who reaches the port can fail a handshake: the store takes one record of the same host and
#: reason per minute, and no more than this many a minute in all. The log has every one.
_PAUSE_SECONDS = 60.0
_MAX_RECENT = 100

_log = logging.getLogger("collector.tls")


class RefusedHandshakes:
    """Called in the thread that reads core's lines."""

    def __init__(
        self,
        registry: Registry,
        metrics: Metrics,
        clock: Callable[[], datetime],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._registry = registry
        self._metrics = metrics
        self._clock = clock
        self._loop = loop
        self._recent: dict[tuple[str, str], float] = {}

    def __call__(self, refused: Refused) -> None:
        """Log, count, and keep what is not a repetition."""
        address = refused.address or "unknown"
        logs.event(_log, logging.WARNING, "tls.refused", address=address, reason=refused.reason)
        self._metrics.tls_refusals.inc()
        if self._is_new(address.rpartition(":")[0], refused.reason):
            refusal = Refusal(self._clock(), address, "", f"TLS handshake: {refused.reason}")
            asyncio.run_coroutine_threadsafe(self._keep(refusal), self._loop)

    def _is_new(self, host: str, reason: str) -> bool:
        now = time.monotonic()
        for key in [key for key, kept in self._recent.items() if now - kept > _PAUSE_SECONDS]:
            del self._recent[key]
        if (host, reason) in self._recent or len(self._recent) >= _MAX_RECENT:
            return False
        self._recent[host, reason] = now
        return True

    async def _keep(self, refusal: Refusal) -> None:
        try:
            await asyncio.to_thread(self._registry.put_refusal, refusal)
        except StorageError as error:
            logs.event(_log, logging.ERROR, "store.failed", during="keeping a refusal", reason=str(error))
