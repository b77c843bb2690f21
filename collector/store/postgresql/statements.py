"""How a statement of the store is written for psycopg, and which rows can be copied instead of inserted."""

from __future__ import annotations

import re
from functools import lru_cache

#: Texts and comments are left alone but for percent signs, which psycopg wants doubled.
_PIECES = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"[^"]*")"""
    r"|(?P<comment>--[^\n]*)"
    r"|(?P<cast>::)"
    r"|(?P<list>\bIN\s*\(\{values\}\))"
    r"|(?P<mark>\?)"
    r"|:(?P<name>[a-z_]+)"
    r"|(?P<percent>%)"
)
_PLAIN_INSERT = re.compile(r"\s*INSERT INTO (\w+) \(([\w\s,]+)\)\s+VALUES \([?,\s]+\)\s*")


@lru_cache(maxsize=2048)
def translated(statement: str) -> str:
    """The statement with `%s` for a question mark, `%(name)s` for a name and `= ANY(%s)` for a list."""
    return _PIECES.sub(_piece, statement)


def _piece(match: re.Match[str]) -> str:
    if match["mark"]:
        return "%s"
    if match["name"]:
        return f"%({match['name']})s"
    if match["list"]:
        return "= ANY(%s)"
    return match[0].replace("%", "%%")


@lru_cache(maxsize=512)
def copy_of(statement: str) -> str | None:
    """The COPY that does what an INSERT of nothing but values does; None for any other statement."""
    match = _PLAIN_INSERT.fullmatch(statement)
    return f"COPY {match[1]} ({match[2]}) FROM STDIN" if match else None
