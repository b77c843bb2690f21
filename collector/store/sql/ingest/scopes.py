"""What a plan and an outcome do to scopes, and when a scope's outcome lets assets be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from collector.store.sql.ingest import regions, sight, standings, times
from collector.store.sql.ingest.frame import MAX_INTEGER, Frame
from wolkenzicht import wire
from wolkenzicht.digests import from_bytes, outcome_hash, to_bytes
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Outcome, Scope, ScopeOutcome
from wolkenzicht.v1.collector_service_pb2 import ScanPlan
from wolkenzicht.v1.scope_pb2 import ScopeOutcome as ScopeOutcomeMessage

_PLAN = """
    INSERT INTO scope (tenant, account, location, type, planned_scan, planned, valid_from, recorded)
    VALUES (?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT (tenant, account, location, type)
    DO UPDATE SET planned_scan = excluded.planned_scan, planned = 1
"""
_NOT_PLANNED = """
    SELECT account, location, type, told FROM scope
    WHERE tenant = ? AND (planned = 1 OR told IS NOT NULL) AND planned_scan <> ?
"""
#: What went without saying until now is written down: from now on nothing does.
_UNPLAN = """
    UPDATE scope SET planned = 0,
        looked = CASE WHEN told IS NOT NULL AND looked < :look THEN :look ELSE looked END,
        last_complete = CASE WHEN told IS NOT NULL AND outcome = 'complete'
            AND coalesce(last_complete, 0) < :look THEN :look ELSE last_complete END,
        told = NULL
    WHERE tenant = :tenant AND account = :account AND location = :location AND type = :type
"""
_ENSURE = """
    INSERT INTO scope (tenant, account, location, type, planned_scan, planned, valid_from, recorded)
    VALUES (?, ?, ?, ?, '', 0, ?, ?)
    ON CONFLICT (tenant, account, location, type) DO NOTHING
"""
#: What makes an outcome another version of its scope; whether it stands until told otherwise is part of it.
_OTHERWISE = """
    account = ? AND location = ? AND type = ? AND (outcome IS DISTINCT FROM ? OR permission <> ?
        OR coalesce(denied_by, '') <> ? OR asset_count <> ? OR CASE WHEN told IS NULL THEN 0 ELSE 1 END <> ?)
"""
_NOW_PLANNED = "planned = 0 AND account = ? AND location = ? AND type = ?"
_ANY_UNPLANNED = "SELECT EXISTS (SELECT 1 FROM scope WHERE tenant = ? AND planned = 0)"
_OUTCOME = """
    UPDATE scope SET
        outcome_since = CASE
            WHEN outcome IS NOT DISTINCT FROM :outcome AND permission = :permission
                AND denied_by IS NOT DISTINCT FROM :denied_by
            THEN outcome_since ELSE :looked END,
        outcome = :outcome, permission = :permission, denied_by = :denied_by, message = :message,
        asset_count = :asset_count, scan_id = :scan_id, looked = :looked, look_recorded = :received,
        last_complete = CASE WHEN :outcome = 'complete' THEN :looked
            WHEN told IS NOT NULL AND outcome = 'complete' AND coalesce(last_complete, 0) < :look THEN :look
            ELSE last_complete END,
        unseen = @unseen, told = :told
    WHERE tenant = :tenant AND account = :account AND location = :location AND type = :type
""".replace("@unseen", sight.UNSEEN_AFTER)


def take_plan(frame: Frame, plan: ScanPlan) -> None:
    """Plan scopes; with the last part of a plan, scopes that it does not name are planned no longer.

    What is known of them stays, and its age shows.
    """
    planned = []
    for number, message in enumerate(plan.scopes):
        try:
            scope = wire.decode_scope(message)
        except ContractError as error:
            frame.reject("", f"scan_plan.scopes[{number}]", error, message.SerializeToString())
            continue
        planned.append(scope)
    frame.sync.state.plan = b""
    _plan(frame, planned)
    regions.plan(frame, planned)
    if plan.last:
        regions.end_plan(frame)
        standings.end_plan(frame)
        times.keep_scopes(frame, "(planned = 1 OR told IS NOT NULL) AND planned_scan <> ?", (frame.scan_id,))
        _unplan(frame)
        frame.sync.state.plan = frame.scan.plan_digest


def _unplan(frame: Frame) -> None:
    rows = frame.connection.execute(_NOT_PLANNED, (frame.tenant, frame.scan_id)).fetchall()
    for *_, told in rows:
        if told is not None:
            frame.sync.state.outcomes.take(from_bytes(told))
    for account in {account for account, *_ in rows}:
        frame.sync.scopes_changed(account)
    frame.connection.executemany(
        _UNPLAN,
        [
            {
                "look": frame.sync.look_of(account),
                "tenant": frame.tenant,
                "account": account,
                "location": location,
                "type": kind,
            }
            for account, location, kind, _ in rows
        ],
    )


def _plan(frame: Frame, planned: Sequence[Scope]) -> None:
    [(any_unplanned,)] = frame.connection.execute(_ANY_UNPLANNED, (frame.tenant,)).fetchall()
    for each in planned if any_unplanned else ():
        times.keep_scopes(frame, _NOW_PLANNED, (each.account, each.location, each.type))
    for account in {each.account for each in planned}:
        frame.sync.scopes_changed(account)
    since = (frame.scan_id, frame.moment, frame.received)
    frame.connection.executemany(
        _PLAN, [(frame.tenant, each.account, each.location, each.type, *since) for each in planned]
    )


def ensure_scope(frame: Frame, scope: Scope) -> None:
    """See that the scope has a row, also where no plan names it: what was read there must show."""
    since = (frame.moment, frame.received)
    place = (frame.tenant, scope.account, scope.location, scope.type)
    if frame.connection.execute(_ENSURE, (*place, *since)).rowcount:
        frame.sync.scopes_changed(scope.account)


def read_outcome(message: ScopeOutcomeMessage) -> ScopeOutcome:
    """The outcome in a frame; raises `ContractError`."""
    outcome = wire.decode_outcome(message)
    if outcome.asset_count > MAX_INTEGER:
        raise ContractError("scope_outcome.asset_count", "is too large to be kept; count the assets again")
    return outcome


def keep_outcome(frame: Frame, outcome: ScopeOutcome, why_not_whole: str) -> bool:
    """Keep what became of a scope; returns whether what it did not list may be removed.

    A complete outcome that contradicts what arrived (`why_not_whole`) is kept as failed.
    """
    if outcome.outcome is Outcome.COMPLETE and why_not_whole:
        outcome = replace(outcome, outcome=Outcome.FAILED, message=why_not_whole)
    ensure_scope(frame, outcome.scope)
    sight.note(frame, outcome)
    scope = outcome.scope
    frame.sync.scopes_changed(scope.account)
    told = _tell(frame, outcome)
    times.keep_scopes(
        frame,
        _OTHERWISE,
        (
            *(scope.account, scope.location, scope.type, outcome.outcome, outcome.permission),
            *(outcome.denied_by or "", outcome.asset_count, int(told is not None)),
        ),
    )
    frame.connection.execute(
        _OUTCOME,
        {
            "outcome": outcome.outcome,
            "permission": outcome.permission,
            "denied_by": outcome.denied_by,
            "message": outcome.message,
            "asset_count": outcome.asset_count,
            "scan_id": frame.scan_id,
            "looked": frame.moment,
            "received": frame.received,
            "look": frame.sync.look_of(scope.account),
            "told": told,
            "tenant": frame.tenant,
            "account": scope.account,
            "location": scope.location,
            "type": scope.type,
        },
    )
    return outcome.outcome is Outcome.COMPLETE


def _tell(frame: Frame, outcome: ScopeOutcome) -> bytes | None:
    """Count the outcome among those that stand until told otherwise; its hash, None where it does not."""
    scope = outcome.scope
    [(before,)] = frame.connection.execute(
        "SELECT told FROM scope WHERE tenant = ? AND account = ? AND location = ? AND type = ?",
        (frame.tenant, scope.account, scope.location, scope.type),
    )
    if before is not None:
        frame.sync.state.outcomes.take(from_bytes(before))
    if not frame.scan.changes:
        return None
    now = outcome_hash(outcome)
    frame.sync.state.outcomes.add(now)
    return to_bytes(now)


def assets_of(frame: Frame, scope: Scope) -> list[int]:
    """Numbers of the assets that were last seen in a scope."""
    rows = frame.connection.execute(
        "SELECT asset_no FROM asset "
        "WHERE tenant = ? AND account = ? AND scope_location = ? AND scope_type = ?",
        (frame.tenant, scope.account, scope.location, scope.type),
    )
    return [asset_no for (asset_no,) in rows]
