"""On which line of a TOML file a key stands; good enough to point a person to it."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(?P<open>\[\[?)\s*(?P<name>[^\]\[]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_\-.\"' ]+?)\s*=")


def find(source: str, key: str) -> int | None:
    """The line (from 1) of a dotted key such as `alerts.route[1].url`, else of its section, else None."""
    section_line: int | None = None
    table = ""
    seen: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _plain(header["name"])
            if header["open"] == "[[":
                index = seen.get(table, -1) + 1
                seen[table] = index
                table = f"{table}[{index}]"
            if table == key:
                return number
            if key.startswith(f"{table}."):
                section_line = number
        elif assignment := _KEY.match(line):
            name = _plain(assignment["key"])
            full = f"{table}.{name}" if table else name
            if full == key:
                return number
            if key.startswith((f"{full}.", f"{full}[")):
                section_line = number
    return section_line


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
