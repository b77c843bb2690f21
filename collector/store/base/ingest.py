"""The one way in for what agents report: frames, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collector.store.base.people import Link
from policy.findings import FindingDraft
from wolkenzicht.model import Asset, Verdict
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import RejectedItem, ReportRequest


@dataclass(frozen=True, slots=True)
class Incoming:
    """One frame of a tenant's stream, still in wire form.

    `gap_cause` is what the agent says of why its spool has a new identifier, as it opened the stream.
    """

    tenant: str
    spool_id: str
    agent_version: str
    frame: ReportRequest
    gap_cause: int = 0


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of one frame: committed, with the items that were set aside.

    `duplicate` says that it had been committed before. `refused` is not empty where the frame as a
    whole was set aside. `resync` is not empty where a scan left the agent with another view of what is held
    than the store has, `scan_id`, and says where they differ.
    """

    sequence: int
    duplicate: bool = False
    rejected: tuple[RejectedItem, ...] = ()
    refused: str = ""
    events: int = 0
    resync: str = ""
    scan_id: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An asset with the verdict that the collector gives it in the place of its agent's, and the findings."""

    asset: Asset
    verdict: Verdict
    drafts: tuple[FindingDraft, ...]


class Judge(Protocol):
    """Judges in the place of the agent where people said something that it cannot know."""

    def know(self, generation: int) -> None:
        """What people said up to this generation of `People` counts from now on; raises `StorageError`."""

    def named(self, messages: Iterable[ClassifiedAsset]) -> dict[str, tuple[str, ...]]:
        """The identifiers of other assets that an asset's own record names, of those that name any."""

    def anything_said(self) -> bool:
        """Whether anybody said anything about any asset: else, without links, agents' verdicts stand."""

    def judge(
        self, tenant: str, organisation: str, message: ClassifiedAsset, link: Link | None
    ) -> Judged | None:
        """The verdict on an asset that may stand behind another; None where the agent's stands.

        Raises `ContractError` where the message cannot be decoded.
        """


class Ingest(Protocol):
    """The one way in for what agents report."""

    def judge_with(self, judge: Judge) -> None:
        """From now on give new and changed assets the verdict of this judge, where it has one.

        The record then holds that verdict, with the fingerprint that the agent sent: so an asset that comes
        again unchanged stays as it was judged.
        """

    def position(self, tenant: str, spool_id: str) -> int:
        """The last sequence committed of this spool, durable as is what `commit` returned; 0 where none."""

    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """Apply frames in their order in one transaction; durable on return.

        Idempotent: a frame at or below its spool's position changes nothing. Assets, their earlier
        versions, scope outcomes, findings and outbox events change together. An asset is removed
        only where its scope was complete and did not list it. Raises `StorageError` (nothing is
        applied then).
        """
