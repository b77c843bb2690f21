"""When a row held, as known at some time: the conditions that every statement about the past is made of.

What was known of a moment is never known before it, so `as_of` is at most `known_at`; nor does a version end
before it is known to. Hence all that held at `as_of` was superseded after it: that is what an index finds.
"""

from __future__ import annotations

from collector.store.base import Times
from collector.store.sql.clock import to_micros

_RECORDED = "{0}.recorded <= @known_at AND {0}.{1} <= @as_of"
_STOOD = (
    "({0}.superseded > @known_at OR ({0}.valid_to > @as_of "
    "AND ({0}.withdrawn IS NULL OR {0}.withdrawn > @known_at)))"
)


def present(alias: str, since: str) -> str:
    """The row that stands now already held then; `since` is the column that says from when it holds."""
    return f"({_RECORDED.format(alias, since)})"


def earlier(alias: str) -> str:
    """A row of a table of earlier versions held then."""
    stood, recorded = _STOOD.format(alias), _RECORDED.format(alias, "valid_from")
    return f"({alias}.superseded > @as_of AND {recorded} AND {stood})"


def any_version(alias: str) -> str:
    """A row held then, of a table where the version that stands now has no end."""
    recorded = _RECORDED.format(alias, "valid_from")
    return f"({recorded} AND ({alias}.superseded IS NULL OR {_STOOD.format(alias)}))"


def at(statement: str, times: Times) -> str:
    """The statement about these times; numbers stand in it themselves, for they stand in many places."""
    as_of, known_at = (str(to_micros(each)) for each in (times.as_of, times.known_at))
    return statement.replace("@as_of", as_of).replace("@known_at", known_at)
