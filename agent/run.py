"""How the parts of an agent run together: one scan and out, or a scan at every interval."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from agent import health, lock, progress, signals
from agent.addresses import Addresses
from agent.comparing import compare
from agent.config import AgentConfig
from agent.counters import Counters
from agent.rules import Rules
from agent.scan import Ended, Scan, ScanResult
from agent.sources import make_sources
from agent.spool import Spool
from agent.stream import DEFAULT_BACKOFF, Backoff, Stream
from agent.tuning import settle
from wolkenzicht.errors import ContractError, TransportError
from wolkenzicht.logs import event
from wolkenzicht.signatures import load_public_keys

#: Exit codes: everything was seen; seen, but with blind spots.
COMPLETE = 0
BLIND_SPOTS = 3

#: Scans begin up to this part of the interval later, so that a thousand agents do not call at once.
_SPREAD = 0.1
_STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.2
#: A scan waits for what is in the spool as long as the collector takes something within so many seconds.
_DRAIN_SECONDS = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Parts:
    spool: Spool
    scan: Scan
    stream: Stream
    counters: Counters
    stop: threading.Event
    lost: threading.Event
    resync: threading.Event


def run_once(config: AgentConfig, file: Path, out: TextIO, backoff: Backoff = DEFAULT_BACKOFF) -> int:
    """Scan, send, and return the exit code once the collector has everything.

    Raises `WolkenzichtError`; `TransportError` where the collector refuses, or takes nothing for as
    long as its `patience`.
    """
    with _running(config, file, out, give_up=True, backoff=backoff) as parts:
        result = parts.scan.run()
        if parts.lost.is_set() and not parts.stop.is_set():
            parts.lost.clear()
            result = parts.scan.run()
        patience = config.collector.patience_seconds
        _patiently(parts, patience, lambda: not parts.spool.backlog().frames)
        if parts.resync.is_set() and not parts.stop.is_set():
            result = parts.scan.run()
        parts.stream.drain()
        _patiently(parts, patience, lambda: parts.stream.join(_LOOK_SECONDS))
        if parts.stop.is_set() or parts.lost.is_set():
            why = "stopped" if parts.stop.is_set() else "the collector lost what it had acknowledged"
            raise TransportError(f"{why}; run again: it goes on where this run ended", retryable=True)
    return _exit_code(result)


def run_forever(config: AgentConfig, file: Path, out: TextIO, backoff: Backoff = DEFAULT_BACKOFF) -> int:
    """Scan at every interval until asked to stop. Raises `WolkenzichtError`."""
    with _running(config, file, out, give_up=False, backoff=backoff) as parts:
        again = False
        while not parts.stop.is_set():
            begun = time.monotonic()
            parts.lost.clear()
            parts.resync.clear()
            parts.scan.run()
            pause = config.scan.interval_seconds * random.uniform(1, 1 + _SPREAD)  # noqa: S311 - spreads load
            # What one more scan did not mend is tried again at the usual time only.
            heeded = not again
            _wait(parts, begun + pause, heed_resync=heeded)
            again = heeded and parts.resync.is_set()
        if parts.stream.failure is not None:
            raise parts.stream.failure
    return COMPLETE


@contextlib.contextmanager
def _running(
    config: AgentConfig, file: Path, out: TextIO, *, give_up: bool, backoff: Backoff
) -> Iterator[_Parts]:
    sources = make_sources(config, file)
    keys = load_public_keys(config.policy.keys)
    counters = Counters()
    addresses = Addresses(config.collector.addresses)
    stop, lost, resync = threading.Event(), threading.Event(), threading.Event()
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock.held(config.state))
        rules = Rules(config.state, keys)
        settle()
        spool = Spool(config.state, max_bytes=config.spool.max_bytes, max_wait=config.spool.max_wait_seconds)
        stack.callback(spool.close)

        def mend() -> None:
            _mend(config, addresses, spool, counters, stop)

        scan = Scan(
            sources,
            rules.for_scan,
            spool,
            counters,
            workers=config.scan.workers,
            interval=config.scan.interval_seconds,
            stop=stop,
            compare=mend,
            max_age=config.spool.max_age_seconds,
        )

        def halt() -> None:
            stop.set()
            spool.stop_waiting()

        def scan_anew() -> None:
            lost.set()
            scan.abandon()

        stream = Stream(
            spool,
            config.tenant,
            addresses,
            config.collector.credentials,
            counters,
            give_up=give_up,
            on_lost=scan_anew,
            on_end=halt,
            on_resync=resync.set,
            rules=rules,
            backoff=backoff,
        )

        def asked_to_stop(name: str) -> None:
            event(_log, logging.INFO, "agent.stopping", signal=name)
            halt()

        watched = health.Health(
            counters,
            lambda: spool.backlog().frames,
            config.scan.interval_seconds,
            lambda: spool.disk_full,
        )
        stack.enter_context(health.served(config.metrics.listen, watched))
        stack.enter_context(signals.calling(asked_to_stop))
        stack.enter_context(progress.shown(counters, out))
        stream.start()
        stack.callback(stream.stop, _STOP_SECONDS)
        yield _Parts(spool, scan, stream, counters, stop, lost, resync)


def _mend(
    config: AgentConfig, addresses: Addresses, spool: Spool, counters: Counters, stop: threading.Event
) -> None:
    """Compare with the collector, where it can be reached and has all that was sent; else do without."""
    reason = "frames still wait to be sent"
    if _wait_until_drained(spool, counters, stop, _DRAIN_SECONDS):
        for address in addresses.in_turn():
            try:
                compare(spool.base, spool.told, config.tenant, address, config.collector.credentials)
            except (TransportError, ContractError) as error:
                reason = str(error)
            else:
                return
    event(
        _log,
        logging.INFO,
        "base.not_compared",
        reason=reason,
        remedy="the collector compares what was sent when the scan has ended",
    )


def _wait_until_drained(spool: Spool, counters: Counters, stop: threading.Event, patience: float) -> bool:
    """Wait while the collector takes something within `patience` seconds; whether all was taken."""
    spool.flush()
    acknowledged, since = -1, time.monotonic()
    while spool.backlog().frames:
        now = counters.now().frames_acknowledged
        if now != acknowledged:
            acknowledged, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            return False
        if stop.wait(_LOOK_SECONDS / 4):
            return False
    return True


def _patiently(parts: _Parts, patience: float, done: Callable[[], bool]) -> None:
    """Wait until it is done, or there is no progress for `patience` seconds.

    Raises `TransportError` then, and what ended the stream.
    """
    acknowledged, since = -1, time.monotonic()
    while not done() and not parts.stop.wait(_LOOK_SECONDS / 4):
        now = parts.counters.now().frames_acknowledged
        if now != acknowledged:
            acknowledged, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            waiting = parts.spool.backlog().frames
            why = str(parts.stream.trouble) if parts.stream.trouble else "the collector acknowledges nothing"
            raise TransportError(
                f"{why}; {waiting} frames wait in the spool for the next run", retryable=True
            )
    if parts.stream.failure is not None:
        raise parts.stream.failure


def _wait(parts: _Parts, until: float, *, heed_resync: bool) -> None:
    while not parts.stop.is_set() and not parts.lost.is_set():
        if heed_resync and parts.resync.is_set():
            return
        left = until - time.monotonic()
        if left <= 0:
            return
        parts.stop.wait(min(left, 1.0))


def _exit_code(result: ScanResult) -> int:
    if result.ended is not Ended.FINISHED:
        raise TransportError(
            "the scan was broken off: the spool was full or the collector lost its beginning; run again",
            retryable=True,
        )
    return BLIND_SPOTS if result.blind else COMPLETE
