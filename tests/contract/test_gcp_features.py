"""Every property that the documentation says is read becomes a location, or a property, in a recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.gcp.kinds import KINDS
from tests.servers.gcp_estate import recordings

_PAGE = Path(__file__).parents[2] / "docs" / "unread-properties-gcp.md"
_OPERATIONS = ("stored", "replicated", "backed up", "processed")
#: A type that is read beside another.
_BESIDE = {"spanner.googleapis.com/InstanceConfig": "spanner.googleapis.com/Instance"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is read of which types, and what it tells."""

    feature: str
    types: tuple[str, ...]
    property: str
    tells: str


def rows() -> Iterator[Row]:
    """The table under `## Read`."""
    text = _PAGE.read_text("utf-8").partition("## Read\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith(("| feature", "| ---")):
            feature, types, told, tells = (each.strip() for each in line.strip("|").split(" | "))
            yield Row(feature.removeprefix("| "), tuple(_types(types)), told, tells)


def _types(text: str) -> Iterator[str]:
    host = ""
    for found in re.findall(r"`([^`]+)`", text):
        host = host if found.startswith("…") else found.partition("/")[0]
        yield found.replace("…", host)


ROWS = [row for row in rows() if row.types]


@pytest.mark.parametrize("row", ROWS, ids=[row.feature for row in ROWS])
def test_what_is_said_to_be_read_is_recorded(row: Row) -> None:
    """Each type has a kind and a recording in which the property is the evidence of what it tells."""
    wanted = {_BESIDE.get(each, each) for each in row.types}
    assert wanted <= {kind.type for kind in KINDS}
    found = [each for each in recordings() if each.entry.type in wanted]
    assert {each.entry.type for each in found} == wanted
    told = {(place[0], place[3]) for each in found for place in each.locations}
    operations = {each.replace(" ", "_") for each in _OPERATIONS if each in row.tells}
    paths = [path.lstrip(".").removesuffix("[]") for path in re.findall(r"`([^`]+)`", row.property)]
    for operation in operations:
        evidence = [path for told_of, path in told if told_of == operation]
        assert [path for path in evidence if any(each in path or path in each for each in paths)], evidence
    for name in re.findall(r"property `([^`]+)`", row.tells):
        assert [each for each in found if name in each.properties]
    assert operations or "property" in row.tells


def test_the_rest_is_about_every_type() -> None:
    """Rows without a type are those about the inventory's own location, which every listed type shows."""
    assert {row.feature for row in rows() if not row.types} == {
        "CAI location (search)",
        "CAI location (export)",
    }
    assert [row.feature for row in rows() if not row.types and row.property.count("location") != 1] == []
