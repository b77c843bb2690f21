"""A PostgreSQL store opens whole or says in a line why not; collectors share it without losing anything."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import psycopg
import pytest

from collector.store.base import Organisation, Sight, Store, Tenant
from collector.store.postgresql import database as implementation
from collector.store.postgresql import open_store
from collector.store.postgresql.database import PostgresqlDatabase, masked
from collector.store.postgresql.failures import PassingError
from collector.store.postgresql.schema import steps
from collector.store.postgresql.statements import copy_of, translated
from collector.store.sql import outbox as sql_outbox
from collector.store.sql.database import CHUNK
from collector.store.sql.outbox import SqlOutbox
from collector.store.sql.reading.conditions import Seen
from tests.contract.conftest import close
from tests.contract.outbox_seed import EACH
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, findings, names
from tests.contract.stores import Server, database_of
from wolkenzicht.errors import StorageError
from wolkenzicht.model import Severity


@pytest.fixture
def url(postgresql: Server) -> Iterator[str]:
    """A database with an empty store in it."""
    made = postgresql().clone()
    yield made
    postgresql().drop(made)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not pass by itself is told at once."""
    monkeypatch.setattr(implementation, "PATIENCE", 0.2)


@pytest.fixture
def two(url: str) -> Iterator[tuple[Store, Store]]:
    """Two collectors over one store with two tenants."""
    one, other = open_store(url), open_store(url)
    one.registry.put_organisations([Organisation("bzk", "BZK"), Organisation("ezk", "EZK")])
    for tenant, organisation in (("bzk-aws", "bzk"), ("ezk-aws", "ezk")):
        one.registry.add_tenant(Tenant(tenant, organisation, "aws", created=NOW))
    yield one, other
    close(one)
    close(other)


def refusal(url: str, *, create: bool = False) -> str:
    """Why a store does not open: one line, without any password."""
    with pytest.raises(StorageError) as refused:
        open_store(url, create=create)
    said = str(refused.value)
    assert "\n" not in said
    assert "secret" not in said
    return said


def test_an_empty_database_is_no_store_until_it_is_made_one(postgresql: Server) -> None:
    """Only init makes tables; making them again changes nothing."""
    url = postgresql().empty()
    assert refusal(url).endswith("is empty: run 'wolkenzicht-collector init' to make it")
    for _ in range(2):
        close(open_store(url, create=True))
    close(open_store(url))
    recorded = postgresql().execute("SELECT migration FROM made_by ORDER BY 1", url.rpartition("/")[2])
    assert [name for (name,) in recorded] == list(steps())
    postgresql().drop(url)


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_something_else_is_left_alone(postgresql: Server, create: bool) -> None:
    """Another program's tables are not mixed with ours."""
    url = postgresql().empty()
    postgresql().execute("CREATE TABLE theirs (x int)", url.rpartition("/")[2])

    assert "holds tables of another program" in refusal(url, create=create)
    postgresql().drop(url)


def test_a_store_of_a_newer_version_is_refused(url: str, postgresql: Server) -> None:
    """The message says which version made it and what to do."""
    postgresql().execute("INSERT INTO made_by VALUES ('0099_later', '9.1.0')", url.rpartition("/")[2])

    said = refusal(url)
    assert "was made by wolkenzicht 9.1.0 (step 0099_later)" in said
    assert said.endswith("upgrade the collector")


def test_what_keeps_it_from_opening_is_told(url: str, postgresql: Server, impatient: None) -> None:
    """A missing database, a wrong user, nobody there, and a URL that is none."""
    server = postgresql()
    address = f"127.0.0.1:{server.port}"

    assert "create it (createdb" in refusal(server.url("nowhere"))
    assert "create it (createdb, createuser)" in refusal(f"postgresql://nemo:secret@{address}/postgres")
    assert "check host, port" in refusal("postgresql://me:secret@127.0.0.1:1/db")
    assert "its service is not defined" in refusal("postgresql:///?service=nowhere&password=secret")
    assert "none that libpq knows" in refusal("postgresql://h/db?no_such_key=1")


