"""What the statements of the store ask of a database: connections, transactions, locks, numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

#: How many values one statement asks for at once.
CHUNK = 500

#: What a store says of itself in `made_by` once it is elsewhere, and to who is still writing to it.
MOVED = "moved"
MOVED_AWAY = "the store was moved: set [store] url to where it is, and start again"

#: Values of the question marks, or of the names behind colons.
Parameters = Sequence[Any] | Mapping[str, Any]
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Unfit(Exception):  # noqa: N818  # nothing is wrong with the database
    """A value that this database cannot keep, such as a text too long for an index; nothing was written."""


class Rows(Protocol):
    """What a statement gave; rows are tuples."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row, None behind the last."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """The rows that are left."""


class Connection(Protocol):
    """A connection inside a transaction.

    Statements are written once for every database: `?` and `:name` stand for values; texts are compared byte
    by byte; what a person would call a yes or no is the number 1 or 0.
    """

    def execute(self, statement: str, parameters: Parameters = ..., /) -> Rows:
        """Run a statement."""

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> object:
        """Run a statement for each set of values, without a round trip for each."""

    def among(self, statement: str, *parameters: Any) -> Rows:
        """Run a statement in which `IN ({values})` stands where a parameter is a list, of `CHUNK` at most."""

    def asset_numbers(self) -> Iterable[int]:
        """Numbers for new assets, rising, above all that were handed out to this tenant before."""

    def lock(self, subject: str) -> None:
        """Keep other transactions that lock the same subject waiting until this one ends."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """How a database keeps the words of assets, and is asked for those that have some.

    `insert` takes `:tenant`, `:asset_no` and `:words` (between spaces), `delete` the first two. `matching` is
    the query for the numbers of the assets of a question that `asked` writes: all words, each of more than
    one sign standing for those that begin with it, and one of the other words, where any is given.
    """

    insert: str
    delete: str
    matching: str
    asked: Callable[[Sequence[str], Sequence[str]], str]


class Database(Protocol):
    """An open database; safe for use from several threads."""

    @property
    def name(self) -> str:
        """As messages name it; without any password."""

    @property
    def shared(self) -> bool:
        """Whether other collectors may be at work on it."""

    @property
    def partitioned(self) -> bool:
        """Whether tables are divided by tenant, so that a statement had better name those it is about."""

    @property
    def words(self) -> WordIndex:
        """How it keeps words."""

    @property
    def errors(self) -> type[Exception]:
        """What its connections raise."""

    def writer(self, *, tenants: Iterable[str] = ()) -> AbstractContextManager[Connection]:
        """A connection in a transaction: durable on leaving, undone where anything is raised.

        Nobody else writes what belongs to these tenants meanwhile. Raises `StorageError` for what a person
        can do something about, and `Unfit`.
        """

    def reader(self) -> AbstractContextManager[Connection]:
        """A connection for this thread alone, which sees one moment of the store until left; cannot write."""

    def settle(self, tenant: str) -> None:
        """Wait until what can be seen of this tenant is as durable as what is acknowledged."""

    def again(self, work: Callable[[], _T], *, after_commit: bool) -> _T:
        """Do work, and do it again where it failed for what passes by itself: a lost connection, a deadlock.

        `after_commit` says that it may be done twice: that it was committed need not be known then.
        """

    def close(self) -> None:
        """Close every connection; closing twice changes nothing."""


_Self = TypeVar("_Self")
_Method = Callable[Concatenate[_Self, _P], _T]


def repeatable(method: _Method[_Self, _P, _T]) -> _Method[_Self, _P, _T]:
    """A method of the store that may be done twice: see `Database.again`."""
    return _again(method, after_commit=True)


def undone_first(method: _Method[_Self, _P, _T]) -> _Method[_Self, _P, _T]:
    """A method of the store that is done again only where the first attempt is known to be undone."""
    return _again(method, after_commit=False)


def _again(method: _Method[_Self, _P, _T], *, after_commit: bool) -> _Method[_Self, _P, _T]:
    @wraps(method)
    def again(self: _Self, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        database: Database = self._database  # type: ignore[attr-defined]  # every part of the store has one
        return database.again(lambda: method(self, *args, **kwargs), after_commit=after_commit)

    return cast("_Method[_Self, _P, _T]", again)


def chunks(values: Sequence[_T]) -> Iterator[list[_T]]:
    """Parts that fit into one statement."""
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])
