"""Which exemption a finding stands under: by its organisation, its kind, and what its asset is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collector.store.sql.clock import from_micros
from collector.store.sql.database import Connection
from policy.asset_facts import ASSET, values_of
from policy.language.expression import Expression, compile_expression
from policy.language.nodes import ExpressionError
from wolkenzicht import wire
from wolkenzicht.v1 import asset_pb2

_IN_FORCE = """
    SELECT exemption_id, organisation, kinds, scope, decision, last_day FROM exemption
    -- fan-out: an exemption is of an organisation and all below it
    WHERE ended IS NULL AND last_day >= ? ORDER BY recorded, exemption_id
"""
_PARENTS = "SELECT organisation, parent FROM organisation"


@dataclass(frozen=True, slots=True)
class InForce:
    """An exemption that holds; `scope` is None where the language of rules no longer reads it."""

    exemption_id: str
    organisation: str
    kinds: frozenset[str]
    scope: Expression | None
    decision: str
    last_day: date


class Exempting:
    """The exemptions that hold for one organisation on a day."""

    def __init__(self, held: Iterable[InForce]) -> None:
        self._held = tuple(held)
        self._kinds = frozenset(kind for each in self._held for kind in each.kinds)

    def covering(self, kind: str, asset: asset_pb2.Asset | None, now: str = "") -> InForce | None:
        """The exemption for a finding of this kind about an asset: the one that it has `now`, else the first.

        A scope that depends on what is not known of the asset does not hold.
        """
        if asset is None or kind not in self._kinds:
            return None
        values = values_of(wire.decode_asset(asset))
        found = [
            each
            for each in self._held
            if kind in each.kinds and each.scope is not None and each.scope.evaluate(values).answer is True
        ]
        return next((each for each in found if each.exemption_id == now), found[0] if found else None)


def load(connection: Connection, organisation: str, moment: int) -> Exempting:
    """The exemptions of an organisation and of those above it."""
    held = in_force(connection, from_micros(moment))
    if not held:
        return Exempting(())
    above = with_those_above(organisation, parents(connection))
    return Exempting(each for each in held if each.organisation in above)


def parents(connection: Connection) -> dict[str, str]:
    """The organisation above each, empty at the top."""
    return dict(connection.execute(_PARENTS).fetchall())


def with_those_above(organisation: str, parents_of: Mapping[str, str]) -> set[str]:
    """An organisation and all above it."""
    found: set[str] = set()
    while organisation and organisation not in found:
        found.add(organisation)
        organisation = parents_of.get(organisation, "")
    return found


def in_force(connection: Connection, now: datetime) -> list[InForce]:
    """All that hold, the first recorded first."""
    return [
        InForce(
            exemption_id,
            organisation,
            frozenset(kinds.split()),
            _compiled(scope),
            decision,
            date.fromisoformat(last_day),
        )
        for exemption_id, organisation, kinds, scope, decision, last_day in connection.execute(
            _IN_FORCE, (now.date().isoformat(),)
        )
    ]


def _compiled(scope: str) -> Expression | None:
    try:
        return compile_expression(scope, ASSET, {})
    except ExpressionError:
        # Recorded under an earlier version of the language: what is exempted must be decided anew.
        return None


#: How long before its end an exemption is told of.
AHEAD = timedelta(days=30)
