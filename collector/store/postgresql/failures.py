"""What a failure of PostgreSQL means: what a person can do about it, and what passes by itself."""

from __future__ import annotations

import psycopg
from psycopg import errors

from collector.store.sql.database import MOVED_AWAY, Unfit
from wolkenzicht.errors import StorageError


class PassingError(StorageError):
    """A failure after which the same work may well succeed: a lost connection, a deadlock, a failover.

    `committed` says that it may have been done all the same: the connection was lost while it was committed.
    """

    def __init__(self, message: str, *, committed: bool = False) -> None:
        super().__init__(message)
        self.committed = committed


_REMEDIES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.InvalidPassword, "the password is wrong: check it in the URL, PGPASSWORD or the password file"),
    (errors.InvalidAuthorizationSpecification, "this user may not sign in: check user, pg_hba.conf and TLS"),
    (errors.InvalidCatalogName, "the database does not exist: create it (createdb) and run 'init'"),
    (
        errors.InsufficientPrivilege,
        "a right is missing: grant what docs/running-a-collector.md names",
    ),
    (errors.DiskFull, "the disk of the server is full: free space"),
    (errors.OutOfMemory, "the server is out of memory: give it more or lower its settings"),
    (
        errors.TooManyConnections,
        "the server takes no more connections: raise max_connections",
    ),
    (errors.DataCorrupted, "its contents are damaged: restore a backup"),
    (errors.IndexCorrupted, "an index is damaged: REINDEX it or restore a backup"),
    (errors.UndefinedTable, "a table is missing: run 'wolkenzicht-collector init' or restore a backup"),
    (errors.UndefinedColumn, "a column is missing: a collector of another version made it; upgrade this one"),
)
_READ_ONLY = "it may only be read, as during a failover: name the primary in the URL, or all its servers"
_STARTING = "it is starting or stopping: it is tried again"
_PASSING: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.DeadlockDetected, "two collectors waited for each other: it is tried again"),
    (errors.SerializationFailure, "another collector changed the same: it is tried again"),
    (errors.LockNotAvailable, "another collector holds what is needed: it is tried again"),
    (errors.ReadOnlySqlTransaction, _READ_ONLY),
    (errors.CannotConnectNow, _STARTING),
    (errors.AdminShutdown, "the server stops or ended the connection: it is tried again"),
    (errors.CrashShutdown, "the server fell over and restarts: it is tried again"),
    (errors.IdleInTransactionSessionTimeout, "the server ended an idle connection: it is tried again"),
)
#: What libpq says where a connection cannot be made: it gives words instead of codes.
_WORDS = (
    ("password authentication failed", _REMEDIES[0][1]),
    ("no password supplied", "a password is needed: give it in PGPASSWORD, the password file or the URL"),
    (
        "does not exist",
        "database or user does not exist: create it (createdb, createuser) and run 'init'",
    ),
    ("no pg_hba.conf entry", _REMEDIES[1][1]),
    ("definition of service", "its service is not defined: check the name and PGSERVICEFILE"),
    ("certificate verify failed", "its certificate is not signed by a known authority: set sslrootcert"),
    ("root certificate file", "the authority's certificate is missing: set sslrootcert"),
    ("server does not support SSL", "it has no TLS: switch that on at the server, or lower sslmode"),
)
#: The same, of what may be over in a moment.
_PASSING_WORDS = (
    ("session is read-only", _READ_ONLY),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("in recovery mode", _STARTING),
    ("not yet accepting connections", _STARTING),
)
#: psycopg tells the last of several servers' failures twice; this stands before all of them.
_ALL_FAILURES = "All failures were: "
_UNREACHABLE = "it cannot be reached: check host, port and that the server runs"


def cannot_connect(name: str, error: psycopg.Error) -> StorageError:
    """Why no connection could be made; one that may be there in a moment is a `PassingError`."""
    text = " ".join(str(error).split())
    text = text.partition(_ALL_FAILURES)[2] or text
    if isinstance(error, psycopg.ProgrammingError):
        return StorageError(f"store '{name}': the URL is none that libpq knows ({text})")
    for words, remedy in _WORDS:
        if words in text:
            return StorageError(f"store '{name}': {remedy} ({text})")
    for words, remedy in _PASSING_WORDS:
        if words in text:
            return PassingError(f"store '{name}': {remedy} ({text})")
    return PassingError(f"store '{name}': {_UNREACHABLE} ({text})")


def told(name: str, error: psycopg.Error, *, committing: bool, lost: bool) -> Exception:
    """What to raise in the place of an error; the error itself where it is a defect of this program."""
    text = " ".join((error.diag.message_primary or str(error)).split())
    if MOVED_AWAY in text:
        return StorageError(f"store '{name}': {MOVED_AWAY}")
    for kind, remedy in _PASSING:
        if isinstance(error, kind):
            return PassingError(f"store '{name}': {remedy} ({text})", committed=committing and lost)
    if lost:
        said = f"store '{name}': the connection was lost ({text})"
        return PassingError(said, committed=committing)
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind):
            return StorageError(f"store '{name}': {remedy} ({text})")
    if isinstance(error, psycopg.DataError | errors.ProgramLimitExceeded):
        return Unfit(text)
    return error
