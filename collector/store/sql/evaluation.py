"""How sets of kept assets are read, and written back with another verdict where nothing changed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from collector.store.base import Done, Held, Progress, Rejudged, Rewritten, Rules
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Connection, Database, chunks, repeatable
from collector.store.sql.ingest import regions, rows, writing
from collector.store.sql.ingest.findings import Findings, tell
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.own_frame import own_frame
from collector.store.sql.ingest.trust import doubt
from wolkenzicht.model import FindingKind

_PROGRESS = """
    SELECT t.tenant, t.organisation, coalesce(e.version, ''), coalesce(e.target, ''), coalesce(e.position, 0),
        coalesce(e.judged, 0), coalesce(e.changed, 0), e.since, e.finished
    FROM tenant AS t LEFT JOIN evaluation AS e ON e.tenant = t.tenant ORDER BY t.tenant
"""
_REMAINING = """
    SELECT count(*) FROM asset WHERE tenant = ? AND asset_no > ?
"""
# On its way to other rules, part of a tenant was judged under those: nobody knows what all of it stands at.
_BEGIN = """
    INSERT INTO evaluation (tenant, version, target, since) VALUES (:tenant, '', :target, :now)
    ON CONFLICT (tenant) DO UPDATE SET
        version = CASE WHEN evaluation.version = evaluation.target THEN evaluation.version ELSE '' END,
        target = excluded.target, position = 0, judged = 0, changed = 0, since = excluded.since,
        finished = NULL
    WHERE evaluation.target <> excluded.target
"""
_HELD = """
    SELECT asset_no, fingerprint, record, EXISTS (
        SELECT 1 FROM finding AS f WHERE f.tenant = a.tenant AND f.subject_kind = 'asset'
            AND f.subject = a.asset_id AND f.state = 'open')
"""
_READ = f"""
    {_HELD} FROM asset AS a
    WHERE tenant = ? AND asset_no > ? ORDER BY asset_no LIMIT ?
"""
_FIND = f"{_HELD} FROM asset AS a WHERE tenant = ? AND asset_id = ?"
_UNCHANGED = "SELECT asset_no, fingerprint FROM asset WHERE tenant = ? AND asset_no IN ({values})"
_GROUPS = "SELECT asset_no, group_no FROM asset WHERE tenant = ? AND asset_no IN ({values})"
_ADVANCE = """
    UPDATE evaluation SET taken_until = CASE WHEN taken_by = ? THEN ? ELSE taken_until END,
        position = CASE WHEN position < ? THEN ? ELSE position END, judged = judged + ?,
        changed = changed + ?
    WHERE tenant = ? AND target = ?
"""
_OPEN = """
    SELECT subject, kind, details FROM finding
    WHERE tenant = ? AND state = 'open' AND subject_kind = 'asset' AND subject IN ({values})
"""


#: How long a collector has the evaluation of a tenant after each set (microseconds); then another goes on.
LEASE = 60 * 1_000_000
_TAKE = """
    UPDATE evaluation SET taken_by = ?, taken_until = ?
    WHERE tenant IN ({values}) AND version <> target AND (taken_by = ? OR taken_until <= ?)
