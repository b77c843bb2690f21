"""How assets become batches: at most 500 and below a frame's limit, with what was rejected beside them."""

from __future__ import annotations

from collections.abc import Callable

from connectors.base import INVENTORY, Rejected
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Asset, Discrepancy, Scope, Verdict
from wolkenzicht.transport import MAX_BATCH_ASSETS, MAX_FRAME_BYTES
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, DiscrepancyBatch, RejectedItem
from wolkenzicht.wire import check_classified, encode_classified, encode_discrepancy, encode_scope

#: Bytes of a frame that are kept for its envelope: sequence, scan, time, scope, attempt.
_ENVELOPE_BYTES = 8 * 1024
#: Tag and length before each item of a repeated field; enough for items up to 256 MiB.
_ITEM_BYTES = 5
_MAX_ID_BYTES = 256
_MAX_REASON_CHARACTERS = 500

#: Bytes that the items of one batch may take together.
MAX_ITEMS_BYTES = MAX_FRAME_BYTES - _ENVELOPE_BYTES


def encoded(asset: Asset, verdict: Verdict, scope: Scope) -> ClassifiedAsset | RejectedItem:
    """The asset as it is sent, or why it cannot be."""
    if not _fits(asset, scope):
        return _rejected(asset, "asset.type", f"is {asset.type!r} in a scope of {scope.type!r}")
    try:
        message = encode_classified(asset, verdict)
        check_classified(message)
    except ContractError as error:
        return _rejected(asset, error.field, str(error).removeprefix(f"{error.field}: "))
    except (TypeError, ValueError) as error:
        # protobuf's own refusals: a text that is no Unicode, a date out of range
        return _rejected(asset, "asset", f"cannot be encoded: {error}")
    size = message.ByteSize()
    if size + _ITEM_BYTES > MAX_ITEMS_BYTES:
        return _rejected(asset, "asset", f"is {size} bytes; at most {MAX_ITEMS_BYTES} can be sent")
    return message


def rejected_item(item: Rejected) -> RejectedItem:
    """A connector's rejection as it is sent, its texts shortened."""
    return RejectedItem(
        asset_id=_shortened(item.asset_id),
        origin=_clean(item.origin),
        field=_clean(item.field),
        reason=_clean(item.reason),
    )


class Batcher:
    """Collects what one scope yields and hands on full batches."""

    def __init__(self, scope: Scope, attempt: int, hand_on: Callable[[AssetBatch], None]) -> None:
        self._scope = encode_scope(scope)
        self._attempt = attempt
        self._hand_on = hand_on
        self._begin()

    def add(self, item: ClassifiedAsset | RejectedItem) -> None:
        """Add one item; hands the batch on before it would grow too large, and once it is full."""
        size = item.ByteSize() + _ITEM_BYTES
        if self._size + size > MAX_ITEMS_BYTES:
            self.flush()
        if isinstance(item, ClassifiedAsset):
            self._batch.assets.append(item)
        else:
            self._batch.rejected_items.append(item)
        self._size += size
        if len(self._batch.assets) + len(self._batch.rejected_items) >= MAX_BATCH_ASSETS:
            self.flush()

    def flush(self) -> None:
        """Hand on what was collected, if anything."""
        if self._batch.assets or self._batch.rejected_items:
            self._hand_on(self._batch)
            self._begin()

    def _begin(self) -> None:
        self._batch = AssetBatch(scope=self._scope, attempt=self._attempt)
        self._size = 0


class Discrepancies:
    """Collects the discrepancies of one scope and hands on full batches."""

    def __init__(self, scope: Scope, attempt: int, hand_on: Callable[[DiscrepancyBatch], None]) -> None:
        self._scope = encode_scope(scope)
        self._attempt = attempt
        self._hand_on = hand_on
        self._begin()

    def add(self, discrepancy: Discrepancy) -> None:
        """Add one; hands on the batch first where it would grow too large."""
        message = encode_discrepancy(discrepancy)
        size = message.ByteSize() + _ITEM_BYTES
        entries = len(self._batch.discrepancies)
        if entries and (entries >= MAX_BATCH_ASSETS or self._size + size > MAX_ITEMS_BYTES):
            self.flush()
        self._batch.discrepancies.append(message)
        self._size += size

    def flush(self) -> None:
        """Hand on what was collected, if anything."""
        if self._batch.discrepancies:
            self._hand_on(self._batch)
            self._begin()

    def _begin(self) -> None:
        self._batch = DiscrepancyBatch(scope=self._scope, attempt=self._attempt)
        self._size = 0


def _fits(asset: Asset, scope: Scope) -> bool:
    """Whether an asset may be listed in a scope: of an inventory any type, else its own alone."""
    if scope.type == INVENTORY:
        return asset.type not in ("", INVENTORY)
    return asset.type == scope.type


def _rejected(asset: Asset, field: str, reason: str) -> RejectedItem:
    return rejected_item(Rejected(asset.asset_id, "", field, reason))


def _shortened(asset_id: str) -> str:
    return asset_id.encode(errors="replace")[:_MAX_ID_BYTES].decode(errors="ignore")


def _clean(text: str) -> str:
    line = " ".join(text.encode(errors="replace").decode().split())
    return line[:_MAX_REASON_CHARACTERS]
