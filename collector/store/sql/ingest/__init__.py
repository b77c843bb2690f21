"""The one way in: frames in their order, each once, many in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from secrets import token_bytes
from typing import Any, NoReturn

from collector.store.base import Committed, Incoming, Judge, Rules, RulesInForce
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Connection, Database, Unfit, repeatable
from collector.store.sql.ingest import findings, gaps, scans
from collector.store.sql.ingest.frame import (
    MAX_INTEGER,
    FindingRules,
    Frame,
    RegionRules,
    observed,
    without_nul,
)
from collector.store.sql.ingest.sync import Sync
from collector.store.sql.ingest.trust import Sample, Trust, doubt
from collector.store.sql.rollup import Counts
from policy import ruleset
from policy.ruleset import Policy
from wolkenzicht import crash_points
from wolkenzicht.errors import ContractError
from wolkenzicht.model import FindingKind
from wolkenzicht.v1.collector_service_pb2 import RejectedItem

__all__ = ["FindingRules", "PolicyOf", "RegionRules", "SqlIngest"]

#: Gives the policy that is in force for an organisation now.
PolicyOf = Callable[[str], Policy]

_SECRET_BYTES = 16
_SAID = "SELECT generation FROM people_generation"
_TARGET = "SELECT target FROM evaluation WHERE tenant = ?"

#: Gives the clause that a kind of finding rests on.
ClauseOf = Callable[[FindingKind], str]
#: What findings follow, and what agents' verdicts are judged by where they are.
_Rules = tuple[FindingRules, RegionRules, ClauseOf, Rules | None]


class SqlIngest:
    """Ingest.

    `policy_of` gives the policy for the organisation of a tenant, the packaged one where it is left out.
    `findings_of` and `region_findings_of` go before it, for everyone. `rules` go before all: findings
    follow them, and what agents send is judged by them, the share `sample` of it and all where there is
    cause.
    """

    def __init__(
        self,
        database: Database,
        findings_of: FindingRules | None = None,
        region_findings_of: RegionRules | None = None,
        policy_of: PolicyOf | None = None,
        *,
        rules: RulesInForce | None = None,
        sample: float = 0.0,
    ) -> None:
        self._database = database
        self._findings_of = findings_of
        self._region_findings_of = region_findings_of
        self._policy_of = policy_of or _packaged
        self._in_force = rules
        self._sample = Sample(sample, token_bytes(_SECRET_BYTES))
        self._judge: Judge | None = None

    def judge_with(self, judge: Judge) -> None:
        """Give new and changed assets the verdict of this judge, where it has one."""
        self._judge = judge

    @repeatable
    def position(self, tenant: str, spool_id: str) -> int:
        """The last sequence committed of this spool; 0 where none."""
        with self._database.reader() as connection:
            found = _position(connection, tenant, spool_id) or 0
        self._database.settle(tenant)
        return found

    @repeatable
    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """Apply frames in their order in one transaction; see `Ingest.commit`.

        A frame that does not follow its spool's position, or whose tenant is not registered, is refused
        and may be sent again; one that cannot be used is refused, kept, and passed over.
        """
        if not frames:
            return []
        try:
            return self._commit(frames, now)
        except Unfit as error:
            # One frame that cannot be kept must not take down those that came with it.
            if len(frames) > 1:
                return [answer for each in frames for answer in self.commit([each], now)]
            return self._commit(frames, now, refused=f"cannot be kept ({error}); correct it at the source")

    def _commit(self, frames: Sequence[Incoming], now: datetime, *, refused: str = "") -> list[Committed]:
        """Apply frames, or refuse them for a reason, in one transaction."""
        with self._database.writer(tenants={each.tenant for each in frames}) as connection:
            group = _Group(connection, self._rules, self._sample, self._judge, to_micros(now), refused)
            answers = [group.take(each) for each in frames]
            crash_points.passed("collector.within_commit")
            group.keep_positions()
            group.keep_trust()
            group.keep_digests()
            group.keep_counts()
            group.tell()
            if self._database.shared:
                group.doubt_what_changed()
        return answers

    def _rules(self, organisation: str) -> _Rules:
        if self._in_force is not None:
            rules = self._in_force.rules(organisation)
            return rules.findings, rules.region_findings, rules.clause, rules
        policy = self._policy_of(organisation)
        findings_of = self._findings_of or policy.findings
        return findings_of, self._region_findings_of or policy.region_findings, policy.clause, None

    def clause_of(self, organisation: str, kind: FindingKind) -> str:
        """The clause that a kind of finding rests on for an organisation now."""
        return self._rules(organisation)[2](kind)


class _Group:
    """The frames of one transaction: what is asked of the store once for all of them."""

    def __init__(
        self,
        connection: Connection,
        rules_of: Callable[[str], _Rules],
        sample: Sample,
        judge: Judge | None,
        now: int,
        refused: str = "",
    ) -> None:
        self._connection = connection
        self._sample = sample
        self._judge = judge
        self._counts = Counts(connection)
        self._trusts: dict[str, Trust] = {}
        self._syncs: dict[str, Sync] = {}
        # One policy for all frames of a transaction, also where another comes into force meanwhile.
        self._rules_of = lru_cache(rules_of)
        self._now = now
        self._refused = refused
        self._judged_by: dict[str, str] = {}
        self._news: list[tuple[Any, ...]] = []
        self._positions: dict[tuple[str, str], int | None] = {}
        self._organisations: dict[str, str | None] = {}
        self._said = 0
        if judge is not None:
            [self._said] = connection.execute(_SAID).fetchone()
            judge.know(self._said)

    def take(self, incoming: Incoming) -> Committed:
        """Apply one frame, or say why not."""
        sequence = incoming.frame.sequence
        spool = (incoming.tenant, incoming.spool_id)
        organisation = self._organisation(incoming.tenant)
        if organisation is None:
            reason = f"tenant '{incoming.tenant}' is not registered; add it with 'tenants add'"
            return Committed(sequence, refused=reason)
        if not 0 < sequence <= MAX_INTEGER:
            return Committed(sequence, refused=f"sequence: {sequence} is no place in a spool; count from 1")
        if spool not in self._positions:
            self._positions[spool] = _position(self._connection, *spool)
        position = self._positions[spool]
        if position is not None and sequence <= position:
            return Committed(sequence, duplicate=True)
        # A spool that is not known here may have begun before this store did.
        if position is not None and sequence != position + 1:
            return Committed(
                sequence,
                refused=f"sequence: {sequence} does not follow {position}; send frame {position + 1} first",
            )
        if position is None:
            gaps.note(self._connection, self._sync_of(incoming.tenant), incoming, self._now)
        answer = self._apply(incoming, organisation)
        self._positions[spool] = sequence
        return answer

    def keep_positions(self) -> None:
        """Write how far each spool has come."""
        self._connection.executemany(
            "INSERT INTO stream_position (tenant, spool_id, sequence, updated) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (tenant, spool_id) DO UPDATE SET sequence = excluded.sequence, "
            "updated = excluded.updated WHERE excluded.sequence > stream_position.sequence",
            [(*spool, place, self._now) for spool, place in self._positions.items() if place is not None],
        )

    def keep_trust(self) -> None:
        """Write what is thought of each agent by now."""
        for trust in self._trusts.values():
            trust.keep(self._connection)

    def keep_counts(self) -> None:
        """Bring the roll-up in step with what was written."""
        self._counts.write()

    def keep_digests(self) -> None:
        """Write what is held of each tenant as digests."""
        for sync in self._syncs.values():
            sync.write()

    def tell(self) -> None:
        """Write the events of all frames."""
        findings.tell(self._connection, self._news)

    def doubt_what_changed(self) -> None:
        """Let be judged again what was judged by other rules than another collector has in force by now.

        And what was judged without what people have said meanwhile; who says more waits for this commit.
        """
        if self._judge is not None:
            [said] = self._connection.execute(f"{_SAID} FOR SHARE").fetchone()
            if said != self._said:
                doubt(self._connection, list(self._judged_by))
        for tenant, version in self._judged_by.items():
            row = self._connection.execute(_TARGET, (tenant,)).fetchone()
            if row and row[0] and not row[0].startswith(f"{version} "):
                doubt(self._connection, [tenant])

    def _apply(self, incoming: Incoming, organisation: str) -> Committed:
        message = incoming.frame
        findings_of, region_findings_of, clause_of, rules = self._rules_of(organisation)
        frame = Frame(
            connection=self._connection,
            counts=self._counts,
            sync=self._sync_of(incoming.tenant),
            findings_of=findings_of,
            region_findings_of=region_findings_of,
            clause_of=clause_of,
            tenant=incoming.tenant,
            organisation=organisation,
            spool_id=incoming.spool_id,
            agent_version=incoming.agent_version,
            sequence=message.sequence,
            scan_id=message.scan_id,
            moment=self._now,
            received=self._now,
            trust=None if rules is None else self._trust_of(incoming.tenant, rules),
            judge=self._judge,
        )
        if rules is not None:
            self._judged_by[incoming.tenant] = rules.version
        try:
            frame.moment = observed(message, self._now)
            if self._refused:
                _refuse(frame, self._refused)
            frame.sync.observed(frame.moment)
            scans.apply(frame, message)
        except ContractError as error:
            reason = str(error)
            item = RejectedItem(field=error.field, reason=reason.removeprefix(f"{error.field}: "))
            frame.set_aside(item, message.SerializeToString())
            return Committed(message.sequence, refused=reason)
        self._news += frame.news
        return Committed(
            message.sequence,
            rejected=tuple(frame.rejected),
            events=len(frame.news),
            resync=frame.resync,
            scan_id=message.scan_id,
        )

    def _sync_of(self, tenant: str) -> Sync:
        if tenant not in self._syncs:
            self._syncs[tenant] = Sync(self._connection, tenant)
        return self._syncs[tenant]

    def _trust_of(self, tenant: str, rules: Rules) -> Trust:
        if tenant not in self._trusts:
            self._trusts[tenant] = Trust(self._connection, tenant, rules, self._sample)
        return self._trusts[tenant]

    def _organisation(self, tenant: str) -> str | None:
        if tenant not in self._organisations:
            row = self._connection.execute(
                "SELECT organisation FROM tenant WHERE tenant = ?", (tenant,)
            ).fetchone()
            self._organisations[tenant] = row[0] if row else None
        return self._organisations[tenant]


def _refuse(frame: Frame, reason: str) -> NoReturn:
    # What cannot be kept must not keep its own refusal from being kept.
    frame.scan_id = without_nul(frame.scan_id)
    raise ContractError("frame", reason)


def _packaged(_organisation: str) -> Policy:
    return ruleset.load()


def _position(connection: Connection, tenant: str, spool_id: str) -> int | None:
    row = connection.execute(
        "SELECT sequence FROM stream_position WHERE tenant = ? AND spool_id = ?", (tenant, spool_id)
    ).fetchone()
    return row[0] if row else None
