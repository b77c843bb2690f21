"""Whose law can compel the operator of a partition or site: its own country's and that of its parent.

The operator of the building that a site stands in counts only where it has logical access to the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from policy.facts import Housing, Operator, valid_at
from policy.law_reach import reach_of
from policy.takeovers import Takeover, days_of_change, identifier, owner
from policy.words import site_name
from wolkenzicht.model import Jurisdiction, LawReach

_REMEMBERED = 4096
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LawOver:
    """The law over the operator of a place: jurisdictions, how far foreign law reaches, recent takeovers.

    `jurisdictions` is empty where the operator is not known; `takeovers` are in order of name.
    """

    jurisdictions: tuple[Jurisdiction, ...]
    reach: LawReach
    takeovers: tuple[Takeover, ...]

    def touching(self, created: datetime | None) -> tuple[str, ...]:
        """The names of the takeovers that an asset lived through; None where its creation is not known."""
        return tuple(each.identifier for each in self.takeovers if each.touches(created))


class JurisdictionRules:
    """Finds the operators of a partition; an ODC's partition is its site, known by its names.

    Given all rows, of whatever period: `as_at` says which hold, and the earlier ones who owned an operator
    before. `eea` has the codes of the EER on that day, `open_days` says how long a takeover is recent.
    """

    def __init__(
        self,
        operators: Iterable[Operator],
        housings: Iterable[Housing],
        *,
        eea: frozenset[str],
        as_at: date,
        open_days: int,
    ) -> None:
        self._by_partition: dict[tuple[str, str], list[Operator]] = {}
        for operator in operators:
            for name in {site_name(each) for each in (operator.partition, *operator.aliases)}:
                self._by_partition.setdefault((operator.provider, name), []).append(operator)
        self._housings: dict[tuple[str, str], list[Housing]] = {}
        for each in housings:
            self._housings.setdefault((each.provider, each.site), []).append(each)
        self._as_at, self._open_days = as_at, open_days
        #: The codes of the EER on that day.
        self.eea = eea
        #: The providers whose sites stand in buildings that the facts tell of.
        self.housed = frozenset(provider for provider, _ in self._housings)
        #: of(provider, partition, location): shared by all assets of one place.
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)

    def operators_of(
        self, provider: str, partition: str, location: str, on: date | None = None
    ) -> tuple[Operator, ...]:
        """The rows of that region where there are any, else all rows of the partition; of today or a day."""
        rows = [
            row
            for row in self._by_partition.get((provider, site_name(partition)), [])
            if valid_at(row.valid_from, row.valid_until, on or self._as_at)
        ]
        exact = [row for row in rows if row.location == location and location]
        general = [row for row in rows if not row.location]
        return tuple(exact or general or rows)

    def housing_of(self, provider: str, partition: str, on: date | None = None) -> Housing | None:
        """In whose building a site stands; None where the facts do not say."""
        for row in self.operators_of(provider, partition, "", on):
            for each in self._housings.get((provider, row.partition), []):
                if valid_at(each.valid_from, each.valid_until, on or self._as_at):
                    return each
        return None

    def concerned(
        self, provider: str, partition: str, location: str, on: date | None = None
    ) -> tuple[Operator | Housing, ...]:
        """All whose law counts: the operators, and who runs the building where it has logical access."""
        operators = self.operators_of(provider, partition, location, on)
        housing = self.housing_of(provider, partition, on)
        return (*operators, housing) if housing and housing.logical_access else operators

    def _of(self, provider: str, partition: str, location: str) -> LawOver:
        operators = self.concerned(provider, partition, location)
        owners = dict.fromkeys(each.parent_country for each in operators)
        own = dict.fromkeys(each.country for each in operators if each.country)
        takeovers = {each.identifier: each for each in self._takeovers(provider, partition, location)}
        return LawOver(
            jurisdictions=tuple(_jurisdiction(country, operators) for country in owners | own),
            reach=reach_of(operators, self.eea),
            takeovers=tuple(takeovers[name] for name in sorted(takeovers)),
        )

    def _takeovers(self, provider: str, partition: str, location: str) -> Iterator[Takeover]:
        """On each recent day of change the operators whose owner owned none of them the day before.

        Where no operator was known the day before there was no owner to take it over from.
        """
        for day in self._recent_days(provider, partition):
            before = dict.fromkeys(map(owner, self.concerned(provider, partition, location, day - _DAY)))
            for row in self.concerned(provider, partition, location, day) if before else ():
                if owner(row) not in before:
                    yield Takeover(
                        identifier=identifier(row, day),
                        day=day,
                        operator=row.name,
                        before=tuple(before),
                        owner=owner(row),
                        into_foreign_law=row.parent_country not in self.eea,
                        source=row.source,
                    )

    def _recent_days(self, provider: str, partition: str) -> list[date]:
        operators = self._by_partition.get((provider, site_name(partition)), [])
        sites = {each.partition for each in operators}
        rows: list[Operator | Housing] = [*operators]
        for site in sites:
            rows += self._housings.get((provider, site), [])
        days = {day for row in rows for day in days_of_change(row)}
        return sorted(day for day in days if 0 <= (self._as_at - day).days < self._open_days)


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
