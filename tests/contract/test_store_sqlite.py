"""A SQLite store opens whole or says in a line why not, and a full disk leaves nothing half done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from collector.store.base import Organisation, Store, Tenant
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sqlite import open_store, schema
from collector.store.sqlite.database import SqliteDatabase
from collector.store.sqlite.schema import steps
from collector.store.sqlite.statements import STEP, insert_of_many
from tests.contract.conftest import close
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, classified, names
from wolkenzicht.errors import StorageError
from wolkenzicht.model import Asset


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made."""
    return tmp_path / "wolkenzicht.db"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB of its own."""
    if os.geteuid() != 0:
        pytest.skip("a file system of its own needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def registered(path: Path) -> Store:
    """A new store with one tenant."""
    store = open_store(path, create=True)
    store.registry.put_organisations([Organisation("bzk", "BZK")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    return store


def refusal(path: Path, *, create: bool = False) -> str:
    """Why a store does not open: one line."""
    with pytest.raises(StorageError) as refused:
        open_store(path, create=create)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_store_is_made_once_and_opened_again(path: Path) -> None:
    """What was kept is there after closing; making it again changes nothing."""
    store = registered(path)
    Reporter(store).scan("s1", {IRELAND: [bucket("a")]})
    close(store)

    for create in (False, True):
        again = open_store(path, create=create)
        assert names(again) == ["a"]
        close(again)


def test_a_missing_store_is_not_made_by_accident(path: Path) -> None:
    """Only init makes a file; a typing error in a path does not."""
    assert refusal(path) == f"store '{path}' does not exist: run 'wolkenzicht-collector init' to make it"
    assert not path.exists()


def test_an_empty_file_is_no_store(path: Path) -> None:
    """An empty file is what a full disk or an interrupted copy leaves."""
    path.touch()

    assert refusal(path) == f"store '{path}' is empty: run 'wolkenzicht-collector init' to make it"


@pytest.mark.parametrize("create", [False, True])
def test_a_file_of_something_else_is_left_alone(path: Path, create: bool) -> None:
    """Neither text nor another program's database is touched."""
    path.write_text("this is no database, and long enough to show it\n" * 100)
    before = path.read_bytes()
    assert "it is not a database: give the path of a wolkenzicht store" in refusal(path, create=create)
    assert path.read_bytes() == before

    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    assert refusal(path, create=create) == (
        f"'{path}' is a database of another program: give the path of a wolkenzicht store"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["", "nowhere/wolkenzicht.db"])
def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, place: str) -> None:
    """A directory is no file, and its directory has to exist."""
    assert "check that its directory exists and may be written" in refusal(tmp_path / place, create=True)


def test_a_store_of_a_newer_version_is_refused(path: Path) -> None:
    """The message says which version made it and what to do; the store is left as it was."""
    close(registered(path))
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("INSERT INTO made_by VALUES ('0099_later', '9.1.0')")
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('wolkenzicht', '0099_later', '2030-01-01')"
        )

    said = refusal(path)
    assert said.startswith(f"store '{path}' was made by wolkenzicht 9.1.0 (step 0099_later)")
    assert said.endswith("upgrade the collector")


def test_every_step_is_recorded_with_its_version(path: Path) -> None:
    """A later version can tell which one made a store."""
    close(registered(path))

    with closing(sqlite3.connect(path)) as connection:
        recorded = [name for (name,) in connection.execute("SELECT migration FROM made_by")]
    assert recorded == list(steps())
    assert list(steps()) == sorted(steps())


def test_a_directory_that_may_not_be_written_is_refused(small_disk: Path) -> None:
    """Read-only storage is told as such, for a new store and for one that is there."""
    made = small_disk / "wolkenzicht.db"
    close(registered(made))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    for path in (made, small_disk / "new.db"):
        assert "may" in refusal(path, create=True)
        assert "be written" in refusal(path, create=True)


