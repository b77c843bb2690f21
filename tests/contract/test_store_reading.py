"""The read side of every store: what an asker sees, in which order, and what it never sees."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import collector.store.sql.reading as sql_reading
from collector.store.base import AssetQuery, CompletenessRow, CountRow, Reading, Sight, Store, Times
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Seen, of_tenants
from tests.askers import estate
from wolkenzicht.errors import ConfigurationError, StorageError
from wolkenzicht.model import DeniedBy, FindingKind, FindingState, Outcome, Scope, ScopeOutcome

EVERY_STATE = frozenset(FindingState)
STANDING = EVERY_STATE - {FindingState.RESOLVED}


@pytest.fixture(scope="module")
def store(lasting_database: Database) -> Store:
    """The estate, read only, with a discrepancy of each of two tenants."""
    built = estate.built(lasting_database)
    with lasting_database.writer() as connection:
        connection.executemany(
            "INSERT INTO discrepancy "
            "VALUES (?, ?, 'global', 'not_read', ?, 0, 'type', 'place', 'inventory', 'scan', 1, 0, NULL, "
            "0, NULL)",
            [
                ("bzk-aws", estate.BZK_ACCOUNT, estate.ARCHIVE),
                ("fin-aws", estate.FIN_ACCOUNT, estate.TAX),
            ],
        )
    return built


@pytest.fixture
def reading(store: Store) -> Reading:
    """Its read side."""
    return store.reading


def asset_ids(reading: Reading, sight: Sight, query: AssetQuery, order_by: str = "asset_id") -> list[str]:
    """The assets of one long page."""
    rows = reading.assets(sight, query, order_by=order_by, after=(), limit=100)
    return [row.record.asset.asset_id for row, _ in rows]


def finding_ids(reading: Reading) -> list[str]:
    """Every finding that there is."""
    rows = reading.findings(estate.ALL, AssetQuery(), states=EVERY_STATE, after=(), limit=100)
    return [row.finding_id for row, _ in rows]


#: Asked of two times or of one asset's past; tried below and with the answers about them.
PAST = ("history", "differences", "difference_counts")

#: Tried in `test_store_feeds.py`.
FEEDS = ("changed_findings", "notification")

#: Of nothing that this estate has; tried with exemptions.
ELSEWHERE = ("exempted_findings", "newest_event")

LATER = estate.SECOND + timedelta(days=1)

#: Every method of the read side with a question that asks for all there is.
QUESTIONS: dict[str, Callable[[Reading, Sight], object]] = {
    "counts": lambda reading, sight: reading.counts(sight, AssetQuery()),
    "assets": lambda reading, sight: reading.assets(
        sight, AssetQuery(), order_by="asset_id", after=(), limit=100
    ),
    "search_behind": lambda reading, sight: reading.search_behind(sight, AssetQuery()),
    "asset": lambda reading, sight: [reading.asset(sight, each) for each in (*estate.EVERYTHING, estate.OLD)],
    "asset_scope": lambda reading, sight: [reading.asset_scope(sight, each) for each in estate.EVERYTHING],
    "versions": lambda reading, sight: [
        reading.versions(sight, each) for each in (*estate.EVERYTHING, estate.OLD)
    ],
    "findings": lambda reading, sight: reading.findings(
        sight, AssetQuery(), states=EVERY_STATE, after=(), limit=100
    ),
    "finding": lambda reading, sight: [
        found for each in finding_ids(reading) if (found := reading.finding(sight, each))
    ],
    "finding_versions": lambda reading, sight: [
        found for each in finding_ids(reading) for found in reading.finding_versions(sight, each)
    ],
    "finding_events": lambda reading, sight: reading.finding_events(sight, 0, 100),
    "open_findings": lambda reading, sight: reading.open_findings(sight, AssetQuery()),
    "coverage": lambda reading, sight: reading.coverage(
        sight, organisations=None, tenant=None, blind_only=False, after=(), limit=100
    ),
    "sight_changes": lambda reading, sight: reading.sight_changes(
        sight, organisations=None, tenant=None, since=None, after=(), limit=100
    ),
    "gaps": lambda reading, sight: reading.gaps(sight, organisations=None, tenant=None, after=(), limit=100),
    "discrepancies": lambda reading, sight: reading.discrepancies(
        sight, organisations=None, tenant=None, kind=None, ended=True, after=(), limit=100
    ),
    "standing_discrepancies": lambda reading, sight: reading.standing_discrepancies(
        sight, organisations=None, tenant=None
    ),
    "completeness": lambda reading, sight: reading.completeness(sight, organisations=None, tenant=None),
}


def test_every_question_of_the_interface_is_tried() -> None:
    """A method that is added to the read side must be added to the questions here."""
    methods = {name for name, _ in inspect.getmembers(Reading, inspect.isfunction) if name[0] != "_"}
    assert {*QUESTIONS, "at", "first_record", "thinned_until", *PAST, *ELSEWHERE, *FEEDS} == methods


@pytest.fixture(params=["present", "past"])
def either(request: pytest.FixtureRequest, reading: Reading) -> Reading:
    """The read side, of the present and of a time by which nothing had changed yet."""
    return reading if request.param == "present" else reading.at(Times(LATER, LATER))


@pytest.mark.parametrize("question", QUESTIONS)
def test_until_now_nothing_was_otherwise(reading: Reading, question: str) -> None:
    """The answer about a time after the last change is that about the present."""
    ask = QUESTIONS[question]
    then, now = ask(reading.at(Times(LATER, LATER)), estate.ALL), ask(reading, estate.ALL)
    # Counts have no order of their own.
    assert _ordered(then) == _ordered(now) if question == "counts" else then == now


def _ordered(counts: object) -> list[object]:
    assert isinstance(counts, list)
    return sorted(counts, key=repr)


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_of_another_organisation_is_seen(either: Reading, question: str) -> None:
    """Whatever FIN asks, nothing of BZK or RvIG is in the answer; the same question shows it to all."""
    foreign = ("bzk", "rvig", estate.BZK_ACCOUNT, "ODC Rijswijk")
    seen_by_fin = repr(QUESTIONS[question](either, estate.FIN_ONLY))
    assert [word for word in foreign if word in seen_by_fin] == []
    assert seen_by_fin != repr(QUESTIONS[question](either, estate.ALL))


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_empty_sight_sees_nothing(either: Reading, question: str) -> None:
    """Where no organisation is in sight every answer is empty, and says so with zeros."""
    answer = QUESTIONS[question](either, Sight(frozenset()))
    nothing: list[object] = [None, [], [None] * 8, [None] * 9, [[]] * 9, 0, CompletenessRow(0, 0, 0, None, 0)]
    assert answer in nothing


def test_sql_is_run_at_one_place() -> None:
    """The read side runs every statement in `Seen.rows`, which adds the asker's sight."""
    folder = Path(sql_reading.__file__).parent
    callers = [
        (path.name, node.attr)
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"execute", "executemany", "among"}
    ]
    assert callers == [("conditions.py", "among")]


