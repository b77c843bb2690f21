"""Whose verdict a new or changed asset gets: its agent's, or the collector's own where people said more."""

from __future__ import annotations

from collections.abc import Mapping

from collector.store.base import Judge, Link
from collector.store.sql.ingest import rows
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.people import links
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset


class Judging:
    """The new and changed assets of one batch: their links are looked up at once."""

    def __init__(self, frame: Frame, messages: Mapping[str, ClassifiedAsset]) -> None:
        self._frame = frame
        self._linked: dict[str, Link] = {}
        self._judge: Judge | None = None
        if frame.judge is None or not messages:
            return
        named = frame.judge.named(messages.values())
        if named or links.any_links(frame.connection, frame.tenant):
            # An identifier that cannot be kept is refused with its item.
            asset_ids = [each for each in messages if "\0" not in each]
            links.keep(frame.connection, frame.tenant, {each: named.get(each, ()) for each in asset_ids})
            self._linked = links.linked(frame.connection, frame.tenant, asset_ids)
        if self._linked or frame.judge.anything_said():
            self._judge = frame.judge

    def item(self, message: ClassifiedAsset, asset_no: int) -> rows.Item:
        """The asset as it is kept; raises `ContractError`."""
        frame, judged = self._frame, None
        if self._judge is not None:
            link = self._linked.get(message.asset.asset_id)
            judged = self._judge.judge(frame.tenant, frame.organisation, message, link)
        return rows.item(message, asset_no, frame.findings_of, judged)