"""
_TAKEN = "SELECT tenant FROM evaluation WHERE tenant IN ({values}) AND taken_by = ? ORDER BY tenant"


class SqlEvaluation:
    """Re-evaluation; see `Evaluation`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taker = uuid4().hex

    @repeatable
    def progress(self) -> list[Progress]:
        """How every tenant stands, sorted by name."""
        with self._database.reader() as connection:
            return [_counted(connection, each) for each in _standing(connection)]

    @repeatable
    def standing(self) -> list[Progress]:
        """The same without counting what remains."""
        with self._database.reader() as connection:
            return _standing(connection)

    @repeatable
    def begin(self, targets: Mapping[str, str], now: datetime) -> list[Progress]:
        """Say what the verdicts of each tenant are to stand at; returns those that do not yet."""
        wanted = {
            each.tenant: targets[each.tenant]
            for each in self.standing()
            if each.tenant in targets and not (each.done and each.target == targets[each.tenant])
        }
        if not wanted:
            return []
        moment = to_micros(now)
        with self._database.writer(tenants=wanted) as connection:
            connection.executemany(
                _BEGIN,
                [{"tenant": tenant, "target": target, "now": moment} for tenant, target in wanted.items()],
            )
            mine = self._taken(connection, list(wanted), moment) if self._database.shared else wanted
            return [each for each in _standing(connection) if each.tenant in mine and not each.done]

    def _taken(self, connection: Connection, tenants: Sequence[str], now: int) -> set[str]:
        """Those of the tenants that no other collector is at."""
        found: set[str] = set()
        for part in chunks(tenants):
            connection.among(_TAKE, self._taker, now + LEASE, part, self._taker, now)
            found.update(tenant for (tenant,) in connection.among(_TAKEN, part, self._taker))
        return found

    @repeatable
    def doubt(self, tenants: Iterable[str], now: datetime) -> None:
        """Say that the verdicts of these tenants are to be judged again from the beginning."""
        del now  # since when the rules are in force stays what it is
        with self._database.writer(tenants=(named := list(tenants))) as connection:
            doubt(connection, named)

    @repeatable
    def read(self, tenant: str, after: int, limit: int) -> list[Held]:
        """The next assets of a tenant after a position, in the order of their numbers."""
        with self._database.reader() as connection:
            return [_held(row) for row in connection.execute(_READ, (tenant, after, limit))]

    @repeatable
    def find(self, tenant: str, asset_id: str) -> list[Held]:
        """The present asset of a tenant with this identifier; empty where there is none."""
        with self._database.reader() as connection:
            return [_held(row) for row in connection.execute(_FIND, (tenant, asset_id))]

    @repeatable
    def open_findings(
        self, tenant: str, asset_ids: Sequence[str]
    ) -> dict[str, dict[FindingKind, frozenset[str]]]:
        """The findings open about these assets, by asset and kind, with the operations that they name."""
        found: dict[str, dict[FindingKind, frozenset[str]]] = {}
        with self._database.reader() as connection:
            for part in chunks(asset_ids):
                for subject, kind, details in connection.among(_OPEN, tenant, part):
                    operations = frozenset(operation for operation, _ in json.loads(details))
                    found.setdefault(subject, {})[FindingKind(kind)] = operations
        return found

    @repeatable
    def write(
        self, tenant: str, assets: Sequence[Rejudged], now: datetime, done: Done | None = None
    ) -> Rewritten:
        """Keep what became of a set, with its findings and their events, in one transaction."""
        with self._database.writer(tenants=[tenant]) as connection:
            frame = own_frame(connection, tenant, to_micros(now))
            frame.caused_by = f"activation {done.target}" if done is not None else ""
            current = _current(connection, tenant, assets)
            changed = _rewrite(frame, current)
            _follow(frame, current)
            if done is not None:
                taken = (self._taker, frame.moment + LEASE)
                place = (done.position, done.position, done.judged, changed)
                connection.execute(_ADVANCE, (*taken, *place, tenant, done.target))
            frame.sync.write()
            frame.counts.write()
            tell(connection, frame.news)
        return Rewritten(changed, len(assets) - len(current), len(frame.news))

    @repeatable
    def finish(self, tenant: str, target: str, rules: Rules, now: datetime) -> int:
        """Say that a tenant stands at its target, and judge its regions; returns how many events came."""
        with self._database.writer(tenants=[tenant]) as connection:
            frame = own_frame(connection, tenant, to_micros(now), rules.region_findings)
            frame.caused_by = f"activation {target}"
            ended = connection.execute(
                "UPDATE evaluation SET version = target, finished = ? WHERE tenant = ? AND target = ?",
                (frame.moment, tenant, target),
            )
            if ended.rowcount:
                regions.judge(frame)
            tell(connection, frame.news)
        return len(frame.news)


def _held(row: tuple[Any, ...]) -> Held:
    asset_no, fingerprint, record, has_findings = row
    return Held(asset_no, fingerprint, record, bool(has_findings))


def _standing(connection: Connection) -> list[Progress]:
    return [_progress(row) for row in connection.execute(_PROGRESS)]


def _progress(row: tuple[Any, ...]) -> Progress:
    tenant, organisation, version, target, position, judged, changed, since, finished = row
    return Progress(
        tenant=tenant,
        organisation=organisation,
        version=version,
        target=target,
        position=position,
        judged=judged,
        changed=changed,
        since=None if since is None else from_micros(since),
        finished=None if finished is None else from_micros(finished),
    )


def _counted(connection: Connection, progress: Progress) -> Progress:
    if progress.done:
        return progress
    ((remaining,),) = connection.execute(_REMAINING, (progress.tenant, progress.position))
    return replace(progress, remaining=remaining)


def _current(connection: Connection, tenant: str, assets: Sequence[Rejudged]) -> list[Rejudged]:
    """Those that are still what they were when they were read."""
    standing: dict[int, bytes] = {}
    for part in chunks([each.asset_no for each in assets]):
        standing.update(connection.among(_UNCHANGED, tenant, part))
    return [each for each in assets if standing.get(each.asset_no) == each.fingerprint]


def _rewrite(frame: Frame, assets: Sequence[Rejudged]) -> int:
    """Write what is to be kept from now on; returns how many have another verdict."""
    items: dict[bool, list[rows.Item]] = {True: [], False: []}
    for each in assets:
        if each.message is not None:
            items[each.differs].append(rows.rejudged(each.message, each.asset_no, each.drafts))
    writing.rewrite(frame, changed=items[True], same=items[False])
    return len(items[True])


def _follow(frame: Frame, assets: Sequence[Rejudged]) -> None:
    """Let the findings follow, of every asset that has or needs one."""
    findings = Findings(frame)
    standing = findings.standing([each.known.asset.asset_id for each in assets])
    concerned = [each for each in assets if each.drafts or each.known.asset.asset_id in standing]
    groups: dict[int, int] = {}
    for part in chunks([each.asset_no for each in concerned]):
        groups.update(frame.connection.among(_GROUPS, frame.tenant, part))
    for each in concerned:
        subject = rows.subject_of(each.known, groups[each.asset_no])
        known = standing.get(each.known.asset.asset_id, ())
        findings.compare(subject, each.drafts, known, read=False)
    findings.write()
