"""The one way in: frames in their order, each once, many in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes

from collector.store.base import Committed, Incoming, Judge, Rules
from collector.store.sqlite.clock import to_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.ingest import scans
from collector.store.sqlite.ingest.frame import MAX_INTEGER, FindingRules, Frame, RegionRules, observed
from collector.store.sqlite.ingest.judging import Judging, Sample
from policy import ruleset
from wolkenzicht.errors import ContractError
from wolkenzicht.v1.collector_service_pb2 import RejectedItem

_SECRET_BYTES = 16

__all__ = ["FindingRules", "RegionRules", "SqliteIngest"]


class SqliteIngest:
    """Ingest into SQLite.

    `findings_of` gives the findings about an asset with its verdict, `region_findings_of` those about a
    region; the packaged rule set's where it is left out. With a `judge` both are those of its rules, and what
    agents send is judged by them: a share of it (`sample`), and all where there is cause.
    """

    def __init__(
        self,
        database: Database,
        findings_of: FindingRules,
        region_findings_of: RegionRules | None = None,
        *,
        judge: Judge | None = None,
        sample: float = 0.0,
    ) -> None:
        self._database = database
        self._judge = judge
        self._sample = Sample(sample, token_bytes(_SECRET_BYTES))
        self._findings_of = findings_of
        self._region_findings_of = region_findings_of or ruleset.load().region_findings

    def position(self, tenant: str, spool_id: str) -> int:
        """The last sequence committed of this spool; 0 where none."""
        with self._database.reader() as connection:
            return _position(connection, tenant, spool_id) or 0

    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """Apply frames in their order in one transaction; see `Ingest.commit`.

        A frame that does not follow its spool's position, or whose tenant is not registered, is refused
        and may be sent again; one that cannot be used is refused, kept, and passed over.
        """
        if not frames:
            return []
        with self._database.writer() as connection:
            group = _Group(connection, self._findings_of, self._region_findings_of, to_micros(now))
            group.judge, group.sample = self._judge, self._sample
            answers = [group.take(each) for each in frames]
            group.keep_positions()
            group.keep_trust()
        return answers


class _Group:
    """The frames of one transaction: what is asked of the store once for all of them."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        findings_of: FindingRules,
        region_findings_of: RegionRules,
        now: int,
    ) -> None:
        self._connection = connection
        self._findings_of = findings_of
        self._region_findings_of = region_findings_of
        self._now = now
        self._positions: dict[tuple[str, str], int | None] = {}
        self._organisations: dict[str, str | None] = {}
        self.judge: Judge | None = None
        self.sample = Sample(0.0, b"")
        self._rules: dict[str, Rules] = {}
        self._judging: dict[str, Judging] = {}

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
        answer = self._apply(incoming, organisation)
        self._positions[spool] = sequence
        return answer

    def keep_positions(self) -> None:
        """Write how far each spool has come."""
        self._connection.executemany(
            "INSERT INTO stream_position (tenant, spool_id, sequence, updated) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (tenant, spool_id) DO UPDATE SET sequence = excluded.sequence, "
            "updated = excluded.updated WHERE excluded.sequence > sequence",
            [(*spool, place, self._now) for spool, place in self._positions.items() if place is not None],
        )

    def keep_trust(self) -> None:
        """Write what is thought of each agent by now."""
        for judging in self._judging.values():
            judging.keep(self._connection)

    def _apply(self, incoming: Incoming, organisation: str) -> Committed:
        message = incoming.frame
        rules = self._rules_of(organisation)
        frame = Frame(
            connection=self._connection,
            findings_of=rules.findings if rules else self._findings_of,
            region_findings_of=rules.region_findings if rules else self._region_findings_of,
            tenant=incoming.tenant,
            organisation=organisation,
            spool_id=incoming.spool_id,
            agent_version=incoming.agent_version,
            sequence=message.sequence,
            scan_id=message.scan_id,
            moment=self._now,
            received=self._now,
            judging=self._judging_of(incoming.tenant, rules),
        )
        try:
            frame.moment = observed(message, self._now)
            scans.apply(frame, message)
        except ContractError as error:
            reason = str(error)
            item = RejectedItem(field=error.field, reason=reason.removeprefix(f"{error.field}: "))
            frame.set_aside(item, message.SerializeToString())
            return Committed(message.sequence, refused=reason)
        return Committed(message.sequence, rejected=tuple(frame.rejected), events=frame.events)

    def _rules_of(self, organisation: str) -> Rules | None:
        """The rules in force, the same ones for a whole transaction."""
        if self.judge is None:
            return None
        if organisation not in self._rules:
            self._rules[organisation] = self.judge.rules(organisation)
        return self._rules[organisation]

    def _judging_of(self, tenant: str, rules: Rules | None) -> Judging | None:
        if rules is None:
            return None
        if tenant not in self._judging:
            self._judging[tenant] = Judging(self._connection, tenant, rules, self.sample)
        return self._judging[tenant]

    def _organisation(self, tenant: str) -> str | None:
        if tenant not in self._organisations:
            row = self._connection.execute(
                "SELECT organisation FROM tenant WHERE tenant = ?", (tenant,)
            ).fetchone()
            self._organisations[tenant] = row[0] if row else None
        return self._organisations[tenant]


def _position(connection: sqlite3.Connection, tenant: str, spool_id: str) -> int | None:
    row = connection.execute(
        "SELECT sequence FROM stream_position WHERE tenant = ? AND spool_id = ?", (tenant, spool_id)
    ).fetchone()
    return row[0] if row else None
