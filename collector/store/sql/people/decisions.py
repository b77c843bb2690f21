"""How decisions on material use are kept and read, and what their end brings about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from collector.store.base.people import DecisionRow, DecisionSubject
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from collector.store.sql.people.changes import Versions, changed, queue
from policy.context import Decision
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import MaterialUse

DECISIONS = Versions(
    "material_decision",
    (
        "organisation", "tenant", "asset_id", "system", "material", "decided_by", "reason", "ended_by",
        "end_reason",
    ),
    ("organisation", "tenant", "asset_id", "system", "recorded", "valid_from"),
)  # fmt: skip

_EVERY = """
    SELECT organisation, tenant, asset_id, system, material, decided_by, valid_from, reason, valid_until,
        recorded, superseded, ended_by, end_reason
    FROM material_decision -- fan-out: the register is read as a whole
"""
_ORDER = "recorded DESC, valid_from DESC, organisation, tenant, asset_id, system"
_PRESENT = f"{_EVERY} WHERE superseded IS NULL ORDER BY {_ORDER}"
_HISTORY = f"{_EVERY} ORDER BY {_ORDER}"
_SUBJECT = "organisation = ? AND tenant = ? AND asset_id = ? AND system = ? AND superseded IS NULL"
_ENDED = """FROM material_decision -- fan-out: a day ends for all
    WHERE superseded IS NULL AND told = 0 AND valid_until < ?"""


def record(connection: Connection, subject: DecisionSubject, decision: Decision, now: datetime) -> None:
    """As `People.record_decision`."""
    for name in ("decided_by", "reason"):
        if not getattr(decision, name).strip():
            raise ConfigurationError(f"{name}: is empty; a decision says who decided and why")
    if decision.valid_until is not None and decision.valid_until < decision.decided_on:
        raise ConfigurationError(
            f"valid_until: {decision.valid_until} lies before {decision.decided_on}; give a later day"
        )
    moment = DECISIONS.moment(connection, now)
    DECISIONS.clear(connection, _key(subject), decision.decided_on, moment)
    values = (*_key(subject).values(), decision.material, decision.decided_by, decision.reason, "", "")
    DECISIONS.add(connection, values, (decision.decided_on, decision.valid_until), moment)
    _queue(connection, subject, now)
    changed(connection)


def end(
    connection: Connection,
    subject: DecisionSubject,
    until: date,
    ended_by: str,
    reason: str,
    now: datetime,
) -> None:
    """As `People.end_decision`."""
    for name, text in (("ended_by", ended_by), ("reason", reason)):
        if not text.strip():
            raise ConfigurationError(f"{name}: is empty; say who ends the decision and why")
    after = until + timedelta(days=1)
    holding = connection.execute(
        f"SELECT 1 FROM material_decision WHERE {_SUBJECT} AND (valid_until IS NULL OR valid_until >= ?)",  # noqa: S608  # our own words
        (*_key(subject).values(), after.isoformat()),
    ).fetchone()
    if holding is None:
        what = subject.asset_id or subject.system
        raise ConfigurationError(f"no decision on '{what[:200]}' holds after {until}: see 'decisions list'")
    moment = DECISIONS.moment(connection, now)
    DECISIONS.clear(connection, _key(subject), after, moment)
    # A decision that is ended on its first day leaves no version behind: what is known earlier says who did.
    connection.execute(
        "UPDATE material_decision SET ended_by = ?, end_reason = ? WHERE organisation = ? AND tenant = ? "
        "AND asset_id = ? AND system = ? AND (superseded = ? OR (superseded IS NULL AND recorded = ?))",
        (ended_by, reason, *_key(subject).values(), moment, moment),
    )
    _queue(connection, subject, now)
    changed(connection)


def every(connection: Connection, *, history: bool) -> list[DecisionRow]:
    """As `People.decisions`."""
    return [_row(row) for row in connection.execute(_HISTORY if history else _PRESENT)]


def ended(connection: Connection, today: date) -> bool:
    """Whether a decision ended of which nobody was told."""
    return connection.execute(f"SELECT 1 {_ENDED} LIMIT 1", (today.isoformat(),)).fetchone() is not None


def queue_ended(connection: Connection, today: date, now: datetime) -> int:
    """As `People.queue_ended`."""
    rows = connection.execute(
        f"SELECT DISTINCT organisation, tenant, asset_id, system {_ENDED} "  # our own words
        "ORDER BY organisation, tenant, asset_id, system",
        (today.isoformat(),),
    ).fetchall()
    for subject in rows:
        _queue(connection, DecisionSubject(*subject), now)
    connection.executemany(
        f"UPDATE material_decision SET told = 1 WHERE {_SUBJECT} AND told = 0 AND valid_until < ?",  # noqa: S608  # our own words
        [(*subject, today.isoformat()) for subject in rows],
    )
    return len(rows)


def _key(subject: DecisionSubject) -> dict[str, str]:
    return {
        "organisation": subject.organisation,
        "tenant": subject.tenant,
        "asset_id": subject.asset_id,
        "system": subject.system,
    }


def _queue(connection: Connection, subject: DecisionSubject, now: datetime) -> None:
    queue(
        connection,
        now,
        organisation=subject.organisation,
        system=subject.system,
        tenant=subject.tenant,
        asset_id=subject.asset_id,
    )


def _row(row: tuple[Any, ...]) -> DecisionRow:
    subject, (material, decided_by, valid_from, reason, valid_until) = row[:4], row[4:9]
    recorded, superseded, ended_by, end_reason = row[9:]
    return DecisionRow(
        DecisionSubject(*subject),
        Decision(
            MaterialUse(material),
            decided_by,
            date.fromisoformat(valid_from),
            reason,
            date.fromisoformat(valid_until) if valid_until else None,
        ),
        from_micros(recorded),
        None if superseded is None else from_micros(superseded),
        ended_by,
        end_reason,
    )
