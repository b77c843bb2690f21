"""What every step of ingest knows about the frame at hand, and what it may leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from collector.store.base import Judge
from collector.store.sql.database import Connection
from policy.ruleset import FindingDraft
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Asset, FindingKind, Verdict
from wolkenzicht.v1.collector_service_pb2 import RejectedItem, ReportRequest

if TYPE_CHECKING:
    from collector.store.sql.ingest.exempting import Exempting
    from collector.store.sql.ingest.sync import Sync
    from collector.store.sql.ingest.trust import Trust
    from collector.store.sql.rollup import Counts

#: Gives the findings about an asset with its verdict, at most one of each kind.
FindingRules = Callable[[Asset, Verdict], tuple[FindingDraft, ...]]


class RegionRules(Protocol):
    """Gives the findings about a region that a provider lists, at most one of each kind."""

    def __call__(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """`enabled` says that an account may use it."""


#: The largest number that is kept.
MAX_INTEGER = 2**63 - 1
#: Longest asset identifier that is told in a rejection.
SHORT_ID_BYTES = 256

_MAX_SECONDS = 253_402_300_799  # the end of the year 9999
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class ScanRow:
    """The scan that a frame belongs to: when it started, and whether it sends changes only.

    `plan_digest` names its plan; empty where the plan has a hole, and for a scan that sends all.
    """

    started: int = 0
    changes: bool = False
    plan_digest: bytes = b""


@dataclass(slots=True)
class Frame:
    """One frame on its way into the store: whose it is, when it was observed, and what became of it.

    `moment` is when it was observed, `received` when the collector took it in; `scan_no` is the number of its
    scan within the tenant, 0 where the collector judges again. `news` are the events of findings, written at
    the end of the transaction. `caused_by` is what all of them come from, where other rules bring them.
    `resync` says what the agent takes to be otherwise.

    A step that refuses the frame raises `ContractError` before it has written anything.
    """

    connection: Connection
    counts: Counts
    sync: Sync
    findings_of: FindingRules
    region_findings_of: RegionRules
    clause_of: Callable[[FindingKind], str]
    tenant: str
    organisation: str
    spool_id: str
    agent_version: str
    sequence: int
    scan_id: str
    moment: int
    received: int
    scan_no: int = 0
    judge: Judge | None = None
    caused_by: str = ""
    rejected: list[RejectedItem] = field(default_factory=list)
    news: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: Iterator[int] | None = None
    trust: Trust | None = None
    scan: ScanRow = field(default_factory=ScanRow)
    resync: str = ""
    exempting: Exempting | None = None

    @property
    def cause(self) -> str:
        """What brings all findings of this frame; empty where each has its own cause."""
        return self.caused_by or (f"first_scan {self.tenant}" if self.scan_no == 1 else "")

    def next_asset_no(self) -> int:
        """The number for a new asset, given before it is written so that it need not be asked for again."""
        if self.numbers is None:
            self.numbers = iter(self.connection.asset_numbers())
        return next(self.numbers)

    def set_aside(self, item: RejectedItem, record: bytes | None) -> None:
        """Keep an item that cannot be kept as an asset, with its message where it has one."""
        self.connection.execute(
            "INSERT INTO rejected_item (tenant, scan_id, sequence, moment, asset_id, origin, field, reason, "
            "record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.tenant,
                self.scan_id,
                self.sequence,
                self.moment,
                *map(without_nul, (item.asset_id, item.origin, item.field, item.reason)),
                record,
            ),
        )

    def reject(self, asset_id: str, origin: str, error: ContractError, record: bytes | None) -> None:
        """Set an item aside and tell the agent so."""
        item = RejectedItem(
            asset_id=shorten(asset_id),
            origin=origin,
            field=error.field,
            reason=str(error).removeprefix(f"{error.field}: "),
        )
        self.rejected.append(item)
        self.set_aside(item, record)


def observed(message: ReportRequest, now: int) -> int:
    """When the agent observed what a frame says (microseconds), at most now: clocks may run ahead.

    Raises `ContractError` where it does not tell.
    """
    stamp = message.observe_time
    if not (0 < stamp.seconds <= _MAX_SECONDS and 0 <= stamp.nanos < 1000 * _SECOND):
        raise ContractError("observe_time", "is not set or no moment; send when the frame was observed")
    return min(now, stamp.seconds * _SECOND + stamp.nanos // 1000)


def shorten(asset_id: str) -> str:
    """The first 256 bytes of an identifier, cut between characters."""
    return asset_id.encode()[:SHORT_ID_BYTES].decode(errors="ignore")


def without_nul(text: str) -> str:
    """A text as every database keeps it: one without NUL characters."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
