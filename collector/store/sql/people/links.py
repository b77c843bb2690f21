"""Which assets stand behind one of material use: by what their own records name, in either direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from collector.store.base.people import Link
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Connection, chunks
from policy.statements import MAX_HOPS, hops_of
from wolkenzicht.model import MaterialUse
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

#: The other end of every link of an asset: what it names, and what names it.
_ENDS = """
    SELECT l.asset_id AS own, l.named AS other FROM asset_link AS l
    WHERE l.tenant = ? AND l.asset_id IN ({values})
    UNION
    SELECT l.named, l.asset_id FROM asset_link AS l
    WHERE l.tenant = ? AND l.named IN ({values})
"""
_MATERIAL = f"""
    SELECT e.own, a.asset_id, a.record FROM ({_ENDS}) AS e
    JOIN asset AS a ON a.tenant = ? AND a.asset_id = e.other
    WHERE a.material = '{MaterialUse.MATERIAL}' AND e.own <> e.other ORDER BY e.own, a.asset_id
"""  # noqa: S608  # our own words
_QUEUE = f"""
    INSERT INTO judge_again (organisation, system, tenant, asset_id, created)
    SELECT DISTINCT '', '', a.tenant, e.other, CAST(? AS BIGINT) FROM ({_ENDS}) AS e
    JOIN asset AS a ON a.tenant = ? AND a.asset_id = e.other
    WHERE e.own <> e.other AND NOT EXISTS (
        SELECT 1 FROM judge_again AS q WHERE q.tenant = a.tenant AND q.asset_id = e.other)
"""  # noqa: S608  # our own words


def any_links(connection: Connection, tenant: str) -> bool:
    """Whether anything of a tenant names another asset."""
    row = connection.execute("SELECT 1 FROM asset_link WHERE tenant = ? LIMIT 1", (tenant,)).fetchone()
    return row is not None


def keep(connection: Connection, tenant: str, named: Mapping[str, Sequence[str]]) -> None:
    """What each of these assets names now; what it named before is forgotten."""
    connection.executemany(
        "DELETE FROM asset_link WHERE tenant = ? AND asset_id = ?", [(tenant, asset_id) for asset_id in named]
    )
    connection.executemany(
        "INSERT INTO asset_link (tenant, asset_id, named) VALUES (?, ?, ?)",
        [(tenant, asset_id, other) for asset_id, others in named.items() for other in dict.fromkeys(others)],
    )


def linked(connection: Connection, tenant: str, asset_ids: Sequence[str]) -> dict[str, Link]:
    """As `People.linked`: the nearest one counts, of several the first by name, over three links at most."""
    found: dict[str, Link] = {}
    for part in chunks(asset_ids):
        for own, other, record in connection.among(_MATERIAL, tenant, part, tenant, part, tenant):
            hops = hops_of(ClassifiedAsset.FromString(record).verdict.material_rule) + 1
            if hops <= MAX_HOPS and (own not in found or hops < found[own].hops):
                found[own] = Link(other, hops)
    return found


def queue_neighbours(
    connection: Connection, tenant: str, asset_ids: Iterable[str], now: datetime | int
) -> None:
    """Let be judged again what these assets name and what names them, for their material use changed."""
    moment = now if isinstance(now, int) else to_micros(now)
    for part in chunks(list(asset_ids)):
        connection.among(_QUEUE, moment, tenant, part, tenant, part, tenant)
