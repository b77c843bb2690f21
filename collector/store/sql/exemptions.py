"""How exemptions are kept, and how findings follow them: a bounded number in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from collector.store.base.exemptions import Exemption, ExemptionRow, NoSuchExemptionError
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import CHUNK, Database, repeatable, undone_first
from collector.store.sql.handling import subject_of
from collector.store.sql.ingest import exempting
from collector.store.sql.ingest.findings import Findings, tell
from collector.store.sql.ingest.own_frame import own_frame
from collector.store.sql.ingest.standing import (
    EVENT_EXEMPTED,
    EVENT_EXEMPTION_ENDS,
    EVENT_REOPENED,
    STANDING_COLUMNS,
    Standing,
    Subject,
)
from wolkenzicht.model import FindingKind, Severity
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_COLUMNS = """
    exemption_id, organisation, kinds, scope, decision, reason, decided_by, last_day, recorded, recorded_by,
    ended, ended_by, end_reason
"""
_RECORD = f"""
    INSERT INTO exemption ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', '')
"""
_END = """
    UPDATE exemption SET ended = ?, ended_by = ?, end_reason = ? -- fan-out: an exemption has no tenant
    WHERE exemption_id = ? AND ended IS NULL AND last_day >= ?
"""
_LISTED = f"""
    SELECT {_COLUMNS}, (SELECT count(*) FROM finding AS f WHERE f.exemption = e.exemption_id
        AND f.state = 'open')
    FROM exemption AS e -- fan-out: an exemption is of an organisation and all below it
    WHERE {{which}} ORDER BY last_day, recorded, exemption_id
"""
_NOT_DONE = f"""
    SELECT {_COLUMNS}, applied, warned FROM exemption -- fan-out: a day ends for all
    WHERE lifted IS NULL ORDER BY recorded, exemption_id
"""
_MARK = "UPDATE exemption SET {what} = ? WHERE exemption_id = ? -- fan-out: an exemption has no tenant"
_TENANTS = """
    SELECT tenant, organisation FROM tenant -- fan-out: an exemption is of an organisation and all below it
    ORDER BY tenant
"""
_UNDER = """
    SELECT DISTINCT tenant FROM finding -- fan-out: an exemption is of an organisation and all below it
    WHERE exemption = ? AND exemption <> '' ORDER BY tenant
"""
_PAGE = f"""
    SELECT f.subject_kind, f.subject, f.owner, a.name, a.type, a.provider, a.location_class, a.record,
        {STANDING_COLUMNS}
    FROM finding AS f {{join}} asset AS a ON a.tenant = f.tenant AND a.asset_id = f.subject
    WHERE f.tenant = ? AND f.finding_id > ? AND f.state = 'open' AND {{which}}
    ORDER BY f.finding_id LIMIT {CHUNK}
"""
_TO_EXEMPT = _PAGE.format(
    join="JOIN", which="f.subject_kind = 'asset' AND f.exemption = '' AND f.kind IN ({values})"
)
_TO_PUT_BACK = _PAGE.format(join="LEFT JOIN", which="f.exemption = ?")
_GRAVEST = f"""
    SELECT f.tenant, f.finding_id, count(*) OVER () FROM finding AS f
    -- fan-out: an exemption is of an organisation and all below it
    WHERE f.exemption = ? AND f.exemption <> '' AND f.state = 'open'
    ORDER BY CASE f.severity {
    " ".join(f"WHEN '{severity}' THEN {-place}" for place, severity in enumerate(Severity))
} END, f.opened, f.finding_id
    LIMIT 1
