"""How the store's database is reached: connections, transactions, locks, and when work is done again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any, TypeVar

import psycopg
from psycopg import conninfo, errors
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from collector.store.postgresql.failures import PassingError, cannot_connect, told
from collector.store.postgresql.schema import migrate, recognise
from collector.store.postgresql.statements import copy_of, translated
from collector.store.postgresql.statistics import Statistics
from collector.store.postgresql.words import WORDS
from collector.store.sql.database import MOVED, MOVED_AWAY, Parameters
from wolkenzicht.errors import StorageError

#: PostgreSQL's own number of the oldest version that will do.
OLDEST = 150_000
#: Numbers of assets are handed out in blocks of so many; it stands in the schema too.
BLOCK = 500
#: Connections of one collector: to write, and to read.
WRITERS, READERS = 4, 8
#: From so many rows on a COPY costs less than statements in a row.
_COPY_FROM = 4
#: Work that fails for what passes by itself is done again for so long (s).
PATIENCE = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
#: A server that does not answer is given so long (s); less where there are others to ask.
_CONNECT_SECONDS, _CONNECT_SECONDS_EACH = 10, 3
# Holds where the URL says nothing else. A server that may only be read is passed over; one whose machine lost
# its power says nothing, and is noticed all the same, whatever is on its way to it.
_USUAL: dict[str, str | int] = {
    "target_session_attrs": "read-write",
    "fallback_application_name": "wolkenzicht",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
#: Committed with anything less, a transaction may be on one machine only when its commit returns.
_DURABLE = frozenset({"on", "remote_apply"})
#: Where PostgreSQL waits for a second server; it says so in what it tells of a wait that somebody broke off.
_WAITS = "SyncRepWaitForLSN"

# A collector that fell away must not keep others waiting, nor may the network that did. Answers are short and
# found by an index: to start other processes for one, to compile it, to read a whole table takes longer.
_SESSION = """
    SET max_parallel_workers_per_gather = 0; SET jit = off; SET random_page_cost = 1.1;
    SET client_encoding = 'UTF8'; SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '120s';
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
"""
_SERVER = "SELECT current_setting('server_version_num')::int, current_setting('synchronous_commit')"
_LOCK_TENANTS = "SELECT tenant FROM tenant WHERE tenant = ANY(%s) ORDER BY tenant FOR NO KEY UPDATE"
# Writes to the log, so that its commit waits as any other does; waits for nobody who writes for this tenant.
_TOUCH = "SELECT tenant FROM tenant WHERE tenant = %s FOR KEY SHARE"
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ? ORDER BY column_name COLLATE "C"
"""
_TABLES = """
    SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
_SEQUENCES = """
    SELECT c.table_name, c.column_name, pg_get_serial_sequence(c.table_name, c.column_name)
    FROM information_schema.columns AS c
    WHERE c.table_schema = current_schema() AND c.is_identity = 'YES' ORDER BY c.table_name
