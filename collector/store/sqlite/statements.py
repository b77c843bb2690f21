"""Rows that are inserted many in one statement: run for each row, every index is opened and closed again."""

from __future__ import annotations

import re
from functools import lru_cache

#: Rows of one statement.
STEP = 250
#: SQLite takes so many values in one statement (SQLITE_MAX_VARIABLE_NUMBER, since 3.32).
MOST_VALUES = 32_766

_PLAIN_INSERT = re.compile(r"(\s*INSERT INTO \w+ \([\w\s,]+\)\s+VALUES )(\([?,\s]+\))\s*")


@lru_cache(maxsize=512)
def insert_of_many(statement: str) -> str | None:
    """The statement that inserts `STEP` rows where this one inserts one; None for any other statement."""
    match = _PLAIN_INSERT.fullmatch(statement)
    if match is None or match[2].count("?") * STEP > MOST_VALUES:
        return None
    return match[1] + ", ".join([match[2]] * STEP)
