"""The spool's file: its tables, what is done when it is damaged, and how SQLite's errors are told."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent.belief_tables import TABLES as BELIEF_TABLES
from wolkenzicht.errors import StorageError
from wolkenzicht.logs import event

FILE_NAME = "spool.db"
#: The layout below; a file with a higher number was written by a newer agent.
LAYOUT = 5

_log = logging.getLogger(__name__)

# What the scopes of a scan listed, compressed, to be compared with an inventory.
_SCOPE_IDS = """
CREATE TABLE scope_ids (
    account    TEXT NOT NULL,
    location   TEXT NOT NULL,
    type       TEXT NOT NULL,
    part       INTEGER NOT NULL,
    ids        BLOB NOT NULL,
    PRIMARY KEY (account, location, type, part)
);
"""

# Between these numbers frames were lost before they were sent; the rest is then numbered anew.
_LOST = """
CREATE TABLE lost (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    cause      INTEGER NOT NULL
);
"""

# Which frame has which sequence, and the scan that it is part of since several were made into one.
_QUEUE = """
CREATE TABLE queue (
    sequence   INTEGER PRIMARY KEY,
    frame      INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    scan_id    TEXT
);
"""

# A frame's body is kept without its sequence, which is put before it when it is sent: so the frames
# can be numbered anew when the collector and this spool no longer agree. `spooled` is in seconds.
_TABLES = (
    """
