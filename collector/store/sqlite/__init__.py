"""The store in one SQLite file: the embedded default."""

from __future__ import annotations

from pathlib import Path

from collector.store.base import RulesInForce, Store
from collector.store.sqlite.bundles import SqliteBundles
from collector.store.sqlite.database import Database
from collector.store.sqlite.evaluation import SqliteEvaluation
from collector.store.sqlite.filling import fill_versions
from collector.store.sqlite.ingest import FindingRules, PolicyOf, RegionRules, SqliteIngest
from collector.store.sqlite.outbox import SqliteOutbox
from collector.store.sqlite.people import SqlitePeople
from collector.store.sqlite.reading import SqliteReading
from collector.store.sqlite.registry import SqliteRegistry
from collector.store.sqlite.retention import SqliteRetention
from collector.store.sqlite.upkeep import SqliteUpkeep


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

    Findings follow the policy that `policy_of` gives for an organisation, the packaged one without it, unless
    `findings_of` and `region_findings_of` give others, or `rules` do. By these what agents send is
    judged here too: the share `sample` of it, and all where there is cause. Raises `StorageError` where the
    file is missing (without `create`), is no store, may not be written, or was made by a newer version.
    """
    database = Database(path, create=create)
    fill_versions(database)
    return Store(
        registry=SqliteRegistry(database),
        ingest=SqliteIngest(database, findings_of, region_findings_of, policy_of, rules=rules, sample=sample),
        reading=SqliteReading(database),
        outbox=SqliteOutbox(database),
        bundles=SqliteBundles(database),
        people=SqlitePeople(database),
        evaluation=SqliteEvaluation(database),
        retention=SqliteRetention(database),
        upkeep=SqliteUpkeep(database),
        closers=(database,),
    )
