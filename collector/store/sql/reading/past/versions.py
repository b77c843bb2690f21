"""How the versions of one asset are read, page by page: every one that was ever known."""

from __future__ import annotations

from typing import Any

from collector.store.base import Sight, VersionRow
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database
from collector.store.sql.reading.conditions import Condition, Seen, past
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_ORDER = ("u.recorded", "u.valid_from", "u.tenant")
_SCAN = "LEFT JOIN scan AS s ON s.tenant = x.tenant AND s.scan_no = x.scan_no AND x.scan_no > 0"
# What held for no time and was known for none is nobody's version.
_VERSIONS = f"""
    SELECT u.* FROM (
        SELECT x.record, x.tenant, t.organisation, x.changed AS valid_from, CAST(NULL AS BIGINT) AS valid_to,
            x.recorded, CAST(NULL AS BIGINT) AS superseded, CAST(NULL AS BIGINT) AS withdrawn, 0 AS removed,
            s.scan_id, s.agent_version
        FROM asset AS x JOIN tenant AS t ON t.tenant = x.tenant {_SCAN}
        {{seen}}
        UNION ALL
        SELECT x.record, x.tenant, t.organisation, x.valid_from, x.valid_to, x.recorded, x.superseded,
            x.withdrawn, x.removed, s.scan_id, s.agent_version
        FROM asset_version AS x JOIN tenant AS t ON t.tenant = x.tenant {_SCAN}
        {{seen}} AND (x.valid_to > x.valid_from OR x.superseded > x.recorded)
    ) AS u
    {{wanted}}
    ORDER BY {", ".join(f"{each} DESC" for each in _ORDER)} LIMIT ?
"""


def page(
    database: Database, sight: Sight, asset_id: str, after: tuple[str, ...], limit: int
) -> list[tuple[VersionRow, tuple[str, ...]]]:
    """As `Reading.history`; a position is when it was recorded and began (microseconds), and the tenant."""
    rows = Seen(database, sight).rows_of_parts(
        _VERSIONS,
        [Condition("x.asset_id = ?", (asset_id,))],
        past(_ORDER, after, reverse=True),
        (limit,),
    )
    return [(_row(row), (str(row[5]), str(row[3]), row[1])) for row in rows]


def _row(row: tuple[Any, ...]) -> VersionRow:
    record, tenant, organisation, *times, removed, scan_id, agent_version = row
    valid_from, valid_to, recorded, superseded, withdrawn = (
        None if each is None else from_micros(each) for each in times
    )
    assert valid_from is not None  # noqa: S101  # neither may be empty in the schema
    assert recorded is not None  # noqa: S101
    return VersionRow(
        record=ClassifiedAsset.FromString(record),
        tenant=tenant,
        organisation=organisation,
        valid_from=valid_from,
        valid_to=valid_to,
        recorded=recorded,
        superseded=superseded,
        withdrawn=withdrawn,
        removed=bool(removed),
        scan_id=scan_id or "",
        agent_version=agent_version or "",
    )
