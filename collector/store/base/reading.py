"""The read side: what may be asked of the store, always with the asker's sight first."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from collector.store.base.outbox import Event
from collector.store.base.past import DifferenceCountRow, DifferenceRow, VersionRow
from collector.store.base.rows import (
    COUNT_COLUMNS,
    AssetQuery,
    AssetRow,
    CompletenessRow,
    CountRow,
    CoverageRow,
    DiscrepancyRow,
    FindingRow,
    FindingVersionRow,
    GapRow,
    Sight,
    SightChangeRow,
    Times,
)
from wolkenzicht.model import DiscrepancyKind, FindingState


class Reading(Protocol):
    """The one read side. Every method takes the asker's `Sight` first."""

    def at(self, times: Times) -> Reading:
        """The same of a moment that is past, and as it was known then or since."""

    def first_record(self, sight: Sight) -> datetime | None:
        """The earliest that anything is known of within the sight; None where nothing is."""

    def thinned_until(self, sight: Sight) -> datetime | None:
        """Before which moment only ends of months are kept of what is in sight; None where all is."""

    def counts(
        self, sight: Sight, query: AssetQuery, columns: frozenset[str] = COUNT_COLUMNS
    ) -> list[CountRow]:
        """Counts by everything an overview groups by; the caller adds them up.

        Of `COUNT_COLUMNS` those that are not in `columns` are left empty: their rows are added up already.
        """

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
        """A page of present assets, each with its position (for `after`; empty for the first page).

        `order_by` is one of asset_id, name, type, location_class, organisation, with "-" before it
        to reverse; raises `ConfigurationError` for another. `search` are words as `search.asked` gives them:
        of those in the index of words, assets that have them all; raises `TooManyFoundError`.
        """

    def search_behind(self, sight: Sight, query: AssetQuery) -> int:
        """How many assets of the tenants asked for a search does not know yet as they are, to 100,000."""

    def asset(self, sight: Sight, asset_id: str) -> AssetRow | None:
        """One asset in sight, also one that vanished; None where there is none."""

    def asset_scope(self, sight: Sight, asset_id: str) -> CoverageRow | None:
        """The scope that an asset in sight was read in; None where the asset is not present."""

    def versions(self, sight: Sight, asset_id: str) -> list[AssetRow]:
        """Earlier versions of an asset in sight, newest first.

        `first_seen` and `last_seen` are the time that the version held.
        """

    def history(
        self, sight: Sight, asset_id: str, *, after: tuple[str, ...], limit: int
    ) -> list[tuple[VersionRow, tuple[str, ...]]]:
        """A page of all that was ever known of an asset, the last recorded first, with positions."""

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
        """A page of what differs at `since` from what was at `before`, with positions."""

    def difference_counts(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        before: Times,
        since: Times,
    ) -> list[DifferenceCountRow]:
        """How much that is, by organisation."""

    def findings(
        self,
        sight: Sight,
        query: AssetQuery,
        *,
        states: frozenset[FindingState],
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[FindingRow, tuple[str, ...]]]:
        """A page of findings, newest first, each with its position."""

    def finding(self, sight: Sight, finding_id: str) -> FindingRow | None:
        """One finding in sight, also one that was resolved; None where there is none."""

    def finding_versions(self, sight: Sight, finding_id: str) -> list[FindingVersionRow]:
        """All that was ever known of a finding in sight, the last recorded first; always as known now."""

    def open_findings(self, sight: Sight, query: AssetQuery) -> int:
        """How many findings stand, however they are handled."""

    def newest_event(self, sight: Sight) -> int:
        """The number of the event in sight that came last; 0 where none did."""

    def finding_events(self, sight: Sight, after: int, limit: int) -> list[Event]:
        """What became of findings in sight since an event, in order; always of the present."""

    def changed_findings(self, sight: Sight, limit: int) -> list[tuple[FindingRow, datetime]]:
        """The findings of which something became last, with when, the newest first; always of the present."""

    def notification(self, sight: Sight, notification_id: str) -> Event | None:
        """One notification that stands for many, once it is closed; None where not all of it is in sight."""

    def exempted_findings(self, sight: Sight, query: AssetQuery) -> int:
        """How many of these stand under an exemption."""

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
        """A page of scopes, blind spots first, each with its position."""

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
        """A page of what changed in what can be seen, at `since` or later, newest first, with positions."""

    def gaps(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[GapRow, tuple[str, ...]]]:
        """A page of gaps, newest first, with positions."""

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
        """A page of discrepancies, newest first, with positions; with `ended` those that ended too."""

    def standing_discrepancies(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
    ) -> int:
        """How many discrepancies stand."""

    def completeness(
        self, sight: Sight, *, organisations: frozenset[str] | None, tenant: str | None
    ) -> CompletenessRow:
        """How much was seen of the scopes that are planned, or no longer planned and still hold assets.

        `unsupported` and `not_enabled` count as complete where the scope holds no assets: nothing can
        exist there. But where there is no inventory anything may: that scope is blind. So is one that is
        no longer planned and still holds assets.
        """
