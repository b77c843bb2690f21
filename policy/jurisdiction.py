"""Whose law can compel the operator of a partition or site: its own country's and that of its parent.

The operator of the building that a site stands in counts only where it has logical access to the site.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from policy.facts import Housing, Operator
from policy.words import site_name
from wolkenzicht.model import Jurisdiction

_REMEMBERED = 4096


class JurisdictionRules:
    """Finds the operators of a partition; an ODC's partition is its site, known by its names."""

    def __init__(self, operators: Iterable[Operator], housings: Iterable[Housing]) -> None:
        self._by_partition: dict[tuple[str, str], list[Operator]] = {}
        for operator in operators:
            for name in {site_name(each) for each in (operator.partition, *operator.aliases)}:
                self._by_partition.setdefault((operator.provider, name), []).append(operator)
        self._housings = {(each.provider, each.site): each for each in housings}
        #: The providers whose sites stand in buildings that the facts tell of.
        self.housed = frozenset(provider for provider, _ in self._housings)
        #: of(provider, partition, location): a shared tuple, empty where the operator is not known.
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)

    def operators_of(self, provider: str, partition: str, location: str) -> tuple[Operator, ...]:
        """The rows of that region where there are any, else all rows of the partition."""
        rows = self._by_partition.get((provider, site_name(partition)), [])
        exact = [row for row in rows if row.location == location and location]
        general = [row for row in rows if not row.location]
        return tuple(exact or general or rows)

    def housing_of(self, provider: str, partition: str) -> Housing | None:
        """In whose building a site stands; None where the facts do not say."""
        rows = self._by_partition.get((provider, site_name(partition)), [])
        return self._housings.get((provider, rows[0].partition)) if rows else None

    def _of(self, provider: str, partition: str, location: str) -> tuple[Jurisdiction, ...]:
        operators: tuple[Operator | Housing, ...] = self.operators_of(provider, partition, location)
        housing = self.housing_of(provider, partition)
        if housing and housing.logical_access:
            operators += (housing,)
        owners = dict.fromkeys(each.parent_country for each in operators)
        own = dict.fromkeys(each.country for each in operators if each.country)
        return tuple(_jurisdiction(country, operators) for country in owners | own)


def _jurisdiction(country: str, operators: Iterable[Operator | Housing]) -> Jurisdiction:
    """One jurisdiction per country; where several operators lead to it, each link names them all."""
    concerned = [each for each in operators if country in (each.parent_country, each.country)]
    links = [" or ".join(dict.fromkeys(each.name for each in concerned))]
    if any(each.parent_country == country for each in concerned):
        links.append(" or ".join(dict.fromkeys(each.parent for each in concerned)))
    laws = {
        f"{law.name}: {law.status}": None for each in concerned for law in each.laws if law.country == country
    }
    return Jurisdiction(country, tuple(dict.fromkeys(links)), tuple(laws))
