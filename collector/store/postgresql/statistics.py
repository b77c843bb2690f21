"""What the planner thinks of tables that grow quickly.

Autovacuum looks once a minute. Until then a first load is planned as if its tables were empty, when any index
that begins with the tenant is as good as another, and each look-up reads all of the tenant's assets.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

#: Rows that a process writes between two looks.
_EVERY = 1_000
#: Tables that are looked up by keys, and have more indexes that begin with the tenant.
_TABLES = ["asset", "asset_version", "finding", "finding_history"]
#: Partitions that grew to twice what they were when last analysed, from sixteen pages on.
_GROWN = """
    SELECT n.nspname, c.relname
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_class AS p ON p.oid = i.inhparent
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE p.relnamespace = current_schema()::regnamespace AND p.relname = ANY(%s)
        AND pg_relation_size(c.oid) / current_setting('block_size')::int > 2 * GREATEST(c.relpages, 8)
"""


class Statistics:
    """For the writers of one process; the look is at what all collectors wrote."""

    def __init__(self) -> None:
        self._written = 0

    def wrote(self, raw: psycopg.Connection[tuple[Any, ...]], rows: int) -> None:
        """So many rows were written in the transaction that is open: look whether tables grew."""
        self._written += rows
        if self._written < _EVERY:
            return
        self._written = 0
        for schema, table in raw.execute(_GROWN, (_TABLES,)).fetchall():
            # Who else analyses or vacuums it does the same.
            raw.execute(sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(sql.Identifier(schema, table)))
