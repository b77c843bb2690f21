"""A PostgreSQL for benchmarks: durable as in earnest, and what its work cost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.postgresql import PostgresqlServer, running

#: Settings of a server that keeps what it acknowledged; memory as on a small machine.
SETTINGS = {"wal_level": "replica", "autovacuum": "on", "max_wal_size": "4GB", "shared_buffers": "256MB"}
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving() -> Iterator[PostgresqlServer]:
    """A running server, with fsync and synchronous_commit on."""
    with running(durable=True, **SETTINGS) as server:
        yield server


def cpu_seconds(server: PostgresqlServer) -> float:
    """Processor time of the server so far: of its processes now, and of those that have ended."""
    found = _times(server.process.pid, with_ended=True)
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return found + sum(_times(int(pid), with_ended=False) for pid in children)


def wal_bytes(server: PostgresqlServer) -> int:
    """Bytes of write-ahead log so far."""
    [(position,)] = server.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
    return int(position)


def size(server: PostgresqlServer, database: str) -> int:
    """Bytes of a database on disk, its indexes included."""
    server.execute("CHECKPOINT")
    [(found,)] = server.execute(f"SELECT pg_database_size('{database}')")
    return int(found)


def _times(pid: int, *, with_ended: bool) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended: its time now stands with the server's own
    return sum(int(each) for each in fields[11 : 15 if with_ended else 13]) / _TICKS
