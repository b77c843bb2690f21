"""What of a tenant is out of sight: an agent that is silent, accounts that are refused, what is old.

What follows from something else that is out of sight is not told beside it: of a silent agent nothing is
old, and of an account that is refused neither. What was told of it before then stands as it stood.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collector.store.base.sight_lost import SightLimits
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from collector.store.sql.ingest.findings import Findings, Standing, Subject
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.standing import STANDING_COLUMNS
from collector.store.sql.reading.coverage import DIFFERS, LOOK, OF_ACCOUNTS
from policy.alert_texts import LAST_HEARD, LAST_WHOLE, MISSING_DUTY, REFUSED, REGISTERED
from policy.findings import FindingDraft
from policy.severities import draft
from wolkenzicht.model import FindingKind, LocationClass, SubjectKind

#: So long a collector must be up before it calls an agent silent (microseconds): one that was kept waiting
#: while no collector ran has sent by then what it has.
GRACE = 15 * 60 * 1_000_000
#: How many of the permissions that are refused a finding names.
MOST_REFUSED = 20
_MICROSECOND = 1_000_000

_TENANTS = """
    SELECT t.tenant, t.organisation, t.provider, t.created,
        (SELECT max(p.updated) FROM stream_position AS p WHERE p.tenant = t.tenant), s.ended, s.end_recorded
    FROM tenant AS t LEFT JOIN scan AS s ON s.tenant = t.tenant AND s.scan_no = (
        SELECT e.scan_no FROM scan AS e WHERE e.tenant = t.tenant AND e.ended IS NOT NULL
        ORDER BY e.scan_no DESC LIMIT 1)
    WHERE @these ORDER BY t.tenant
"""
_STANDING = f"""
    SELECT f.tenant, f.subject_kind, f.subject, {STANDING_COLUMNS}
    FROM tenant AS t CROSS JOIN finding AS f
    WHERE f.tenant = t.tenant AND f.group_no = 0 AND f.state = 'open'
        AND f.kind IN ('agent_silent', 'never_reported', 'sight_denied', 'inventory_old',
            'duty_missing') AND @these
    ORDER BY f.tenant, f.finding_id
"""  # noqa: S608  # our own names
_REFUSED = """
    SELECT s.tenant, s.account, s.lost FROM tenant AS t CROSS JOIN scope AS s
    WHERE s.tenant = t.tenant AND s.lost <> '' AND s.unseen = 'denied' AND s.planned = 1 AND @these
    GROUP BY s.tenant, s.account, s.lost ORDER BY s.tenant, s.account, s.lost
"""
_LOOKS = f"""
    SELECT x.tenant, x.account, x.oldest, x.oldest_complete, x.oldest_nothing, x.oldest_nothing_complete,
        CASE WHEN {DIFFERS} THEN 1 ELSE 0 END, {LOOK}
    {OF_ACCOUNTS} JOIN tenant AS t ON t.tenant = x.tenant
    LEFT JOIN tenant_sync AS y ON y.tenant = x.tenant
    WHERE @these ORDER BY x.tenant, x.account
"""  # our own names
#: Of which tenants a statement is.
ALL, ONE = "1 = 1 -- fan-out: the look is at every tenant\n", "t.tenant = ?"
_ENDED = "UPDATE scope SET lost = '' WHERE tenant = ? AND account = ? AND location = ? AND type = ?"
_BEGUN = """
    UPDATE scope SET lost = CASE WHEN ? = '' THEN type ELSE ? END
    WHERE tenant = ? AND account = ? AND location = ? AND type = ?
