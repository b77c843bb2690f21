"""The made-up information systems of the demo, and where each of them runs.

The organisations and systems do not exist. What they show does: London and Zurich look like the EU
in a region's name, copies leave the EER by replication, and test estates live in the United States.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What the demo registers: organisation, name, kind, parent, TOOI identifier (none: made up).
ORGANISATIONS = (
    ("mvz", "Ministerie van Voorbeeldzaken", "ministerie", "", ""),
    ("rdv", "Rijksdienst voor Voorbeelden", "agentschap", "mvz", ""),
    ("ivv", "Inspectie voor Voorbeelden", "agentschap", "mvz", ""),
)


@dataclass(frozen=True, slots=True)
class System:
    """An information system: its home region, where copies go, and its tags."""

    name: str
    region: str
    owner: str
    process: str
    material: str
    personal_data: str
    replica_region: str = ""


SYSTEMS = (
    System("zaaksysteem", "eu-west-1", "directie-uitvoering", "primair", "ja", "ja", "eu-west-2"),
    System("subsidieregister", "eu-central-1", "directie-subsidies", "primair", "ja", "ja", "eu-central-2"),
    System("burgerportaal", "eu-west-1", "directie-dienstverlening", "primair", "ja", "ja", "us-east-1"),
    System("archief", "eu-west-3", "directie-informatie", "ondersteunend", "nee", "ja", "eu-west-1"),
    System("kennisbank", "eu-north-1", "directie-informatie", "ondersteunend", "nee", "nee"),
    System("datawarehouse", "eu-central-1", "directie-data", "", "", "ja", "eu-west-1"),
    System("publicatieplatform", "eu-west-2", "directie-communicatie", "ondersteunend", "nee", "nee"),
    System("vergunningen", "eu-south-1", "directie-uitvoering", "primair", "ja", "nee"),
    System("meldkamerkoppeling", "eu-central-2", "directie-veiligheid", "primair", "ja", "ja"),
    System("rekenomgeving", "us-west-2", "directie-data", "", "", "nee"),
    System("proeftuin-ai", "us-east-1", "directie-innovatie", "", "nee", "nee"),
    System("berichtenverkeer", "eu-west-1", "directie-dienstverlening", "primair", "ja", "ja"),
)

ENVIRONMENTS = ("productie", "acceptatie", "test")


def tags(system: System, environment: str) -> dict[str, str]:
    """The tags that a government system's assets carry; what is not known is left out."""
    every = {
        "systeem": system.name,
        "omgeving": environment,
        "eigenaar": system.owner,
        "organisatie": ORGANISATIONS[0][0],
        "proces": system.process,
        "materieel": system.material if environment == "productie" else "",
        "persoonsgegevens": system.personal_data,
    }
    return {key: value for key, value in every.items() if value}
