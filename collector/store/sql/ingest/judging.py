"""Whose verdict a new or changed asset gets: its agent's, or the collector's own where people said more."""

from __future__ import annotations

from collections.abc import Iterable

from collector.store.base import Link
from collector.store.sql.ingest import rows
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.people import links
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset


class Judging:
    """The new and changed assets of one batch: their links are looked up at once."""

    def __init__(self, frame: Frame, messages: Iterable[ClassifiedAsset]) -> None:
        self._frame = frame
        self._named: dict[str, tuple[str, ...]] = {}
        self._linked: dict[str, Link] = {}
        judge = frame.judge
        if judge is None:
            return
        # An identifier that cannot be kept is refused with its item.
        asset_ids = [each.asset.asset_id for each in messages if "\0" not in each.asset.asset_id]
        self._named = {each.asset.asset_id: named for each in messages if (named := judge.named(each))}
        if asset_ids and (self._named or links.any_links(frame.connection, frame.tenant)):
            links.keep(
                frame.connection, frame.tenant, {each: self._named.get(each, ()) for each in asset_ids}
            )
            self._linked = links.linked(frame.connection, frame.tenant, asset_ids)

    def item(self, message: ClassifiedAsset, asset_no: int) -> rows.Item:
        """The asset as it is kept; raises `ContractError`."""
        frame, asset_id = self._frame, message.asset.asset_id
        judged = None
        if frame.judge is not None:
            link = self._linked.get(asset_id)
            judged = frame.judge.judge(frame.tenant, frame.organisation, message, link)
        return rows.item(message, asset_no, frame.findings_of, judged)
