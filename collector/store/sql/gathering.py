"""Which events of a route are told each for itself, and which in a notification that stands for many."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from collector.store.base import Grouping
from collector.store.sql.belonging import (
    RANK,
    Before,
    Gathered,
    Group,
    Key,
    Told,
    gather,
    key_of,
    memory,
    pause,
    put,
    read,
)
from collector.store.sql.database import Connection, chunks
from wolkenzicht.model import FindingState

# How the last event of each finding went that the route has.
_EARLIER = """
    SELECT o.finding_id, o.payload, d.state, coalesce(m.notification_no, 0)
    FROM outbox AS o
    LEFT JOIN delivery AS d ON d.route = ? AND d.tenant = o.tenant AND d.event_no = o.event_no
    LEFT JOIN notification_member AS m
        ON m.route = ? AND m.tenant = o.tenant AND m.event_no = o.event_no
    WHERE o.tenant = ? AND o.finding_id IN ({values}) AND o.event_no < ?
        AND (d.state IS NOT NULL OR m.notification_no IS NOT NULL)
    ORDER BY o.event_no
"""
_GROUP_COLUMNS = (
    "group_id, organisation, kind, provider, cause, "
    "since, alone, told, level, total, standing, worst, complete, standing_by"
)
_BY_KEY = f"""
    SELECT {_GROUP_COLUMNS} FROM notification_group
    WHERE route = ? AND organisation = ? AND kind = ? AND provider = ? AND cause = ?
"""  # noqa: S608  # our own text
_BY_NUMBER = f"""
    SELECT {_GROUP_COLUMNS} FROM notification_group
    WHERE route = ? AND group_id = (
        SELECT n.group_id FROM notification AS n WHERE n.route = ? AND n.notification_no = ?)
"""  # noqa: S608  # our own text
_GATHERED = """
    SELECT notification_no, notification_id, created, next_attempt, content FROM notification
    WHERE route = ? AND group_id = ? AND state = 'gathering'
"""
_HIGHEST = "SELECT coalesce(max(notification_no), 0) FROM notification WHERE route = ?"
_KEEP_GROUP = f"""
    INSERT INTO notification_group (route, {_GROUP_COLUMNS}) VALUES ({", ".join("?" * 15)})
    ON CONFLICT (route, group_id) DO UPDATE SET since = excluded.since, alone = excluded.alone,
        total = excluded.total, standing = excluded.standing, standing_by = excluded.standing_by
"""  # noqa: S608  # our own text
_KEEP = """
    INSERT INTO notification
        (route, group_id, notification_no, notification_id, created, next_attempt, content, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'gathering')
    ON CONFLICT (route, notification_no) DO UPDATE SET next_attempt = excluded.next_attempt,
        content = excluded.content
"""
_DELIVER = """
    INSERT INTO delivery (route, tenant, event_no, state, next_attempt) VALUES (?, ?, ?, 'due', ?)
"""
_JOIN = """
    INSERT INTO notification_member (route, tenant, event_no, notification_no) VALUES (?, ?, ?, ?)
"""
# A key of which few events ever came need not be remembered for longer than its count is.
_FORGET = """
    DELETE FROM notification_group WHERE route = ? AND total = 0 AND since < ?
