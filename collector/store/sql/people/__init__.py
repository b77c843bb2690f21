"""What people said: the register of systems, decisions on material use, the queue, links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from collector.store.base.people import DecisionRow, DecisionSubject, JudgeAgain, Link, System
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database, chunks, repeatable, undone_first
from collector.store.sql.people import decisions, link_filling, links, subjects, systems
from policy.context import Decision

__all__ = ["SqlPeople"]

#: How long a collector has what it took of the queue (microseconds); another takes it over then.
LEASE = 600 * 1_000_000
#: Where there are several collectors, what is queued waits until each has in memory what people said.
SETTLED = 5 * 1_000_000

_WAITING = """
    SELECT queue_no, organisation, system, tenant, asset_id, created FROM judge_again
    -- fan-out: a system has assets of any tenant
    ORDER BY queue_no LIMIT ?
"""
_TO_TAKE = """
    SELECT queue_no, organisation, system, tenant, asset_id, created FROM judge_again
    -- fan-out: a system has assets of any tenant
    WHERE created <= ? AND (taken_by = ? OR taken_until <= ?)
    ORDER BY queue_no LIMIT ? FOR UPDATE SKIP LOCKED
"""
_TAKE = """
    UPDATE judge_again SET taken_by = ?, taken_until = ? -- fan-out: a system has assets of any tenant
    WHERE queue_no IN ({values})
"""
_JUDGED = "DELETE FROM judge_again WHERE queue_no = ? -- fan-out: a system has assets of any tenant"


class SqlPeople:
    """`People`; what each method promises stands there. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taker = uuid4().hex

    @repeatable
    def generation(self) -> int:
        """As `People.generation`."""
        with self._database.reader() as connection:
            [generation] = connection.execute("SELECT generation FROM people_generation").fetchone()
            return int(generation)

    @undone_first
    def put_systems(self, given: Sequence[System], now: datetime) -> int:
        """As `People.put_systems`."""
        with self._database.writer() as connection:
            connection.lock("people")
            return systems.put(connection, given, now)

    @undone_first
    def end_system(self, organisation: str, system: str, until: date, now: datetime) -> None:
        """As `People.end_system`."""
        with self._database.writer() as connection:
            connection.lock("people")
            systems.end(connection, organisation, system, until, now)

    @repeatable
    def systems(self, *, history: bool = False) -> list[System]:
        """As `People.systems`."""
        with self._database.reader() as connection:
            return systems.every(connection, history=history)

    @repeatable
    def subject_of(self, asset_id: str, tenant: str = "") -> DecisionSubject:
        """As `People.subject_of`."""
        with self._database.reader() as connection:
            return subjects.asset(connection, asset_id, tenant)

    @repeatable
    def subject_of_system(self, system: str, organisation: str = "") -> DecisionSubject:
        """As `People.subject_of_system`."""
        with self._database.reader() as connection:
            return subjects.system(connection, system, organisation)

    @undone_first
    def record_decision(self, subject: DecisionSubject, decision: Decision, now: datetime) -> None:
        """As `People.record_decision`."""
        with self._database.writer() as connection:
            connection.lock("people")
            decisions.record(connection, subject, decision, now)

    @undone_first
    def end_decision(
        self, subject: DecisionSubject, until: date, ended_by: str, reason: str, now: datetime
    ) -> None:
        """As `People.end_decision`."""
        with self._database.writer() as connection:
            connection.lock("people")
            decisions.end(connection, subject, until, ended_by, reason, now)

    @repeatable
    def decisions(self, *, history: bool = False) -> list[DecisionRow]:
        """As `People.decisions`."""
        with self._database.reader() as connection:
            return decisions.every(connection, history=history)

    @repeatable
    def queue_ended(self, today: date, now: datetime) -> int:
        """As `People.queue_ended`; writes only where one ended."""
        with self._database.reader() as connection:
            if not decisions.ended(connection, today):
                return 0
        with self._database.writer() as connection:
            connection.lock("people")
            return decisions.queue_ended(connection, today, now)

    @repeatable
    def judge_again(self, limit: int = 1000) -> list[JudgeAgain]:
        """As `People.judge_again`."""
        with self._database.reader() as connection:
            rows = connection.execute(_WAITING, (limit,)).fetchall()
        if rows and self._database.shared:
            rows = self._taken(limit)
        return [JudgeAgain(row[0], row[1], row[2], row[3], row[4], from_micros(row[5])) for row in rows]

    @repeatable
    def judged(self, queue_nos: Iterable[int]) -> None:
        """As `People.judged`."""
        with self._database.writer() as connection:
            connection.executemany(_JUDGED, [(no,) for no in queue_nos])

    @repeatable
    def link_position(self, tenant: str, reading: str) -> int | None:
        """As `People.link_position`."""
        with self._database.reader() as connection:
            return link_filling.position(connection, tenant, reading)

    @repeatable
    def fill_links(
        self, tenant: str, reading: str, named: Mapping[str, Sequence[str]], position: int
    ) -> None:
        """As `People.fill_links`."""
        with self._database.writer(tenants=[tenant]) as connection:
            link_filling.fill(connection, tenant, reading, named, position)

    @repeatable
    def links_filled(self, tenant: str, reading: str) -> int:
        """As `People.links_filled`."""
        with self._database.writer(tenants=[tenant]) as connection:
            return link_filling.finish(connection, tenant, reading)

    def _taken(self, limit: int) -> list[Any]:
        """What waits and no other collector is at."""
        now = to_micros(datetime.now(UTC))
        with self._database.writer() as connection:
            rows = connection.execute(_TO_TAKE, (now - SETTLED, self._taker, now, limit)).fetchall()
            for part in chunks([row[0] for row in rows]):
                connection.among(_TAKE, self._taker, now + LEASE, part)
        return rows

    @repeatable
    def any_links(self, tenant: str) -> bool:
        """As `People.any_links`."""
        with self._database.reader() as connection:
            return links.any_links(connection, tenant)

    @repeatable
    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """As `People.linked`."""
        with self._database.reader() as connection:
            return links.linked(connection, tenant, asset_ids)
