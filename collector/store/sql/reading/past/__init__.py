"""The read side at a moment, as known at another: statements of their own, the present pays nothing."""

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
    PastSearchedError,
    Reading,
    Sight,
    SightChangeRow,
    Times,
    VersionRow,
)
from collector.store.sql.database import Database
from collector.store.sql.reading import gaps, sight_changes
from collector.store.sql.reading.past import assets, differences, discrepancies, findings, scopes, versions
from wolkenzicht.model import DiscrepancyKind, FindingState

__all__ = ["PastReading"]


class PastReading:
    """`Reading` at two times; what has no such times of its own is asked of the present."""

    def __init__(self, database: Database, present: Reading, times: Times) -> None:
        self._database = database
        self._present = present
        self._times = times

    def at(self, times: Times) -> Reading:
        """As `Reading.at`."""
        return PastReading(self._database, self._present, times)

    def first_record(self, sight: Sight) -> datetime | None:
        """As `Reading.first_record`."""
        return self._present.first_record(sight)

    def thinned_until(self, sight: Sight) -> datetime | None:
        """As `Reading.thinned_until`."""
        return self._present.thinned_until(sight)

    def counts(
        self,
        sight: Sight,
        query: AssetQuery,
        columns: frozenset[str] = COUNT_COLUMNS,  # noqa: ARG002  # whose rows the caller adds up then
    ) -> list[CountRow]:
        """As `Reading.counts`, with every column whatever was asked for."""
        return assets.counts(self._database, sight, query, self._times)

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
        """As `Reading.assets`; raises `PastSearchedError` for a search."""
        if search:
            raise PastSearchedError
        return assets.page(self._database, sight, query, order_by, after, limit, self._times)

    def search_behind(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.search_behind`, whatever the times."""
        return self._present.search_behind(sight, query)

    def asset(self, sight: Sight, asset_id: str) -> AssetRow | None:
        """As `Reading.asset`."""
        return assets.one(self._database, sight, asset_id, self._times)

    def asset_scope(self, sight: Sight, asset_id: str) -> CoverageRow | None:
        """As `Reading.asset_scope`."""
        return assets.scope_of(self._database, sight, asset_id, self._times)

    def versions(self, sight: Sight, asset_id: str) -> list[AssetRow]:
        """As `Reading.versions`, whatever the times."""
        return self._present.versions(sight, asset_id)

    def history(
        self, sight: Sight, asset_id: str, *, after: tuple[str, ...], limit: int
    ) -> list[tuple[VersionRow, tuple[str, ...]]]:
        """As `Reading.history`, whatever the times."""
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
        """As `Reading.differences`, whatever the times."""
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
        """As `Reading.difference_counts`, whatever the times."""
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
        return findings.page(self._database, sight, query, states, after, limit, self._times)

    def finding(self, sight: Sight, finding_id: str) -> FindingRow | None:
        """As `Reading.finding`."""
        return findings.one(self._database, sight, finding_id, self._times)

    def finding_versions(self, sight: Sight, finding_id: str) -> list[FindingVersionRow]:
        """As `Reading.finding_versions`, whatever the times."""
        return self._present.finding_versions(sight, finding_id)

    def open_findings(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.open_findings`."""
        return findings.open_count(self._database, sight, query, self._times)

    def newest_event(self, sight: Sight) -> int:
        """As `Reading.newest_event`, whatever the times."""
        return self._present.newest_event(sight)

    def finding_events(self, sight: Sight, after: int, limit: int) -> list[Event]:
        """As `Reading.finding_events`, whatever the times."""
        return self._present.finding_events(sight, after, limit)

    def changed_findings(self, sight: Sight, limit: int) -> list[tuple[FindingRow, datetime]]:
        """As `Reading.changed_findings`, whatever the times."""
        return self._present.changed_findings(sight, limit)

    def notification(self, sight: Sight, notification_id: str) -> Event | None:
        """As `Reading.notification`, whatever the times."""
        return self._present.notification(sight, notification_id)

    def exempted_findings(self, sight: Sight, query: AssetQuery) -> int:
        """As `Reading.exempted_findings`."""
        return findings.exempted_count(self._database, sight, query, self._times)

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
        """As `Reading.coverage`; why a scope was not planned is told of the present only."""
        return scopes.page(
            self._database, sight, organisations, tenant, after, limit, self._times, blind_only=blind_only
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
        return sight_changes.page(
            self._database, sight, organisations, tenant, since, after, limit, self._times
        )

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
        return gaps.page(self._database, sight, organisations, tenant, after, limit, self._times)

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
            self._database, sight, organisations, tenant, kind, after, limit, self._times, ended=ended
        )

    def standing_discrepancies(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
    ) -> int:
        """As `Reading.standing_discrepancies`."""
        return discrepancies.count(self._database, sight, organisations, tenant, self._times)

    def completeness(
        self, sight: Sight, *, organisations: frozenset[str] | None, tenant: str | None
    ) -> CompletenessRow:
        """As `Reading.completeness`."""
        return scopes.completeness(self._database, sight, organisations, tenant, self._times)
