"""What a configuration declares about where a private cloud stands, and how that becomes a location.

Site, operator and owner are separate: a government datacentre may stand on a commercial floor.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.odc.values import COUNTRY, fault
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

PROVIDER = "odc"
#: Where everything that is read of a private cloud is described.
DOCS = "docs/connectors-private-cloud.md"
#: Where the evidence says that a person stated it in the agent's configuration.
_EVIDENCE = "agent.toml:country"


@dataclass(frozen=True, slots=True)
class Place:
    """A site, its country as an ISO 3166-1 alpha-2 code, who runs the building and who owns it.

    An empty country means that nobody knows, and is judged so. Raises `ConfigurationError`.
    """

    site: str
    country: str = ""
    operator: str = ""
    owner: str = ""

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        for name, value in (("site", self.site), ("operator", self.operator), ("owner", self.owner)):
            if reason := fault(value, naming=True):
                raise ConfigurationError(f"{name}: {reason}")
        if not self.site.strip():
            raise ConfigurationError("site: is empty; name the site that the source describes")
        if self.country and not COUNTRY.fullmatch(self.country):
            raise ConfigurationError(
                f"country: {self.country!r} is no ISO 3166-1 alpha-2 code; write two letters, such as NL"
            )

    def location(self, operation: Operation) -> DataLocation:
        """The site, where something is done with data."""
        return DataLocation(
            operation=operation,
            location=self.site,
            certainty=Certainty.DECLARED if self.country else Certainty.UNKNOWN,
            evidence=(Evidence(_EVIDENCE, self.country.upper()),),
            declared_countries=(self.country.upper(),) if self.country else (),
        )

    def facts(self) -> dict[str, str]:
        """Operator and owner of the site as properties."""
        return facts(self.operator, self.owner)


def facts(operator: str, owner: str) -> dict[str, str]:
    """Operator and owner of a site as properties, as far as they are known."""
    return {
        key: value for key, value in (("site_operator", operator), ("site_owner", owner)) if value.strip()
    }


def properties(values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Properties sorted by name, without those that are empty."""
    return tuple(sorted((key, value) for key, value in values.items() if value))
