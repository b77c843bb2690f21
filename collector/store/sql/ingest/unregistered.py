"""Which tenants have material use of a public cloud while their organisation has nothing in the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from collector.store.sql.groups import part_for
from collector.store.sql.ingest.lost import ALL, ONE, Sight
from policy.duties import ON_RECORD
from policy.operator_files import ODC
from wolkenzicht.model import FindingKind

_MATERIAL = """
    SELECT c.tenant FROM tenant AS t CROSS JOIN asset_count AS c
    WHERE c.tenant = t.tenant AND c.part = ? AND c.material = 'material' AND c.provider <> ? AND c.assets > 0
        AND @these
    GROUP BY c.tenant ORDER BY c.tenant
"""
_PARENTS = "SELECT organisation, parent FROM organisation ORDER BY organisation"
_IN_REGISTER = """
    SELECT organisation FROM system
    WHERE superseded IS NULL AND valid_from <= ? AND (valid_until IS NULL OR valid_until >= ?)
    GROUP BY organisation ORDER BY organisation
"""


def mark(
    connection: Connection,
    found: Sequence[Sight],
    now: int,
    clause_of: Callable[[str, FindingKind], str],
    tenant: str | None = None,
) -> None:
    """Say of tenants which duties the register does not fulfil; of those whose rules have none nothing.

    Systems of the organisation and of those above it count, as they do where assets are judged.
    """
    these, which = (ALL, ()) if tenant is None else (ONE, (tenant,))
    values = (part_for(frozenset({"provider"})), ODC, *which)
    material = {row[0] for row in connection.execute(_MATERIAL.replace("@these", these), values)}
    if not material:
        return
    today = from_micros(now).date().isoformat()
    in_register = {row[0] for row in connection.execute(_IN_REGISTER, (today, today))}
    parents = dict(connection.execute(_PARENTS).fetchall())
    for each in found:
        organisation = each.organisation
        while organisation and organisation not in in_register:
            organisation = parents.get(organisation, "")
        nothing = each.tenant in material and not organisation
        if nothing and clause_of(each.organisation, FindingKind.DUTY_MISSING):
            each.unregistered = ON_RECORD
