"""Findings and their events put into a store, as ingest does it, for the tests of what happens next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collector.store.base import Grouping
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Database
from collector.store.sql.outbox import SqlOutbox
from collector.store.sqlite.database import SqliteDatabase

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENED = "nl.wolkenzicht.bevinding.geopend.v1"
CHANGED = "nl.wolkenzicht.bevinding.gewijzigd.v1"
RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"


#: Each event is told for itself, however many there are.
EACH = Grouping(alone=1_000_000)


class Seed:
    """A store that a test fills; `outbox` is what is tested."""

    def __init__(self, database: Database, grouping: Grouping | None = None) -> None:
        self.database = database
        self.outbox = SqlOutbox(self.database, grouping)
        #: What the payloads of events say otherwise from now on.
        self.said: dict[str, Any] = {}
        with self.database.writer() as connection:
            connection.execute("INSERT INTO organisation VALUES ('rdv', 'Rijksdienst', 'agentschap', '', '')")
            connection.execute("INSERT INTO tenant VALUES ('rdv-aws', 'rdv', 'aws', '', 0)")

    def open(self, finding: str, *, severity: str = "high", created: datetime = NOON) -> str:
        """Open a finding; returns the event's identifier."""
        with self.database.writer() as connection:
            connection.execute(
                "INSERT INTO finding (tenant, finding_id, subject, kind, severity, state, clause, details, "
                "owner, opened) VALUES ('rdv-aws', ?, ?, 'data_outside_eea', ?, 'open', 'c', '[]', '', ?)",
                (finding, f"arn:{finding}", severity, to_micros(created)),
            )
        return self._tell(finding, OPENED, "open", severity, created)

    def change(self, finding: str, *, severity: str = "critical", created: datetime = NOON) -> str:
        """Tell that a finding changed; returns the event's identifier."""
        return self._tell(finding, CHANGED, "open", severity, created)

    def resolve(self, finding: str, *, severity: str = "high", created: datetime = NOON) -> str:
        """Resolve a finding; returns the event's identifier."""
        with self.database.writer() as connection:
            connection.execute(
                "UPDATE finding SET state = 'resolved', resolved = ? WHERE finding_id = ?",
                (to_micros(created), finding),
            )
        return self._tell(finding, RESOLVED, "resolved", severity, created)

    def execute(self, statement: str, *values: object) -> None:
        """Change something by hand."""
        with self.database.writer() as connection:
            connection.execute(statement, values)

    def _tell(self, finding: str, kind: str, state: str, severity: str, created: datetime) -> str:
        with self.database.writer() as connection:
            (count,) = connection.execute("SELECT COUNT(*) FROM outbox").fetchone()
            event_id = f"event-{count + 1}"
            connection.execute(
                "INSERT INTO outbox (event_id, tenant, finding_id, type, severity, created, payload) "
                "VALUES (?, 'rdv-aws', ?, ?, ?, ?, ?)",
                (
                    event_id,
                    finding,
                    kind,
                    severity,
                    to_micros(created),
                    json.dumps(payload(finding, state, severity, created) | self.said),
                ),
            )
        return event_id


class SqliteSeed(Seed):
    """A store in a SQLite file."""

    def __init__(self, path: Path, grouping: Grouping | None = None) -> None:
        super().__init__(SqliteDatabase(path, create=True), grouping)

    def close(self) -> None:
        """Close the store."""
        self.database.close()


def payload(finding: str, state: str, severity: str, created: datetime) -> dict[str, Any]:
    """What ingest writes about a finding."""
    return {
        "tenant": "rdv-aws",
        "organisation": "rdv",
        "subject_kind": "asset",
        "subject": f"arn:{finding}",
        "asset_name": f"bucket {finding}",
        "asset_type": "AWS::S3::Bucket",
        "provider": "aws",
        "location_class": "outside_eea",
        "kind": "data_outside_eea",
        "severity": severity,
        "state": state,
        "clause": "RCB2026 4.6",
        "details": [["replicated", "us-east-1"]],
        "owner": "team voorbeeld",
        "opened": to_micros(created),
        "resolved": to_micros(created) if state == "resolved" else None,
        "observed": to_micros(created) - 90_000_000,
    }
