"""Findings that come and go: told once that they do, then held back, and told at rest what they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from collector.store.base import Damping
from collector.store.sql import events, finding_states
from collector.store.sql.belonging import RANK
from collector.store.sql.database import Connection, chunks
from collector.store.sql.ingest.standing import EVENT_FLAPS, EVENT_RESOLVED
from wolkenzicht.model import FindingState

#: What was looked at in one transaction, events and what is due, so that nobody waits long for the store.
STEP = 1000
_SECOND = 1_000_000
#: Of an event: held back; and told by the collector of itself, so that it is no turn.
HELD, TOLD_OF_ITSELF = 1, 2

_REACHED = "SELECT event_no FROM damping WHERE only_row = 1"
_REACH = "UPDATE damping SET event_no = ? WHERE only_row = 1"
_NEW = """
    SELECT event_no, tenant, finding_id, type, severity, created, about, held
    FROM outbox WHERE event_no > ? ORDER BY event_no LIMIT ? -- fan-out: in all tenants
"""
_COLUMNS = "tenant, about, since_no, told, turned, gravest, ended"
_KNOWN = f"SELECT {_COLUMNS} FROM flapping WHERE tenant = ? AND about IN ({{values}})"  # noqa: S608  # our own names
_DUE = f"""
    SELECT {_COLUMNS} FROM flapping -- fan-out: in all tenants
    WHERE due <= ? ORDER BY due, tenant, about LIMIT ?
"""  # noqa: S608  # our own names
_ANY_DUE = "SELECT 1 FROM flapping WHERE due <= ? LIMIT 1 -- fan-out: in all tenants"
_EARLIER = f"""
    SELECT about, created FROM outbox
    WHERE tenant = ? AND about IN ({{values}}) AND event_no < ? AND created > ? AND held <> {TOLD_OF_ITSELF}
    ORDER BY event_no
"""  # noqa: S608  # our own names
_KEEP = """
    INSERT INTO flapping (tenant, about, since_no, told, turned, gravest, ended, due)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, about) DO UPDATE SET since_no = excluded.since_no, told = excluded.told,
        turned = excluded.turned, gravest = excluded.gravest, ended = excluded.ended, due = excluded.due
"""
_FORGET = "DELETE FROM flapping WHERE tenant = ? AND about = ?"
_HOLD = f"UPDATE outbox SET held = {HELD} WHERE tenant = ? AND event_no = ?"  # noqa: S608  # our own names
_PAYLOAD = "SELECT payload FROM outbox WHERE tenant = ? AND event_no = ?"
# The last that was held back of each finding that nothing was told of after it, and whether anything was.
_HELD_BACK = f"""
    SELECT o.finding_id, o.type, o.payload,
        EXISTS (SELECT 1 FROM outbox AS t
                WHERE t.tenant = o.tenant AND t.finding_id = o.finding_id AND t.held <> {HELD})
    FROM outbox AS o
    WHERE o.tenant = ? AND o.about = ? AND o.event_no >= ? AND o.held = {HELD}
      AND NOT EXISTS (SELECT 1 FROM outbox AS l
                      WHERE l.tenant = o.tenant AND l.finding_id = o.finding_id
                        AND l.event_no > o.event_no AND l.type <> '{EVENT_FLAPS}')
    ORDER BY o.event_no
"""  # noqa: S608  # our own names
_NOW = f"""
    SELECT severity, clause, details, owner, {", ".join(finding_states.COLUMNS)} FROM finding
    WHERE tenant = ? AND finding_id = ?
"""  # noqa: S608  # our own names
_EVENT = """
    INSERT INTO outbox (event_id, tenant, finding_id, type, severity, created, payload, about, held)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class _Turn(NamedTuple):
    """An event of the outbox; one without `about` is no turn."""

    event_no: int
    tenant: str
    finding_id: str
    type: str
    severity: str
    created: int
    about: int | None
    held: int


_Key = tuple[str, int]


@dataclass(slots=True)
class _Flapping:
    """What flaps, or did until `ended`, as it is kept."""

    tenant: str
    about: int
    since_no: int
    told: int
    turned: int
    gravest: str
    ended: int | None = None

    def due(self, damping: Damping) -> int:
        """When it is to be looked at again."""
        if self.ended is not None:
            return self.ended + _micros(damping.window)
        return min(self.turned + _micros(damping.quiet), self.told + _micros(damping.window))


def reached(connection: Connection) -> int:
    """The last event that was looked at."""
    (event_no,) = connection.execute(_REACHED).fetchone()
    return int(event_no)


def unsettled(connection: Connection, now: int) -> bool:
    """Whether there are events that were not looked at, or anything is due."""
    return (
        events.newest(connection) > reached(connection)
        or connection.execute(_ANY_DUE, (now,)).fetchone() is not None
    )


def follow(connection: Connection, damping: Damping, now: int) -> None:
    """Look at the next events, then at what is due; in a transaction in which nobody else does.

    What is decided of an event rests on when it and those before it were committed, so it is the same
    whoever looks, and whenever.
    """
    place = reached(connection)
    found = [_Turn(*row) for row in connection.execute(_NEW, (place, STEP))]
    work = _Work(connection, damping, now)
    if found:
        if damping.turns:
            work.take([each for each in found if each.about is not None and each.held != TOLD_OF_ITSELF])
        connection.execute(_REACH, (found[-1].event_no,))
    if len(found) < STEP:
        work.look(found[-1].event_no if found else place)
    work.write()


