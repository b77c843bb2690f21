"""The interface of the store, by subject: registry, ingest, reading, outbox, bundles, evaluation.

Every implementation passes the same contract suite (`tests/contract/test_store_*.py`). Times are
aware UTC datetimes here; implementations may keep them otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from collector.store.base.bundles import BundleRecord, Bundles
from collector.store.base.comparing import Comparing, TenantState
from collector.store.base.evaluation import (
    Done,
    Evaluation,
    Held,
    Judgement,
    Progress,
    Rejudged,
    Rewritten,
    Rules,
    RulesInForce,
)
from collector.store.base.exemptions import Exemption, ExemptionRow, Exemptions
from collector.store.base.feeds import Feed, Feeds
from collector.store.base.handling import Handling
from collector.store.base.ingest import Committed, Incoming, Ingest, Judge, Judged
from collector.store.base.letters import Letters
from collector.store.base.outbox import (
    NOTIFICATION,
    Damping,
    Delivery,
    Event,
    Grouping,
    Many,
    Outbox,
    RouteState,
    Wanted,
)
from collector.store.base.past import DifferenceCountRow, DifferenceRow, VersionRow
from collector.store.base.people import (
    DecisionRow,
    DecisionSubject,
    JudgeAgain,
    Link,
    People,
    System,
)
from collector.store.base.reading import Reading
from collector.store.base.registry import (
    CertificateRecord,
    Organisation,
    Refusal,
    Registry,
    RejectedRow,
    Tenant,
)
from collector.store.base.retention import Retention, Thinned
from collector.store.base.route_health import RouteHealth
from collector.store.base.rows import (
    COUNT_COLUMNS,
    AssetQuery,
    AssetRow,
    CompletenessRow,
    CountRow,
    CoverageRow,
    DiscrepancyRow,
    FindingRow,
    FindingVersionRow,
    GapRow,
    Sight,
    SightChangeRow,
    Times,
)
from collector.store.base.search import PastSearchedError, Search, TooManyFoundError
from collector.store.base.sight_lost import LimitsOf, SightLimits, SightLost
from collector.store.base.upkeep import CountDifference, Upkeep

__all__ = [
    "COUNT_COLUMNS",
    "NOTIFICATION",
    "AssetQuery",
    "AssetRow",
    "BundleRecord",
    "Bundles",
    "CertificateRecord",
    "Committed",
    "Comparing",
    "CompletenessRow",
    "CountDifference",
    "CountRow",
    "CoverageRow",
    "Damping",
    "DecisionRow",
    "DecisionSubject",
    "Delivery",
    "DifferenceCountRow",
    "DifferenceRow",
    "DiscrepancyRow",
    "Done",
    "Evaluation",
    "Event",
    "Exemption",
    "ExemptionRow",
    "Exemptions",
    "Feed",
    "Feeds",
    "FindingRow",
    "FindingVersionRow",
    "GapRow",
    "Grouping",
    "Handling",
    "Held",
    "Incoming",
    "Ingest",
    "Judge",
    "JudgeAgain",
    "Judged",
    "Judgement",
    "Letters",
    "LimitsOf",
    "Link",
    "Many",
    "Organisation",
    "Outbox",
    "PastSearchedError",
    "People",
    "Progress",
    "Reading",
    "Refusal",
    "Registry",
    "RejectedRow",
    "Rejudged",
    "Retention",
    "Rewritten",
    "RouteHealth",
    "RouteState",
    "Rules",
    "RulesInForce",
    "Search",
    "Sight",
    "SightChangeRow",
    "SightLimits",
    "SightLost",
    "Store",
    "System",
    "Tenant",
    "TenantState",
    "Thinned",
    "Times",
    "TooManyFoundError",
    "Upkeep",
    "VersionRow",
    "Wanted",
]


@dataclass(frozen=True, slots=True)
class Store:
    """One open store."""

    registry: Registry
    ingest: Ingest
    reading: Reading
    outbox: Outbox
    bundles: Bundles
    people: People
    evaluation: Evaluation
    retention: Retention
    upkeep: Upkeep
    search: Search
    comparing: Comparing
    sight_lost: SightLost
    handling: Handling
    exemptions: Exemptions
    letters: Letters
    route_health: RouteHealth
    feeds: Feeds
    closers: tuple[object, ...] = field(default=())
