"""The store in PostgreSQL: any number of collectors over one database."""

from __future__ import annotations

from collector.store.base import RulesInForce, Store
from collector.store.postgresql.database import PostgresqlDatabase
from collector.store.sql import store_over
from collector.store.sql.ingest import FindingRules, PolicyOf, RegionRules


def open_store(
    url: str,
    *,
    create: bool = False,
    findings_of: FindingRules | None = None,
    region_findings_of: RegionRules | None = None,
    policy_of: PolicyOf | None = None,
    rules: RulesInForce | None = None,
    sample: float = 0.0,
) -> Store:
    """Open the store in a database; `create` makes the tables where there are none.

    `url` is as libpq takes it. What the rest is for stands with `store_over`. Raises `StorageError` where the
    database cannot be reached, may not be used, holds no store (without `create`), or was made by a newer
    version.
    """
    return store_over(
        PostgresqlDatabase(url, create=create),
        findings_of=findings_of,
        region_findings_of=region_findings_of,
        policy_of=policy_of,
        rules=rules,
        sample=sample,
    )
