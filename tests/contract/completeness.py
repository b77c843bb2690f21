"""What stood behind an answer, counted from the listing of scopes: an oracle for what is kept of accounts."""

from __future__ import annotations

from collector.store.base import CompletenessRow, CoverageRow, Store
from tests.contract.reporting import ALL_SEEN


def scopes(store: Store, page: int, *, blind_only: bool = False) -> list[tuple[CoverageRow, tuple[str, ...]]]:
    """Every scope with its position, read in pages of so many."""
    found: list[tuple[CoverageRow, tuple[str, ...]]] = []
    while True:
        after = found[-1][1] if found else ()
        rows = store.reading.coverage(
            ALL_SEEN, organisations=None, tenant=None, blind_only=blind_only, after=after, limit=page
        )
        found += rows
        if len(rows) < page:
            return found


def accounts_in_step(store: Store) -> None:
    """Pages of any size list the same scopes in order, and completeness is what they add up to."""
    listed = scopes(store, 1000)
    assert listed == scopes(store, 2)
    assert [position for _, position in listed] == sorted(position for _, position in listed)
    blind, whole, _ = ([row for row, (rank, *_) in listed if rank == each] for each in "012")
    assert [row for row, _ in scopes(store, 3, blind_only=True)] == blind
    looks = [row.last_complete for row in (*blind, *whole) if row.last_complete]
    told = store.reading.completeness(ALL_SEEN, organisations=None, tenant=None)
    assert told == CompletenessRow(
        scopes_planned=len(blind) + len(whole),
        scopes_complete=len(whole),
        scopes_blind=len(blind),
        oldest_look=min(looks, default=None),
        tenants_silent=told.tenants_silent,
    )
