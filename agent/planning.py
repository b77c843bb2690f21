"""Which scopes a scan accounts for, and in which groups they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.guard import guarded, one_line
from connectors.base import INVENTORY, Gap, Source, outcome_of
from wolkenzicht.model import Outcome, Scope, ScopeOutcome
from wolkenzicht.v1.collector_service_pb2 import ScanPlan
from wolkenzicht.wire import encode_scope

#: Account and location of the scope that stands for a source whose plan could not be made.
NO_PLACE = "-"

_DIGEST_BYTES = 16
_SCOPES_IN_FRAME = 2_000
_FRAME_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Group:
    """Scopes of one source that are read in turn."""

    source: Source
    name: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scan reads: `groups`, and an outcome for every source whose plan could not be made.

    A plan with such `failures` is not whole: scopes that it lacks may exist all the same.
    """

    groups: tuple[Group, ...]
    failures: tuple[ScopeOutcome, ...]

    @property
    def scopes(self) -> Iterator[Scope]:
        """Every scope that must end with an outcome."""
        for group in self.groups:
            yield from group.scopes
        for failure in self.failures:
            yield failure.scope

    @property
    def phases(self) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
        """What is read first, and the inventories, which are compared with it and so are read last."""
        first = tuple(_only(self.groups, inventories=False))
        return first, tuple(_only(self.groups, inventories=True))

    @property
    def size(self) -> int:
        """How many scopes there are."""
        return sum(len(group.scopes) for group in self.groups) + len(self.failures)

    @property
    def whole(self) -> bool:
        """Whether no scope can be missing."""
        return not self.failures

    @property
    def digest(self) -> bytes | None:
        """The same for the same scopes in any order; None for a plan that is not whole."""
        if not self.whole:
            return None
        total = 0
        for scope in self.scopes:
            text = f"{scope.account}\0{scope.location}\0{scope.type}"
            total ^= int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest())
        return total.to_bytes(_DIGEST_BYTES)


def make_plan(sources: Sequence[Source]) -> Plan:
    """Ask every source for its scopes; what goes wrong becomes an outcome that shows."""
    groups: dict[tuple[int, str], list[Scope]] = {}
    gaps: dict[Scope, list[Gap]] = {}
    owner: dict[Scope, int] = {}
    for number, source in enumerate(sources):
        for item in guarded(source.plan, f"{source.connector} plan"):
            gap = item if isinstance(item, Gap) else _conflict(item, owner, number)
            if gap is not None:
                gaps.setdefault(Scope(NO_PLACE, NO_PLACE, source.connector), []).append(gap)
            elif isinstance(item, Scope):
                owner[item] = number
                groups.setdefault((number, source.group(item)), []).append(item)
    return Plan(
        groups=tuple(
            Group(sources[number], name, tuple(scopes)) for (number, name), scopes in groups.items()
        ),
        failures=tuple(_outcome(scope, found) for scope, found in gaps.items()),
    )


def plan_frames(plan: Plan) -> Iterator[ScanPlan]:
    """The plan as frames below the frame limit; only a whole plan has a last one.

    Without it the collector keeps what it knew to be planned, as it must: the plan has a hole.
    """
    frame, size = ScanPlan(), 0
    for scope in plan.scopes:
        message = encode_scope(scope)
        if frame.scopes and (
            len(frame.scopes) >= _SCOPES_IN_FRAME or size + message.ByteSize() > _FRAME_BYTES
        ):
            yield frame
            frame, size = ScanPlan(), 0
        frame.scopes.append(message)
        size += message.ByteSize() + 4
    frame.last = plan.whole
    yield frame


def _only(groups: Iterable[Group], *, inventories: bool) -> Iterator[Group]:
    for group in groups:
        scopes = tuple(scope for scope in group.scopes if (scope.type == INVENTORY) == inventories)
        if len(scopes) == len(group.scopes):
            yield group
        elif scopes:
            yield Group(group.source, group.name, scopes)


def _conflict(scope: Scope, owner: dict[Scope, int], number: int) -> Gap | None:
    """Two sources with one scope would each remove what the other lists."""
    if scope not in owner:
        return None
    who = "another source" if owner[scope] != number else "the same source"
    return Gap(
        Outcome.FAILED,
        f"{scope.type} in {scope.account}/{scope.location} is planned by {who} too; "
        "configure every account or site once",
    )


def _outcome(scope: Scope, gaps: Iterable[Gap]) -> ScopeOutcome:
    outcome = outcome_of(scope, 0, list(gaps))
    return ScopeOutcome(
        scope, outcome.outcome, 0, outcome.permission, outcome.denied_by, one_line(outcome.message)
    )