@pytest.mark.parametrize("statement", ["SELECT * FROM asset AS x", "SELECT 1 {seen} {seen}"])
def test_a_statement_without_a_place_for_the_sight_is_refused(database: Database, statement: str) -> None:
    """A statement that has no place for the sight, or two, is not run."""
    with pytest.raises(StorageError, match=r"must hold \{seen\} once"):
        Seen(database, estate.ALL).rows(statement)
    database.close()


def test_tenants_that_were_found_are_in_sight(lasting_database: Database, store: Store) -> None:
    """Rows of tenants by name are those in sight only: any other name is a mistake, and nothing is read."""
    statement = "SELECT x.tenant FROM tenant AS x {seen} ORDER BY x.tenant"
    both = ["bzk-aws", "fin-aws"]
    assert Seen(lasting_database, estate.ALL).rows(statement, [of_tenants(both)]) == [
        (each,) for each in both
    ]
    assert Seen(lasting_database, estate.FIN_ONLY).rows(statement, [of_tenants(["fin-aws"])]) == [
        ("fin-aws",)
    ]
    for named in (both, ["bzk-aws"]):
        with pytest.raises(StorageError, match="a tenant out of sight was asked for"):
            Seen(lasting_database, estate.FIN_ONLY).rows(statement, [of_tenants(named)])


