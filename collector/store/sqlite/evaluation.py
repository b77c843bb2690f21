"""How sets of kept assets are read, and written back with another verdict where nothing changed meanwhile."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from collector.store.base import Done, Held, Progress, Rejudged, Rewritten, Rules
from collector.store.sqlite.clock import from_micros, to_micros
from collector.store.sqlite.database import Database
from collector.store.sqlite.ingest import regions, rows, writing
from collector.store.sqlite.ingest.findings import Findings
from collector.store.sqlite.ingest.frame import Frame, RegionRules, chunks, with_marks
from collector.store.sqlite.ingest.trust import doubt
from collector.store.sqlite.rollup import Counts
from policy.ruleset import FindingDraft
from wolkenzicht.model import Asset, FindingKind, Verdict

_PROGRESS = """
    SELECT t.tenant, t.organisation, coalesce(e.version, ''), coalesce(e.target, ''), coalesce(e.position, 0),
        coalesce(e.judged, 0), coalesce(e.changed, 0), e.since, e.finished
    FROM tenant AS t LEFT JOIN evaluation AS e ON e.tenant = t.tenant ORDER BY t.tenant
"""
_REMAINING = """
    SELECT count(*) FROM asset INDEXED BY asset_tenant WHERE tenant = ? AND asset_no > ?
"""
# On its way to other rules, part of a tenant was judged under those: nobody knows what all of it stands at.
_BEGIN = """
    INSERT INTO evaluation (tenant, version, target, since) VALUES (:tenant, '', :target, :now)
    ON CONFLICT (tenant) DO UPDATE SET
        version = CASE WHEN version = target THEN version ELSE '' END,
        target = excluded.target, position = 0, judged = 0, changed = 0, since = excluded.since,
        finished = NULL
    WHERE target <> excluded.target
"""
_HELD = """
    SELECT asset_no, fingerprint, record, EXISTS (
        SELECT 1 FROM finding AS f WHERE f.tenant = a.tenant AND f.subject_kind = 'asset'
            AND f.subject = a.asset_id AND f.state = 'open')
"""
_READ = f"""
    {_HELD} FROM asset AS a INDEXED BY asset_tenant
    WHERE tenant = ? AND asset_no > ? ORDER BY asset_no LIMIT ?
"""
_FIND = f"{_HELD} FROM asset AS a WHERE tenant = ? AND asset_id = ?"
_UNCHANGED = "SELECT asset_no, fingerprint FROM asset WHERE asset_no IN ({values})"
_ADVANCE = """
    UPDATE evaluation SET position = max(position, ?), judged = judged + ?, changed = changed + ?
    WHERE tenant = ? AND target = ?
"""
_OPEN = """
    SELECT subject, kind, details FROM finding
    WHERE tenant = ? AND state = 'open' AND subject_kind = 'asset' AND subject IN ({values})