@dataclass(slots=True)
class _Work:
    """What one transaction finds out and writes."""

    connection: Connection
    damping: Damping
    now: int
    _known: dict[_Key, _Flapping] = field(default_factory=dict)
    _times: dict[_Key, list[int]] = field(default_factory=dict)
    _changed: dict[_Key, _Flapping] = field(default_factory=dict)

    def take(self, turns: list[_Turn]) -> None:
        """Decide of each turn whether it is told."""
        self._read(turns)
        for turn in turns:
            key = (turn.tenant, int(turn.about or 0))
            known = self._known.get(key)
            if known is not None and known.ended is None:
                rest = known.turned + _micros(self.damping.quiet)
                if turn.created < rest:
                    self._goes_on(known, turn)
                    continue
                # Nobody looked when it was at rest.
                self._tell_again(known)
                known.ended = rest
                self._changed[key] = known
            self._count(key, known, turn)

    def look(self, place: int) -> None:
        """Tell of what is at rest, or flaps for so long, what it is; `place` is the last event looked at."""
        until = self.now if self.damping.turns else 2**62
        for row in self.connection.execute(_DUE, (until, STEP)).fetchall():
            each = self._changed.get((row[0], row[1])) or _Flapping(*row)
            if each.ended is not None:
                self.connection.execute(_FORGET, (each.tenant, each.about))
                self._changed.pop((each.tenant, each.about), None)
                continue
            rest = each.turned + _micros(self.damping.quiet)
            at_rest = rest <= self.now or not self.damping.turns
            if at_rest or each.told + _micros(self.damping.window) <= self.now:
                self._tell_again(each)
                each.told, each.since_no = self.now, place + 1
            if at_rest:
                each.ended = min(rest, self.now)
            self._changed[each.tenant, each.about] = each

    def write(self) -> None:
        """Write how what flaps stands."""
        self.connection.executemany(
            _KEEP,
            [
                (
                    *(each.tenant, each.about, each.since_no, each.told, each.turned, each.gravest),
                    *(each.ended, each.due(self.damping)),
                )
                for each in self._changed.values()
            ],
        )

    def _read(self, turns: list[_Turn]) -> None:
        """What is known of what turned: whether it flaps, and when it turned before."""
        by_tenant: dict[str, set[int]] = {}
        for each in turns:
            by_tenant.setdefault(each.tenant, set()).add(int(each.about or 0))
        for tenant, abouts in sorted(by_tenant.items()):
            first = min(each.created for each in turns if each.tenant == tenant)
            since = first - _micros(self.damping.window)
            for part in chunks(sorted(abouts)):
                for row in self.connection.among(_KNOWN, tenant, part):
                    self._known[tenant, row[1]] = _Flapping(*row)
                rows = self.connection.among(_EARLIER, tenant, part, turns[0].event_no, since)
                for about, created in rows:
                    self._times.setdefault((tenant, about), []).append(created)

    def _count(self, key: _Key, known: _Flapping | None, turn: _Turn) -> None:
        """A turn of what does not flap as yet."""
        times = self._times.setdefault(key, [])
        times.append(turn.created)
        since = turn.created - _micros(self.damping.window)
        if known is not None and known.ended is not None:
            since = max(since, known.ended - 1)
        if sum(each > since for each in times) < self.damping.turns:
            return
        begun = _Flapping(*key, turn.event_no, turn.created, turn.created, turn.severity)
        self._known[key] = self._changed[key] = begun
        self._hold(turn)
        (payload,) = self.connection.execute(_PAYLOAD, (turn.tenant, turn.event_no)).fetchone()
        self._tell(turn.tenant, turn.finding_id, EVENT_FLAPS, turn.severity, payload, turn.about)

    def _goes_on(self, known: _Flapping, turn: _Turn) -> None:
        """A turn of what flaps: held back, unless what stands is graver than what was told."""
        if turn.type != EVENT_RESOLVED and RANK[turn.severity] > RANK[known.gravest]:
            known.gravest = turn.severity
        else:
            self._hold(turn)
        known.turned = max(known.turned, turn.created)
        self._changed[known.tenant, known.about] = known

    def _hold(self, turn: _Turn) -> None:
        self.connection.execute(_HOLD, (turn.tenant, turn.event_no))

    def _tell_again(self, known: _Flapping) -> None:
        """Tell what became of each finding whose last turn was held back, as it is now.

        But not of one that is over and of which nobody ever heard.
        """
        values = (known.tenant, known.about, known.since_no)
        for finding_id, kind, payload, heard in self.connection.execute(_HELD_BACK, values).fetchall():
            told = json.loads(payload)
            if told["state"] == str(FindingState.RESOLVED) and not heard:
                continue
            row = self.connection.execute(_NOW, (known.tenant, finding_id)).fetchone()
            if row:
                severity, clause, details, owner, *handling = row
                told |= {
                    "severity": severity,
                    "clause": clause,
                    "details": json.loads(details),
                    "owner": owner,
                    **dict(zip(finding_states.COLUMNS, handling, strict=True)),
                }
            # How long it took from seeing to telling says nothing here.
            told |= {"observed": None, "cause": ""}
            again = json.dumps(told, ensure_ascii=False)
            self._tell(known.tenant, finding_id, kind, told["severity"], again, known.about)

    def _tell(
        self, tenant: str, finding_id: str, kind: str, severity: str, payload: Any, about: int | None
    ) -> None:
        """Put an event into the outbox, as the last one there is."""
        self.connection.lock("events")
        values = (tenant, finding_id, kind, severity, self.now, payload, about, TOLD_OF_ITSELF)
        self.connection.execute(_EVENT, (str(uuid4()), *values))


def _micros(length: float) -> int:
    return round(length * _SECOND)
