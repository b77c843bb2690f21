"""The store in one SQLite file: the embedded default."""

from __future__ import annotations

from pathlib import Path

from collector.store.base import Store
from collector.store.sqlite.database import Database
from collector.store.sqlite.ingest import FindingRules, RegionRules, SqliteIngest
from collector.store.sqlite.outbox import SqliteOutbox
from collector.store.sqlite.people import SqlitePeople
from collector.store.sqlite.reading import SqliteReading
from collector.store.sqlite.registry import SqliteRegistry
from policy import ruleset


def open_store(
    path: Path,
    *,
    create: bool = False,
    findings_of: FindingRules | None = None,
    region_findings_of: RegionRules | None = None,
) -> Store:
    """Open the store in `path`; `create` makes it where it does not exist.

    Findings about assets and about regions follow the packaged rule set unless `findings_of` and
    `region_findings_of` give others. Raises `StorageError` where the file is missing (without `create`), is
    no store, may not be written, or was made by a newer version.
    """
    database = Database(path, create=create)
    return Store(
        registry=SqliteRegistry(database),
        ingest=SqliteIngest(database, findings_of or ruleset.load().findings, region_findings_of),
        reading=SqliteReading(database),
        outbox=SqliteOutbox(database),
        people=SqlitePeople(database),
        closers=(database,),
    )
