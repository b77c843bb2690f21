"""The store in one SQLite file: the embedded default."""

from __future__ import annotations

from pathlib import Path

from collector.store.base import RulesInForce, Store
from collector.store.sql import store_over
from collector.store.sql.ingest import FindingRules, PolicyOf, RegionRules
from collector.store.sqlite.database import SqliteDatabase


def open_store(
    path: Path,
    *,
    create: bool = False,
    findings_of: FindingRules | None = None,
    region_findings_of: RegionRules | None = None,
    policy_of: PolicyOf | None = None,
    rules: RulesInForce | None = None,
    sample: float = 0.0,
) -> Store:
    """Open the store in `path`; `create` makes it where it does not exist.

    What the rest is for stands with `store_over`. Raises `StorageError` where the file is missing (without
    `create`), is no store, may not be written, or was made by a newer version.
    """
    return store_over(
        SqliteDatabase(path, create=create),
        findings_of=findings_of,
        region_findings_of=region_findings_of,
        policy_of=policy_of,
        rules=rules,
        sample=sample,
    )