"""

#: What a finding is about, and which kind it is.
_Key = tuple[SubjectKind, str, FindingKind]
_Details = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Sight:
    """What is known of the sight of a tenant; times in microseconds.

    `heard` is when anything of its agent was last taken in, by the collector's clock. `ended` is when its
    last scan ended by the agent's clock, `end_recorded` by the collector's. `refused` are the permissions
    that are refused by account, `oldest` when the part of an account that was seen longest ago was seen.
    `unregistered` are the duties of material use there that the register does not fulfil.
    """

    tenant: str
    organisation: str
    provider: str
    created: int
    heard: int | None
    ended: int | None
    end_recorded: int | None
    refused: dict[str, list[str]] = field(default_factory=dict)
    oldest: dict[str, int] = field(default_factory=dict)
    unregistered: tuple[str, ...] = ()
    standing: dict[_Key, Standing] = field(default_factory=dict)

    def age(self, seen: int, now: int) -> int:
        """How long ago something was seen that the agent says when.

        Until its last scan by its own clock, and from then on by the collector's: whatever the difference
        between the two is, it says nothing.
        """
        if self.ended is None or self.end_recorded is None:
            return 0
        return max(0, self.ended - seen) + max(0, now - self.end_recorded)


@dataclass(frozen=True, slots=True)
class Change:
    """What a finding is to be that is something else; `details` is None where there is to be none."""

    subject_kind: SubjectKind
    subject: str
    kind: FindingKind
    details: _Details | None


def read(connection: Connection, tenant: str | None = None) -> list[Sight]:
    """What is known of one tenant, or of every one."""
    these, values = (ALL, ()) if tenant is None else (ONE, (tenant,))

    def ask(statement: str) -> Iterator[tuple[Any, ...]]:
        return iter(connection.execute(statement.replace("@these", these), values))

    found = {row[0]: Sight(*row) for row in ask(_TENANTS)}
    for of_tenant, subject_kind, subject, *rest in ask(_STANDING):
        finding = Standing(*rest)
        found[of_tenant].standing[SubjectKind(subject_kind), subject, FindingKind(finding.kind)] = finding
    for of_tenant, account, permission in ask(_REFUSED):
        found[of_tenant].refused.setdefault(account, []).append(permission)
    for of_tenant, account, *looks in ask(_LOOKS):
        if (oldest := _oldest(*looks)) is not None:
            found[of_tenant].oldest[account] = oldest
    return list(found.values())


def _oldest(
    plain: int | None,
    complete: int | None,
    nothing: int | None,
    nothing_complete: int | None,
    differs: int,
    look: int | None,
) -> int | None:
    """When the part that was seen longest ago was seen; a silent look moves on what was complete before."""
    moved = [each if look is None else max(each, look) for each in (complete,) if each is not None]
    empty = nothing_complete if differs else nothing
    if empty is not None:
        moved.append(empty if look is None or differs else max(empty, look))
    return min((each for each in (plain, *moved) if each is not None), default=None)


def changes(sight: Sight, limits: SightLimits, now: int, up_since: int) -> list[Change]:
    """What is to change in what is told of a tenant."""
    return list(_differing(sight, _to_be(sight, limits, now, up_since)))


def _differing(sight: Sight, to_be: Iterable[Change]) -> Iterator[Change]:
    for each in to_be:
        standing = sight.standing.get((each.subject_kind, each.subject, each.kind))
        if each.details != (None if standing is None else _details(standing)):
            yield each


def _to_be(sight: Sight, limits: SightLimits, now: int, up_since: int) -> Iterator[Change]:
    """What is to stand and what is not; a finding that is not named stays as it is."""
    never = sight.heard is None and now - sight.created > limits.never_reported.total_seconds() * _MICROSECOND
    since = ((REGISTERED, _day(sight.created)),)
    yield Change(SubjectKind.TENANT, sight.tenant, FindingKind.NEVER_REPORTED, since if never else None)
    if sight.heard is None:
        return
    silent = Change(SubjectKind.TENANT, sight.tenant, FindingKind.AGENT_SILENT, None)
    if now - sight.heard > limits.silent.total_seconds() * _MICROSECOND:
        if now - up_since > GRACE:
            heard = from_micros(sight.heard).strftime("%Y-%m-%dT%H:%MZ")
            yield Change(silent.subject_kind, silent.subject, silent.kind, ((LAST_HEARD, heard),))
        return
    yield silent
    duties = tuple((MISSING_DUTY, each) for each in sight.unregistered)
    yield Change(SubjectKind.TENANT, sight.tenant, FindingKind.DUTY_MISSING, duties or None)
    yield from _denied(sight)
    yield from _old(sight, limits, now)


def _denied(sight: Sight) -> Iterator[Change]:
    """What is to stand of accounts that are refused."""
    kind = FindingKind.SIGHT_DENIED
    for account, permissions in sight.refused.items():
        details = tuple((REFUSED, each) for each in permissions[:MOST_REFUSED])
        yield Change(SubjectKind.ACCOUNT, account, kind, details)
    yield from _over(sight, kind, sight.refused)


def _old(sight: Sight, limits: SightLimits, now: int) -> Iterator[Change]:
    kind = FindingKind.INVENTORY_OLD
    limit = limits.inventory.total_seconds() * _MICROSECOND
    for account, seen in sight.oldest.items():
        standing = sight.standing.get((SubjectKind.ACCOUNT, account, kind))
        if account in sight.refused:
            continue
        if sight.age(seen, now) <= limit:
            yield Change(SubjectKind.ACCOUNT, account, kind, None)
        elif standing is None:
            yield Change(SubjectKind.ACCOUNT, account, kind, ((LAST_WHOLE, _day(seen)),))
    yield from _over(sight, kind, {**sight.oldest, **sight.refused})


def _over(sight: Sight, kind: FindingKind, there: Mapping[str, object]) -> Iterator[Change]:
    """Findings of a kind about accounts of which there is nothing to tell any more."""
    for subject_kind, subject, of_kind in sight.standing:
        if of_kind is kind and subject not in there:
            yield Change(subject_kind, subject, kind, None)


def write(
    frame: Frame, sight: Sight, wanted: Sequence[Change], clause_of: Callable[[FindingKind], str]
) -> None:
    """Let the findings be what they are to be."""
    findings = Findings(frame)
    for each in wanted:
        standing = sight.standing.get((each.subject_kind, each.subject, each.kind))
        drafts: tuple[FindingDraft, ...] = ()
        if each.details is not None:
            drafts = (draft(each.kind, clause_of(each.kind), each.details),)
        findings.compare(_subject(sight, each), drafts, () if standing is None else (standing,))
    findings.write()


def turned(frame: Frame, ended: Sequence[tuple[str, ...]], begun: Sequence[tuple[str, ...]]) -> None:
    """Remember of scopes (account, location, type) that they are seen again, or what of them is refused."""
    frame.connection.executemany(_ENDED, [(frame.tenant, *scope) for scope in ended])
    frame.connection.executemany(
        _BEGUN, [(permission, permission, frame.tenant, *scope) for permission, *scope in begun]
    )


def end_scan(frame: Frame) -> None:
    """Tell at the end of a scan what it found refused, and what is refused no more."""
    [sight] = read(frame.connection, frame.tenant)
    if wanted := list(_differing(sight, _denied(sight))):
        write(frame, sight, wanted, frame.clause_of)


def _subject(sight: Sight, change: Change) -> Subject:
    return Subject(
        kind=change.subject_kind,
        identifier=change.subject,
        name="",
        type="",
        provider=sight.provider,
        location_class=LocationClass.UNKNOWN,
        owner="",
    )


def _details(standing: Standing) -> _Details:
    return tuple((what, place) for what, place in json.loads(standing.details))


def _day(moment: int) -> str:
    return from_micros(moment).date().isoformat()