"""


class SqlExemptions:
    """`Exemptions`; what each method promises stands there. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @undone_first
    def record(self, exemption: Exemption, by: str, now: datetime) -> str:
        """As `Exemptions.record`."""
        exemption_id = uuid4().hex
        with self._database.writer() as connection:
            connection.execute(
                _RECORD,
                (
                    *(exemption_id, exemption.organisation, " ".join(sorted(exemption.kinds))),
                    *(exemption.scope, exemption.decision, exemption.reason, exemption.decided_by),
                    *(exemption.last_day.isoformat(), to_micros(now), by),
                ),
            )
        return exemption_id

    @undone_first
    def end(self, exemption_id: str, by: str, reason: str, now: datetime) -> None:
        """As `Exemptions.end`."""
        with self._database.writer() as connection:
            values = (to_micros(now), by, reason, exemption_id, now.date().isoformat())
            if not connection.execute(_END, values).rowcount:
                raise NoSuchExemptionError(
                    f"no exemption {exemption_id[:100]!r} holds; see `findings exemptions`"
                )

    @repeatable
    def listed(
        self, organisations: Collection[str] | None, today: date, *, ended: bool
    ) -> list[ExemptionRow]:
        """As `Exemptions.listed`."""
        which, values = ("1 = 1", ()) if ended else ("ended IS NULL AND last_day >= ?", (today.isoformat(),))
        with self._database.reader() as connection:
            found = connection.execute(_LISTED.format(which=which), values).fetchall()
        rows = [replace(_row(each), findings=each[-1]) for each in found]
        return [
            each for each in rows if organisations is None or each.exemption.organisation in organisations
        ]

    @repeatable
    def follow(self, now: datetime) -> int:
        """As `Exemptions.follow`."""
        with self._database.reader() as connection:
            found = connection.execute(_NOT_DONE).fetchall()
        events = 0
        for *columns, applied, warned in found:
            row = _row((*columns,))
            last_day = row.exemption.last_day
            if row.ended is not None or last_day < now.date():
                events += self._lift(row, now)
                continue
            if applied is None:
                events += self._apply(row, now)
            if warned is None and last_day - exempting.AHEAD <= now.date():
                events += self._warn(row, now)
        return events

    def _apply(self, row: ExemptionRow, now: datetime) -> int:
        events = 0
        kinds = sorted(row.exemption.kinds)
        for tenant in self._tenants_of(row.exemption.organisation):
            events += self._pages(tenant, _TO_EXEMPT, (kinds,), row, now)
        self._mark("applied", row, now)
        return events

    def _lift(self, row: ExemptionRow, now: datetime) -> int:
        with self._database.reader() as connection:
            tenants = [tenant for (tenant,) in connection.execute(_UNDER, (row.exemption_id,))]
        events = 0
        for tenant in tenants:
            events += self._pages(tenant, _TO_PUT_BACK, (row.exemption_id,), row, now)
        self._mark("lifted", row, now)
        return events

    def _pages(
        self, tenant: str, statement: str, values: tuple[Any, ...], row: ExemptionRow, now: datetime
    ) -> int:
        """Let the findings of a tenant follow, a page in a transaction, so that others get to write."""
        after, events, more = "", 0, True
        while more:
            with self._database.writer(tenants=[tenant]) as connection:
                frame = own_frame(connection, tenant, to_micros(now))
                held = exempting.load(connection, frame.organisation, frame.received)
                findings = Findings(frame)
                page = connection.among(statement, tenant, after, *values).fetchall()
                for subject, before in map(_with_asset, page):
                    covering = held.covering(before.kind, subject.asset, before.exemption)
                    name = "" if covering is None else covering.exemption_id
                    if name != before.exemption:
                        event = EVENT_EXEMPTED if name else EVENT_REOPENED
                        note = row.exemption.decision if covering is None else covering.decision
                        by = row.recorded_by if name == row.exemption_id else row.ended_by
                        findings.handle(subject, replace(before, exemption=name), event, by=by, note=note)
                    after = before.finding_id
                findings.write()
                tell(connection, frame.news)
                events += len(frame.news)
            more = len(page) == CHUNK
        return events

    def _warn(self, row: ExemptionRow, now: datetime) -> int:
        with self._database.reader() as connection:
            gravest = connection.execute(_GRAVEST, (row.exemption_id,)).fetchone()
        if gravest is None:
            # One that comes under it later is told of then.
            return 0
        tenant, finding_id, count = gravest
        with self._database.writer(tenants=[tenant]) as connection:
            frame = own_frame(connection, tenant, to_micros(now))
            page = _PAGE.format(join="LEFT JOIN", which="f.finding_id = ?")
            found = connection.execute(page, (tenant, "", finding_id)).fetchone()
            if found is None:
                return 0
            subject, standing = _with_asset(found)
            findings = Findings(frame)
            note = f"{row.exemption.decision}: {row.exemption.last_day.isoformat()} ({count})"
            findings.say(subject, standing, EVENT_EXEMPTION_ENDS, note=note)
            findings.write()
            connection.execute(_MARK.format(what="warned"), (to_micros(now), row.exemption_id))
            tell(connection, frame.news)
        return 1

    def _mark(self, what: str, row: ExemptionRow, now: datetime) -> None:
        with self._database.writer() as connection:
            connection.execute(_MARK.format(what=what), (to_micros(now), row.exemption_id))

    def _tenants_of(self, organisation: str) -> Iterator[str]:
        with self._database.reader() as connection:
            tenants = connection.execute(_TENANTS).fetchall()
            parents = exempting.parents(connection)
        for tenant, own in tenants:
            if organisation in exempting.with_those_above(own, parents):
                yield tenant


def _with_asset(row: tuple[Any, ...]) -> tuple[Subject, Standing]:
    *about, record = row[:8]
    standing = Standing(*row[8:])
    asset = None if record is None else ClassifiedAsset.FromString(bytes(record)).asset
    return replace(subject_of(tuple(about), standing), asset=asset), standing


def _row(row: tuple[Any, ...]) -> ExemptionRow:
    exemption_id, organisation, kinds, scope, decision, reason, decided_by, last_day = row[:8]
    recorded, recorded_by, ended, ended_by, end_reason = row[8:13]
    return ExemptionRow(
        exemption_id=exemption_id,
        exemption=Exemption(
            organisation=organisation,
            kinds=frozenset(FindingKind(each) for each in kinds.split()),
            scope=scope,
            decision=decision,
            reason=reason,
            decided_by=decided_by,
            last_day=date.fromisoformat(last_day),
        ),
        recorded=from_micros(recorded),
        recorded_by=recorded_by,
        ended=None if ended is None else from_micros(ended),
        ended_by=ended_by,
        end_reason=end_reason,
    )
