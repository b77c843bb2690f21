"""When what is kept is judged again, and how: tenant by tenant, set by set, between the commits of frames."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from collector.rulebook import asked
from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.rulebook.link_filling import LinkFilling
from collector.rulebook.rules import InForceRules, stands_at
from collector.rulebook.sets import SetJudge
from collector.store.base import Done, Held, Progress, Rewritten, Rules, Store, Tenant
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: A day may bring other rules, a command other organisations or tenants: looked at this often.
LOOK_SECONDS = 60.0
#: What people's statements ask for is looked for this often.
ASKED_SECONDS = 2.0
#: A set takes so much of the processor's time; the shorter while frames wait, so that they wait no longer.
SET_SECONDS, SHORT_SET_SECONDS = 0.2, 0.05
#: How many assets a set has at least and at most, and how many the first has.
LEAST_SET, LARGEST_SET, FIRST_SET = 50, 2000, 200
#: How often a re-evaluation says how far it is.
TELL_SECONDS = 10.0

_log = logging.getLogger("collector.evaluation")
_Result = TypeVar("_Result")


class Turns(Protocol):
    """The one writer, as far as it lends its thread."""

    @property
    def waiting(self) -> bool:
        """Whether frames wait."""

    async def between(self, work: Callable[[], _Result]) -> _Result:
        """Do work in the writer's thread."""


class Counts(Protocol):
    """Adds to a counter, or sets a gauge."""

    def inc(self, amount: float = 1) -> None:
        """Add."""


class Level(Protocol):
    """A gauge."""

    def set(self, value: float) -> None:
        """Set it."""


class EvaluationMetrics(Protocol):
    """What is counted."""

    @property
    def evaluated(self) -> Counts:
        """Kept assets judged again."""

    @property
    def evaluation_changes(self) -> Counts:
        """Those with another verdict."""

    @property
    def evaluation_seconds(self) -> Counts:
        """Time of the writer that it took."""

    @property
    def evaluation_remaining(self) -> Level:
        """Kept assets that are yet to be judged."""


@dataclass(slots=True)
class _Run:
    """What one run over the tenants has done so far."""

    remaining: int
    started: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    judged: int = 0
    changed: int = 0
    skipped: int = 0
    events: int = 0
    size: int = FIRST_SET
    #: Sets done, and the processor's time that they took: on a busy machine a set takes longer, not more.
    sets: int = 0
    busy: float = 0.0

    def fields(self) -> dict[str, object]:
        """As the log tells it."""
        return {
            "judged": self.judged,
            "changed": self.changed,
            "events": self.events,
            "remaining": max(0, self.remaining - self.judged),
            "seconds": round(time.monotonic() - self.started, 1),
            "cpu_seconds": round(self.busy, 1),
            "sets": self.sets,
        }


