"""Writes the inventory file of the demo's government datacentre."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

COLUMNS = ("site", "country", "system", "kind", "name", "owner", "material", "personal data", "tags")
SITE = "ODC-Noord"

_SYSTEMS = (
    ("personeelsregister", "directie-personeel", "ja", "ja"),
    ("toezichtregister", "directie-toezicht", "ja", "nee"),
    ("werkplekbeheer", "directie-bedrijfsvoering", "nee", "nee"),
    ("documentbeheer", "directie-informatie", "ja", "ja"),
    ("telefonie", "directie-bedrijfsvoering", "", ""),
)


def write(path: Path) -> int:
    """Write the file; returns how many rows it holds."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        rows = list(_rows())
        writer.writerows(rows)
    return len(rows)


def _rows() -> Iterator[tuple[str, ...]]:
    for system, owner, material, personal in _SYSTEMS:
        for number in range(1, 7):
            yield _row(system, "vm", f"{system}-vm{number:02}", owner, material, personal)
        for kind, name in (("database", "db"), ("storage", "opslag"), ("backup", "reserve")):
            yield _row(system, kind, f"{system}-{name}", owner, material, personal)
    # One backup stands in another country, one row does not say where it is.
    yield (
        SITE,
        "CH",
        "documentbeheer",
        "backup",
        "documentbeheer-kluis",
        "directie-informatie",
        "ja",
        "ja",
        "",
    )
    yield (SITE, "", "telefonie", "storage", "telefonie-opnamen", "directie-bedrijfsvoering", "", "ja", "")


def _row(system: str, kind: str, name: str, owner: str, material: str, personal: str) -> tuple[str, ...]:
    return (SITE, "NL", system, kind, name, owner, material, personal, f"systeem={system}|omgeving=productie")