def test_a_query_cannot_widen_the_sight(reading: Reading) -> None:
    """Asking for another organisation's assets by name gives nothing."""
    query = AssetQuery(organisations=frozenset({"bzk", "fin"}))
    assert asset_ids(reading, estate.FIN_ONLY, query) == [estate.LETTERS, estate.TAX]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AssetQuery(), list(estate.EVERYTHING)),
        (AssetQuery(organisations=frozenset({"rvig"})), [estate.REGISTER, estate.LOST]),
        (AssetQuery(tenant="fin-aws"), [estate.LETTERS, estate.TAX]),
        (AssetQuery(provider="odc"), [estate.REGISTER, estate.LOST]),
        (AssetQuery(country="GB"), [estate.COPIES]),
        (AssetQuery(country="IE"), [estate.ARCHIVE, estate.COPIES, estate.NEWS]),
        (AssetQuery(location_class="outside_eea"), [estate.LEDGER]),
        (AssetQuery(location_class="unknown"), [estate.LOST]),
        (AssetQuery(material="material"), [estate.ARCHIVE, estate.REGISTER]),
        (AssetQuery(type="AWS::SNS::Topic"), [estate.NEWS]),
        (AssetQuery(holds="metadata"), [estate.NEWS]),
        (AssetQuery(provider="aws", country="CH", location_class="inside_eea"), []),
    ],
)
def test_assets_are_filtered(reading: Reading, query: AssetQuery, expected: list[str]) -> None:
    """Each part of a query restricts, and they restrict together."""
    assert asset_ids(reading, estate.ALL, query) == expected


ORDERS = {
    "asset_id": list(estate.EVERYTHING),
    "name": [
        *(estate.ARCHIVE, estate.COPIES, estate.LETTERS, estate.TAX),
        *(estate.LEDGER, estate.NEWS, estate.REGISTER, estate.LOST),
    ],
    "type": [
        *(estate.LEDGER, estate.ARCHIVE, estate.COPIES, estate.LETTERS),
        *(estate.TAX, estate.NEWS, estate.REGISTER, estate.LOST),
    ],
    "location_class": [
        *(estate.ARCHIVE, estate.TAX, estate.NEWS, estate.REGISTER),
        *(estate.COPIES, estate.LETTERS, estate.LOST, estate.LEDGER),
    ],
    "organisation": [
        *(estate.LEDGER, estate.ARCHIVE, estate.COPIES, estate.NEWS),
        *(estate.LETTERS, estate.TAX, estate.REGISTER, estate.LOST),
    ],
}


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("order_by", ORDERS)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_hold_every_asset_once_in_order(
    reading: Reading, order_by: str, size: int, *, reverse: bool
) -> None:
    """Following pages of any size gives the whole list, in each order and its reverse."""
    found: list[str] = []
    after: tuple[str, ...] = ()
    order = f"-{order_by}" if reverse else order_by
    while rows := reading.assets(estate.ALL, AssetQuery(), order_by=order, after=after, limit=size):
        found += [row.record.asset.asset_id for row, _ in rows]
        after = rows[-1][1]
    expected = list(reversed(ORDERS[order_by])) if reverse else ORDERS[order_by]
    assert found == expected


def test_an_unknown_order_is_refused(reading: Reading) -> None:
    """An order that does not exist is a configuration error that names those that do."""
    with pytest.raises(ConfigurationError, match="choose one of asset_id, name"):
        reading.assets(estate.ALL, AssetQuery(), order_by="record", after=(), limit=1)


