"""Who must be judged again because an asset that it is linked to became material, or no longer is."""

from __future__ import annotations

from collections.abc import Sequence

from collector.store.sql.database import chunks
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.rows import Item
from collector.store.sql.people import links
from policy.statements import hops_of
from wolkenzicht.model import MaterialUse
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.wire import MATERIAL_USES

_BEFORE = """
    SELECT asset_id, record FROM asset
    WHERE tenant = ? AND material = 'material' AND asset_no IN ({values})
"""
_REMOVED = "SELECT asset_id, material FROM asset WHERE tenant = ? AND asset_no IN ({values})"

_MATERIAL = MATERIAL_USES.encode[MaterialUse.MATERIAL]


class MaterialLinks:
    """What the assets of a batch were before it; `write` queues what is linked to those that changed."""

    def __init__(self, frame: Frame, added: Sequence[Item], changed: Sequence[Item]) -> None:
        self._frame = frame
        self._items = (*added, *changed)
        self._before: dict[str, int] = {}
        self._any = bool(self._items) and links.any_links(frame.connection, frame.tenant)
        for part in chunks([each.asset_no for each in changed]) if self._any else ():
            for asset_id, record in frame.connection.among(_BEFORE, frame.tenant, part):
                self._before[asset_id] = hops_of(ClassifiedAsset.FromString(record).verdict.material_rule)

    def write(self) -> None:
        """Queue what is linked to an asset that became material, stopped, or is so over another distance."""
        if not self._any:
            return
        turned = [each.asset_id for each in self._items if _hops(each) != self._before.get(each.asset_id)]
        if turned:
            frame = self._frame
            links.queue_neighbours(frame.connection, frame.tenant, turned, frame.received)


def forget(frame: Frame, asset_nos: Sequence[int]) -> None:
    """Before assets are removed: what they name is forgotten, and what was linked to them is queued."""
    if not links.any_links(frame.connection, frame.tenant):
        return
    for part in chunks(asset_nos):
        found = frame.connection.among(_REMOVED, frame.tenant, part).fetchall()
        material = [asset_id for asset_id, use in found if use == MaterialUse.MATERIAL]
        if material:
            links.queue_neighbours(frame.connection, frame.tenant, material, frame.received)
        links.keep(frame.connection, frame.tenant, {asset_id: () for asset_id, _ in found})


def _hops(item: Item) -> int | None:
    """Over how many links an asset is of material use now; None where it is not."""
    verdict = item.message.verdict
    return hops_of(verdict.material_rule) if verdict.material == _MATERIAL else None
