"""What people said, in SQLite: the register of systems, decisions on material use, the queue, links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from collector.store.base.people import DecisionRow, DecisionSubject, JudgeAgain, Link, System
from collector.store.sqlite.clock import from_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.people import decisions, link_filling, links, subjects, systems
from policy.context import Decision

__all__ = ["SqlitePeople"]


class SqlitePeople:
    """`People` over SQLite; what each method promises stands there. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def generation(self) -> int:
        """As `People.generation`."""
        with self._database.reader() as connection:
            [generation] = connection.execute("SELECT generation FROM people_generation").fetchone()
            return int(generation)

    def put_systems(self, given: Sequence[System], now: datetime) -> int:
        """As `People.put_systems`."""
        with self._database.writer() as connection:
            return systems.put(connection, given, now)

    def end_system(self, organisation: str, system: str, until: date, now: datetime) -> None:
        """As `People.end_system`."""
        with self._database.writer() as connection:
            systems.end(connection, organisation, system, until, now)

    def systems(self, *, history: bool = False) -> list[System]:
        """As `People.systems`."""
        with self._database.reader() as connection:
            return systems.every(connection, history=history)

    def subject_of(self, asset_id: str, tenant: str = "") -> DecisionSubject:
        """As `People.subject_of`."""
        with self._database.reader() as connection:
            return subjects.asset(connection, asset_id, tenant)

    def subject_of_system(self, system: str, organisation: str = "") -> DecisionSubject:
        """As `People.subject_of_system`."""
        with self._database.reader() as connection:
            return subjects.system(connection, system, organisation)

    def record_decision(self, subject: DecisionSubject, decision: Decision, now: datetime) -> None:
        """As `People.record_decision`."""
        with self._database.writer() as connection:
            decisions.record(connection, subject, decision, now)

    def end_decision(
        self, subject: DecisionSubject, until: date, ended_by: str, reason: str, now: datetime
    ) -> None:
        """As `People.end_decision`."""
        with self._database.writer() as connection:
            decisions.end(connection, subject, until, ended_by, reason, now)

    def decisions(self, *, history: bool = False) -> list[DecisionRow]:
        """As `People.decisions`."""
        with self._database.reader() as connection:
            return decisions.every(connection, history=history)

    def queue_ended(self, today: date, now: datetime) -> int:
        """As `People.queue_ended`; writes only where one ended."""
        with self._database.reader() as connection:
            if not decisions.ended(connection, today):
                return 0
        with self._database.writer() as connection:
            return decisions.queue_ended(connection, today, now)

    def judge_again(self, limit: int = 1000) -> list[JudgeAgain]:
        """As `People.judge_again`."""
        with self._database.reader() as connection:
            rows = connection.execute(
                "SELECT queue_no, organisation, system, tenant, asset_id, created FROM judge_again "
                "ORDER BY queue_no LIMIT ?",
                (limit,),
            )
            return [JudgeAgain(row[0], row[1], row[2], row[3], row[4], from_micros(row[5])) for row in rows]

    def judged(self, queue_nos: Iterable[int]) -> None:
        """As `People.judged`."""
        with self._database.writer() as connection:
            connection.executemany("DELETE FROM judge_again WHERE queue_no = ?", [(no,) for no in queue_nos])

    def link_position(self, tenant: str, reading: str) -> int | None:
        """As `People.link_position`."""
        with self._database.reader() as connection:
            return link_filling.position(connection, tenant, reading)

    def fill_links(
        self, tenant: str, reading: str, named: Mapping[str, Sequence[str]], position: int
    ) -> None:
        """As `People.fill_links`."""
        with self._database.writer() as connection:
            link_filling.fill(connection, tenant, reading, named, position)

    def links_filled(self, tenant: str, reading: str) -> int:
        """As `People.links_filled`."""
        with self._database.writer() as connection:
            return link_filling.finish(connection, tenant, reading)

    def any_links(self, tenant: str) -> bool:
        """As `People.any_links`."""
        with self._database.reader() as connection:
            return links.any_links(connection, tenant)

    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """As `People.linked`."""
        with self._database.reader() as connection:
            return links.linked(connection, tenant, asset_ids)
