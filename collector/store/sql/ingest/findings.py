"""When a finding opens, changes or resolves: with the asset, and with its history and event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from collector.store.sql import finding_states
from collector.store.sql.database import Connection, chunks
from collector.store.sql.ingest import times
from collector.store.sql.ingest.exempting import InForce, load
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.standing import (
    EVENT_CHANGED,
    EVENT_EXEMPTED,
    EVENT_OPENED,
    EVENT_REOPENED,
    EVENT_RESOLVED,
    EVENT_UNVERIFIED,
    PLACE,
    SCOPE,
    STANDING_COLUMNS,
    Standing,
    Subject,
    about_of,
    event_row,
)
from policy import leaving
from policy.findings import out_of_sight
from policy.ruleset import FindingDraft
from wolkenzicht import wire
from wolkenzicht.model import FindingState, Severity, SubjectKind

__all__ = ["Findings", "Standing", "Subject", "tell"]

_RANK = {str(severity): place for place, severity in enumerate(Severity)}

_STANDING = f"""
    SELECT f.subject, {STANDING_COLUMNS} FROM finding AS f
    WHERE tenant = ? AND state = 'open' AND subject_kind = 'asset' AND subject IN ({{values}})
"""

_ABOUT_REGIONS = f"""
    SELECT f.subject, {STANDING_COLUMNS} FROM finding AS f
    WHERE tenant = ? AND state = 'open' AND subject_kind = 'region'
"""

_ABOUT_AGENT = f"""
    SELECT {STANDING_COLUMNS} FROM finding AS f
    WHERE tenant = ? AND state = 'open' AND subject_kind = 'tenant' AND subject = tenant
        AND kind = 'verdict_mismatch'
"""

_OF_REMOVED = f"""
    SELECT a.asset_id, a.name, a.type, a.provider, a.location_class, {STANDING_COLUMNS}
    FROM asset AS a JOIN finding AS f ON f.tenant = a.tenant AND f.subject = a.asset_id
    WHERE a.tenant = ? AND f.state = 'open' AND f.subject_kind = 'asset' AND a.asset_no IN ({{values}})
"""

_CHANGE = f"""
    UPDATE finding SET severity = ?, clause = ?, details = ?, owner = ?,
        {", ".join(f"{each} = ?" for each in finding_states.COLUMNS)}
    WHERE tenant = ? AND finding_id = ?
"""

_EVENT = """
    INSERT INTO outbox (event_id, tenant, finding_id, type, severity, created, payload, about)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


