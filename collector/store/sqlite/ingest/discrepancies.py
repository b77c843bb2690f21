"""When a discrepancy between an inventory and the readings begins, stands on or ends."""

from __future__ import annotations

from collector.store.sqlite.ingest.frame import Frame
from collector.store.sqlite.ingest.scopes import ensure_scope
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import INVENTORY_TYPE, Discrepancy, Scope
from wolkenzicht.v1.collector_service_pb2 import DiscrepancyBatch

# The second conflict is one that ended and begins again in the very same microsecond.
_PUT = """
    INSERT INTO discrepancy (tenant, account, scope_location, kind, asset_id, since, type, location,
        inventory, scan_id, attempt, last_seen, recorded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, account, scope_location, kind, asset_id) WHERE ended IS NULL DO UPDATE SET
        type = excluded.type, location = excluded.location, inventory = excluded.inventory,
        scan_id = excluded.scan_id, attempt = excluded.attempt,
        last_seen = max(last_seen, excluded.last_seen)
    ON CONFLICT (tenant, account, scope_location, kind, asset_id, since) DO UPDATE SET
        scan_id = excluded.scan_id, attempt = excluded.attempt, ended = NULL,
        end_recorded = NULL
"""
_STANDING = "FROM discrepancy WHERE tenant = ? AND account = ? AND scope_location = ? AND ended IS NULL"
_LAST_ATTEMPT = f"SELECT coalesce(max(attempt), 0) {_STANDING} AND scan_id = ?"
_ITS_ASSET = "SELECT 1 FROM asset AS a WHERE a.tenant = x.tenant AND a.asset_id = x.asset_id"
_END = """
    UPDATE discrepancy AS x SET ended = max(last_seen, ?), end_recorded = ?
    WHERE tenant = ? AND account = ? AND scope_location = ? AND ended IS NULL
        AND (scan_id, attempt) <> (?, ?)
        AND (? OR CASE kind
            WHEN 'not_read' THEN EXISTS (@its_asset AND a.scope_type <> '*')
            ELSE NOT EXISTS (@its_asset) END)
""".replace("@its_asset", _ITS_ASSET)


def take_batch(frame: Frame, batch: DiscrepancyBatch) -> None:
    """Add the discrepancies that are new and refresh those that stand.

    Raises `ContractError` where the batch as a whole says nothing that can be used.
    """
    scope = wire.decode_scope(batch.scope)
    if scope.type != INVENTORY_TYPE:
        raise ContractError(
            "discrepancy_batch.scope.type",
            f"is '{scope.type}'; only the scope of an inventory ('{INVENTORY_TYPE}') has discrepancies",
        )
    if not batch.attempt:
        raise ContractError("discrepancy_batch.attempt", "is not set; readings are counted from 1")
    ensure_scope(frame, scope)
    found = []
    for message in batch.discrepancies:
        try:
            found.append(wire.decode_discrepancy(message))
        except ContractError as error:
            frame.reject(message.asset_id, "", error, message.SerializeToString())
    frame.connection.executemany(_PUT, [_row(frame, scope, batch.attempt, each) for each in found])


def end_others(frame: Frame, scope: Scope, attempt: int, *, complete: bool) -> None:
    """End what the last reading of an inventory no longer showed; the past stays.

    One that was not `complete` proves nothing: then only what was read in depth since, and what vanished,
    is no discrepancy any more. `attempt` is the last one that listed assets; one that showed discrepancies
    only may be later.
    """
    if scope.type != INVENTORY_TYPE:
        return
    place = (frame.tenant, scope.account, scope.location)
    [(shown,)] = frame.connection.execute(_LAST_ATTEMPT, (*place, frame.scan_id)).fetchall()
    values = (frame.moment, frame.received, *place, frame.scan_id, max(shown, attempt), complete)
    frame.connection.execute(_END, values)


def _row(frame: Frame, scope: Scope, attempt: int, each: Discrepancy) -> tuple[str | int, ...]:
    return (
        *(frame.tenant, scope.account, scope.location, each.kind, each.asset_id, frame.moment),
        *(each.type, each.location, each.inventory, frame.scan_id, attempt, frame.moment, frame.received),
    )
