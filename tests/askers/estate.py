"""A small estate of three organisations as two scans left it; what every test of asking looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from collector.store.base import Organisation, Sight, Store, Tenant
from collector.store.sql.bundles import SqlBundles
from collector.store.sql.comparing import SqlComparing
from collector.store.sql.database import Database
from collector.store.sql.evaluation import SqlEvaluation
from collector.store.sql.exemptions import SqlExemptions
from collector.store.sql.feeds import SqlFeeds
from collector.store.sql.handling import SqlHandling
from collector.store.sql.ingest import SqlIngest
from collector.store.sql.letters import SqlLetters
from collector.store.sql.outbox import SqlOutbox
from collector.store.sql.people import SqlPeople
from collector.store.sql.reading import SqlReading
from collector.store.sql.registry import SqlRegistry
from collector.store.sql.retention import SqlRetention
from collector.store.sql.route_health import SqlRouteHealth
from collector.store.sql.search import SqlSearch
from collector.store.sql.sight_lost import SqlSightLost
from collector.store.sql.upkeep import SqlUpkeep
from collector.store.sqlite.database import SqliteDatabase
from policy import ruleset
from tests.askers.reports import Agent, bucket, place, server, table, topic
from wolkenzicht.model import Operation, Outcome, Scope

FIRST = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SECOND = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

BZK_ACCOUNT = "111122223333"
FIN_ACCOUNT = "444455556666"

ARCHIVE = "arn:aws:s3:::bzk-archive"
COPIES = "arn:aws:s3:::bzk-copies"
OLD = "arn:aws:s3:::bzk-old"
LEDGER = f"arn:aws:dynamodb:us-east-1:{BZK_ACCOUNT}:table/ledger"
NEWS = f"arn:aws:sns:eu-west-1:{BZK_ACCOUNT}:news"
TAX = "arn:aws:s3:::fin-tax"
LETTERS = "arn:aws:s3:::fin-letters"
REGISTER = "urn:odc:ODC Rijswijk:register-1"
LOST = "urn:odc:ODC Rijswijk:register-2"

#: Every asset of each organisation, in the order of their identifiers.
PRESENT = {"bzk": (LEDGER, ARCHIVE, COPIES, NEWS), "rvig": (REGISTER, LOST), "fin": (LETTERS, TAX)}
EVERYTHING = tuple(sorted(asset for assets in PRESENT.values() for asset in assets))

ALL = Sight(None)
BZK_BELOW = Sight(frozenset({"bzk", "rvig"}))
FIN_ONLY = Sight(frozenset({"fin"}))

ORGANISATIONS = (
    Organisation("bzk", "Ministerie van Binnenlandse Zaken en Koninkrijksrelaties", "ministerie"),
    Organisation("rvig", "Rijksdienst voor Identiteitsgegevens", "agentschap", "bzk"),
    Organisation("fin", "Ministerie van Financiën", "ministerie"),
    Organisation("bd", "Belastingdienst", "dienst", "fin"),
)
TENANTS = (
    Tenant("bzk-aws", "bzk", "aws", "AWS of BZK", FIRST),
    Tenant("rvig-odc", "rvig", "odc", "Rijswijk", FIRST),
    Tenant("fin-aws", "fin", "aws", "AWS of FIN", FIRST),
    Tenant("bd-aws", "bd", "aws", "never reported", FIRST),
)

BUCKETS = Scope(BZK_ACCOUNT, "global", "AWS::S3::Bucket")
TABLES = Scope(BZK_ACCOUNT, "us-east-1", "AWS::DynamoDB::Table")
TOPICS = Scope(BZK_ACCOUNT, "eu-west-1", "AWS::SNS::Topic")
NO_TOPICS = Scope(BZK_ACCOUNT, "eu-south-2", "AWS::SNS::Topic")
FIN_BUCKETS = Scope(FIN_ACCOUNT, "global", "AWS::S3::Bucket")
SERVERS = Scope("hal-1", "ODC Rijswijk", "odc:server")


@contextmanager
def standing(path: Path) -> Iterator[Store]:
    """The estate in a new SQLite store at `path`, which is closed at the end."""
    database = SqliteDatabase(path, create=True)
    yield built(database)
    database.close()


def built(database: Database) -> Store:
    """The estate in an empty store.

    BZK: the copies were replicated to London between the scans, `bzk-old` vanished, the tables were
    denied at the second look. RvIG: of one server the country is not known. FIN: one look only.
    """
    registry = SqlRegistry(database)
    registry.put_organisations(ORGANISATIONS)
    for tenant in TENANTS:
        registry.add_tenant(tenant)
    ingest = SqlIngest(database, ruleset.load().findings)
    _bzk(Agent(ingest, "bzk-aws"))
    _rvig(Agent(ingest, "rvig-odc"))
    _fin(Agent(ingest, "fin-aws"))
    reading, outbox, bundles = SqlReading(database), SqlOutbox(database), SqlBundles(database)
    people, evaluation = SqlPeople(database), SqlEvaluation(database)
    retention, upkeep = SqlRetention(database), SqlUpkeep(database)
    search, comparing = SqlSearch(database), SqlComparing(database)
    sight_lost = SqlSightLost(database, ingest.clause_of)
    parts = (registry, ingest, reading, outbox, bundles, people, evaluation, retention, upkeep)
    handled = (SqlHandling(database), SqlExemptions(database), SqlLetters(database))
    health = SqlRouteHealth(database, ingest.clause_of)
    return Store(*parts, search, comparing, sight_lost, *handled, health, SqlFeeds(database), (database,))


def _bzk(agent: Agent) -> None:
    home, london = place("eu-west-1"), place("eu-west-2", Operation.REPLICATED)
    archive = bucket("bzk-archive", home, account=BZK_ACCOUNT, materieel="ja", owner="team-archief")
    news = topic("news", "eu-west-1", BZK_ACCOUNT)
    agent.scan(
        FIRST,
        (
            BUCKETS,
            Outcome.COMPLETE,
            [
                archive,
                bucket("bzk-copies", home, account=BZK_ACCOUNT),
                bucket("bzk-old", home, account=BZK_ACCOUNT),
            ],
        ),
        (TABLES, Outcome.COMPLETE, [table("ledger", "us-east-1", BZK_ACCOUNT)]),
        (TOPICS, Outcome.COMPLETE, [news]),
        (NO_TOPICS, Outcome.NOT_ENABLED, []),
    )
    agent.lose_disk()
    agent.scan(
        SECOND,
        (BUCKETS, Outcome.COMPLETE, [archive, bucket("bzk-copies", home, london, account=BZK_ACCOUNT)]),
        (TABLES, Outcome.DENIED, []),
        (TOPICS, Outcome.COMPLETE, [news]),
        (NO_TOPICS, Outcome.NOT_ENABLED, []),
    )


def _rvig(agent: Agent) -> None:
    agent.scan(
        SECOND,
        (
            SERVERS,
            Outcome.COMPLETE,
            [
                server("ODC Rijswijk", "register-1", country="NL", owner="RvIG", material="ja"),
                server("ODC Rijswijk", "register-2", country=""),
            ],
        ),
    )


def _fin(agent: Agent) -> None:
    agent.scan(
        FIRST,
        (
            FIN_BUCKETS,
            Outcome.COMPLETE,
            [
                bucket("fin-tax", place("eu-central-1"), account=FIN_ACCOUNT, omgeving="test"),
                bucket("fin-letters", place("eu-central-2"), account=FIN_ACCOUNT),
            ],
        ),
    )
