"""When a notification that stands for many is closed, and what becomes of it on its route."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from collector.store.base import Grouping
from collector.store.sql.belonging import gather, gravest, pause
from collector.store.sql.database import Connection, chunks

# Both states are named where one counts: only so SQLite uses the index over what is open.
# While the one before it is on its way, a notification of the same group is not closed: it gathers more.
_GATHERING = """
    SELECT n.notification_no, n.next_attempt, n.created, g.group_id, g.organisation, g.cause, g.complete
    FROM notification AS n JOIN notification_group AS g ON g.route = n.route AND g.group_id = n.group_id
    WHERE n.route = ? AND n.state IN ('gathering', 'due') AND n.state = 'gathering' AND NOT EXISTS (
        SELECT 1 FROM notification AS b
        WHERE b.route = n.route AND b.group_id = n.group_id AND b.state = 'due')
    ORDER BY n.notification_no
"""
_SCAN_ENDED = "SELECT ended FROM scan WHERE tenant = ? AND scan_no = 1"
_BEING_JUDGED = """
    SELECT count(*) FROM evaluation AS e JOIN tenant AS t ON t.tenant = e.tenant
    WHERE t.organisation = ? AND e.target = ? AND e.version <> e.target
"""
_CONTENT = "SELECT content FROM notification WHERE route = ? AND notification_no = ?"
_GROUP = """
    SELECT told, level, total, standing, worst, standing_by FROM notification_group
    WHERE route = ? AND group_id = ?
"""
_BEFORE = """
    SELECT content FROM notification WHERE route = ? AND group_id = ? AND state <> 'gathering'
    ORDER BY notification_no DESC LIMIT 1
"""
_CLOSE = """
    UPDATE notification SET state = 'due', created = ?, next_attempt = ?, content = ?
    WHERE route = ? AND notification_no = ?
"""
_TOLD = """
    UPDATE notification_group SET told = ?, level = ?, worst = ?, complete = ?
    WHERE route = ? AND group_id = ?
"""
_DUE = """
    SELECT notification_no, notification_id, group_id, created, content, attempts, last_error
    FROM notification
    WHERE route = :route AND state IN ('gathering', 'due') AND state = 'due' AND next_attempt <= :now
        AND (taken_by = :taker OR taken_until <= :now)
    ORDER BY notification_no LIMIT :limit
"""
#: Of several collectors each takes others.
_DUE_TO_ONE = f"{_DUE} FOR UPDATE SKIP LOCKED"
_TAKE = """
    UPDATE notification SET taken_by = ?, taken_until = ? WHERE route = ? AND notification_no IN ({values})
"""
_LET_GO = "UPDATE notification SET taken_until = 0 WHERE route = ? AND state = 'due' AND taken_by = ?"
_DELIVERED = """
    UPDATE notification SET state = 'delivered', delivered = ?, attempts = attempts + 1
    WHERE route = ? AND state <> 'delivered' AND notification_no IN ({values})
"""
_FAILED = """
    UPDATE notification SET state = ?, attempts = attempts + 1, last_error = ?,
        next_attempt = coalesce(?, next_attempt), taken_until = 0
    WHERE route = ? AND state = 'due' AND notification_no IN ({values})
"""
_ROUTES = """
    SELECT route,
        count(CASE WHEN state IN ('gathering', 'due') THEN 1 END),
        count(CASE WHEN state = 'delivered' THEN 1 END),
        count(CASE WHEN state = 'dead' AND discarded IS NULL THEN 1 END),
        min(CASE WHEN state IN ('gathering', 'due') THEN created END)
    FROM notification GROUP BY route ORDER BY route
"""
_LAST_ERROR = """
    SELECT last_error FROM notification
    WHERE route = ? AND state IN ('due', 'dead') AND discarded IS NULL AND last_error <> ''
    ORDER BY notification_no DESC LIMIT 1
"""
_MEMBERS = """
    SELECT o.event_no, o.event_id, o.tenant, o.finding_id, o.type, o.created, o.payload
    FROM notification AS n
    JOIN notification_member AS m ON m.route = n.route AND m.notification_no = n.notification_no
    JOIN outbox AS o ON o.tenant = m.tenant AND o.event_no = m.event_no
    WHERE n.notification_id = ? AND m.event_no > ? ORDER BY m.event_no LIMIT ?
