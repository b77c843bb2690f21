"""How the store's file is opened, written by one and read by many, and what its failures mean."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.store.sqlite.schema import migrate, recognise
from wolkenzicht.errors import StorageError

_BUSY_MILLISECONDS = 10_000
_WRITER_CACHE_KIB = 65_536
_READER_CACHE_KIB = 8_192
#: Pages; a checkpoint for every 1000 (the default) costs a fifth of the rate of a first scan.
_AUTOCHECKPOINT_PAGES = 10_000
#: The result code proper; the bits above it tell its variants apart.
_PRIMARY_CODE = 0xFF

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


class Database:
    """One store's file, open for one writer at a time and any number of readers.

    Safe for use from several threads. Raises `StorageError`, with what to do, where the file cannot be
    opened: missing (without `create`), not a store, not writable, made by a newer version.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._write_lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
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
    def writer(self) -> Iterator[sqlite3.Connection]:
        """The one write connection, in a transaction: durable on leaving, undone where anything is raised.

        Rows are tuples. Raises `StorageError` for what the file system or another process is to blame for.
        """
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
    def reader(self) -> Iterator[sqlite3.Connection]:
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

    def _connect(self, cache_kib: int) -> sqlite3.Connection:
        # Transactions are opened by hand: the module's own handling begins them late and deferred.
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _borrow(self) -> sqlite3.Connection:
        with self._pool_lock:
            self._refuse_closed()
            if self._idle:
                return self._idle.pop()
        connection = self._connect(_READER_CACHE_KIB)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
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
            code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
            remedy = _REMEDIES.get(code)
            if remedy is None:
                raise
            raise StorageError(f"store '{self.path}': {remedy} ({error})") from error
