"""In which order a scan reads: all scopes but the inventories first, then those, compared with the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from agent.guard import guarded
from agent.planning import Group, Plan
from agent.reconciling import Reconciliation, reconciled
from agent.scan_state import ScanState
from agent.scan_writer import ScanWriter
from agent.scope_ids import Listed
from agent.scope_reader import ScopeReader
from connectors.base import INVENTORY
from wolkenzicht.model import Scope

#: Makes the reader of a scan; it is given what says whether to stop reading.
MakeReader = Callable[[Callable[[], bool]], ScopeReader]


class Phases:
    """Reads the scopes of a plan that are not `done`, groups side by side, and writes what becomes of them.

    A scope that is to be compared with an inventory is remembered as it is read, in the transaction of
    its outcome: a scan that goes on after a kill compares all of it.
    """

    def __init__(
        self,
        plan: Plan,
        done: set[Scope],
        writer: ScanWriter,
        state: ScanState,
        make_reader: MakeReader,
        *,
        workers: int,
        halted: Callable[[], bool],
    ) -> None:
        self._plan = plan
        self._done = done
        self._writer = writer
        self._state = state
        self._workers = workers
        self._failed = threading.Event()
        self._asked_to_stop = halted
        self._reader = make_reader(self._halted)
        self._reconciled = reconciled(plan.scopes)

    def run(self) -> None:
        """Read until all is read or the scan is halted. Raises `StorageError`."""
        for groups in self._plan.phases:
            if groups and not self._halted():
                self._run(groups)

    def _run(self, groups: Sequence[Group]) -> None:
        waiting = iter(groups)
        lock = threading.Lock()

        def work() -> None:
            """Read one group after the other; a task for each would take more memory than the scan."""
            while not self._halted():
                with lock:
                    group = next(waiting, None)
                if group is None:
                    return
                self._read_group(group)

        with ThreadPoolExecutor(self._workers, thread_name_prefix="scan") as pool:
            futures = [pool.submit(work) for _ in range(self._workers)]
            _, unfinished = wait(futures, return_when=FIRST_EXCEPTION)
            if unfinished:
                self._failed.set()
        for future in futures:
            future.result()

    def _halted(self) -> bool:
        return self._failed.is_set() or self._asked_to_stop()

    def _read_group(self, group: Group) -> None:
        todo = [scope for scope in group.scopes if scope not in self._done]
        for scope in todo:
            if self._halted() or not self._read_scope(group, scope):
                break
        if todo:
            _let_go(group)

    def _read_scope(self, group: Group, scope: Scope) -> bool:
        """Read a scope to its outcome; False where the scan was halted halfway."""
        listed: Listed | None = None
        seen = self._reader.marks(scope)
        if scope.type == INVENTORY:
            known = Reconciliation(self._state, scope.account)
            outcome = self._reader.compare(group.source, scope, known, seen)
        else:
            listed = Listed() if scope.account in self._reconciled else None
            outcome = self._reader.read(group.source, scope, listed, seen)
        if outcome is None:
            return False
        self._writer.finish_scope(outcome, listed if outcome.asset_count else None, seen)
        return True


def _let_go(group: Group) -> None:
    def finish() -> Iterator[None]:
        group.source.finish_group(group.name)
        return iter(())

    for _ in guarded(finish, f"{group.source.connector} finish_group {group.name}"):
        pass
