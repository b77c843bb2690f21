"""How what kept assets name is written down once, in steps, and what follows when all was looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from collector.store.sqlite.ingest.frame import chunks, with_marks
from collector.store.sqlite.ingest.trust import doubt
from collector.store.sqlite.people import links

_POSITION = "SELECT position, finished FROM link_filling WHERE tenant = ? AND reading = ?"
_KNOWN = "SELECT asset_id, named FROM asset_link WHERE tenant = ? AND asset_id IN ({values})"
# What other links were found by an earlier reading is still to be judged: it goes on counting.
_ADVANCE = """
    INSERT INTO link_filling (tenant, reading, position, changed) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant) DO UPDATE SET reading = excluded.reading, position = excluded.position,
        changed = changed + excluded.changed, finished = 0
"""
_FINISH = """
    INSERT INTO link_filling (tenant, reading, finished) VALUES (?, ?, 1)
    ON CONFLICT (tenant) DO UPDATE SET reading = excluded.reading, changed = 0, finished = 1
"""


def position(connection: sqlite3.Connection, tenant: str, reading: str) -> int | None:
    """As `People.link_position`."""
    row = connection.execute(_POSITION, (tenant, reading)).fetchone()
    if row is None:
        return 0
    return None if row[1] else int(row[0])


def fill(
    connection: sqlite3.Connection, tenant: str, reading: str, named: Mapping[str, Sequence[str]], after: int
) -> None:
    """As `People.fill_links`."""
    known: dict[str, set[str]] = {}
    for part in chunks(list(named)):
        for asset_id, other in connection.execute(with_marks(_KNOWN, len(part)), (tenant, *part)):
            known.setdefault(asset_id, set()).add(other)
    differing = {key: others for key, others in named.items() if set(others) != known.get(key, set())}
    links.keep(connection, tenant, differing)
    connection.execute(_ADVANCE, (tenant, reading, after, len(differing)))


def finish(connection: sqlite3.Connection, tenant: str, reading: str) -> int:
    """As `People.links_filled`."""
    row = connection.execute("SELECT changed FROM link_filling WHERE tenant = ?", (tenant,)).fetchone()
    changed = int(row[0]) if row else 0
    if changed:
        doubt(connection, [tenant])
    connection.execute(_FINISH, (tenant, reading))
    return changed
