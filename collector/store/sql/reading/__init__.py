"""The read side of the store: what an asker may see of it, and nothing else."""

from __future__ import annotations

from datetime import datetime

from collector.store.base import (
    COUNT_COLUMNS,
    AssetQuery,
    AssetRow,
    CompletenessRow,
    CountRow,
    CoverageRow,
    DifferenceCountRow,
    DifferenceRow,
    DiscrepancyRow,
    Event,
    FindingRow,
    FindingVersionRow,
    GapRow,
    Reading,
    Sight,
    SightChangeRow,
    Times,
    VersionRow,
)
from collector.store.sql.database import Database
from collector.store.sql.reading import (
    assets,
    changed,
    counts,
    coverage,
    discrepancies,
    finding_events,
    finding_pages,
    findings,
    gaps,
    sight_changes,
)
from collector.store.sql.reading import search as searching
from collector.store.sql.reading.past import PastReading, differences, versions
from wolkenzicht.model import DiscrepancyKind, FindingState

__all__ = ["SqlReading"]


class SqlReading:
    """`Reading`: every method may run in any thread; raises `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, times: Times) -> Reading:
        """As `Reading.at`."""
        return PastReading(self._database, self, times)

    def first_record(self, sight: Sight) -> datetime | None:
        """As `Reading.first_record`."""
        return coverage.first_record(self._database, sight)

    def thinned_until(self, sight: Sight) -> datetime | None:
        """As `Reading.thinned_until`."""
        return coverage.thinned_until(self._database, sight)

    def counts(
        self, sight: Sight, query: AssetQuery, columns: frozenset[str] = COUNT_COLUMNS
    ) -> list[CountRow]:
        """As `Reading.counts`."""
        return counts.read(self._database, sight, query, columns)

    def assets(
        self,
        sight: Sight,
        query: AssetQuery,
        *,
        order_by: str,
        after: tuple[str, ...],
        limit: int,
        search: tuple[str, ...] = (),
    ) -> list[tuple[AssetRow, tuple[str, ...]]]:
        """As `Reading.assets`."""
        return assets.page(self._database, sight, query, order_by, after, limit, search)

    def search_behind(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.search_behind`."""
        return searching.behind(self._database, sight, query)

    def asset(self, sight: Sight, asset_id: str) -> AssetRow | None:
        """As `Reading.asset`."""
        return assets.one(self._database, sight, asset_id)

    def asset_scope(self, sight: Sight, asset_id: str) -> CoverageRow | None:
        """As `Reading.asset_scope`."""
        return assets.scope_of(self._database, sight, asset_id)

    def versions(self, sight: Sight, asset_id: str) -> list[AssetRow]:
        """As `Reading.versions`."""
        return assets.versions(self._database, sight, asset_id)

    def history(
        self, sight: Sight, asset_id: str, *, after: tuple[str, ...], limit: int
    ) -> list[tuple[VersionRow, tuple[str, ...]]]:
        """As `Reading.history`."""
        return versions.page(self._database, sight, asset_id, after, limit)

    def differences(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        before: Times,
        since: Times,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[DifferenceRow, tuple[str, ...]]]:
        """As `Reading.differences`."""
        found = differences.between(self._database, sight, organisations, tenant, before, since)
        return found.page(after, limit)

    def difference_counts(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        before: Times,
        since: Times,
    ) -> list[DifferenceCountRow]:
        """As `Reading.difference_counts`."""
        found = differences.between(self._database, sight, organisations, tenant, before, since)
        return found.counts()

    def findings(
        self,
        sight: Sight,
        query: AssetQuery,
        *,
        states: frozenset[FindingState],
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[FindingRow, tuple[str, ...]]]:
        """As `Reading.findings`."""
        return finding_pages.page(self._database, sight, query, states, after, limit)

    def finding(self, sight: Sight, finding_id: str) -> FindingRow | None:
        """As `Reading.finding`."""
        return findings.one(self._database, sight, finding_id)

    def finding_versions(self, sight: Sight, finding_id: str) -> list[FindingVersionRow]:
        """As `Reading.finding_versions`."""
        return findings.versions(self._database, sight, finding_id)

    def open_findings(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.open_findings`."""
        return findings.open_count(self._database, sight, query)

    def newest_event(self, sight: Sight) -> int:
        """As `Reading.newest_event`."""
        return finding_events.newest(self._database, sight)

    def finding_events(self, sight: Sight, after: int, limit: int) -> list[Event]:
        """As `Reading.finding_events`."""
        return finding_events.page(self._database, sight, after, limit)

    def changed_findings(self, sight: Sight, limit: int) -> list[tuple[FindingRow, datetime]]:
        """As `Reading.changed_findings`."""
        return changed.page(self._database, sight, limit)

    def notification(self, sight: Sight, notification_id: str) -> Event | None:
        """As `Reading.notification`."""
        return changed.notification(self._database, sight, notification_id)

    def exempted_findings(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.exempted_findings`."""
        return findings.exempted_count(self._database, sight, query)

    def coverage(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        blind_only: bool,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[CoverageRow, tuple[str, ...]]]:
        """As `Reading.coverage`."""
        return coverage.page(
            self._database, sight, organisations, tenant, after, limit, blind_only=blind_only
        )

    def sight_changes(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        since: datetime | None,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[SightChangeRow, tuple[str, ...]]]:
        """As `Reading.sight_changes`."""
        return sight_changes.page(self._database, sight, organisations, tenant, since, after, limit)

    def gaps(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[GapRow, tuple[str, ...]]]:
        """As `Reading.gaps`."""
        return gaps.page(self._database, sight, organisations, tenant, after, limit)

    def discrepancies(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        kind: DiscrepancyKind | None,
        ended: bool,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[DiscrepancyRow, tuple[str, ...]]]:
        """As `Reading.discrepancies`."""
        return discrepancies.page(
            self._database, sight, organisations, tenant, kind, after, limit, ended=ended
        )

    def standing_discrepancies(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
    ) -> int:
        """As `Reading.standing_discrepancies`."""
        return discrepancies.count(self._database, sight, organisations, tenant)

    def completeness(
        self, sight: Sight, *, organisations: frozenset[str] | None, tenant: str | None
    ) -> CompletenessRow:
        """As `Reading.completeness`."""
        return coverage.completeness(self._database, sight, organisations, tenant)
