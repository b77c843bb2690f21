"""The answers themselves: from a question of the contract to its answer, for one asker at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, TypeVar

from collector.identity.peer import Peer
from collector.query import explain, overview, past, tokens, views
from collector.query.as_of import version_on
from collector.query.errors import BadQueryError, NotFoundError
from collector.query.filters import Asker, asset_query, page_size
from collector.query.sight import sight_of
from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.store.base import (
    AssetRow,
    PastSearchedError,
    Reading,
    Registry,
    Times,
    TooManyFoundError,
    search,
)
from policy.context import NOTHING_KNOWN, Context
from policy.ruleset import Policy
from wolkenzicht.errors import ConfigurationError, ContractError
from wolkenzicht.model import DiscrepancyKind, FindingState
from wolkenzicht.transport import MAX_FRAME_BYTES
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import DISCREPANCY_KINDS, FINDING_STATES, moment

DEFAULT_ORDER = "asset_id"
STANDING = frozenset(FindingState) - {FindingState.RESOLVED}


class _Sized(Protocol):
    def ByteSize(self) -> int: ...  # noqa: N802  # protobuf's own name


Row = TypeVar("Row")
Item = TypeVar("Item", bound=_Sized)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers over one store; every method reads the database and so belongs in a worker thread.

    All raise `BadQueryError`, `NotFoundError`, `NotAllowedError` and `StorageError`.
    """

    reading: Reading
    registry: Registry
    in_force: InForce
    contexts: Contexts | None = None

    def overview(self, peer: Peer, asked: wire.GetOverviewRequest) -> wire.GetOverviewResponse:
        """Counts by group."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        query = asset_query(asked.filter, asker)
        rows = reading.counts(asker.sight, query, overview.columns(asked.group_by))
        items, total = overview.add_up(rows, asked.group_by, self.in_force.policy().jurisdictions.eea)
        return wire.GetOverviewResponse(
            items=items,
            total=total,
            completeness=completeness(reading, asker, query.organisations, query.tenant),
            open_findings=reading.open_findings(asker.sight, query),
            exempted_findings=reading.exempted_findings(asker.sight, query),
            discrepancies=reading.standing_discrepancies(
                asker.sight, organisations=query.organisations, tenant=query.tenant
            ),
            times=past.encoded(times),
        )

    def assets(self, peer: Peer, asked: wire.ListAssetsRequest) -> wire.ListAssetsResponse:
        """A page of assets."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        query = asset_query(asked.filter, asker)
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        order_by, words = asked.order_by or DEFAULT_ORDER, _words(asked.search)
        try:
            rows = reading.assets(
                asker.sight, query, order_by=order_by, after=after, limit=size + 1, search=words
            )
        except (PastSearchedError, TooManyFoundError) as error:
            raise BadQueryError("search", str(error).removeprefix("search: ")) from error
        except ConfigurationError as error:
            raise BadQueryError("order_by", str(error).removeprefix("order_by: ")) from error
        items, position = fill(rows, views.asset, size)
        return wire.ListAssetsResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, query.organisations, query.tenant),
            times=past.encoded(times),
            search_behind=reading.search_behind(asker.sight, query) if words else 0,
        )

    def asset(self, peer: Peer, asked: wire.GetAssetRequest) -> wire.GetAssetResponse:
        """One asset."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        row = _one(reading, asker, asked.asset_id, times)
        policy, context = self.in_force.policy(row.organisation), self._context(row)
        if times is not None:
            # What is known for each verb then is by the rules of then, too.
            day = times.as_of.date()
            policy, context = self._rules_on(day, row.organisation), self._context(row, day)
        verbs = views.verbs(row, policy, context)
        return wire.GetAssetResponse(asset=views.asset(row), verbs=verbs, times=past.encoded(times))

    def explanation(self, peer: Peer, asked: wire.ExplainAssetRequest) -> wire.ExplainAssetResponse:
        """Why an asset has its verdict."""
        asker = self.asker(peer)
        if asked.known_at:
            return self._explanation_as_known(asker, asked)
        row = _one(self.reading, asker, asked.asset_id, None)
        scope = self.reading.asset_scope(asker.sight, asked.asset_id)
        language = views.language_of(asked.language)
        if asked.as_of:
            day, today = _day(asked.as_of), self.in_force.today()
            rules = today if asked.todays_rules else day
            policy = self._rules_on(rules, row.organisation)
            held = version_on(row, self.reading.versions(asker.sight, asked.asset_id), day)
            context = self._context(held.row, day)
            row = explain.judged_by(policy, held.row, context)
            held = replace(held, row=row)
            steps = explain.steps_on(policy, held, scope, (rules, day, today), language, context)
        elif asked.todays_rules:
            raise BadQueryError("todays_rules", "needs as_of; give the day whose estate you ask for")
        else:
            policy, context = self.in_force.policy(row.organisation), self._context(row)
            steps = explain.steps(policy, row, scope, language, context)
        verbs = views.verbs(row, policy, context)
        return wire.ExplainAssetResponse(asset=views.asset(row), steps=steps, verbs=verbs)

    def _explanation_as_known(
        self, asker: Asker, asked: wire.ExplainAssetRequest
    ) -> wire.ExplainAssetResponse:
        """As far as it was known at a time, by the rules of the day that is asked about, or of today."""
        try:
            times = past.times_of(asked.as_of, asked.known_at, self.reading, asker.sight, self.in_force.now())
        except BadQueryError as error:
            message = str(error).removeprefix(f"{error.field}: ")
            raise BadQueryError(error.field.removeprefix("past."), message) from error
        reading = self.reading.at(times)
        row = _one(reading, asker, asked.asset_id, times)
        scope, language = reading.asset_scope(asker.sight, asked.asset_id), views.language_of(asked.language)
        day = times.as_of.date()
        rules = self.in_force.today() if asked.todays_rules else day
        policy, context = self._rules_on(rules, row.organisation), self._context(row, day)
        row = explain.judged_by(policy, row, context)
        return wire.ExplainAssetResponse(
            asset=views.asset(row),
            steps=explain.steps_known(policy, row, scope, rules, times, language, context),
            verbs=views.verbs(row, policy, context),
            times=past.encoded(times),
        )

    def findings(self, peer: Peer, asked: wire.ListFindingsRequest) -> wire.ListFindingsResponse:
        """A page of findings."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        query = asset_query(asked.filter, asker)
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.findings(asker.sight, query, states=_states(asked), after=after, limit=size + 1)
        language = views.language_of(asked.language)
        items, position = fill(rows, lambda row: views.finding(row, language), size)
        return wire.ListFindingsResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, query.organisations, query.tenant),
            times=past.encoded(times),
        )

    def coverage(self, peer: Peer, asked: wire.ListCoverageRequest) -> wire.ListCoverageResponse:
        """A page of scopes."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        organisations = asker.organisations_below(asked.organisation, "organisation")
        tenant = asker.tenant(asked.tenant, "tenant")
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.coverage(
            asker.sight,
            organisations=organisations,
            tenant=tenant,
            blind_only=asked.blind_only,
            after=after,
            limit=size + 1,
        )
        items, position = fill(rows, views.coverage_row, size)
        return wire.ListCoverageResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, organisations, tenant),
            discrepancies=reading.standing_discrepancies(
                asker.sight, organisations=organisations, tenant=tenant
            ),
            times=past.encoded(times),
        )

    def sight_changes(self, peer: Peer, asked: wire.ListSightChangesRequest) -> wire.ListSightChangesResponse:
        """A page of what changed in what can be seen."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        organisations = asker.organisations_below(asked.organisation, "organisation")
        tenant = asker.tenant(asked.tenant, "tenant")
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.sight_changes(
            asker.sight,
            organisations=organisations,
            tenant=tenant,
            since=_since(asked),
            after=after,
            limit=size + 1,
        )
        language = views.language_of(asked.language)
        items, position = fill(rows, lambda row: views.sight_change(row, language), size)
        return wire.ListSightChangesResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, organisations, tenant),
            times=past.encoded(times),
        )

    def gaps(self, peer: Peer, asked: wire.ListGapsRequest) -> wire.ListGapsResponse:
        """A page of gaps in what agents sent."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        organisations = asker.organisations_below(asked.organisation, "organisation")
        tenant = asker.tenant(asked.tenant, "tenant")
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.gaps(
            asker.sight, organisations=organisations, tenant=tenant, after=after, limit=size + 1
        )
        items, position = fill(rows, views.gap, size)
        return wire.ListGapsResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, organisations, tenant),
            times=past.encoded(times),
        )

    def discrepancies(
        self, peer: Peer, asked: wire.ListDiscrepanciesRequest
    ) -> wire.ListDiscrepanciesResponse:
        """A page of discrepancies."""
        asker = self.asker(peer)
        reading, times = self.at(asker, asked.past)
        organisations = asker.organisations_below(asked.organisation, "organisation")
        tenant = asker.tenant(asked.tenant, "tenant")
        size, after = page_size(asked.page_size), tokens.read(asked, asked.page_token)
        rows = reading.discrepancies(
            asker.sight,
            organisations=organisations,
            tenant=tenant,
            kind=_kind(asked),
            ended=asked.include_ended,
            after=after,
            limit=size + 1,
        )
        items, position = fill(rows, views.discrepancy, size)
        return wire.ListDiscrepanciesResponse(
            items=items,
            next_page_token=tokens.make(asked, position) if position else "",
            completeness=completeness(reading, asker, organisations, tenant),
            times=past.encoded(times),
        )

    def asker(self, peer: Peer) -> Asker:
        """Who asks, and what there is to ask about."""
        organisations = self.registry.organisations()
        self.in_force.know(organisations)
        return Asker(sight_of(peer, organisations), organisations, self.registry.tenants())

    def _context(self, row: AssetRow, on: date | None = None) -> Context:
        """What people said about an asset, as it counts on a day, today where none is given."""
        if self.contexts is None:
            return NOTHING_KNOWN
        return self.contexts.of_stored(row.tenant, row.organisation, row.record.asset, on)

    def _rules_on(self, day: date, organisation: str) -> Policy:
        try:
            return self.in_force.book.on(day, self.in_force.chain(organisation))
        except ConfigurationError as error:
            raise BadQueryError("as_of", str(error)) from error

    def at(self, asker: Asker, asked: wire.Past) -> tuple[Reading, Times | None]:
        """The read side of the time that is asked for."""
        times = past.times_asked(asked, self.reading, asker.sight, self.in_force.now())
        return (self.reading if times is None else self.reading.at(times)), times


def completeness(
    reading: Reading, asker: Asker, organisations: frozenset[str] | None, tenant: str | None
) -> wire.Completeness:
    """How much stood behind an answer of this read side."""
    return views.completeness(reading.completeness(asker.sight, organisations=organisations, tenant=tenant))


def _one(reading: Reading, asker: Asker, asset_id: str, times: Times | None) -> AssetRow:
    if not asset_id:
        raise BadQueryError("asset_id", "is empty; give the provider's identifier of an asset")
    row = reading.asset(asker.sight, asset_id)
    if row is None:
        when = "" if times is None else f" on {times.as_of:%Y-%m-%d %H:%M} UTC, as known then or later"
        raise NotFoundError(
            f"no asset {asset_id[:200]!r} within your sight{when}; check the identifier with `assets list`"
        )
    return row


def _words(text: str) -> tuple[str, ...]:
    try:
        return search.asked(text) if text else ()
    except ConfigurationError as error:
        raise BadQueryError("search", str(error).removeprefix("search: ")) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadQueryError("as_of", "is no day; write it as 2026-07-02") from error


def _since(asked: wire.ListSightChangesRequest) -> datetime | None:
    if not asked.HasField("since_time"):
        return None
    try:
        return moment(asked.since_time, "since_time")
    except ContractError as error:
        raise BadQueryError("since_time", "is no moment; give a time between the years 1 and 9999") from error


def _kind(asked: wire.ListDiscrepanciesRequest) -> DiscrepancyKind | None:
    try:
        return DISCREPANCY_KINDS.decode_optional(asked.kind, "kind")
    except ContractError as error:
        raise BadQueryError("kind", "is not known; use a value of this contract") from error


def _states(asked: wire.ListFindingsRequest) -> frozenset[FindingState]:
    try:
        state = FINDING_STATES.decode_optional(asked.state, "state")
    except ContractError as error:
        raise BadQueryError("state", "is not known; use a value of this contract") from error
    states = STANDING if state is None else frozenset({state})
    return states | {FindingState.RESOLVED} if asked.include_resolved else states


def fill(
    rows: Sequence[tuple[Row, tuple[str, ...]]], encode: Callable[[Row], Item], size: int
) -> tuple[list[Item], tuple[str, ...]]:
    """The items of a page, and the position of its last one where more follow.

    `rows` holds one row more than the page where there are more. A page also ends where it would
    grow past what one message should be; it has one item at least.
    """
    items: list[Item] = []
    position: tuple[str, ...] = ()
    used = 0
    for row, place in rows[:size]:
        item = encode(row)
        used += item.ByteSize()
        if items and used > MAX_FRAME_BYTES:
            return items, position
        items.append(item)
        position = place
    return items, position if len(rows) > len(items) else ()