"""


def closable(
    connection: Connection, route: str, grouping: Grouping, now: int, until: int
) -> tuple[list[tuple[int, str, bool]], int | None]:
    """The notifications whose time has come, with their groups and whether what caused them is over.

    Those that tell nothing from before `until` are passed over. And when the next one's time comes, as far
    as that is known.
    """
    found, following = [], None
    for number, time, begun, group_id, organisation, cause, told in connection.execute(_GATHERING, (route,)):
        over = not told and _is_over(connection, organisation, cause)
        due = min(time, begun + gather(grouping)) if over else time
        if due <= now:
            if until < now and _first(connection, route, number) > until:
                continue
            found.append((number, group_id, over or bool(told)))
        else:
            following = due if following is None else min(following, due)
    return found, following


def close(
    connection: Connection,
    route: str,
    number: int,
    group_id: str,
    grouping: Grouping,
    now: int,
    *,
    over: bool,
) -> None:
    """Close a notification: what it says, and its identifier, stay from here on."""
    (content,) = connection.execute(_CONTENT, (route, number)).fetchone()
    told, level, total, standing, worst, by = connection.execute(_GROUP, (route, group_id)).fetchone()
    said = {**json.loads(content), "total": total, "standing": standing, "complete": over}
    open_now = gravest(json.loads(by)) or _last(connection, route, group_id)
    said["gravest"] = open_now or gravest(said["severities"])
    text = json.dumps(said, ensure_ascii=False)
    connection.execute(_CLOSE, (now, now, text, route, number))
    quiet = told + 2 * pause(grouping, len(grouping.pauses)) < now
    level = 0 if quiet else min(level + 1, len(grouping.pauses) - 1)
    worst = gravest([worst, *said["severities"]])
    connection.execute(_TOLD, (now, level, worst, int(over), route, group_id))


def due(connection: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Those that are to be sent."""
    return connection.execute(_DUE, values).fetchall()


def take(connection: Connection, values: dict[str, Any], lease: int) -> list[tuple[Any, ...]]:
    """The same, those that no other collector has; nobody else gets them for a while."""
    rows = connection.execute(_DUE_TO_ONE, values).fetchall()
    for part in chunks([row[0] for row in rows]):
        connection.among(_TAKE, values["taker"], values["now"] + lease, values["route"], part)
    return rows


def let_go(connection: Connection, route: str, taker: str) -> None:
    """Leave to others what was taken."""
    connection.execute(_LET_GO, (route, taker))


def delivered(connection: Connection, route: str, numbers: Sequence[int], now: int) -> None:
    """Record success."""
    for part in chunks(numbers):
        connection.among(_DELIVERED, now, route, part)


def failed(
    connection: Connection, route: str, numbers: Sequence[int], state: str, error: str, again: int | None
) -> None:
    """Record failure."""
    for part in chunks(numbers):
        connection.among(_FAILED, state, error, again, route, part)


def routes(connection: Connection) -> dict[str, tuple[int, int, int, int | None, str]]:
    """Of each route: how many are on their way, delivered, given up; since when; and the last error."""
    found = {}
    for route, *counts in connection.execute(_ROUTES).fetchall():
        row = connection.execute(_LAST_ERROR, (route,)).fetchone()
        found[route] = (*counts, row[0] if row else "")
    return found


def members(connection: Connection, notification_id: str, after: int, limit: int) -> list[tuple[Any, ...]]:
    """The events that a notification tells, in their order."""
    return connection.execute(_MEMBERS, (notification_id, after, limit)).fetchall()


def _first(connection: Connection, route: str, number: int) -> int:
    """When the earliest event that a notification tells was committed."""
    (content,) = connection.execute(_CONTENT, (route, number)).fetchone()
    return int(json.loads(content)["first"])


def _last(connection: Connection, route: str, group_id: str) -> str:
    """The gravest that stood when the group was told of last; that it is over is told under the same."""
    row = connection.execute(_BEFORE, (route, group_id)).fetchone()
    return str(json.loads(row[0]).get("gravest", "")) if row else ""


def _is_over(connection: Connection, organisation: str, cause: str) -> bool:
    """Whether what caused events has come to its end; never where that is not known."""
    what, _, which = cause.partition(" ")
    if what == "first_scan":
        row = connection.execute(_SCAN_ENDED, (which,)).fetchone()
        return bool(row and row[0] is not None)
    if what == "activation":
        return not connection.execute(_BEING_JUDGED, (organisation, which)).fetchone()[0]
    return False