CREATE TABLE spool (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    spool_id   TEXT NOT NULL,
    last       INTEGER NOT NULL,
    gap_cause  INTEGER NOT NULL DEFAULT 0
);
INSERT INTO spool VALUES (1, lower(hex(randomblob(16))), 0, 1);
CREATE TABLE frame (
    number     INTEGER PRIMARY KEY,
    size       INTEGER NOT NULL,
    body       BLOB NOT NULL,
    checksum   INTEGER NOT NULL,
    spooled    INTEGER NOT NULL
);
@queue
@lost
CREATE TABLE scan (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    scan_id    TEXT NOT NULL,
    started    TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    plan       BLOB
);
CREATE TABLE scope_done (
    account    TEXT NOT NULL,
    location   TEXT NOT NULL,
    type       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    assets     INTEGER NOT NULL,
    PRIMARY KEY (account, location, type)
) WITHOUT ROWID;
@scope_ids
CREATE TABLE rejected (
    number     INTEGER PRIMARY KEY,
    moment     TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    asset_id   TEXT NOT NULL,
    origin     TEXT NOT NULL,
    field      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    body       BLOB
);
@belief
""".replace("@scope_ids", _SCOPE_IDS)
    .replace("@belief", BELIEF_TABLES)
    .replace("@lost", _LOST)
    .replace("@queue", _QUEUE)
)

# What a scan of the first layout has read is not remembered: it is begun anew.
_FROM_LAYOUT_1 = f"{_SCOPE_IDS} UPDATE scan SET plan = NULL;"  # noqa: S608  # both are literal
# A scan of the second layout sent all that it read: what the collector has of it is asked of it.
_FROM_LAYOUT_2 = f"""{BELIEF_TABLES}
ALTER TABLE spool ADD COLUMN gap_cause INTEGER NOT NULL DEFAULT 0;
UPDATE scan SET plan = NULL;
"""  # noqa: S608  # literal
# What waits is as old as this moment, and taken to be as it was written.
_FROM_LAYOUT_3 = f"""{_LOST}
ALTER TABLE frame ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frame ADD COLUMN spooled INTEGER NOT NULL DEFAULT 0;
UPDATE frame SET checksum = crc32(body), spooled = CAST(strftime('%s', 'now') AS INTEGER);
"""  # noqa: S608  # literal
# Frames stay where they are: their sequences move to rows of their own.
_FROM_LAYOUT_4 = f"""{_QUEUE}
ALTER TABLE frame RENAME COLUMN sequence TO number;
INSERT INTO queue (sequence, frame, size) SELECT number, number, size FROM frame;
"""  # noqa: S608  # literal
_STEPS = {
    0: _TABLES,
    1: _FROM_LAYOUT_1 + _FROM_LAYOUT_2 + _FROM_LAYOUT_3 + _FROM_LAYOUT_4,
    2: _FROM_LAYOUT_2 + _FROM_LAYOUT_3 + _FROM_LAYOUT_4,
    3: _FROM_LAYOUT_3 + _FROM_LAYOUT_4,
    4: _FROM_LAYOUT_4,
}
#: What SQLite says of a file that can give pages back.
_INCREMENTAL = 2
#: Pages that are given back to the disk at once, and how many free ones are left in the file.
_SHRINK_PAGES = 1_000


class SpoolFullError(StorageError):
    """The spool stayed full for longer than a scan is to wait."""


class DiskFullError(SpoolFullError):
    """There is no room on the disk for what was to be written; nothing of its transaction was."""


def open_or_replace(state: Path) -> sqlite3.Connection:
    """The connection that writes the spool in `state`; a damaged file is set aside and a new one begun.

    Raises `StorageError` where the folder or file cannot be used, or a newer agent wrote it.
    """
    path = state / FILE_NAME
    with told(path):
        try:
            return _opened(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            aside = set_aside(path)
            event(
                _log,
                logging.ERROR,
                "spool.damaged",
                file=str(path),
                set_aside=str(aside),
                reason=str(error),
                remedy="frames not yet sent are lost with it; the next scan reports everything again",
            )
            return _opened(path)


def reader(state: Path) -> sqlite3.Connection:
    """A second connection, which sees committed frames only."""
    path = state / FILE_NAME
    with told(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA query_only = ON")
        return connection


def set_aside(path: Path) -> Path:
    """Rename a spool, with what SQLite keeps beside it, to a name of its own; returns that name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"spool-corrupt-{stamp}.db")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's and the file system's errors into a `StorageError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        kind = DiskFullError if _is_full(error) else StorageError
        raise kind(f"spool {path}: {_reason(error)}") from error
    except OSError as error:
        raise StorageError(
            f"spool {path}: {error.strerror}; give the agent a `state` folder that it may write"
        ) from error


def unwritten(connection: sqlite3.Connection, path: Path) -> int:
    """Bytes that were committed and for which the file has no place yet."""
    [(pages,)] = connection.execute("PRAGMA page_count")
    [(page,)] = connection.execute("PRAGMA page_size")
    return int(pages * page) - path.stat().st_size


def checkpoint(connection: sqlite3.Connection) -> None:
    """Put what was committed in its place, as far as nobody reads what was there before."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def shrink(connection: sqlite3.Connection) -> None:
    """Give pages of the file that hold nothing back to the disk, in steps that need little space."""
    [(free,)] = connection.execute("PRAGMA freelist_count")
    while free > _SHRINK_PAGES:
        # One page for each step of the statement: `executescript` takes them all.
        connection.executescript(f"PRAGMA incremental_vacuum({_SHRINK_PAGES})")
        before = free
        [(free,)] = connection.execute("PRAGMA freelist_count")
        if free >= before:
            break  # a file of an earlier layout that could not be made anew
    checkpoint(connection)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is not what a spool is; our own checks raise without SQLite's code."""
    name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    return name == "SQLITE_ERROR" or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _is_full(error: sqlite3.Error) -> bool:
    """Whether there was no room; for the shared memory beside a file SQLite has a name of its own."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"))


def _reason(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if _is_full(error):
        return "the disk is full; free space, the scan then goes on where it was"
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{error}; give the agent a `state` folder that it may write"
    if name.startswith("SQLITE_IOERR"):
        return f"{error} ({name}); check the disk and the space on it"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"{error}; start the agent again, which sets the file aside and begins a new one"
    return str(error)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(connection.close)
        _prepare(connection, path)
        on_failure.pop_all()
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # Before all else: of a file that exists already VACUUM alone changes it.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_size_limit = 4194304")
    # Else every page of a frame that is deleted is written once more, as zeros.
    connection.execute("PRAGMA secure_delete = FAST")
    [(layout,)] = connection.execute("PRAGMA user_version")
    if layout > LAYOUT:
        raise StorageError(
            f"spool {path} was written by a newer agent (layout {layout}, this one knows {LAYOUT}); "
            "install that version again or give another `state` folder"
        )
    if layout < LAYOUT:
        connection.create_function("crc32", 1, zlib.crc32, deterministic=True)
        connection.executescript(f"BEGIN IMMEDIATE; {_STEPS[layout]} PRAGMA user_version = {LAYOUT}; COMMIT;")
    if connection.execute("PRAGMA auto_vacuum").fetchone() != (_INCREMENTAL,):
        # Where there is no room for a copy the file stays as large as it once was.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("VACUUM")
    [(verdict,), *_] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    if connection.execute("SELECT count(*) FROM spool").fetchone() != (1,):
        raise sqlite3.DatabaseError("the spool has no identifier")
