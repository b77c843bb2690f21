"""How people handle findings: each time with a version, an event, and who did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from collector.store.base import FindingRow, Sight
from collector.store.base.handling import NotHandledError
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Connection, Database, chunks, undone_first
from collector.store.sql.ingest.findings import Findings, tell
from collector.store.sql.ingest.own_frame import own_frame
from collector.store.sql.ingest.standing import (
    EVENT_ACKNOWLEDGED,
    EVENT_REOPENED,
    STANDING_COLUMNS,
    Standing,
    Subject,
)
from collector.store.sql.reading import findings as reading
from wolkenzicht.model import LocationClass, SubjectKind

_THESE = f"""
    SELECT f.subject_kind, f.subject, f.owner, coalesce(a.name, ''), coalesce(a.type, ''), a.provider,
        a.location_class, {STANDING_COLUMNS}
    FROM finding AS f LEFT JOIN asset AS a ON a.tenant = f.tenant AND a.asset_id = f.subject
        AND f.subject_kind = 'asset'
    WHERE f.tenant = ? AND f.state = 'open' AND f.finding_id IN ({{values}})
    ORDER BY f.finding_id
"""

#: What becomes of a finding; None where it stays what it is. Raises `NotHandledError`.
Change = Callable[[Standing], Standing | None]


class SqlHandling:
    """`Handling`; what each method promises stands there. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @undone_first
    def acknowledge(
        self, sight: Sight, finding_ids: Sequence[str], by: str, note: str, now: datetime
    ) -> list[FindingRow]:
        """As `Handling.acknowledge`."""
        moment = to_micros(now)

        def taken_up(finding: Standing) -> Standing | None:
            if finding.acknowledged is not None and (finding.acknowledged_by, finding.acknowledge_note) == (
                by,
                note,
            ):
                return None
            return replace(finding, acknowledged=moment, acknowledged_by=by, acknowledge_note=note)

        return self._handle(sight, finding_ids, taken_up, EVENT_ACKNOWLEDGED, by, note, moment)

    @undone_first
    def reopen(
        self, sight: Sight, finding_ids: Sequence[str], by: str, note: str, now: datetime
    ) -> list[FindingRow]:
        """As `Handling.reopen`."""

        def put_back(finding: Standing) -> Standing:
            if finding.acknowledged is None:
                raise NotHandledError(
                    finding.finding_id, "was not taken up by anybody; there is nothing to undo"
                )
            return finding.put_back()

        return self._handle(sight, finding_ids, put_back, EVENT_REOPENED, by, note, to_micros(now))

    def _handle(
        self,
        sight: Sight,
        finding_ids: Sequence[str],
        change: Change,
        event: str,
        by: str,
        note: str,
        moment: int,
    ) -> list[FindingRow]:
        wanted = list(dict.fromkeys(finding_ids))
        known = self._standing(sight, wanted)
        tenants: dict[str, list[str]] = {}
        for finding_id in wanted:
            tenants.setdefault(known[finding_id].tenant, []).append(finding_id)
        with self._database.writer(tenants=sorted(tenants)) as connection:
            news: list[tuple[Any, ...]] = []
            for tenant, mine in sorted(tenants.items()):
                frame = own_frame(connection, tenant, moment)
                found = Findings(frame)
                standing = _those_that_stand(connection, tenant, mine)
                for finding_id in mine:
                    if finding_id not in standing:
                        raise _over(finding_id)
                    subject, before = standing[finding_id]
                    after = change(before)
                    if after is not None:
                        found.handle(subject, after, event, by=by, note=note)
                found.write()
                news += frame.news
            tell(connection, news)
        after_all = reading.these(self._database, sight, wanted)
        return [after_all[finding_id] for finding_id in wanted]

    def _standing(self, sight: Sight, finding_ids: Sequence[str]) -> dict[str, FindingRow]:
        found = reading.these(self._database, sight, finding_ids)
        for finding_id in finding_ids:
            if finding_id not in found:
                raise NotHandledError(finding_id, "is not within your sight; see `findings list`")
            if found[finding_id].resolved is not None:
                raise _over(finding_id)
        return found


def _over(finding_id: str) -> NotHandledError:
    return NotHandledError(finding_id, "is resolved: what gave cause for it is gone; leave it out")


def _those_that_stand(
    connection: Connection, tenant: str, finding_ids: Sequence[str]
) -> dict[str, tuple[Subject, Standing]]:
    found: dict[str, tuple[Subject, Standing]] = {}
    for part in chunks(finding_ids):
        for row in connection.among(_THESE, tenant, part):
            standing = Standing(*row[7:])
            found[standing.finding_id] = (subject_of(row, standing), standing)
    return found


def subject_of(row: tuple[Any, ...], standing: Standing) -> Subject:
    """What a finding is about, from the columns that `_THESE` begins with."""
    kind, identifier, owner, name, asset_type, provider, location_class, *_ = row
    of_region = identifier.partition(":")[0] if kind == SubjectKind.REGION else ""
    return Subject(
        kind=SubjectKind(kind),
        identifier=identifier,
        name=name,
        type=asset_type,
        provider=provider or of_region,
        location_class=location_class or LocationClass.UNKNOWN,
        owner=owner,
        group_no=standing.group_no,
    )
