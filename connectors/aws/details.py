"""How many resources are asked about at once: a few threads for all scopes, a bound for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from connectors.base import ReadError

Item = TypeVar("Item")
Found = TypeVar("Found")

#: Calls that wait for AWS at once; more would wait for the interpreter instead (docs/benchmarks.md).
THREADS = 32
#: Resources of one scope that are being asked about or wait to be handed on.
IN_FLIGHT = 32


class Details:
    """Asks about the resources of listings, several at once; safe to use from any thread."""

    def __init__(self, threads: int = THREADS, in_flight: int = IN_FLIGHT) -> None:
        self._in_flight = in_flight
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="details")

    def each(self, items: Iterable[Item], ask: Callable[[Item], Found | None]) -> Iterator[Found]:
        """What `ask` tells about each item, in their order; nothing for an item where it tells `None`.

        `items` are taken in the caller's thread and no further ahead than the bound allows; `ask` runs in
        others and must not come back here. Where taking or asking fails, what came before is handed on
        first. Where the caller stops early, nothing more is asked, and what was begun is awaited.
        """
        source = iter(items)
        asked: deque[Future[Found | None]] = deque()
        failure: ReadError | None = None
        ended = False
        try:
            while not ended or asked:
                while not ended and len(asked) < self._in_flight:
                    try:
                        asked.append(self._pool.submit(ask, next(source)))
                    except StopIteration:
                        ended = True
                    except ReadError as error:
                        failure, ended = error, True
                if asked and (found := asked.popleft().result()) is not None:
                    yield found
            if failure is not None:
                raise failure
        finally:
            for each in asked:
                each.cancel()
            wait(asked)