class Reevaluation:
    """Brings the verdicts that are kept to the rules in force; resumes where a stopped collector was.

    `on_events` is called after findings opened or resolved; `queue` has what people's statements ask for, and
    `contexts` what they said.
    """

    def __init__(
        self,
        store: Store,
        in_force: InForce,
        turns: Turns,
        metrics: EvaluationMetrics,
        clock: Callable[[], datetime],
        on_events: Callable[[], None] = lambda: None,
        queue: asked.Queue | None = None,
        contexts: Contexts | None = None,
    ) -> None:
        self._queue = queue or asked.NothingAsked()
        self._contexts = contexts
        self._store = store
        self._in_force = in_force
        self._rules = InForceRules(in_force, contexts)
        self._turns = turns
        self._metrics = metrics
        self._clock = clock
        self._on_events = on_events
        self._links = LinkFilling(store, in_force, turns.between, contexts) if contexts else None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin, and look again from time to time; needs a running event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="evaluation")

    def wake(self) -> None:
        """Look now: other rules are in force. Safe from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def stop(self) -> None:
        """Stop after the set in hand; what is left is done after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        looked = -LOOK_SECONDS
        while True:
            wanted = self._wake.is_set() or time.monotonic() - looked >= LOOK_SECONDS
            if wanted:
                self._wake.clear()
                looked = time.monotonic()
            await self._try(self._bring_up_to_date() if wanted else self._answer())
            try:
                await asyncio.wait_for(self._wake.wait(), ASKED_SECONDS)
            except TimeoutError:
                continue

    async def _try(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work; where it fails the log says so, ingest goes on, and the next look tries again."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        error = task.exception()
        if isinstance(error, StorageError):
            logs.event(_log, logging.ERROR, "store.failed", during="evaluation", reason=str(error))
        elif error is not None:
            _log.error("re-evaluation failed", exc_info=error)

    async def _answer(self) -> None:
        """Judge again what people's statements are about; what is asked for stays until that is done."""
        waiting = await asyncio.to_thread(self._queue.judge_again)
        if waiting and self._contexts is not None:
            # What was said counts from now on, also where the store was asked a moment before that.
            await asyncio.to_thread(self._contexts.forget)
        for each in waiting:
            tenants = await asyncio.to_thread(self._store.registry.tenants)
            found = asked.sets(each, tenants, self._store.evaluation, self._in_force)
            count = changed = 0
            while (part := await asyncio.to_thread(next, found, None)) is not None:
                tenant, held = part
                if held:
                    written = await self._turns.between(partial(self._judge, tenant, held))
                    count, changed = count + len(held), changed + written.changed
                    if written.events:
                        self._on_events()
            await asyncio.to_thread(self._queue.judged, [each.queue_no])
            logs.event(
                _log,
                logging.INFO,
                "evaluation.asked",
                organisation=each.organisation,
                system=each.system,
                tenant=each.tenant,
                asset=each.asset_id,
                judged=count,
                changed=changed,
            )

    def _judge(self, tenant: Tenant, held: list[Held]) -> Rewritten:
        """Judge a set apart from the order, in the writer's thread."""
        judged = SetJudge(self._rules.rules(tenant.organisation), tenant.tenant).judge(held)
        return self._store.evaluation.write(tenant.tenant, judged.assets, self._clock())

    async def _bring_up_to_date(self) -> None:
        self._in_force.know(await asyncio.to_thread(self._store.registry.organisations))
        standing = await asyncio.to_thread(self._store.evaluation.standing)
        if self._links is not None:
            # Before anything is judged, so that it is judged with what stands behind what.
            await self._links.run([each.tenant for each in standing], self._wake.is_set)
        rules = {each.tenant: self._rules.rules(each.organisation) for each in standing}
        targets = {tenant: stands_at(each.version) for tenant, each in rules.items()}
        # In the writer's thread: what was committed before was judged by the rules of before.
        begun = await self._turns.between(lambda: self._store.evaluation.begin(targets, self._clock()))
        if not begun:
            return
        counted = {each.tenant: each for each in await asyncio.to_thread(self._store.evaluation.progress)}
        run = _Run(sum(counted[each.tenant].remaining for each in begun))
        self._metrics.evaluation_remaining.set(run.remaining)
        logs.event(
            _log,
            logging.INFO,
            "evaluation.started",
            tenants=len(begun),
            assets=run.remaining,
            rules=",".join(sorted({each.target for each in begun})),
            resumed=sum(1 for each in begun if each.position),
        )
        for each in begun:
            await self._tenant(each, rules[each.tenant], run)
            if self._wake.is_set():
                break
        event = "evaluation.interrupted" if self._wake.is_set() else "evaluation.finished"
        logs.event(_log, logging.INFO, event, **run.fields())
        self._metrics.evaluation_remaining.set(0)

    async def _tenant(self, progress: Progress, rules: Rules, run: _Run) -> None:
        position: int | None = progress.position
        judge = SetJudge(rules, progress.tenant)
        while position is not None and not self._wake.is_set():
            size, before = run.size, run.busy
            position = await self._turns.between(partial(self._set, progress, judge, position, run))
            self._pace(run, size, run.busy - before)
        if position is None:
            events = await self._turns.between(
                lambda: self._store.evaluation.finish(progress.tenant, progress.target, rules, self._clock())
            )
            self._told(run, events)

    def _set(self, progress: Progress, judge: SetJudge, after: int, run: _Run) -> int | None:
        """One set in the writer's thread; returns the position after it, None where nothing was left."""
        started, worked = time.perf_counter(), time.thread_time()
        store, tenant = self._store.evaluation, progress.tenant
        held = store.read(tenant, after, run.size)
        if not held:
            return None
        judged = judge.judge(held)
        position = held[-1].asset_no
        written = store.write(
            tenant, judged.assets, self._clock(), Done(progress.target, position, len(held))
        )
        for asset_no in judged.unreadable:
            logs.event(_log, logging.ERROR, "evaluation.unreadable", tenant=tenant, asset_no=asset_no)
        run.judged += len(held)
        run.changed += written.changed
        run.skipped += written.skipped
        self._metrics.evaluated.inc(len(held))
        self._metrics.evaluation_changes.inc(written.changed)
        self._metrics.evaluation_seconds.inc(time.perf_counter() - started)
        run.busy += time.thread_time() - worked
        run.sets += 1
        self._told(run, written.events)
        return position

    def _told(self, run: _Run, events: int) -> None:
        run.events += events
        if events:
            self._on_events()

    def _pace(self, run: _Run, size: int, seconds: float) -> None:
        """How large the next set is, so that it takes as long as it may; and a word from time to time."""
        wanted = SHORT_SET_SECONDS if self._turns.waiting else SET_SECONDS
        fitting = int(size * wanted / max(seconds, 0.001))
        run.size = max(LEAST_SET, min(LARGEST_SET, fitting))
        self._metrics.evaluation_remaining.set(max(0, run.remaining - run.judged))
        if time.monotonic() - run.told >= TELL_SECONDS:
            run.told = time.monotonic()
            logs.event(_log, logging.INFO, "evaluation.progress", **run.fields())
