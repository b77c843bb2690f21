"""How an open store is closed, whatever its implementation keeps open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from collector.store.base import Store


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None: ...


@contextmanager
def closing(store: Store) -> Iterator[Store]:
    """The store, closed on leaving."""
    try:
        yield store
    finally:
        for closer in store.closers:
            if isinstance(closer, _Closes):
                closer.close()