def test_a_position_of_another_order_is_refused(reading: Reading) -> None:
    """A position that does not have the order's parts cannot be gone on from."""
    with pytest.raises(StorageError, match="a position has 1 parts"):
        reading.assets(estate.ALL, AssetQuery(), order_by="asset_id", after=("x",), limit=1)


def test_an_asset_of_a_scope_seen_completely_was_last_seen_then(reading: Reading) -> None:
    """An unchanged asset is as fresh as the last complete look at its scope."""
    row = reading.asset(estate.ALL, estate.ARCHIVE)
    assert row is not None
    assert (row.first_seen, row.last_seen) == (estate.FIRST, estate.SECOND)
    assert (row.scope_outcome, row.removed) == (Outcome.COMPLETE, None)
    assert (row.tenant, row.organisation) == ("bzk-aws", "bzk")


def test_an_asset_of_a_denied_scope_stays_and_shows_its_age(reading: Reading) -> None:
    """A denied look does not make an asset look fresh, nor gone."""
    row = reading.asset(estate.ALL, estate.LEDGER)
    assert row is not None
    assert (row.last_seen, row.scope_outcome) == (estate.FIRST, Outcome.DENIED)
    assert row.removed is None


def test_an_asset_that_vanished_is_found_by_its_identifier_only(reading: Reading) -> None:
    """What vanished is in no list, and can still be looked up with the moment that it was missed."""
    row = reading.asset(estate.ALL, estate.OLD)
    assert row is not None
    assert (row.first_seen, row.last_seen, row.removed) == (estate.FIRST, estate.FIRST, estate.SECOND)
    assert row.scope_outcome is None
    assert estate.OLD not in asset_ids(reading, estate.ALL, AssetQuery())


def test_versions_are_what_was_so_before(reading: Reading) -> None:
    """An asset that changed has its earlier version, with the time that it held."""
    [before] = reading.versions(estate.ALL, estate.COPIES)
    assert [each.location for each in before.record.asset.locations] == ["eu-west-1"]
    assert (before.first_seen, before.last_seen, before.removed) == (estate.FIRST, estate.SECOND, None)
    [last] = reading.versions(estate.ALL, estate.OLD)
    assert last.removed == estate.SECOND
    assert reading.versions(estate.ALL, estate.ARCHIVE) == []


def test_the_scope_of_an_asset_is_the_one_it_was_read_in(reading: Reading) -> None:
    """A bucket in Ireland was read in the global scope of buckets."""
    scope = reading.asset_scope(estate.ALL, estate.ARCHIVE)
    assert scope is not None
    assert (scope.account, scope.location, scope.type) == (estate.BZK_ACCOUNT, "global", "AWS::S3::Bucket")
    assert reading.asset_scope(estate.ALL, estate.OLD) is None


def test_counts_add_up_to_all_assets(reading: Reading) -> None:
    """Counts are by everything that an overview groups by."""
    rows = reading.counts(estate.ALL, AssetQuery())
    assert sum(row.assets for row in rows) == len(estate.EVERYTHING)
    assert (
        CountRow(
            organisation="bzk",
            provider="aws",
            countries=("GB", "IE"),
            location_class="outside_eea_adequate",
            material="undetermined",
            holds="content",
            type="AWS::S3::Bucket",
            custody="unknown",
            law_reach="direct",
            law_countries=("US",),
            assets=1,
        )
        in rows
    )


def test_findings_are_newest_first(reading: Reading) -> None:
    """Findings come by the time they were opened, page by page, with the asset's name; of sight none."""
    found = []
    after: tuple[str, ...] = ()
    while rows := reading.findings(estate.ALL, AssetQuery(), states=STANDING, after=after, limit=1):
        found.append(rows[0][0])
        after = rows[0][1]
    assert {each.asset_name for each in found[:3]} == {"bzk-copies", "register-2", ""}
    assert {each.asset_name for each in found[3:]} == {"ledger", "fin-letters"}
    assert [each.opened for each in found] == [estate.SECOND] * 3 + [estate.FIRST] * 2
    [lost] = [each for each in found if not each.asset_name]
    assert (lost.kind, lost.subject) == (FindingKind.SIGHT_DENIED, estate.BZK_ACCOUNT)


