"""When a discrepancy between an inventory and the readings begins, stands on or ends."""

from __future__ import annotations

from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.scopes import ensure_scope
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import INVENTORY_TYPE, Discrepancy, Scope
from wolkenzicht.v1.collector_service_pb2 import DiscrepancyBatch

_PUT = """
    INSERT INTO discrepancy (tenant, account, scope_location, kind, asset_id, since, type, location,
        inventory, scan_id, attempt, last_seen, recorded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, account, scope_location, kind, asset_id) WHERE ended IS NULL DO UPDATE SET
        type = excluded.type, location = excluded.location, inventory = excluded.inventory,
        scan_id = excluded.scan_id, attempt = excluded.attempt,
        last_seen = CASE WHEN discrepancy.last_seen < excluded.last_seen
            THEN excluded.last_seen ELSE discrepancy.last_seen END
"""
# Those that ended and begin again in the very same microsecond stand on.
_ENDED_NOW = """
    SELECT 1 FROM discrepancy
    WHERE tenant = ? AND account = ? AND scope_location = ? AND since = ? AND ended IS NOT NULL LIMIT 1
"""
_REVIVE = """
    UPDATE discrepancy SET ended = NULL, end_recorded = NULL
    WHERE tenant = ? AND account = ? AND scope_location = ? AND kind = ? AND asset_id = ? AND since = ?
        AND NOT EXISTS (SELECT 1 FROM discrepancy AS x WHERE x.tenant = discrepancy.tenant
            AND x.account = discrepancy.account AND x.scope_location = discrepancy.scope_location
            AND x.kind = discrepancy.kind AND x.asset_id = discrepancy.asset_id AND x.ended IS NULL)
"""
_STANDING = "FROM discrepancy WHERE tenant = ? AND account = ? AND scope_location = ? AND ended IS NULL"
_LAST_ATTEMPT = f"SELECT coalesce(max(attempt), 0) {_STANDING} AND scan_id = ?"
_ITS_ASSET = "SELECT 1 FROM asset AS a WHERE a.tenant = x.tenant AND a.asset_id = x.asset_id"
_END = """
    UPDATE discrepancy AS x SET ended = CASE WHEN last_seen < ? THEN ? ELSE last_seen END, end_recorded = ?
    WHERE tenant = ? AND account = ? AND scope_location = ? AND ended IS NULL
        AND (scan_id, attempt) <> (?, ?)
        AND (? = 1 OR CASE kind
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
    place = (frame.tenant, scope.account, scope.location)
    if frame.connection.execute(_ENDED_NOW, (*place, frame.moment)).fetchone():
        frame.connection.executemany(
            _REVIVE, [(*place, each.kind, each.asset_id, frame.moment) for each in found]
        )
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
    seen = (*place, frame.scan_id, max(shown, attempt), int(complete))
    frame.connection.execute(_END, (frame.moment, frame.moment, frame.received, *seen))


def _row(frame: Frame, scope: Scope, attempt: int, each: Discrepancy) -> tuple[str | int, ...]:
    return (
        *(frame.tenant, scope.account, scope.location, each.kind, each.asset_id, frame.moment),
        *(each.type, each.location, each.inventory, frame.scan_id, attempt, frame.moment, frame.received),
    )
