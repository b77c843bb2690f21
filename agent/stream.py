"""Keeping a stream to the collector: opened again after every cut, slower each time it fails."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from agent.addresses import Addresses
from agent.counters import Counters
from agent.diagnosis import explained, metadata
from agent.session import Receiver, ReopenError, Session
from agent.spool import Spool
from wolkenzicht import reasons
from wolkenzicht.errors import IdentityError, TransportError, WolkenzichtError
from wolkenzicht.logs import event
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1.gap_pb2 import GapCause

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds between attempts: any from 0 to a bound that doubles from `first` to `longest`.

    Agents that lose their collector at the same moment so come back evenly spread. What the collector asks
    for is kept to, and up to `late` of it is added, for others may have been told the same.
    """

    first: float = 4.0
    longest: float = 120.0
    late: float = 0.1

    def after(self, trouble: TransportError, failures: int, *, hopeless: bool, wait: float = 0.0) -> float:
        """Seconds to wait after such trouble, the last of so many failures in a row.

        `wait` is for how long the collector that comes next asked not to be spoken to. Where this one said
        when to come back, the next one is tried as soon as it may be.
        """
        if hopeless:
            return self.longest
        return wait if trouble.retry_after is not None else max(wait, self.delay(failures))

    def stay_away(self, trouble: TransportError) -> float:
        """Seconds that a collector behind such trouble is left alone: what it asked for, and a bit."""
        return 0.0 if trouble.retry_after is None else self.delay(1, trouble.retry_after)

    def delay(self, failures: int, told: float | None = None) -> float:
        """Seconds to wait after so many failures in a row, the last of which came with what was told."""
        if told is not None:
            return told * random.uniform(1.0, 1.0 + self.late)  # noqa: S311 - spreads load, guards nothing
        bound = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return random.uniform(0.0, bound)  # noqa: S311 - spreads load, guards nothing


DEFAULT_BACKOFF = Backoff()


class Stream:
    """Sends what is in the spool, in a thread of its own.

    Each attempt after a failure is made at the next of the addresses, at once where the collector that failed
    said when to come back to it. `give_up` says that an error which
    only a person can mend, at each of them, ends the thread; without it the stream is tried again after
    the longest delay. `on_lost` is called where a new scan is needed in the place of one
    that runs, `on_resync` where one is needed after it; `on_end` when the thread ends by an error, which
    then stands in `failure`. `rules` take the policy bundles that come.
    """

    def __init__(
        self,
        spool: Spool,
        tenant: str,
        addresses: Addresses,
        credentials: Credentials,
        counters: Counters,
        *,
        give_up: bool,
        on_lost: Callable[[], None],
        on_end: Callable[[], None] = lambda: None,
        on_resync: Callable[[], None] = lambda: None,
        backoff: Backoff = DEFAULT_BACKOFF,
        rules: Receiver | None = None,
    ) -> None:
        self._spool = spool
        self._tenant = tenant
        self._addresses = addresses
        self._credentials = credentials
        self._counters = counters
        self._give_up = give_up
        self._on_lost = on_lost
        self._on_end = on_end
        self._on_resync = on_resync
        self._backoff = backoff
        self._rules = rules
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._stopping = threading.Event()
        self._draining = False
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)
        self.failure: WolkenzichtError | None = None
        self.trouble: TransportError | None = None

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def drain(self) -> None:
        """Let the thread end when all that waits is acknowledged."""
        with self._lock:
            self._draining = True
            if self._session is not None:
                self._session.drain()

    def join(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the thread's end; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def stop(self, grace: float) -> None:
        """End the stream: within `grace` seconds after the answers to what was sent, else at once."""
        self._stopping.set()
        with self._lock:
            session = self._session
        if session is not None:
            session.end()
            if not self.join(grace):
                session.cut()
        self.join(grace)

    def _run(self) -> None:
        try:
            self._keep_open()
        except WolkenzichtError as error:
            self.failure = error
            self._on_end()

    def _keep_open(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            before, begun = self._counters.now().frames_acknowledged, time.monotonic()
            address = self._addresses.current
            try:
                self._one_session(address)
            except ReopenError:
                continue
            except TransportError as error:
                trouble = error
            except IdentityError as error:
                trouble = TransportError(str(error), retryable=False)
            except grpc.RpcError as error:
                if metadata(error).get(reasons.REASON_KEY) == reasons.SEQUENCE_GAP:
                    self._spool.renumber(GapCause.GAP_CAUSE_UNSPECIFIED)
                    self._on_lost()
                trouble = explained(error, address, self._credentials)
            else:
                return
            if self._stopping.is_set():
                return
            self.trouble = trouble
            hopeless = self._addresses.failed(
                address, final=not trouble.retryable, stay_away=self._backoff.stay_away(trouble)
            )
            if self._give_up and hopeless:
                raise trouble
            # A stream that lived long did not fail, also where there was nothing to send.
            lived = time.monotonic() - begun > self._backoff.longest
            worked = lived or self._counters.now().frames_acknowledged > before
            failures = 1 if worked else failures + 1
            rounds, wait = self._addresses.rounds(failures), self._addresses.wait()
            delay = self._backoff.after(trouble, rounds, hopeless=hopeless, wait=wait)
            event(
                _log,
                logging.WARNING if trouble.retryable else logging.ERROR,
                "stream.interrupted",
                reason=str(trouble),
                retry_seconds=round(delay, 1),
                waiting=self._spool.backlog().frames,
            )
            self._stopping.wait(delay)

    def _one_session(self, address: str) -> None:
        # A channel of its own for each attempt: certificates renewed on disk are taken up, and gRPC's
        # own delay between attempts does not add to ours.
        options = [*client_options(), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.secure_channel(address, self._credentials.client(), options) as channel:
            session = Session(
                self._spool, self._tenant, self._counters, self._on_lost, self._rules, self._on_resync
            )
            with self._lock:
                self._session = session
                if self._draining:
                    session.drain()
                if self._stopping.is_set():
                    session.end()
            try:
                session.run(channel)
            finally:
                with self._lock:
                    self._session = None
