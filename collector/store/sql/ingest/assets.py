"""Which assets of a batch are new, changed, moved or to be set aside; unchanged ones cost no statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from collector.store.sql.database import chunks
from collector.store.sql.ingest import agreement, before, readings, rows, vanishing, writing
from collector.store.sql.ingest.before import Before
from collector.store.sql.ingest.frame import SHORT_ID_BYTES, Frame
from collector.store.sql.ingest.judging import Judging
from collector.store.sql.ingest.scopes import ensure_scope
from collector.store.sql.ingest.sync import Held
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import INVENTORY_TYPE, Scope
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, RejectedItem, RemovalBatch

_IN_SCOPE = """
    SELECT asset_no FROM asset
    WHERE tenant = ? AND account = ? AND scope_location = ? AND scope_type = ? AND asset_id IN ({values})
"""
_NUMBERS = "SELECT asset_no FROM asset WHERE tenant = ? AND asset_id IN ({values})"


@dataclass(slots=True)
class _Difference:
    """What a batch brings about; `seen` and `held` are asset numbers.

    `not_kept` is what was sent and set aside or known better, with the number of what is kept in its place,
    if anything is; `otherwise` what is kept with another verdict.
    """

    seen: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    moved: list[Before] = field(default_factory=list)
    added: list[rows.Item] = field(default_factory=list)
    changed: list[tuple[rows.Item, Before]] = field(default_factory=list)
    not_kept: list[tuple[Held, int | None]] = field(default_factory=list)
    otherwise: list[tuple[Held, Held | None]] = field(default_factory=list)


def take_batch(frame: Frame, batch: AssetBatch) -> None:
    """Apply a batch: write what is new or changed, and remember all that the reading listed.

    Raises `ContractError` where the batch as a whole says nothing that can be used.
    """
    scope = wire.decode_scope(batch.scope)
    if not batch.attempt:
        raise ContractError("asset_batch.attempt", "is not set; readings are counted from 1")
    ensure_scope(frame, scope)
    difference = _compare(frame, scope, batch.assets)
    if frame.trust is not None:
        frame.trust.tell(frame)
    _tell_otherwise(frame, difference)
    unnamed = _keep_source_rejections(frame, difference, batch.rejected_items)
    writing.write(frame, scope, added=difference.added, changed=difference.changed, moved=difference.moved)
    vanishing.clear(frame, [*difference.seen, *difference.held])
    if frame.scan.changes:
        return  # what is not listed goes by name
    readings.keep_batch(
        frame,
        scope,
        batch.attempt,
        listed=len(batch.assets),
        unnamed=unnamed,
        assets=difference.seen,
        held=difference.held,
    )


def take_removals(frame: Frame, batch: RemovalBatch) -> None:
    """Assets that a scope, read whole, no longer lists go when the scan ends, where they still stand in it.

    Raises `ContractError`.
    """
    scope = wire.decode_scope(batch.scope)
    if not frame.scan.changes:
        raise ContractError("removal_batch", "has no place in a scan that sends all; open one of changes")
    place = (frame.tenant, scope.account, scope.location, scope.type)
    for part in chunks(list(batch.asset_ids)):
        numbers = frame.connection.among(_IN_SCOPE, *place, part).fetchall()
        vanishing.suspect(frame, [number for (number,) in numbers])


def _tell_otherwise(frame: Frame, difference: _Difference) -> None:
    """What is not kept as it was sent is remembered, so that the digests can be compared all the same."""
    numbers = [number for _, number in difference.not_kept if number is not None]
    kept = frame.sync.held(numbers)
    not_kept = [(sent, kept.get(number or 0)) for sent, number in difference.not_kept]
    agreement.keep_otherwise(frame, [*not_kept, *difference.otherwise])


def _compare(frame: Frame, scope: Scope, assets: Iterable[ClassifiedAsset]) -> _Difference:
    # Of an asset that is listed twice the last entry counts.
    listed = {message.asset.asset_id: message for message in assets}
    known = before.named(frame, [each for each in listed if "\0" not in each])
    better = _known_better(frame, scope, known.values())
    place = (scope.account, scope.location, scope.type)
    difference = _Difference()
    fresh: dict[str, ClassifiedAsset] = {}
    for asset_id, message in listed.items():
        row = known.get(asset_id)
        if row is None:
            fresh[asset_id] = message
            continue
        same = row.fingerprint == message.fingerprint and row.place == place
        if row.asset_no in better or (same and not (frame.trust and frame.trust.doubts(frame, message))):
            difference.seen.append(row.asset_no)
            if not same:
                difference.not_kept.append((Held(scope, asset_id, message.fingerprint), row.asset_no))
        else:
            fresh[asset_id] = message
    judging = Judging(frame, fresh)
    for asset_id, message in fresh.items():
        row = known.get(asset_id)
        try:
            kept = _take_asset(frame, scope, message, row, difference, judging)
        except ContractError as error:
            frame.reject(asset_id, "", error, message.SerializeToString())
            sent = Held(scope, asset_id, message.fingerprint)
            difference.not_kept.append((sent, row.asset_no if row else None))
            if row:
                difference.held.append(row.asset_no)
        else:
            if kept != message.fingerprint:
                sent = Held(scope, asset_id, message.fingerprint)
                difference.otherwise.append((sent, Held(scope, asset_id, kept)))
    return difference


def _take_asset(
    frame: Frame,
    scope: Scope,
    message: ClassifiedAsset,
    row: Before | None,
    difference: _Difference,
    judging: Judging,
) -> bytes:
    """Say what an asset that is not simply as it was brings about, and return the fingerprint that is kept.

    Raises `ContractError`.
    """
    _check_type(scope, message.asset.type)
    if frame.trust is not None:
        message = frame.trust.kept(frame, message)
    if row is None:
        item = judging.item(message, frame.next_asset_no())
        difference.added.append(item)
        difference.seen.append(item.asset_no)
        return message.fingerprint
    if row.fingerprint == message.fingerprint:
        if row.place != (scope.account, scope.location, scope.type):
            difference.moved.append(row)
    else:
        difference.changed.append((judging.item(message, row.asset_no), row))
    difference.seen.append(row.asset_no)
    return message.fingerprint


def _known_better(frame: Frame, scope: Scope, known: Iterable[Before]) -> set[int]:
    """Numbers of what an inventory lists and the scope of its own type does too: that tells more and stays.

    What stands there but was not listed any more is the inventory's to tell.
    """
    if scope.type != INVENTORY_TYPE:
        return set()
    better = {each.asset_no for each in known if each.scope_type != INVENTORY_TYPE}
    return better - vanishing.suspects(frame, better)


def _check_type(scope: Scope, kind: str) -> None:
    """Raise where an asset of this type cannot stand in the scope; an inventory lists any type."""
    if scope.type == INVENTORY_TYPE and kind in ("", INVENTORY_TYPE):
        raise ContractError("asset.type", f"is '{kind}' in an inventory; send each asset with its own type")
    if scope.type not in (INVENTORY_TYPE, kind):
        raise ContractError(
            "asset.type", f"is '{kind}' in a batch of '{scope.type}'; send it with its own type"
        )


def _keep_source_rejections(frame: Frame, difference: _Difference, items: Iterable[RejectedItem]) -> int:
    """Set aside what the source had wrong; returns how many of them nobody can name.

    An asset whose entry at the source is wrong stays as it was.
    """
    named = []
    unnamed = 0
    for item in items:
        frame.set_aside(item, None)
        if 0 < len(item.asset_id.encode()) < SHORT_ID_BYTES and "\0" not in item.asset_id:
            named.append(item.asset_id)
        else:
            unnamed += 1
    for part in chunks(named):
        cursor = frame.connection.among(_NUMBERS, frame.tenant, part)
        difference.held.extend(asset_no for (asset_no,) in cursor)
    return unnamed
