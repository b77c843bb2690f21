"""Which scopes were lost from sight or came back, and how those of one scan are told together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from collector.store.sql.ingest import lost
from collector.store.sql.ingest.frame import Frame
from wolkenzicht.model import Outcome, ScopeOutcome, SightChangeKind

#: How many of the missing permissions a change names.
MOST_PERMISSIONS = 20

_TURNED = """
    INSERT INTO scope_turned (tenant, scan_id, account, location, type, kind, first, before,
        moment, permission, denied_by)
    SELECT tenant, ?, account, location, type, ?,
        CASE WHEN outcome IS NULL THEN 1 ELSE 0 END, unseen, ?, ?, ? FROM scope
    WHERE tenant = ? AND account = ? AND location = ? AND type = ? AND unseen @news
    ON CONFLICT (tenant, scan_id, account, location, type) DO UPDATE SET kind = excluded.kind,
        first = excluded.first, before = excluded.before, moment = excluded.moment,
        permission = excluded.permission, denied_by = excluded.denied_by
"""
#: What an outcome does to sight, and of which scopes that is news.
_NEWS = {
    Outcome.COMPLETE: (SightChangeKind.SEEN_AGAIN, _TURNED.replace("@news", "<> ''")),
    Outcome.DENIED: (SightChangeKind.NEWLY_DENIED, _TURNED.replace("@news", "<> 'denied'")),
}
#: Why a scope is not seen after this outcome; throttled is not named: it changes nothing.
UNSEEN_AFTER = """
    CASE :outcome WHEN 'denied' THEN 'denied'
        WHEN 'failed' THEN CASE unseen WHEN 'denied' THEN 'denied' ELSE 'failed' END
        WHEN 'throttled' THEN unseen ELSE '' END
"""

_OF_SCAN = """
    SELECT kind, account, location, type, first, before, moment, permission, coalesce(denied_by, '')
    FROM scope_turned WHERE tenant = ? AND scan_id = ? ORDER BY kind, account, location, type
"""
_EARLIER_SCAN = (
    "SELECT 1 FROM scan WHERE tenant = ? AND scan_id <> ? AND ended IS NOT NULL AND interrupted = 0"
)
#: Scopes that fare otherwise than the others of their account and location; where nothing can exist a
#: call is not refused either.
_OTHERWISE = """
    SELECT 1 FROM scope WHERE tenant = ? AND account = ? AND location = ? AND planned = 1
        AND coalesce(outcome, '') NOT IN (?, 'unsupported', 'not_enabled') LIMIT 1
"""
_INSERT = """
    INSERT INTO sight_change (tenant, scan_id, moment, kind, account, location, type, scopes, before,
        permissions, denied_by, recorded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is kept; see the table `sight_change`."""

    kind: SightChangeKind
    moment: int
    account: str
    location: str = ""
    type: str = ""
    scopes: int = 0
    before: str = ""
    permissions: tuple[str, ...] = ()
    denied_by: str = ""


@dataclass(frozen=True, slots=True)
class _Turned:
    """A scope that was lost from sight or came back."""

    kind: str
    account: str
    location: str
    type: str
    first: int
    before: str
    moment: int
    permission: str
    denied_by: str


def note(frame: Frame, outcome: ScopeOutcome) -> None:
    """Remember that this outcome of a scope is news, where it is; before the outcome itself is kept."""
    news = _NEWS.get(outcome.outcome)
    if news is None:
        return
    kind, statement = news
    scope = outcome.scope
    frame.connection.execute(
        statement,
        (
            *(frame.scan_id, kind, frame.moment, outcome.permission, outcome.denied_by),
            *(frame.tenant, scope.account, scope.location, scope.type),
        ),
    )


def end_scan(frame: Frame) -> None:
    """Write the changes of the scan that ends."""
    _gather(frame, frame.scan_id)


def end_earlier_scans(frame: Frame) -> None:
    """Write the changes of scans that will not end any more, when the tenant's next one starts."""
    scans = frame.connection.execute(
        "SELECT DISTINCT scan_id FROM scope_turned WHERE tenant = ? AND scan_id <> ? ORDER BY scan_id",
        (frame.tenant, frame.scan_id),
    ).fetchall()
    for (scan_id,) in scans:
        _gather(frame, scan_id)


def write(frame: Frame, scan_id: str, changes: Iterable[Change]) -> None:
    """Write changes."""
    frame.connection.executemany(
        _INSERT,
        [
            (
                *(frame.tenant, scan_id, each.moment, each.kind, each.account, each.location, each.type),
                *(each.scopes, each.before, json.dumps(each.permissions), each.denied_by or None),
                frame.received,
            )
            for each in changes
        ],
    )


def _gather(frame: Frame, scan_id: str) -> None:
    key = (frame.tenant, scan_id)
    turned = [_Turned(*row) for row in frame.connection.execute(_OF_SCAN, key)]
    if not turned:
        return
    if frame.connection.execute(_EARLIER_SCAN, key).fetchone() is None:
        # What a tenant's first scan finds is where it starts from.
        turned = [each for each in turned if not each.first]
    again = [each for each in turned if each.kind == SightChangeKind.SEEN_AGAIN]
    lost.turned(
        frame,
        ended=[(each.account, each.location, each.type) for each in again],
        begun=[
            (each.permission, each.account, each.location, each.type) for each in turned if each not in again
        ],
    )
    changes: list[Change] = []
    for _, members in groupby(turned, lambda each: (each.kind, each.account, each.location)):
        changes.extend(_changes(frame, list(members)))
    write(frame, scan_id, changes)
    frame.connection.execute("DELETE FROM scope_turned WHERE tenant = ? AND scan_id = ?", key)


def _changes(frame: Frame, members: Sequence[_Turned]) -> list[Change]:
    """One change where all of the location turned, else one for each type."""
    one = members[0]
    if len(members) == 1 or _fares_otherwise(frame, one):
        return [_change([each], each.type) for each in members]
    return [_change(members, "")]


def _fares_otherwise(frame: Frame, one: _Turned) -> bool:
    outcome = Outcome.DENIED if one.kind == SightChangeKind.NEWLY_DENIED else Outcome.COMPLETE
    found = frame.connection.execute(_OTHERWISE, (frame.tenant, one.account, one.location, outcome))
    return found.fetchone() is not None


def _change(members: Sequence[_Turned], type_: str) -> Change:
    one = members[0]
    causes = {each.denied_by for each in members}
    permissions = sorted({each.permission for each in members if each.permission})
    return Change(
        kind=SightChangeKind(one.kind),
        moment=min(each.moment for each in members),
        account=one.account,
        location=one.location,
        type=type_,
        scopes=len(members),
        before="denied" if any(each.before == "denied" for each in members) else one.before,
        permissions=tuple(permissions[:MOST_PERMISSIONS]),
        denied_by=causes.pop() if len(causes) == 1 else "",
    )
