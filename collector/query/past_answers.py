"""Answers about change: the versions of an asset, and what differs between two times."""

from __future__ import annotations

from dataclasses import dataclass

from collector.identity.peer import Peer
from collector.query import changes, past, tokens
from collector.query.answers import Answers, completeness, fill
from collector.query.errors import BadQueryError, NotFoundError
from collector.query.filters import page_size
from collector.store.base import DifferenceCountRow, DifferenceRow, VersionRow
from wolkenzicht.model import LocationClass, Outcome
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import LOCATION_CLASSES, OUTCOMES, timestamp

_KINDS = {
    "appeared": wire.DIFFERENCE_KIND_APPEARED,
    "vanished": wire.DIFFERENCE_KIND_VANISHED,
    "moved": wire.DIFFERENCE_KIND_MOVED,
    "changed_class": wire.DIFFERENCE_KIND_CHANGED_CLASS,
    "seen_no_more": wire.DIFFERENCE_KIND_SEEN_NO_MORE,
}


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """Answers over one store, as `Answers` are."""

    answers: Answers

    def versions(self, peer: Peer, asked: wire.ListAssetVersionsRequest) -> wire.ListAssetVersionsResponse:
        """A page of the versions of an asset."""
        asker = self.answers.asker(peer)
        if not asked.asset_id:
            raise BadQueryError("asset_id", "is empty; give the provider's identifier of an asset")
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = self.answers.reading.history(asker.sight, asked.asset_id, after=after, limit=size + 1)
        if not rows and not after:
            raise NotFoundError(
                f"no asset {asked.asset_id[:200]!r} within your sight; "
                "check the identifier with `assets list`"
            )
        # Each is told beside the one recorded before it; the last page's last has none.
        before = [row for row, _ in rows[1:]]
        pairs = [
            ((row, before[place] if place < len(before) else None), position)
            for place, (row, position) in enumerate(rows)
        ]
        items, position = fill(pairs, lambda pair: _version(*pair), size)
        return wire.ListAssetVersionsResponse(
            items=items, next_page_token=tokens.make(asked, position) if position else ""
        )

    def differences(self, peer: Peer, asked: wire.ListDifferencesRequest) -> wire.ListDifferencesResponse:
        """A page of what differs, and on the first page how much, by organisation."""
        asker, reading = self.answers.asker(peer), self.answers.reading
        organisations = asker.organisations_below(asked.organisation, "organisation")
        tenant = asker.tenant(asked.tenant, "tenant")
        before, since = past.two_times(asked, reading, asker.sight, self.answers.in_force.now())
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.differences(
            asker.sight,
            organisations=organisations,
            tenant=tenant,
            before=before,
            since=since,
            after=after,
            limit=size + 1,
        )
        counts = []
        if not after:
            counts = reading.difference_counts(
                asker.sight, organisations=organisations, tenant=tenant, before=before, since=since
            )
        items, position = fill(rows, _difference, size)
        return wire.ListDifferencesResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            counts=[_count(each) for each in counts],
            completeness_before=completeness(reading.at(before), asker, organisations, tenant),
            completeness=completeness(reading.at(since), asker, organisations, tenant),
            times_before=past.encoded(before),
            times=past.encoded(since),
        )


def _version(row: VersionRow, before: VersionRow | None) -> wire.AssetVersion:
    appeared = before is None or before.removed or before.tenant != row.tenant
    cause = wire.VERSION_CAUSE_SCAN if row.scan_id else wire.VERSION_CAUSE_JUDGED_AGAIN
    if not row.scan_id and appeared:
        # No asset begins by being judged again: it was kept before its scan was.
        cause = wire.VERSION_CAUSE_UNSPECIFIED
    return wire.AssetVersion(
        tenant=row.tenant,
        organisation=row.organisation,
        valid_from_time=timestamp(row.valid_from),
        valid_to_time=timestamp(row.valid_to) if row.valid_to else None,
        record_time=timestamp(row.recorded),
        supersede_time=timestamp(row.superseded) if row.superseded else None,
        withdraw_time=timestamp(row.withdrawn) if row.withdrawn else None,
        removed=row.removed,
        cause=cause,
        scan_id=row.scan_id,
        agent_version=row.agent_version,
        policy_version=row.record.verdict.policy_version,
        location_class=row.record.verdict.location_class,
        changes=[] if appeared or before is None else changes.between(before.record, row.record),
        appeared=appeared,
    )


def _count(row: DifferenceCountRow) -> wire.DifferenceCount:
    return wire.DifferenceCount(
        organisation=row.organisation,
        appeared=row.appeared,
        vanished=row.vanished,
        moved=row.moved,
        changed_class=row.changed_class,
        scopes_seen_no_more=row.scopes_seen_no_more,
    )


def _difference(row: DifferenceRow) -> wire.Difference:
    before, after = (
        LOCATION_CLASSES.encode[LocationClass(each)] if each else None
        for each in (row.class_before, row.class_after)
    )
    return wire.Difference(
        kinds=[_KINDS[each] for each in row.kinds],
        tenant=row.tenant,
        organisation=row.organisation,
        asset_id=row.asset_id,
        type=row.type,
        account=row.account,
        location=row.location,
        account_before="" if row.account_before == row.account else row.account_before,
        location_before="" if row.location_before == row.location else row.location_before,
        countries_before=row.countries_before,
        countries_after=row.countries_after,
        class_before=before,
        class_after=after,
        outcome=OUTCOMES.encode[Outcome(row.outcome)] if row.outcome else None,
    )