"""
_Raw = psycopg.Connection[tuple[Any, ...]]
_T = TypeVar("_T")


class PostgresqlConnection:
    """A connection inside a transaction, which takes statements as the store writes them."""

    def __init__(self, raw: _Raw) -> None:
        self._raw = raw
        self._block = iter(range(0))
        #: Rows that were copied into tables.
        self.copied = 0

    def execute(self, statement: str, parameters: Parameters = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run a statement."""
        return self._raw.execute(translated(statement), parameters, binary=True)

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> None:
        """Run a statement for each set of values: as a COPY where it only inserts, else in one go."""
        given = list(parameters)
        if not given:
            return
        copy = copy_of(statement) if len(given) >= _COPY_FROM else None
        with self._raw.cursor() as cursor:
            if copy is None:
                cursor.executemany(translated(statement), given)
                return
            with cursor.copy(copy) as copying:
                self.copied += len(given)
                for each in given:
                    copying.write_row(each)  # type: ignore[arg-type]  # question marks have no names

    def among(self, statement: str, *parameters: Any) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run a statement with a list as one value."""
        return self.execute(statement, parameters)

    def asset_numbers(self) -> Iterator[int]:
        """Numbers from a block of this transaction's own; what is left of it is never used.

        So they rise for a tenant, whose lock this transaction holds, whatever other collectors do.
        """
        while True:
            number = next(self._block, None)
            if number is None:
                ((first,),) = self._raw.execute("SELECT nextval('asset_number')")
                self._block = iter(range(first, first + BLOCK))
                continue
            yield number

    def lock(self, subject: str) -> None:
        """Keep other transactions that lock the same subject waiting until this one ends."""
        self._raw.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"wolkenzicht {subject}",))

    def columns(self, table: str) -> list[str]:
        """The columns of a table, sorted."""
        return [name for (name,) in self.execute(_COLUMNS, (table,))]

    def defer_checks(self) -> None:
        """Let references between tables be checked at the end of the transaction."""
        self._raw.execute("SET CONSTRAINTS ALL DEFERRED")

    def freeze(self) -> None:
        """Keep everybody else from writing until the transaction ends; who reads goes on."""
        self._raw.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        tables = [table for (table,) in self._raw.execute(_TABLES)]
        self._raw.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")

    def numbers(self) -> dict[str, int]:
        """The highest number that was handed out, of every table that numbers its rows."""
        found = {table: self._last(sequence) for table, _, sequence in self._sequences()}
        return found | {"asset": self._last("asset_number") + BLOCK}

    def raise_numbers(self, numbers: dict[str, int]) -> None:
        """Hand out higher ones from now on, and than those of the rows that are there."""
        for table, column, sequence in [*self._sequences(), ("asset", "asset_no", "asset_number")]:
            statement = f"SELECT coalesce(max({column}), 0) FROM {table}"  # noqa: S608  # our own names
            ((highest,),) = self._raw.execute(statement)
            number = max(highest, numbers.get(table, 0), self._last(sequence))
            self._raw.execute("SELECT setval(%s::regclass, %s)", (sequence, max(number, 1)))

    def mark_moved(self, place: str) -> None:
        """Refuse to be opened, and take no frames, from now on: the store is elsewhere."""
        self.execute("INSERT INTO made_by VALUES (?, ?)", (MOVED, place))
        self._raw.execute(
            "CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MOVED_AWAY}'; END $$"
        )
        self._raw.execute(
            "CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON stream_position "
            "FOR EACH STATEMENT EXECUTE FUNCTION moved()"
        )

    def _sequences(self) -> list[tuple[str, str, str]]:
        return self._raw.execute(_SEQUENCES).fetchall()

    def _last(self, sequence: str) -> int:
        last_value = "CASE WHEN is_called THEN last_value ELSE 0 END"
        ((last,),) = self._raw.execute(f"SELECT {last_value} FROM {sequence}")  # noqa: S608  # our own names
        return int(last)


class PostgresqlDatabase:
    """One database, open for writers and readers; safe for use from several threads.

    Raises `StorageError`, with what to do, where it cannot be used. A collector that starts together with its
    server waits for it for a while.
    """

    words = WORDS
    errors: type[Exception] = psycopg.Error
    shared = True
    partitioned = True

    def __init__(self, url: str, *, create: bool = False, partitions: int = 16) -> None:
        self._url = url
        self.name = masked(url)
        self._closed = False
        self._statistics = Statistics()
        self._lock = threading.Lock()
        self._idle: dict[bool, list[_Raw]] = {False: [], True: []}
        self._room = {
            False: threading.BoundedSemaphore(READERS),
            True: threading.BoundedSemaphore(WRITERS),
        }
        try:
            self.again(lambda: self._prepare(partitions, create=create), after_commit=True)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writer(self, *, tenants: Iterable[str] = ()) -> Iterator[PostgresqlConnection]:
        """A connection in a transaction that holds the locks of these tenants; see `Database.writer`."""
        with self._borrowed("BEGIN", writes=True) as raw:
            with self._told(raw):
                named = sorted(tenants)
                if named:
                    raw.execute(_LOCK_TENANTS, (named,))
                connection = PostgresqlConnection(raw)
                yield connection
                self._statistics.wrote(raw, connection.copied)
            self._commit(raw)

    def settle(self, tenant: str) -> None:
        """Wait until what can be seen of this tenant is as durable as what is acknowledged.

        A server that fell over while it waited for a second one shows, once it is back, what only it has.
        """
        with self._borrowed("BEGIN", writes=True) as raw:
            with self._told(raw):
                raw.execute(_TOUCH, (tenant,))
            self._commit(raw)

    @contextmanager
    def reader(self) -> Iterator[PostgresqlConnection]:
        """A connection for this thread alone, which sees one moment of the store until left."""
        with (
            self._borrowed("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", writes=False) as raw,
            self._told(raw),
        ):
            yield PostgresqlConnection(raw)

    def again(self, work: Callable[[], _T], *, after_commit: bool) -> _T:
        """Do work, and again for a while where it fails for what passes by itself; see `Database.again`."""
        deadline = time.monotonic() + PATIENCE
        pause = _FIRST_PAUSE
        while True:
            try:
                return work()
            except PassingError as error:
                if (error.committed and not after_commit) or time.monotonic() + pause > deadline:
                    raise
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # keeps collectors apart, no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    def close(self) -> None:
        """Close every connection; closing twice changes nothing."""
        with self._lock:
            self._closed = True
            idle = [raw for kept in self._idle.values() for raw in kept]
            for kept in self._idle.values():
                kept.clear()
        for raw in idle:
            raw.close()

    def _prepare(self, partitions: int, *, create: bool) -> None:
        with self._borrowed("BEGIN", writes=True) as raw:
            with self._told(raw):
                recognise(raw, self.name, create=create)
                migrate(raw, self.name, partitions)
            self._commit(raw)

    def _commit(self, raw: _Raw) -> None:
        """Commit; raises `PassingError` where the second server was not waited for to the end."""
        broken_off: list[str] = []

        def hear(said: errors.Diagnostic) -> None:
            if said.source_function == _WAITS:
                broken_off.append(" ".join((said.message_primary or "").split()))

        raw.add_notice_handler(hear)
        try:
            with self._told(raw, committing=True):
                raw.execute("COMMIT")
        finally:
            raw.remove_notice_handler(hear)
        if broken_off:
            message = f"store '{self.name}': it may not be on a second server yet ({broken_off[0]})"
            raise PassingError(message, committed=True)

    @contextmanager
    def _borrowed(self, begin: str, *, writes: bool) -> Iterator[_Raw]:
        """A connection in a new transaction, which is undone unless it was committed."""
        with self._room[writes]:
            raw = self._begun(begin, writes=writes)
            try:
                yield raw
            finally:
                self._give_back(raw, writes=writes)

    def _begun(self, begin: str, *, writes: bool) -> _Raw:
        while True:
            with self._lock:
                if self._closed:
                    raise StorageError(f"store '{self.name}' is closed: open it again")
                raw = self._idle[writes].pop() if self._idle[writes] else None
            if raw is None:
                return self._connected(begin)
            try:
                raw.execute(begin)
            except psycopg.Error:
                raw.close()  # it was lost while nobody used it
            else:
                return raw

    def _give_back(self, raw: _Raw, *, writes: bool) -> None:
        try:
            if not raw.closed and raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                raw.execute("ROLLBACK")
        except psycopg.Error:
            raw.close()
        with self._lock:
            if not raw.closed and not self._closed:
                self._idle[writes].append(raw)
                return
        raw.close()

    def _connected(self, begin: str) -> _Raw:
        try:
            raw = psycopg.connect(with_usual(self._url), autocommit=True)
        except psycopg.Error as error:
            raise cannot_connect(self.name, error) from error
        with self._told(raw):
            try:
                self._set_up(raw)
                raw.execute(begin)
            except BaseException:
                raw.close()
                raise
        return raw

    def _set_up(self, raw: _Raw) -> None:
        # Numbers are sent as what the columns hold, so that a statement is planned once.
        raw.adapters.register_dumper(int, Int8Dumper)
        raw.adapters.register_dumper(int, Int8BinaryDumper)
        raw.execute(_SESSION)
        ((version, durable),) = raw.execute(_SERVER)
        if version < OLDEST:
            raise StorageError(
                f"store '{self.name}': PostgreSQL {version // 10_000} is too old: 15 or newer is needed"
            )
        if durable not in _DURABLE:
            # What is acknowledged is durable, on a second server too where there is one, whatever is usual.
            raw.execute("SET synchronous_commit = on")

    @contextmanager
    def _told(self, raw: _Raw, *, committing: bool = False) -> Iterator[None]:
        """Turn the server's failures that a person can do something about into `StorageError`."""
        try:
            yield
        except psycopg.Error as error:
            reason = told(self.name, error, committing=committing, lost=raw.closed)
            if isinstance(error, errors.ReadOnlySqlTransaction):
                raw.close()  # who writes is another server by now: connect anew
            if reason is error:
                raise
            raise reason from error


def masked(url: str) -> str:
    """A URL as messages show it: where and as whom, never with a password."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "postgresql://…"
    if parts.get("service"):
        return f"postgresql://?service={parts['service']}"
    user = f"{parts['user']}@" if parts.get("user") else ""
    return f"postgresql://{user}{_hosts(parts)}/{parts.get('dbname') or ''}"


def _hosts(parts: Mapping[str, Any]) -> str:
    """Hosts with their ports; one port stands for all."""
    hosts = str(parts.get("host") or "").split(",")
    ports = str(parts.get("port") or "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    return ",".join(f"{host}{port and f':{port}'}" for host, port in zip_longest(hosts, ports, fillvalue=""))


def with_usual(url: str) -> str:
    """A URL with what holds where it says nothing; raises what psycopg does for one that is none."""
    said = conninfo.conninfo_to_dict(url)
    several = "," in str(said.get("host") or said.get("hostaddr") or "")
    seconds = _CONNECT_SECONDS_EACH if several else _CONNECT_SECONDS
    return conninfo.make_conninfo("", **{"connect_timeout": seconds, **_USUAL, **said})


__all__: Sequence[str] = ("OLDEST", "PostgresqlConnection", "PostgresqlDatabase", "masked")
