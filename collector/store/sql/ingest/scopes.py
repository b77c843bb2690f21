"""What a plan and an outcome do to scopes, and when a scope's outcome lets assets be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from collector.store.sql.ingest import regions, sight, standings, times
from collector.store.sql.ingest.frame import MAX_INTEGER, Frame
from wolkenzicht import wire
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
_UNPLAN = "UPDATE scope SET planned = 0 WHERE tenant = ? AND planned = 1 AND planned_scan <> ?"
_ENSURE = """
    INSERT INTO scope (tenant, account, location, type, planned_scan, planned, valid_from, recorded)
    VALUES (?, ?, ?, ?, '', 0, ?, ?)
    ON CONFLICT (tenant, account, location, type) DO NOTHING
"""
#: What makes an outcome another version of its scope.
_OTHERWISE = """
    account = ? AND location = ? AND type = ? AND (outcome IS DISTINCT FROM ? OR permission <> ?
        OR coalesce(denied_by, '') <> ? OR asset_count <> ?)
"""
_NOT_PLANNED = "planned = 0 AND account = ? AND location = ? AND type = ?"
_ANY_UNPLANNED = "SELECT EXISTS (SELECT 1 FROM scope WHERE tenant = ? AND planned = 0)"
_OUTCOME = """
    UPDATE scope SET
        outcome_since = CASE
            WHEN outcome IS NOT DISTINCT FROM :outcome AND permission = :permission
                AND denied_by IS NOT DISTINCT FROM :denied_by
            THEN outcome_since ELSE :looked END,
        outcome = :outcome, permission = :permission, denied_by = :denied_by, message = :message,
        asset_count = :asset_count, scan_id = :scan_id, looked = :looked, look_recorded = :received,
        last_complete = CASE WHEN :outcome = 'complete' THEN :looked ELSE last_complete END,
        unseen = @unseen
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
    _plan(frame, planned)
    regions.plan(frame, planned)
    if plan.last:
        regions.end_plan(frame)
        standings.end_plan(frame)
        times.keep_scopes(frame, "planned = 1 AND planned_scan <> ?", (frame.scan_id,))
        frame.connection.execute(_UNPLAN, (frame.tenant, frame.scan_id))


def _plan(frame: Frame, planned: Sequence[Scope]) -> None:
    [(any_unplanned,)] = frame.connection.execute(_ANY_UNPLANNED, (frame.tenant,)).fetchall()
    for each in planned if any_unplanned else ():
        times.keep_scopes(frame, _NOT_PLANNED, (each.account, each.location, each.type))
    since = (frame.scan_id, frame.moment, frame.received)
    frame.connection.executemany(
        _PLAN, [(frame.tenant, each.account, each.location, each.type, *since) for each in planned]
    )


def ensure_scope(frame: Frame, scope: Scope) -> None:
    """See that the scope has a row, also where no plan names it: what was read there must show."""
    since = (frame.moment, frame.received)
    frame.connection.execute(_ENSURE, (frame.tenant, scope.account, scope.location, scope.type, *since))


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
    times.keep_scopes(
        frame,
        _OTHERWISE,
        (
            *(scope.account, scope.location, scope.type, outcome.outcome, outcome.permission),
            *(outcome.denied_by or "", outcome.asset_count),
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
            "tenant": frame.tenant,
            "account": scope.account,
            "location": scope.location,
            "type": scope.type,
        },
    )
    return outcome.outcome is Outcome.COMPLETE


def assets_of(frame: Frame, scope: Scope) -> list[int]:
    """Numbers of the assets that were last seen in a scope."""
    rows = frame.connection.execute(
        "SELECT asset_no FROM asset "
        "WHERE tenant = ? AND account = ? AND scope_location = ? AND scope_type = ?",
        (frame.tenant, scope.account, scope.location, scope.type),
    )
    return [asset_no for (asset_no,) in rows]