class Findings:
    """The findings that one frame opens, changes or resolves; written at once by `write`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._opened: list[tuple[Any, ...]] = []
        self._changed: list[tuple[Any, ...]] = []
        self._resolved: list[tuple[Any, ...]] = []
        self._regrouped: list[tuple[Any, ...]] = []
        self._history: list[times.FindingVersion] = []
        self._events: list[tuple[Any, ...]] = []

    def standing(self, asset_ids: Sequence[str]) -> dict[str, list[Standing]]:
        """The open findings about these assets, by asset."""
        found: dict[str, list[Standing]] = {}
        for part in chunks(asset_ids):
            for asset_id, *rest in self._frame.connection.among(_STANDING, self._frame.tenant, part):
                found.setdefault(asset_id, []).append(Standing(*rest))
        return found

    def about_regions(self) -> dict[str, list[Standing]]:
        """The open findings about regions, by region."""
        found: dict[str, list[Standing]] = {}
        for subject, *rest in self._frame.connection.execute(_ABOUT_REGIONS, (self._frame.tenant,)):
            found.setdefault(subject, []).append(Standing(*rest))
        return found

    def about_agent(self) -> list[Standing]:
        """The open finding that the tenant's agent judges otherwise, where there is one."""
        return [Standing(*row) for row in self._frame.connection.execute(_ABOUT_AGENT, (self._frame.tenant,))]

    def compare(
        self,
        subject: Subject,
        drafts: Sequence[FindingDraft],
        standing: Iterable[Standing],
        *,
        read: bool = True,
    ) -> None:
        """Open what is new, change what changed, resolve what is gone.

        A copy that was outside is not taken to be gone while it is unknown where copies are: sight was
        lost, and the finding is unverified. What was not `read`, only judged again, stays out of sight.
        """
        before = {each.kind: each for each in standing}
        for draft in drafts:
            details = json.dumps(draft.details, ensure_ascii=False)
            now = (str(draft.severity), draft.clause, details, subject.owner)
            known = before.pop(str(draft.kind), None)
            if known is None:
                finding = Standing(uuid4().hex, str(draft.kind), *now, self._frame.moment, subject.group_no)
                self._open(subject, finding)
                continue
            self._regroup(subject, known)
            if read or known.unverified_by != SCOPE:
                known = self._see(subject, known)
            known = self._exempt(subject, known)
            if now != (known.severity, known.clause, known.details, known.owner):
                severity, clause, details, owner = now
                finding = replace(
                    known,
                    severity=severity,
                    clause=clause,
                    details=details,
                    owner=owner,
                    group_no=subject.group_no,
                )
                self._change(subject, known, finding)
        places = subject.asset.locations if subject.asset is not None else ()
        operations = (wire.OPERATIONS.decode(each.operation, "operation") for each in places)
        unseen = out_of_sight(drafts) | leaving.hidden(subject.type, subject.location_class, operations)
        for vanished in before.values():
            if unseen.isdisjoint(operation for operation, *_ in _places(vanished)):
                self._resolve(subject, vanished)
            else:
                self._regroup(subject, vanished)
                self._lose(subject, vanished)

    def resolve_removed(self, asset_nos: Sequence[int]) -> None:
        """Resolve the findings about assets that are about to be removed."""
        for part in chunks(asset_nos):
            rows = self._frame.connection.among(_OF_REMOVED, self._frame.tenant, part).fetchall()
            for asset_id, name, kind, provider, location_class, *rest in rows:
                standing = Standing(*rest)
                self._resolve(
                    Subject(
                        SubjectKind.ASSET, asset_id, name, kind, provider, location_class, standing.owner
                    ),
                    standing,
                )

    def write(self) -> None:
        """Write what was gathered; the events stay with the frame, for `tell`."""
        connection = self._frame.connection
        connection.executemany(
            "INSERT INTO finding (tenant, finding_id, subject_kind, subject, kind, severity, state, clause, "
            "details, owner, opened, group_no, exemption) "
            "VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)",
            self._opened,
        )
        connection.executemany(_CHANGE, self._changed)
        connection.executemany(
            "UPDATE finding SET group_no = ? WHERE tenant = ? AND finding_id = ?", self._regrouped
        )
        connection.executemany(
            "UPDATE finding SET state = 'resolved', resolved = ? WHERE tenant = ? AND finding_id = ?",
            self._resolved,
        )
        times.keep_findings(self._frame, self._history)
        self._frame.news += self._events

    def mark(self, finding: Standing) -> None:
        """A standing finding is handled otherwise, which is no news by itself."""
        self._keep(finding)
        self._remember(finding, FindingState.OPEN)

    def _see(self, subject: Subject, known: Standing) -> Standing:
        """What gives cause for a standing finding is there."""
        if known.unverified is None:
            return known
        finding = replace(known.seen(), group_no=subject.group_no)
        if known.unverified_by == PLACE:
            self.handle(subject, finding, EVENT_REOPENED, by="", note="", turn=True)
        else:
            self.mark(finding)
        return finding

    def _lose(self, subject: Subject, known: Standing) -> None:
        """What gave cause for a standing finding may be there."""
        if known.unverified_by != PLACE:
            finding = known.lost(PLACE, max(self._frame.moment, known.opened))
            self.handle(subject, finding, EVENT_UNVERIFIED, by="", note="", turn=True)

    def _exempt(self, subject: Subject, known: Standing) -> Standing:
        """A standing finding comes under an exemption, or from under it, as its asset changes."""
        covering = self._covering(known.kind, subject, known.exemption)
        name = covering.exemption_id if covering else ""
        if name == known.exemption:
            return known
        finding = replace(known, exemption=name, group_no=subject.group_no)
        note = covering.decision if covering else ""
        self.handle(subject, finding, EVENT_EXEMPTED if covering else EVENT_REOPENED, by="", note=note)
        return finding

    def _covering(self, kind: str, subject: Subject, now: str = "") -> InForce | None:
        frame = self._frame
        if frame.exempting is None:
            frame.exempting = load(frame.connection, frame.organisation, frame.received)
        return frame.exempting.covering(kind, subject.asset, now)

    def _open(self, subject: Subject, finding: Standing) -> None:
        covering = self._covering(finding.kind, subject)
        if covering:
            finding = replace(finding, exemption=covering.exemption_id)
        self._opened.append(
            (
                *(self._frame.tenant, finding.finding_id, subject.kind, subject.identifier),
                *(finding.kind, finding.severity, finding.clause),
                *(finding.details, finding.owner, finding.opened, finding.group_no, finding.exemption),
            )
        )
        self._count(finding.group_no, 1)
        note = covering.decision if covering else ""
        self._remember(finding, FindingState.OPEN, first=True, note=note)
        event = EVENT_EXEMPTED if covering else EVENT_OPENED
        self._tell(event, subject, finding, FindingState.OPEN, None, note=note, turn=True)

    def handle(
        self, subject: Subject, finding: Standing, event: str, *, by: str, note: str, turn: bool = False
    ) -> None:
        """Somebody handles a standing finding otherwise; the rest of it is what it was.

        A `turn` is what the data brings about, now this way and then the other where a finding flaps.
        """
        self._keep(finding)
        self._remember(finding, FindingState.OPEN, by=by, note=note)
        self._tell(event, subject, finding, FindingState.OPEN, None, by=by, note=note, turn=turn)

    def say(self, subject: Subject, finding: Standing, event: str, *, note: str) -> None:
        """Tell something of a standing finding that changes nothing of it."""
        self._tell(event, subject, finding, FindingState.OPEN, None, note=note)

    def _change(self, subject: Subject, before: Standing, finding: Standing) -> None:
        more_severe = _RANK[finding.severity] > _RANK[before.severity]
        worse = bool(more_severe or _places(finding) - _places(before))
        if worse:
            # Who took it up took up less.
            finding = finding.put_back()
        self._keep(finding)
        self._remember(finding, FindingState.OPEN)
        if worse:
            self._tell(EVENT_CHANGED, subject, finding, FindingState.OPEN, None)

    def _keep(self, finding: Standing) -> None:
        self._changed.append(
            (
                *(finding.severity, finding.clause, finding.details, finding.owner, *finding.handling),
                *(self._frame.tenant, finding.finding_id),
            )
        )

    def _resolve(self, subject: Subject, finding: Standing) -> None:
        moment = max(self._frame.moment, finding.opened)
        self._count(finding.group_no, -1)
        self._resolved.append((moment, self._frame.tenant, finding.finding_id))
        self._remember(finding, FindingState.RESOLVED)
        self._tell(EVENT_RESOLVED, subject, finding, FindingState.RESOLVED, moment, turn=True)

    def _regroup(self, subject: Subject, finding: Standing) -> None:
        """An open finding goes along with its asset into another group."""
        if finding.group_no != subject.group_no:
            self._count(finding.group_no, -1)
            self._count(subject.group_no, 1)
            self._regrouped.append((subject.group_no, self._frame.tenant, finding.finding_id))

    def _count(self, group: int, findings: int) -> None:
        if group:
            self._frame.counts.found(self._frame.tenant, group, findings)

    def _remember(
        self, finding: Standing, state: FindingState, *, first: bool = False, by: str = "", note: str = ""
    ) -> None:
        moment = max(self._frame.moment, finding.opened)
        values = (
            *(str(state), finding.severity, finding.clause, finding.details, finding.owner),
            *(*finding.handling, by, note),
        )
        self._history.append(times.FindingVersion(finding.finding_id, moment, values, first))

    def _tell(
        self,
        event: str,
        subject: Subject,
        finding: Standing,
        kept: FindingState,
        resolved: int | None,
        *,
        by: str = "",
        note: str = "",
        turn: bool = False,
    ) -> None:
        row = event_row(self._frame, event, subject, finding, kept, resolved, by, note)
        self._events.append(
            (*row, about_of(subject.kind, finding.kind, subject.identifier) if turn else None)
        )


def tell(connection: Connection, news: Sequence[tuple[Any, ...]]) -> None:
    """Write the events of a transaction, at its end.

    Numbers in the outbox rise in the order in which they can be seen: who writes some goes before who comes
    after, until both are durable.
    """
    if news:
        connection.lock("events")
        connection.executemany(_EVENT, news)


def _places(finding: Standing) -> set[tuple[str, ...]]:
    """The (operation, place) pairs of a finding: a new one is news, though it be no worse."""
    return {tuple(pair) for pair in json.loads(finding.details)}