def test_an_asker_opens_the_partitions_of_what_it_sees(postgresql: Server) -> None:
    """Of a divided table no other part is planned or read; the roll-up is one table."""
    url = postgresql().empty()
    PostgresqlDatabase(url, create=True, partitions=8).close()
    store = open_store(url)
    store.registry.put_organisations([Organisation("bzk", "BZK"), Organisation("ezk", "EZK")])
    for number in range(30):
        store.registry.add_tenant(Tenant(f"ezk-{number}", "ezk", "aws", created=NOW))
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))

    def opened(organisation: str, table: str) -> set[str]:
        seen = Seen(database_of(store), Sight(frozenset({organisation})))
        plan = seen.rows(f"EXPLAIN SELECT x.tenant FROM {table} AS x {{seen}}")  # noqa: S608  # ours
        return {found for (line,) in plan for found in re.findall(rf"\b{table}_\d+\b", line)}

    assert len(opened("bzk", "asset")) == 1
    assert len(opened("ezk", "asset")) > 4
    assert opened("ezk", "asset_count") == set()
    assert opened("nobody", "asset") == set()
    close(store)
    postgresql().drop(url)


def test_a_server_that_is_too_old_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which version it has, and which is needed."""
    monkeypatch.setattr(implementation, "OLDEST", 990_000)

    assert refusal(url).endswith("is too old: 15 or newer is needed")


def test_a_missing_right_is_told(url: str, postgresql: Server) -> None:
    """A user who may sign in and read nothing."""
    server = postgresql()
    server.execute("DROP ROLE IF EXISTS reader")
    server.execute("CREATE ROLE reader LOGIN")
    stranger = url.replace(f"//{server.owner}@", "//reader@")

    assert "a right is missing: grant what docs/running-a-collector.md names" in refusal(stranger)
    empty = server.empty().replace(f"//{server.owner}@", "//reader@")
    assert "run this once as the owner of the schema" in refusal(empty, create=True)
    server.drop(empty)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@h:1/db", "postgresql://me@h:1/db"),
        ("postgresql://h/db?user=me&password=secret", "postgresql://me@h/db"),
        ("postgresql:///?service=prod&password=secret", "postgresql://?service=prod"),
        ("postgresql://h/db?nonsense=secret", "postgresql://…"),
    ],
)
def test_no_message_has_a_password(url: str, shown: str) -> None:
    """Where and as whom is enough."""
    assert masked(url) == shown


def test_a_lost_connection_is_made_again(two: tuple[Store, Store], postgresql: Server) -> None:
    """Between two transactions nobody notices; within one the work is done again from its beginning."""
    agent = Reporter(two[0])
    agent.scan("s1", {IRELAND: [bucket("a")]})
    _cut(postgresql, two[0])
    agent.scan("s2", {IRELAND: [bucket("a"), bucket("b")]})

    cuts: list[str] = []

    def cut_once(connection: implementation.PostgresqlConnection, subject: str) -> None:
        if subject == "events" and not cuts:
            cuts.append(subject)
            _cut(postgresql, two[0])
        lock(connection, subject)

    lock = implementation.PostgresqlConnection.lock
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(implementation.PostgresqlConnection, "lock", cut_once)
        agent.scan("s3", {IRELAND: [bucket("a"), bucket("b"), bucket("c", "us-east-1")]})

    assert cuts == ["events"]
    assert names(two[0]) == ["a", "b", "c"]
    assert len(findings(two[0])) == 1


def test_a_commit_whose_answer_is_lost_is_not_done_twice(two: tuple[Store, Store]) -> None:
    """Frames that came once count once; what cannot be told apart is left to who asked."""
    database = database_of(two[0])
    agent = Reporter(two[0])
    agent.scan_id = "s1"
    frame = agent.frame(scan_start={"policy_version": "test"})
    told: list[bool] = []

    def lose_the_first_answer() -> bool:
        [answer] = two[0].ingest.commit([frame], NOW)
        told.append(answer.duplicate)
        if len(told) == 1:
            raise PassingError("gone", committed=True)
        return answer.duplicate

    assert database.again(lose_the_first_answer, after_commit=True)
    assert told == [False, True]
    told.clear()
    with pytest.raises(PassingError):
        database.again(lose_the_first_answer, after_commit=False)
    assert told == [True]


def test_a_deadlock_is_resolved_by_doing_one_again(two: tuple[Store, Store]) -> None:
    """Whoever PostgreSQL breaks off begins anew; both are done in the end."""
    both = threading.Barrier(2)
    tries: list[str] = []

    def work(store: Store, subjects: tuple[str, str]) -> None:
        database = database_of(store)

        def once() -> None:
            tries.append(subjects[0])
            with database.writer() as connection:
                connection.lock(subjects[0])
                if len(tries) <= 2:
                    both.wait(60)
                connection.lock(subjects[1])

        database.again(once, after_commit=False)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(work, two[0], ("a", "b")), pool.submit(work, two[1], ("b", "a"))]:
            each.result(120)

    assert len(tries) == 3


def test_two_collectors_take_the_frames_of_one_tenant_in_turn(two: tuple[Store, Store]) -> None:
    """Both get every frame, as where a stream moves while its last group is still being committed."""
    agent = Reporter(two[0])
    frames = []
    agent.scan_id = "s1"
    frames.append(agent.frame(scan_start={"policy_version": "test", "connectors": ["aws"]}))
    batches = [[bucket(f"{number}-{each}", "us-east-1") for each in range(20)] for number in range(10)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Reporter, "send", lambda self, **frame: frames.append(self.frame(**frame)))
        for batch in batches:
            agent.batch(IRELAND, *batch)

    def commit(store: Store) -> list[bool]:
        return [store.ingest.commit([frame], NOW)[0].duplicate for frame in frames]

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(commit, two))

    assert [sum(not each for each in pair) for pair in zip(*taken, strict=True)] == [1] * len(frames)
    assert len(names(two[0])) == 200
    assert len(findings(two[0])) == 200


def test_events_can_be_seen_in_the_order_of_their_numbers(two: tuple[Store, Store]) -> None:
    """Two collectors write events at the same time while a third hands them out: none is passed over."""
    third = open_store(_url(two[0]))
    outbox = SqlOutbox(database_of(third), EACH)
    stopped = threading.Event()

    def report(store: Store, tenant: str) -> None:
        agent = Reporter(store, tenant=tenant, spool_id=tenant)
        for number in range(15):
            agent.scan(
                f"s{number}", {IRELAND: [bucket(f"{tenant}-{each}", "us-east-1") for each in range(number)]}
            )

    def hand_out() -> None:
        while not stopped.is_set():
            outbox.fan_out({"log": Severity.LOW}, NOW)

    outbox.fan_out({"log": Severity.LOW}, NOW)
    with ThreadPoolExecutor(3) as pool:
        handing = pool.submit(hand_out)
        reporting = [pool.submit(report, two[0], "bzk-aws"), pool.submit(report, two[1], "ezk-aws")]
        wait(reporting, 120)
        stopped.set()
        for each in reporting:
            each.result(1)
        handing.result(30)
    outbox.fan_out({"log": Severity.LOW}, NOW)

    [state] = outbox.routes()
    with database_of(third).reader() as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (state.due,)
    assert state.due == 28
    close(third)


def test_a_delivery_belongs_to_one_collector_for_a_while(two: tuple[Store, Store]) -> None:
    """The other gets what is left; what is let go, or held too long, it gets as well; order holds."""
    agent = Reporter(two[0])
    agent.scan("s1", {IRELAND: [bucket("a", "us-east-1"), bucket("b", "us-east-1")]})
    two[0].outbox.fan_out({"log": Severity.LOW}, agent.now)
    agent.scan("s2", {IRELAND: []})
    two[1].outbox.fan_out({"log": Severity.LOW}, agent.now)
    one, other = (store.outbox for store in two)

    [first] = one.due("log", agent.now, 1)
    [second] = other.due("log", agent.now, 10)
    assert first.event.finding.subject != second.event.finding.subject
    assert [each.event.event_no for each in one.due("log", agent.now, 10)] == [first.event.event_no]
    assert other.due("log", agent.now, 10) == [second]

    one.delivered("log", [first.event.event_no], agent.now)
    [resolved] = one.due("log", agent.now, 10)
    assert resolved.event.finding.finding_id == first.event.finding.finding_id
    one.let_go("log")
    assert len(other.due("log", agent.now, 10)) == 2
    assert one.due("log", agent.now, 10) == []
    agent.later(microseconds=sql_outbox.LEASE)
    assert len(one.due("log", agent.now, 10)) == 2


def test_a_tenant_is_judged_again_by_one_collector(two: tuple[Store, Store]) -> None:
    """The other leaves it alone, until the first has not been heard of for a while."""
    one, other = (store.evaluation for store in two)
    targets = {"bzk-aws": "v1 (wolkenzicht)", "ezk-aws": "v1 (wolkenzicht)"}

    assert [each.tenant for each in one.begin(targets, NOW)] == ["bzk-aws", "ezk-aws"]
    assert other.begin(targets, NOW) == []
    assert [each.tenant for each in other.begin(targets, NOW + timedelta(minutes=2))] == [
        "bzk-aws",
        "ezk-aws",
    ]
    assert one.begin(targets, NOW + timedelta(minutes=2)) == []


def test_what_a_database_cannot_keep_is_refused_alone(two: tuple[Store, Store]) -> None:
    """A text that PostgreSQL has no place for is told to the agent; what came with it is kept."""
    agent = Reporter(two[0])
    agent.scan_id = "s1"
    frames = [agent.frame(scan_start={"policy_version": "p\0q"})]
    agent.scan_id = "s2"
    frames.append(agent.frame(scan_start={"policy_version": "test"}))

    first, second = two[0].ingest.commit(frames, NOW)

    assert first.refused.startswith("frame: cannot be kept (")
    assert (second.refused, two[0].ingest.position("bzk-aws", "spool-1")) == ("", 2)
    [kept] = two[0].registry.rejected("bzk-aws")
    assert (kept.scan_id, kept.field) == ("s1", "frame")


def test_statements_are_written_once() -> None:
    """Marks, names and lists are psycopg's; texts, casts and comments stay as they are."""
    assert translated("SELECT '?:a%' WHERE x = ? AND y = :now AND z LIKE 'a%' -- why? :no") == (
        "SELECT '?:a%%' WHERE x = %s AND y = %(now)s AND z LIKE 'a%%' -- why? :no"
    )
    assert translated("x IN ({values}) AND b::text = ?") == "x = ANY(%s) AND b::text = %s"
    assert copy_of("INSERT INTO t (a, b) VALUES (?, ?)") == "COPY t (a, b) FROM STDIN"
    for other in ("INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO NOTHING", "INSERT INTO t (a) VALUES (1)"):
        assert copy_of(other) is None
    assert CHUNK == implementation.BLOCK


def _cut(postgresql: Server, store: Store) -> None:
    """End every connection to the database of a store."""
    name = _url(store).rpartition("/")[2]
    ended = postgresql().execute(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608  # ours
    )
    assert ended


def _url(store: Store) -> str:
    return database_of(store).name


def _raising(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_the_wheel_brings_the_driver() -> None:
    """The C code of psycopg is there: without it every row costs many times more."""
    assert psycopg.pq.__impl__ in {"binary", "c"}