def test_a_full_disk_applies_nothing(small_disk: Path) -> None:
    """Frames that do not fit are not half applied; once there is room they can be sent again."""
    ballast = small_disk / "ballast"
    store = registered(small_disk / "wolkenzicht.db")
    agent = Reporter(store)
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b", "us-east-1")]})
    ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 500_000))
    many = [bucket(f"many-{number}", "us-east-1", tags=(("filler", "x" * 2000),)) for number in range(500)]
    told = agent.sequence

    _assert_refused_whole(agent, many, "the disk is full: free space or move the store")

    ballast.unlink()
    agent.sequence = told
    agent.scan("s2", {IRELAND: many[:100]})
    assert len(names(store)) == 100
    close(store)


def test_a_store_at_its_bound_applies_nothing(path: Path) -> None:
    """The same where the database itself may not grow: no root needed."""
    store = registered(path)
    agent = Reporter(store)
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b", "us-east-1")]})
    [database] = store.closers
    assert isinstance(database, SqliteDatabase)
    with database.writer() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    _assert_refused_whole(agent, [bucket(f"many-{number}") for number in range(500)], "the disk is full")
    close(store)


def _assert_refused_whole(agent: Reporter, many: Sequence[Asset], said: str) -> None:
    with pytest.raises(StorageError) as refused:
        agent.scan("s2", {IRELAND: many})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert names(agent.store) == ["a", "b"]
    assert agent.store.ingest.position("bzk-aws", "spool-1") == 5
    [database] = agent.store.closers
    assert isinstance(database, SqliteDatabase)
    with database.reader() as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (1,)
        assert connection.execute("SELECT scan_id FROM scan").fetchall() == [("s1",)]


