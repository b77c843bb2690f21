"""How changes of sight are read: page by page, newest first."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from collector.store.base import Sight, SightChangeRow, Times
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from wolkenzicht.model import DeniedBy, SightChangeKind

_PAGE = """
    SELECT x.moment, x.change_no, x.tenant, t.organisation, x.kind, x.account, x.location, x.type, x.scopes,
        x.before, x.permissions, x.denied_by
    FROM sight_change AS x JOIN tenant AS t ON t.tenant = x.tenant
    {seen}
    ORDER BY x.moment DESC, x.change_no DESC LIMIT ?
"""


def page(
    database: Database,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    since: datetime | None,
    after: tuple[str, ...],
    limit: int,
    times: Times | None = None,
) -> list[tuple[SightChangeRow, tuple[str, ...]]]:
    """As `Reading.sight_changes`; a position is the moment (microseconds) and the number of the change.

    With `times` those that had happened, and were known, then.
    """
    conditions = [] if since is None else [Condition("x.moment >= ?", (to_micros(since),))]
    if times is not None:
        held = "x.moment <= ? AND x.recorded <= ?"
        conditions.append(Condition(held, (to_micros(times.as_of), to_micros(times.known_at))))
    rows = Seen(database, sight, organisations, tenant).rows(
        _PAGE, [*conditions, *past(("x.moment", "x.change_no"), after, reverse=True)], (limit,)
    )
    return [(_row(row), (str(row[0]), str(row[1]))) for row in rows]


def _row(row: tuple[Any, ...]) -> SightChangeRow:
    moment, _, tenant, organisation, kind, account, location, type_, scopes = row[:9]
    before, permissions, denied_by = row[9:]
    return SightChangeRow(
        tenant=tenant,
        organisation=organisation,
        moment=from_micros(moment),
        kind=SightChangeKind(kind),
        account=account,
        location=location,
        type=type_,
        scopes=scopes,
        before=before,
        permissions=tuple(json.loads(permissions)),
        denied_by=DeniedBy(denied_by) if denied_by else None,
    )
