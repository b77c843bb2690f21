"""The statements and steps of the store, the same over every database that `Database` is implemented for."""

from __future__ import annotations

from collector.store.base import Damping, Grouping, RulesInForce, Store
from collector.store.sql.bundles import SqlBundles
from collector.store.sql.comparing import SqlComparing
from collector.store.sql.database import Database
from collector.store.sql.evaluation import SqlEvaluation
from collector.store.sql.exemptions import SqlExemptions
from collector.store.sql.feeds import SqlFeeds
from collector.store.sql.filling import fill_versions
from collector.store.sql.handling import SqlHandling
from collector.store.sql.ingest import FindingRules, PolicyOf, RegionRules, SqlIngest
from collector.store.sql.letters import SqlLetters
from collector.store.sql.outbox import SqlOutbox
from collector.store.sql.people import SqlPeople
from collector.store.sql.reading import SqlReading
from collector.store.sql.registry import SqlRegistry
from collector.store.sql.retention import SqlRetention
from collector.store.sql.route_health import SqlRouteHealth
from collector.store.sql.search import SqlSearch
from collector.store.sql.sight_lost import SqlSightLost
from collector.store.sql.upkeep import SqlUpkeep, sum_up


def store_over(
    database: Database,
    *,
    findings_of: FindingRules | None = None,
    region_findings_of: RegionRules | None = None,
    policy_of: PolicyOf | None = None,
    rules: RulesInForce | None = None,
    sample: float = 0.0,
    grouping: Grouping | None = None,
    damping: Damping | None = None,
) -> Store:
    """The store in an open database.

    Findings follow the policy that `policy_of` gives for an organisation, the packaged one without it, unless
    `findings_of` and `region_findings_of` give others, or `rules` do. By these what agents send is
    judged here too: the share `sample` of it, and all where there is cause. `grouping` says
    what is told together, `damping` what flaps.
    """
    fill_versions(database)
    sum_up(database)
    ingest = SqlIngest(database, findings_of, region_findings_of, policy_of, rules=rules, sample=sample)
    return Store(
        registry=SqlRegistry(database),
        ingest=ingest,
        reading=SqlReading(database),
        outbox=SqlOutbox(database, grouping, damping),
        bundles=SqlBundles(database),
        people=SqlPeople(database),
        evaluation=SqlEvaluation(database),
        retention=SqlRetention(database),
        upkeep=SqlUpkeep(database),
        search=SqlSearch(database),
        comparing=SqlComparing(database),
        sight_lost=SqlSightLost(database, ingest.clause_of),
        handling=SqlHandling(database),
        exemptions=SqlExemptions(database),
        letters=SqlLetters(database),
        route_health=SqlRouteHealth(database, ingest.clause_of),
        feeds=SqlFeeds(database),
        closers=(database,),
    )