def test_a_second_writer_is_told_to_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that another process keeps locked is not waited for without end."""
    monkeypatch.setattr("collector.store.sqlite.database._BUSY_MILLISECONDS", 50)
    store = registered(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another process is writing to it: stop that process"):
            store.registry.put_organisations([Organisation("ezk", "EZK")])
    close(store)


def test_a_reader_sees_one_moment(path: Path) -> None:
    """What is committed while somebody reads shows at the next reading; readers cannot write."""
    database = SqliteDatabase(path, create=True)
    with database.reader() as reader:
        assert reader.execute("SELECT count(*) FROM organisation").fetchone() == (0,)
        with database.writer() as writer:
            writer.execute("INSERT INTO organisation VALUES ('bzk', 'BZK', '', '', '')")
        assert reader.execute("SELECT count(*) FROM organisation").fetchone() == (0,)
    with database.reader() as reader:
        assert reader.execute("SELECT count(*) FROM organisation").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM organisation")
    database.close()


def test_a_writer_that_fails_leaves_nothing(path: Path) -> None:
    """Whatever is raised inside, what was written before is undone, and the next writer can go on."""
    database = SqliteDatabase(path, create=True)
    with suppress(KeyError), database.writer() as writer:
        writer.execute("INSERT INTO organisation VALUES ('bzk', 'BZK', '', '', '')")
        raise KeyError
    with database.writer() as writer:
        assert writer.execute("SELECT count(*) FROM organisation").fetchone() == (0,)
    database.close()


def test_many_threads_write_and_read(path: Path) -> None:
    """Threads take their turn: nothing is lost and nobody sees half of it."""
    database = SqliteDatabase(path, create=True)

    def add(number: int) -> None:
        for each in range(20):
            with database.writer() as writer:
                writer.execute("INSERT INTO organisation VALUES (?, '', '', '', '')", (f"{number}-{each}",))
                writer.execute("INSERT INTO refusal VALUES (NULL, 0, '', '', '')")
            with database.reader() as reader:
                counts = reader.execute(
                    "SELECT (SELECT count(*) FROM organisation), (SELECT count(*) FROM refusal)"
                ).fetchone()
                seen.append(counts[0] == counts[1])

    seen: list[bool] = []
    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reader() as reader:
        assert reader.execute("SELECT count(*) FROM organisation").fetchone() == (80,)
    assert seen == [True] * 80
    database.close()


def test_a_closed_store_says_so(path: Path) -> None:
    """Closing twice changes nothing; using it afterwards is told as what it is."""
    store = registered(path)
    close(store)
    close(store)

    for use in (store.registry.organisations, lambda: store.registry.put_organisations([])):
        with pytest.raises(StorageError, match="is closed: open it again"):
            use()


def test_it_syncs_at_every_commit(path: Path) -> None:
    """Acknowledged means durable: write-ahead log with full synchronisation."""
    database = SqliteDatabase(path, create=True)
    with database.writer() as writer:
        read = [writer.execute(f"PRAGMA {each}").fetchone()[0] for each in ("journal_mode", "synchronous")]
    assert read == ["wal", 2]
    database.close()


def test_rows_that_go_many_in_one_statement_arrive_each_once(path: Path) -> None:
    """Whole statements, the rest behind them, and none at all."""
    with closing(SqliteDatabase(path, create=True)) as database, database.writer() as connection:
        connection.execute("CREATE TABLE t (a, b)")
        for count in (0, 1, STEP - 1, STEP, 2 * STEP + 3):
            rows = ((number, str(number)) for number in range(count))
            connection.executemany("INSERT INTO t (a, b) VALUES (?, ?)", rows)
            assert connection.execute("SELECT a, b FROM t ORDER BY a").fetchall() == [
                (number, str(number)) for number in range(count)
            ]
            connection.execute("DELETE FROM t")


def test_only_a_plain_insert_takes_many_rows() -> None:
    """What looks at what is there, or has too many values for one statement, goes row by row."""
    many = insert_of_many("INSERT INTO t (a, b) VALUES (?, ?)")
    assert many is not None
    assert many.startswith("INSERT INTO t (a, b) VALUES (?, ?), (?, ?), ")
    assert many.count("(?, ?)") == STEP
    for other in (
        "INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO NOTHING",
        "INSERT INTO t (a) VALUES (lower(?))",
        "INSERT INTO t (a) SELECT a FROM u WHERE b = ?",
        "UPDATE t SET a = ?",
        "INSERT INTO t (a) VALUES (COLUMNS)".replace("COLUMNS", ", ".join("?" * 200)),
    ):
        assert insert_of_many(other) is None


def test_moments_keep_their_microseconds() -> None:
    """A moment comes back as it was, in UTC, whatever its zone; a naive one is refused."""
    moment = datetime(2026, 3, 2, 6, 0, 0, 123_457, tzinfo=timezone(timedelta(hours=1)))

    assert to_micros(moment) == 1_772_427_600_123_457
    assert from_micros(to_micros(moment)) == moment.astimezone(UTC)
    with pytest.raises(ValueError, match="aware datetime"):
        to_micros(datetime(2026, 3, 2))  # noqa: DTZ001  # naive on purpose


def test_assets_of_the_first_schema_keep_their_scope(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before inventories an asset's own type was that of its scope; a complete look still removes it."""
    with monkeypatch.context() as before:
        before.setattr(schema, "steps", lambda: {"0001_first": steps()["0001_first"]})
        database = SqliteDatabase(path, create=True)
        with database.writer() as connection:
            _report_as_before(connection)
        database.close()

    store = open_store(path)
    agent = Reporter(store)
    kept = names(store)
    agent.scan("s2", {IRELAND: [bucket("b")]})
    after = names(store)
    close(store)

    assert (kept, after) == (["a"], ["b"])


def _report_as_before(connection: sqlite3.Connection) -> None:
    """One bucket, in the columns that the first schema had."""
    message = classified(bucket("a"))
    connection.execute("INSERT INTO organisation (organisation, name, kind) VALUES ('bzk', 'BZK', '')")
    connection.execute("INSERT INTO tenant VALUES ('bzk-aws', 'bzk', 'aws', '', 0)")
    place = (IRELAND.account, IRELAND.location, IRELAND.type)
    connection.execute(
        "INSERT INTO asset (tenant, asset_id, account, scope_location, type, fingerprint, provider, name, "
        "countries, location_class, material, holds, first_seen, changed, record) "
        "VALUES ('bzk-aws', ?, ?, ?, ?, ?, 'aws', 'a', ',IE,', 'inside_eea', 'undetermined', 'content', "
        "0, 0, ?)",
        (message.asset.asset_id, *place, message.fingerprint, message.SerializeToString()),
    )
