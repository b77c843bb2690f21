"""How the store's file is opened, written by one and read by many, and what its failures mean."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from collector.store.sql.database import CHUNK, MOVED, MOVED_AWAY
from collector.store.sqlite.schema import migrate, recognise
from collector.store.sqlite.statements import STEP, insert_of_many
from collector.store.sqlite.words import WORDS
from wolkenzicht.errors import StorageError

_BUSY_MILLISECONDS = 10_000
_WRITER_CACHE_KIB = 65_536
_READER_CACHE_KIB = 8_192
#: Pages; a checkpoint for every 1000 (the default) costs a fifth of the rate of a first scan.
_AUTOCHECKPOINT_PAGES = 10_000
#: The result code proper; the bits above it tell its variants apart.
_PRIMARY_CODE = 0xFF

#: Tables whose numbers are never handed out twice.
NUMBERED = ("asset", "outbox", "sight_change")

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full: free space or move the store",
    sqlite3.SQLITE_BUSY: "another process is writing to it: stop that process",
    sqlite3.SQLITE_LOCKED: "another connection holds a lock: try again",
    sqlite3.SQLITE_READONLY: "it may not be written: check the rights on the file and its directory",
    sqlite3.SQLITE_PERM: "it may not be written: check the rights on the file and its directory",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check that its directory exists and may be written",
    sqlite3.SQLITE_IOERR: "the disk does not read or write: check the disk and its free space",
    sqlite3.SQLITE_NOTADB: "it is not a database: give the path of a wolkenzicht store",
    sqlite3.SQLITE_CORRUPT: "its contents are damaged: restore a backup",
}


_T = TypeVar("_T")


class SqliteConnection(sqlite3.Connection):
    """A connection as the statements want it; SQLite knows their question marks and names itself."""

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement for each set of values, many in one where it only inserts."""
        given = list(parameters)
        whole = len(given) - len(given) % STEP
        many = insert_of_many(statement) if whole else None
        if many is None:
            return super().executemany(statement, given)
        for first in range(0, whole, STEP):
            self.execute(many, list(chain.from_iterable(given[first : first + STEP])))
        return super().executemany(statement, given[whole:])

    def among(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
        """Run a statement with as many question marks as a list has values in the place of `{values}`."""
        counts = tuple(len(each) for each in parameters if isinstance(each, list))
        values = [value for each in parameters for value in (each if isinstance(each, list) else (each,))]
        return self.execute(_with_marks(statement, counts), values)

    def asset_numbers(self) -> Iterator[int]:
        """Numbers above the highest that was ever written, which SQLite remembers."""
        row = self.execute("SELECT seq FROM sqlite_sequence WHERE name = 'asset'").fetchone()
        return itertools.count(1 + (row[0] if row else 0))

    def lock(self, subject: str) -> None:
        """Nobody else writes: a file has one writer at a time."""

    def columns(self, table: str) -> list[str]:
        """The columns of a table, sorted."""
        return sorted(row[1] for row in self.execute(f"PRAGMA table_info({table})"))

    def defer_checks(self) -> None:
        """Let references between tables be checked at the end of the transaction."""
        self.execute("PRAGMA defer_foreign_keys = ON")

    def freeze(self) -> None:
        """Nobody else writes: a file has one writer at a time."""

    def numbers(self) -> dict[str, int]:
        """The highest number that was handed out, of every table that never hands one out twice."""
        return dict(self.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def raise_numbers(self, numbers: dict[str, int]) -> None:
        """Hand out higher ones from now on."""
        for table, number in self.numbers().items():
            values = (max(number, numbers.get(table, 0)), table)
            self.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", values)
        for table in numbers.keys() & set(NUMBERED) - self.numbers().keys():
            self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, numbers[table]))

    def mark_moved(self, place: str) -> None:
        """Refuse to be opened, and take no frames, from now on: the store is elsewhere."""
        self.execute("INSERT INTO made_by VALUES (?, ?)", (MOVED, place))
        for what in ("INSERT", "UPDATE"):
            self.execute(
                f"CREATE TRIGGER moved_{what} BEFORE {what} ON stream_position "
                f"BEGIN SELECT RAISE(ABORT, '{MOVED_AWAY}'); END"
            )


class SqliteDatabase:
    """One store's file, open for one writer at a time and any number of readers.

    Safe for use from several threads. Raises `StorageError`, with what to do, where the file cannot be
    opened: missing (without `create`), not a store, not writable, made by a newer version.
    """

    words = WORDS
    errors: type[Exception] = sqlite3.Error
    #: One collector opens a file.
    shared = False
    partitioned = False

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self.name = str(path)
        self._write_lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[SqliteConnection] = []
        self._closed = False
        if not create and not path.exists():
            raise StorageError(f"store '{path}' does not exist: run 'wolkenzicht-collector init' to make it")
        with self._told():
            self._writer = self._connect(_WRITER_CACHE_KIB)
            try:
                recognise(self._writer, path, create=create)
                self._use_wal()
                self._writer.execute("PRAGMA synchronous = FULL")
                self._writer.execute(f"PRAGMA wal_autocheckpoint = {_AUTOCHECKPOINT_PAGES}")
                migrate(self._writer)
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def writer(self, *, tenants: Iterable[str] = ()) -> Iterator[SqliteConnection]:
        """The one write connection, in a transaction: durable on leaving, undone where anything is raised.

        Rows are tuples. Raises `StorageError` for what the file system or another process is to blame for.
        """
        del tenants  # the file has one writer at a time
        with self._write_lock, self._told():
            self._refuse_closed()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reader(self) -> Iterator[SqliteConnection]:
        """A read connection for this thread alone, which sees one moment of the store until left.

        Rows are tuples; writing fails. Raises `StorageError`.
        """
        with self._told():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    def settle(self, tenant: str) -> None:
        """What can be seen in a file was synced to its disk."""

    def again(self, work: Callable[[], _T], *, after_commit: bool) -> _T:
        """Do work once: what fails in a file does not pass by itself."""
        del after_commit
        return work()

    def close(self) -> None:
        """Close every connection; closing twice changes nothing."""
        with self._write_lock, self._pool_lock:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _use_wal(self) -> None:
        (mode,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise StorageError(f"store '{self.path}': its file system cannot hold it: use a local disk")

    def _connect(self, cache_kib: int) -> SqliteConnection:
        # Transactions are opened by hand: the module's own handling begins them late and deferred.
        connection = sqlite3.connect(
            self.path,
            timeout=_BUSY_MILLISECONDS / 1000,
            isolation_level=None,
            check_same_thread=False,
            factory=SqliteConnection,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _borrow(self) -> SqliteConnection:
        with self._pool_lock:
            self._refuse_closed()
            if self._idle:
                return self._idle.pop()
        connection = self._connect(_READER_CACHE_KIB)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: SqliteConnection) -> None:
        with self._pool_lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StorageError(f"store '{self.path}' is closed: open it again")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the database's failures that a person can do something about into `StorageError`."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if MOVED_AWAY in str(error):
                raise StorageError(f"store '{self.path}': {MOVED_AWAY}") from error
            code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
            remedy = _REMEDIES.get(code)
            if remedy is None:
                raise
            raise StorageError(f"store '{self.path}': {remedy} ({error})") from error


@lru_cache(maxsize=4 * CHUNK)
def _with_marks(statement: str, counts: tuple[int, ...]) -> str:
    for count in counts:
        statement = statement.replace("{values}", ", ".join("?" * count), 1)
    return statement