"""


@dataclass(slots=True)
class Gathering:
    """Takes events of a route, in their order, in one transaction that nobody else does this in."""

    connection: Connection
    route: str
    grouping: Grouping
    moment: int
    _groups: dict[str, Group] = field(default_factory=dict)
    _keyed: dict[Key, Group] = field(default_factory=dict)
    _numbered: dict[int, Group] = field(default_factory=dict)
    _alone: list[tuple[Any, ...]] = field(default_factory=list)
    _joined: list[tuple[Any, ...]] = field(default_factory=list)
    _next_number: int = 0

    def take(self, events: Sequence[Told]) -> None:
        """Make a delivery of each event, or let a notification tell it."""
        payloads = [read(each) for each in events]
        before = self._before(events)
        keys = [
            key_of(payload, by_tenant=self.grouping.by_tenant)
            if payload and (each.tenant, each.finding_id) not in before
            else None
            for each, payload in zip(events, payloads, strict=True)
        ]
        self._decide(Counter(key for key in keys if key is not None))
        for each, payload, key in zip(events, payloads, keys, strict=True):
            self._take(each, payload, key, before)
        self._write()

    def _take(
        self,
        told: Told,
        payload: dict[str, Any],
        key: Key | None,
        before: dict[tuple[str, str], Before],
    ) -> None:
        earlier = before.setdefault((told.tenant, told.finding_id), Before())
        group = earlier.group
        if group is None and not earlier.waiting and key is not None and self._keyed[key].gathered:
            group = self._keyed[key]
        if group is None or not payload:
            # A later event of the finding goes behind this one.
            earlier.waiting = True
            self._alone.append((self.route, told.tenant, told.event_no, self.moment))
            return
        gathered = group.gathered or self._begin(group)
        self._joined.append((self.route, told.tenant, told.event_no, gathered.number))
        self._count(group, gathered, told, payload, earlier)
        earlier.group, earlier.state, earlier.severity = group, payload["state"], payload["severity"]

    def _decide(self, coming: Counter[Key]) -> None:
        """Which keys are gathered from here on: those that were told lately, and those of which many come."""
        for key, count in coming.items():
            group = self._of_key(key)
            if group.gathered:
                continue
            lately = group.told and self.moment < group.told + pause(self.grouping, group.level)
            if self.moment - group.since > memory(self.grouping):
                group.since, group.alone = self.moment, 0
            if lately or group.alone + count > self.grouping.alone:
                self._begin(group)
            else:
                group.alone += count

    def _begin(self, group: Group) -> Gathered:
        """Begin a notification; it is closed when it was gathered for so long and the last one is past."""
        if not self._next_number:
            (self._next_number,) = self.connection.execute(_HIGHEST, (self.route,)).fetchone()
        self._next_number += 1
        time = self.moment + gather(self.grouping)
        if group.told:
            time = max(time, group.told + pause(self.grouping, group.level))
        content = {
            "organisation": group.key.organisation,
            "cause": group.key.cause.partition(" ")[0],
            "count": 0,
            "types": {},
            "kinds": {},
            "severities": {},
            "providers": {},
            "first": self.moment,
            "listed": [],
        }
        group.gathered = Gathered(self._next_number, str(uuid4()), self.moment, time, content)
        return group.gathered

    def _count(
        self, group: Group, gathered: Gathered, told: Told, payload: dict[str, Any], earlier: Before
    ) -> None:
        content, severity = gathered.content, payload["severity"]
        content["count"] += 1
        content["first"] = min(content["first"], told.created)
        for name, value in (
            ("types", told.type),
            ("kinds", payload["kind"]),
            ("severities", severity),
            ("providers", payload["provider"]),
        ):
            content[name][value] = content[name].get(value, 0) + 1
        put(content["listed"], [*told[:-1], payload], self.grouping.listed)
        resolved = str(FindingState.RESOLVED)
        was, now = earlier.state not in {"", resolved}, payload["state"] != resolved
        group.total += earlier.group is None
        group.standing += now - was
        by_severity = Counter(group.by_severity)
        by_severity.update([severity] if now else [])
        by_severity.subtract([earlier.severity] if was else [])
        # Of a group that an earlier version began not all are counted.
        group.by_severity = dict(+by_severity)
        soon = gathered.begun + gather(self.grouping)
        graver = RANK[severity] > RANK.get(group.worst, -1)
        if (now and group.told and graver) or (was and not group.standing):
            # What is worse than was told, and that all is over, does not wait for a pause.
            gathered.time = min(gathered.time, soon)

    def _before(self, events: Sequence[Told]) -> dict[tuple[str, str], Before]:
        """How the last event of each finding went; findings without one are left out."""
        by_tenant: dict[str, dict[str, int]] = {}
        for each in events:
            by_tenant.setdefault(each.tenant, {})[each.finding_id] = 0
        found: dict[tuple[str, str], Before] = {}
        for tenant, findings in by_tenant.items():
            for part in chunks(list(findings)):
                rows = self.connection.among(
                    _EARLIER, self.route, self.route, tenant, part, events[0].event_no
                ).fetchall()
                for finding_id, payload, state, number in rows:
                    group = self._of_number(number) if number else None
                    if group is None and state != "due":
                        found.pop((tenant, finding_id), None)
                        continue
                    told = json.loads(payload) if group else {}
                    found[tenant, finding_id] = Before(
                        group is None, group, told.get("state", ""), told.get("severity", "")
                    )
        return found

    def _of_number(self, number: int) -> Group:
        if number not in self._numbered:
            row = self.connection.execute(_BY_NUMBER, (self.route, self.route, number)).fetchone()
            self._numbered[number] = self._known(row)
        return self._numbered[number]

    def _of_key(self, key: Key) -> Group:
        if key not in self._keyed:
            row = self.connection.execute(_BY_KEY, (self.route, *key)).fetchone()
            if row:
                self._keyed[key] = self._known(row)
            else:
                group = Group(uuid4().hex, key, self.moment, 0, 0, 0, 0, 0, "", 0, {})
                self._groups[group.group_id] = self._keyed[key] = group
        return self._keyed[key]

    def _known(self, row: tuple[Any, ...]) -> Group:
        group_id, *key = row[:5]
        if group_id not in self._groups:
            kept = [*row[5:-1], json.loads(row[-1])]
            group = Group(group_id, Key(*key), *kept)
            gathered = self.connection.execute(_GATHERED, (self.route, group_id)).fetchone()
            if gathered:
                number, identifier, begun, time, content = gathered
                group.gathered = Gathered(number, identifier, begun, time, json.loads(content))
            self._groups[group_id] = self._keyed[group.key] = group
        return self._groups[group_id]

    def _write(self) -> None:
        execute = self.connection.executemany
        if any(not group.told and not group.gathered for group in self._groups.values()):
            lately = self.moment - memory(self.grouping)
            self.connection.execute(_FORGET, (self.route, lately))
        execute(_KEEP_GROUP, [(self.route, *group.values()) for group in self._groups.values()])
        gathered = [
            (group, group.gathered)
            for group in self._groups.values()
            if group.gathered and group.gathered.content["count"]
        ]
        execute(
            _KEEP,
            [
                (
                    *(self.route, group.group_id, each.number, each.identifier, each.begun, each.time),
                    json.dumps(each.content, ensure_ascii=False),
                )
                for group, each in gathered
            ],
        )
        execute(_DELIVER, self._alone)
        execute(_JOIN, self._joined)