"""


class SqliteEvaluation:
    """Re-evaluation in SQLite; see `Evaluation`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def progress(self) -> list[Progress]:
        """How every tenant stands, sorted by name."""
        with self._database.reader() as connection:
            return [_counted(connection, each) for each in _standing(connection)]

    def standing(self) -> list[Progress]:
        """The same without counting what remains."""
        with self._database.reader() as connection:
            return _standing(connection)

    def begin(self, targets: Mapping[str, str], now: datetime) -> list[Progress]:
        """Say what the verdicts of each tenant are to stand at; returns those that do not yet."""
        with self._database.writer() as connection:
            values = [
                {"tenant": tenant, "target": target, "now": to_micros(now)}
                for tenant, target in targets.items()
            ]
            connection.executemany(_BEGIN, values)
            return [each for each in _standing(connection) if each.tenant in targets and not each.done]

    def doubt(self, tenants: Iterable[str], now: datetime) -> None:
        """Say that the verdicts of these tenants are to be judged again from the beginning."""
        del now  # since when the rules are in force stays what it is
        with self._database.writer() as connection:
            doubt(connection, tenants)

    def read(self, tenant: str, after: int, limit: int) -> list[Held]:
        """The next assets of a tenant after a position, in the order of their numbers."""
        with self._database.reader() as connection:
            return [_held(row) for row in connection.execute(_READ, (tenant, after, limit))]

    def find(self, tenant: str, asset_id: str) -> list[Held]:
        """The present asset of a tenant with this identifier; empty where there is none."""
        with self._database.reader() as connection:
            return [_held(row) for row in connection.execute(_FIND, (tenant, asset_id))]

    def open_findings(
        self, tenant: str, asset_ids: Sequence[str]
    ) -> dict[str, dict[FindingKind, frozenset[str]]]:
        """The findings open about these assets, by asset and kind, with the operations that they name."""
        found: dict[str, dict[FindingKind, frozenset[str]]] = {}
        with self._database.reader() as connection:
            for part in chunks(asset_ids):
                for subject, kind, details in connection.execute(
                    with_marks(_OPEN, len(part)), (tenant, *part)
                ):
                    operations = frozenset(operation for operation, _ in json.loads(details))
                    found.setdefault(subject, {})[FindingKind(kind)] = operations
        return found

    def write(
        self, tenant: str, assets: Sequence[Rejudged], now: datetime, done: Done | None = None
    ) -> Rewritten:
        """Keep what became of a set, with its findings and their events, in one transaction."""
        with self._database.writer() as connection:
            frame = _frame(connection, tenant, to_micros(now))
            current = _current(connection, assets)
            changed = _rewrite(frame, current)
            _follow(frame, current)
            frame.counts.write()
            if done is not None:
                connection.execute(_ADVANCE, (done.position, done.judged, changed, tenant, done.target))
        return Rewritten(changed, len(assets) - len(current), frame.events)

    def finish(self, tenant: str, target: str, rules: Rules, now: datetime) -> int:
        """Say that a tenant stands at its target, and judge its regions; returns how many events came."""
        with self._database.writer() as connection:
            frame = _frame(connection, tenant, to_micros(now), rules.region_findings)
            ended = connection.execute(
                "UPDATE evaluation SET version = target, finished = ? WHERE tenant = ? AND target = ?",
                (frame.moment, tenant, target),
            )
            if ended.rowcount:
                regions.judge(frame)
        return frame.events


def _held(row: tuple[Any, ...]) -> Held:
    asset_no, fingerprint, record, has_findings = row
    return Held(asset_no, fingerprint, record, bool(has_findings))


def _standing(connection: sqlite3.Connection) -> list[Progress]:
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


def _counted(connection: sqlite3.Connection, progress: Progress) -> Progress:
    if progress.done:
        return progress
    ((remaining,),) = connection.execute(_REMAINING, (progress.tenant, progress.position))
    return replace(progress, remaining=remaining)


def _current(connection: sqlite3.Connection, assets: Sequence[Rejudged]) -> list[Rejudged]:
    """Those that are still what they were when they were read."""
    standing: dict[int, bytes] = {}
    for part in chunks([each.asset_no for each in assets]):
        standing.update(connection.execute(with_marks(_UNCHANGED, len(part)), part))
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
    for each in assets:
        before = standing.get(each.known.asset.asset_id, ())
        if each.drafts or before:
            findings.compare(rows.subject_of(each.known), each.drafts, before)
    findings.write()


def _frame(
    connection: sqlite3.Connection, tenant: str, now: int, region_findings_of: RegionRules | None = None
) -> Frame:
    """What every step of ingest knows, for what no agent sent."""
    row = connection.execute("SELECT organisation FROM tenant WHERE tenant = ?", (tenant,)).fetchone()
    return Frame(
        connection=connection,
        counts=Counts(connection),
        findings_of=_no_findings,
        region_findings_of=region_findings_of or _no_region_findings,
        tenant=tenant,
        organisation=row[0] if row else "",
        spool_id="",
        agent_version="",
        sequence=0,
        scan_id="",
        moment=now,
        received=now,
    )


def _no_findings(asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
    del asset, verdict
    return ()


def _no_region_findings(provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
    del provider, code, enabled
    return ()