def test_findings_are_filtered_by_their_asset(reading: Reading) -> None:
    """A query about assets restricts findings, and their number, to those assets."""
    query = AssetQuery(country="US")
    [(row, _)] = reading.findings(estate.ALL, query, states=STANDING, after=(), limit=10)
    assert (row.asset_id, row.kind) == (estate.LEDGER, FindingKind.DATA_OUTSIDE_EEA)
    assert row.details == (("stored", "us-east-1 (US)"),)
    assert (reading.open_findings(estate.ALL, query), reading.open_findings(estate.ALL, AssetQuery())) == (
        1,
        5,
    )


def test_coverage_shows_blind_spots_first(reading: Reading) -> None:
    """The denied scope leads, with its permission and what it was before."""
    rows = reading.coverage(
        estate.ALL, organisations=None, tenant=None, blind_only=False, after=(), limit=100
    )
    first = rows[0][0]
    assert first.outcome == ScopeOutcome(
        Scope(estate.BZK_ACCOUNT, "us-east-1", "AWS::DynamoDB::Table"),
        Outcome.DENIED,
        permission="dynamodb:ListTables",
        denied_by=DeniedBy.SERVICE_CONTROL_POLICY,
        message="AccessDenied: explicit deny in a service control policy",
    )
    assert (first.looked, first.last_complete, first.planned) == (estate.SECOND, estate.FIRST, True)
    assert [row.tenant for row, _ in rows] == ["bzk-aws"] * 4 + ["fin-aws", "rvig-odc"]


@pytest.mark.parametrize("size", [1, 4])
def test_coverage_pages_hold_every_scope_once(reading: Reading, size: int) -> None:
    """Following pages gives each scope once."""
    found: list[str] = []
    after: tuple[str, ...] = ()
    while rows := reading.coverage(
        estate.ALL, organisations=None, tenant=None, blind_only=False, after=after, limit=size
    ):
        found += [f"{row.tenant} {row.location} {row.type}" for row, _ in rows]
        after = rows[-1][1]
    assert (len(found), len(set(found))) == (6, 6)


def test_blind_spots_can_be_asked_for_alone(reading: Reading) -> None:
    """Where nothing can exist is no blind spot; what was denied is."""
    rows = reading.coverage(estate.ALL, organisations=None, tenant=None, blind_only=True, after=(), limit=100)
    assert [(row.location, row.type) for row, _ in rows] == [("us-east-1", "AWS::DynamoDB::Table")]


@pytest.mark.parametrize(
    ("sight", "organisations", "tenant", "expected"),
    [
        (estate.ALL, None, None, CompletenessRow(6, 5, 1, estate.FIRST, 1)),
        (estate.BZK_BELOW, None, None, CompletenessRow(5, 4, 1, estate.FIRST, 0)),
        (estate.ALL, frozenset({"rvig"}), None, CompletenessRow(1, 1, 0, estate.SECOND, 0)),
        (estate.ALL, None, "fin-aws", CompletenessRow(1, 1, 0, estate.FIRST, 0)),
        (estate.ALL, frozenset({"bd"}), None, CompletenessRow(0, 0, 0, None, 1)),
    ],
)
def test_completeness_says_how_much_was_seen(
    reading: Reading,
    sight: Sight,
    organisations: frozenset[str] | None,
    tenant: str | None,
    expected: CompletenessRow,
) -> None:
    """Scopes, blind spots, the oldest look and silent tenants are counted in what is asked for."""
    assert reading.completeness(sight, organisations=organisations, tenant=tenant) == expected
