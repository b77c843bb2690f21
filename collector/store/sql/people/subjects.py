"""Which asset or system a decision is about, by what a person calls it."""

from __future__ import annotations

from collector.store.base.people import DecisionSubject
from collector.store.sql.database import Connection
from policy.words import fold
from wolkenzicht.errors import ConfigurationError

_ASSETS = """
    SELECT t.organisation, a.tenant, a.asset_id FROM asset AS a JOIN tenant AS t ON t.tenant = a.tenant
    WHERE a.tenant IN (SELECT tenant FROM tenant) AND a.asset_id = ? AND (? = '' OR a.tenant = ?)
    ORDER BY a.tenant
"""
_SYSTEMS = """
    SELECT DISTINCT organisation, '', '', system FROM system
    WHERE superseded IS NULL AND folded = ? AND (? = '' OR organisation = ?) ORDER BY organisation
"""


def asset(connection: Connection, asset_id: str, tenant: str) -> DecisionSubject:
    """As `People.subject_of`."""
    rows = connection.execute(_ASSETS, (asset_id, tenant, tenant)).fetchall()
    if not rows:
        raise ConfigurationError(
            f"asset '{asset_id[:200]}' is not known here: give its identifier as 'assets list' has it"
        )
    if len(rows) > 1:
        tenants = ", ".join(row[1] for row in rows)
        raise ConfigurationError(
            f"asset '{asset_id[:200]}' stands in several tenants ({tenants}): say which with --tenant"
        )
    return DecisionSubject(*rows[0])


def system(connection: Connection, name: str, organisation: str) -> DecisionSubject:
    """As `People.subject_of_system`."""
    rows = connection.execute(_SYSTEMS, (fold(name), organisation, organisation)).fetchall()
    if not rows:
        raise ConfigurationError(f"system '{name[:200]}' is not in the register: see 'systems list'")
    if len({row[0] for row in rows}) > 1:
        owners = ", ".join(row[0] for row in rows)
        raise ConfigurationError(
            f"system '{name[:200]}' is one of several organisations ({owners}): say which with --organisation"
        )
    return DecisionSubject(*rows[-1])
