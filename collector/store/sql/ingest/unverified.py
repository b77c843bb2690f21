"""Findings of assets in a scope that was lost from sight, or came back.

They get no events of their own: that the scope was lost is told once, as a change of sight.
"""

from __future__ import annotations

from collections.abc import Collection

from collector.store.sql.ingest.findings import Findings
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.standing import SCOPE, STANDING_COLUMNS, Standing
from wolkenzicht.model import Outcome, Scope, ScopeOutcome

_UNSEEN = "SELECT unseen FROM scope WHERE tenant = ? AND account = ? AND location = ? AND type = ?"
_OF_SCOPE = f"""
    SELECT a.asset_no, {STANDING_COLUMNS}
    FROM asset AS a JOIN finding AS f ON f.tenant = a.tenant AND f.subject = a.asset_id
        AND f.subject_kind = 'asset' AND f.state = 'open'
    WHERE a.tenant = ? AND a.account = ? AND a.scope_location = ? AND a.scope_type = ?
        AND f.unverified_by IN ('', ?)
    ORDER BY f.finding_id
"""


def unseen(frame: Frame, scope: Scope) -> bool:
    """Whether a scope is out of sight by its last outcome."""
    row = frame.connection.execute(_UNSEEN, _key(frame, scope)).fetchone()
    return row is not None and bool(row[0])


def follow(frame: Frame, outcome: ScopeOutcome, *, was_unseen: bool, seen: Collection[int] | None) -> None:
    """After an outcome: let findings follow where the scope was lost or came back.

    `seen` are the numbers of assets that were read all the same; None where only what changed was sent, and
    a scope that stays out of sight says nothing new. Who was throttled lost nothing by that.
    """
    scope = outcome.scope
    is_unseen = unseen(frame, scope)
    if is_unseen == was_unseen and (seen is None or not is_unseen):
        return
    findings = Findings(frame)
    rows = frame.connection.execute(_OF_SCOPE, (*_key(frame, scope), SCOPE)).fetchall()
    for asset_no, *columns in rows:
        standing = Standing(*columns)
        if not is_unseen or asset_no in (seen or ()):
            if standing.unverified_by:
                findings.mark(standing.seen())
        elif not standing.unverified_by and outcome.outcome is not Outcome.THROTTLED:
            findings.mark(standing.lost(SCOPE, max(frame.moment, standing.opened)))
    findings.write()


def _key(frame: Frame, scope: Scope) -> tuple[str, str, str, str]:
    return frame.tenant, scope.account, scope.location, scope.type
