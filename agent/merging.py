"""Scans that wait in the spool are made into one: of each asset and scope only the newest is kept.

That leaves the collector with what it would hold after the last of them, by one frame after the other; what
came and went in between it never hears of. Each frame keeps the moment of its own observation.

What is kept whole is not written again, and what is made one at once takes no more room than there is.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent import frames
from wolkenzicht.model import Scope
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanKind
from wolkenzicht.v1.scope_pb2 import Scope as ScopeMessage

#: Frames that are read at once: each may be 1 MiB.
_READ = 32
#: Bytes that writing a frame anew may take beside its own: the pages that it shares, and its place.
_FRAME_BYTES = 2 * 4096
_PLANS = ("account_standings", "scan_plan")


@dataclass(slots=True)
class _Waiting:
    """A scan that waits: its frames by number and kind; `usable` where it can be made one with others."""

    scan_id: str
    policy: str
    usable: bool
    parts: list[tuple[int, str]] = field(default_factory=list)
    ended: bool = False
    interrupted: bool = False
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """How many scans were made into fewer, and the numbers of all frames in the order that they have now."""

    scans: int
    order: list[int]


def merge(connection: sqlite3.Connection, most_bytes: int) -> Merged | None:
    """Make scans that ended into one, where several wait; None where that is not so.

    Scans that were judged by other rules stay apart, and so do those that would take more than `most_bytes`
    of disk to be made one. The frames have to be numbered anew, in their new order.
    """
    order: list[int] = []
    scans = 0
    for group in _groups(_waiting(connection), most_bytes):
        if len(group) > 1:
            scans += len(group)
            order += _Merge(connection, group).run()
        else:
            order += [number for number, _ in group[0].parts]
    return Merged(scans, order) if scans else None


def _waiting(connection: sqlite3.Connection) -> Iterator[_Waiting]:
    """The scans that wait; the rest of one that was sent in part is one of its own."""
    scan = _Waiting("", "", usable=False)
    after = 0
    while stored := frames.read(connection, after, _READ):
        for each in stored:
            after = each.sequence
            message = ReportRequest.FromString(each.body) if each.whole else ReportRequest()
            kind = message.WhichOneof("frame") or ""
            if kind == "scan_start":
                if scan.parts:
                    yield scan
                start = message.scan_start
                scan = _Waiting(
                    message.scan_id, start.policy_version, usable=start.kind == ScanKind.SCAN_KIND_CHANGES
                )
            scan.usable &= message.scan_id == scan.scan_id and not scan.ended
            scan.parts.append((after, kind))
            scan.cost += len(each.body) + _FRAME_BYTES
            if kind == "scan_end":
                scan.ended, scan.interrupted = True, message.scan_end.interrupted
    if scan.parts:
        yield scan


def _groups(waiting: Iterator[_Waiting], most_bytes: int) -> Iterator[list[_Waiting]]:
    """What is made into one, in order; the last of a group ended whole: its digest is compared."""
    group: list[_Waiting] = []
    left = most_bytes
    for scan in waiting:
        fits = scan.usable and scan.ended and scan.cost <= left
        if group and not (fits and scan.policy == group[0].policy):
            yield from _trimmed(group)
            group = []
        if fits:
            group.append(scan)
            left -= scan.cost
        else:
            yield [scan]
    yield from _trimmed(group)


def _trimmed(group: list[_Waiting]) -> Iterator[list[_Waiting]]:
    length = max((place for place, scan in enumerate(group, start=1) if not scan.interrupted), default=0)
    if length:
        yield group[:length]
    for scan in group[length:]:
        yield [scan]


class _Merge:
    """Makes one scan of several, from the newest frame to the oldest."""

    def __init__(self, connection: sqlite3.Connection, group: Sequence[_Waiting]) -> None:
        self._connection = connection
        self._group = group
        self._last = len(group) - 1
        # Its own name: the collector may have committed one of these scans, without its answer arriving.
        self._scan_id = f"{group[-1].scan_id.rpartition('-')[0]}-{secrets.token_hex(4)}"
        self._assets: set[int] = set()
        self._outcomes: dict[Scope, int] = {}
        tell_plan = [
            place for place, scan in enumerate(group) if any(kind in _PLANS for _, kind in scan.parts)
        ]
        self._plan = tell_plan[-1] if tell_plan else -1
        self._planned: set[Scope] | None = None

    def run(self) -> list[int]:
        """The numbers of the frames that are kept, in order: the start and the plan come first."""
        self._planned = self._read_plan()
        first: list[int] = []
        then: list[int] = []
        for place in range(self._last, -1, -1):
            for number, kind in reversed(self._group[place].parts):
                body = self._body(number)
                message = ReportRequest.FromString(body)
                before = message.ByteSize()
                if not self._keeps(place, kind, message):
                    frames.delete(self._connection, [number])
                    continue
                if message.ByteSize() < before:
                    frames.replace(self._connection, number, message.SerializeToString())
                frames.give_to(self._connection, number, self._scan_id)
                (first if kind == "scan_start" or kind in _PLANS else then).append(number)
        # The start is that of the last scan, the plan may be that of an earlier one.
        start = max(number for number, kind in self._group[-1].parts if kind == "scan_start")
        first.sort(key=lambda number: (number != start, number))
        return first + then[::-1]

    def _keeps(self, place: int, kind: str, message: ReportRequest) -> bool:
        """Whether anything of a frame is kept; what is not is taken out of it."""
        if kind in ("scan_start", "scan_end"):
            return place == self._last
        if kind in _PLANS:
            return place == self._plan
        if kind == "asset_batch":
            return self._keeps_assets(place, message)
        if kind == "removal_batch":
            return self._keeps_removals(place, message)
        if kind == "scope_outcome":
            return self._keeps_outcome(place, _scope(message.scope_outcome.scope))
        # Discrepancies count with the outcome of their inventory, which comes after them.
        return self._outcomes.get(_scope(message.discrepancy_batch.scope)) == place

    def _keeps_assets(self, place: int, message: ReportRequest) -> bool:
        batch = message.asset_batch
        newest = [each for each in batch.assets if hash(each.asset.asset_id) not in self._assets]
        self._assets.update(hash(each.asset.asset_id) for each in newest)
        if len(newest) < len(batch.assets):
            del batch.assets[:]
            batch.assets.extend(newest)
        if place < self._last:
            del batch.rejected_items[:]
        return bool(batch.assets or batch.rejected_items)

    def _keeps_removals(self, place: int, message: ReportRequest) -> bool:
        if self._group[place].interrupted:
            return False  # nothing is removed at its end
        batch = message.removal_batch
        newest = [each for each in batch.asset_ids if hash(each) not in self._assets]
        self._assets.update(hash(each) for each in newest)
        del batch.asset_ids[:]
        batch.asset_ids.extend(newest)
        return bool(newest)

    def _keeps_outcome(self, place: int, scope: Scope) -> bool:
        if scope in self._outcomes:
            return False
        if self._planned is not None and place < self._plan and scope not in self._planned:
            return False  # the plan that followed ended it
        self._outcomes[scope] = place
        return True

    def _read_plan(self) -> set[Scope] | None:
        """The scopes of the plan that is kept; None where none was told as a whole."""
        if self._plan < 0:
            return None
        found: set[Scope] = set()
        whole = False
        for number, kind in self._group[self._plan].parts:
            if kind == "scan_plan":
                plan = ReportRequest.FromString(self._body(number)).scan_plan
                found.update(_scope(each) for each in plan.scopes)
                whole |= plan.last
        return found if whole else None

    def _body(self, number: int) -> bytes:
        [stored] = frames.read(self._connection, number - 1, 1)
        return stored.body


def _scope(message: ScopeMessage) -> Scope:
    return Scope(message.account, message.location, message.type)
