"""The comparison of written verdicts: every difference is told, and a file that is no table is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy import ruleset
from tests.estates.verdicts import COLUMNS, differences, written
from wolkenzicht.model import Asset, Certainty, DataLocation, Holds, Operation

HEADER = ",".join(COLUMNS)
RIGHT = "//x/a,t,content,outside_eea_adequate,EU,GB BE,,,US,material,why"


def asset(name: str = "//x/a") -> Asset:
    """A dataset somewhere in the Union, copied to Belgium and London."""
    return Asset(
        asset_id=name,
        provider="gcp",
        partition="googleapis.com",
        account="p",
        service="x",
        type="t",
        name="a",
        location="bigquery/eu",
        holds=Holds.CONTENT,
        locations=(
            DataLocation(Operation.STORED, "bigquery/eu", Certainty.DECLARED),
            DataLocation(Operation.REPLICATED, "storage/eur5", Certainty.DECLARED),
            DataLocation(Operation.MANAGED, "us-east1", Certainty.DECLARED),
        ),
        tags=(("materieel", "ja"),),
    )


def told(tmp_path: Path, *rows: str, assets: list[Asset] | None = None) -> list[str]:
    """What differs between these rows and these assets."""
    path = tmp_path / "verdicts.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return differences(path, [asset()] if assets is None else assets, ruleset.load())


def test_what_is_as_written_does_not_differ(tmp_path: Path) -> None:
    """The order of countries says nothing, and what is managed elsewhere is left out."""
    assert told(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("was", "written_as", "line"),
    [
        (",t,", ",u,", "type is written as 'u', judged as 't'"),
        ("content", "metadata", "holds is written as 'metadata', judged as 'content'"),
        ("outside_eea_adequate", "inside_eea", "location_class is written as 'inside_eea', judged as"),
        (",EU,", ",?,", "stored is written as '?', judged as 'EU'"),
        ("GB BE", "BE", "replicated is written as 'BE', judged as 'BE GB'"),
        ("BE,,,", "BE,?,,", "backed_up is written as '?', judged as ''"),
        ("BE,,,", "BE,,NL,", "processed is written as 'NL', judged as ''"),
        (",US,", ",,", "jurisdictions is written as '', judged as 'US'"),
        (",material,", ",undetermined,", "material is written as 'undetermined', judged as 'material'"),
    ],
)
def test_every_cell_counts(tmp_path: Path, was: str, written_as: str, line: str) -> None:
    """One cell that differs is one line, which names it and both values."""
    (found,) = told(tmp_path, RIGHT.replace(was, written_as))
    assert found.startswith(f"//x/a: {line}")


def test_rows_and_assets_must_meet(tmp_path: Path) -> None:
    """An asset without a row, a row without an asset, and an asset that comes twice are told."""
    assert told(tmp_path, RIGHT.replace("/a", "/b")) == [
        "//x/a: read, but verdicts.csv has no row for it",
        "//x/b: has a row, but was not read",
    ]
    assert told(tmp_path, RIGHT, assets=[asset(), asset()]) == ["//x/a: read twice"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("asset_id,type\n", "the columns must be asset_id,type,holds"),
        (f"{HEADER}\n{RIGHT}\n{RIGHT}\n", "//x/a has a row already"),
        (f"{HEADER}\n{RIGHT},more\n", "quote a cell that has a comma"),
        (f"{HEADER}\n//x/a,t\n", "quote a cell that has a comma"),
        (f"{HEADER}\n{RIGHT.removesuffix('why')}\n", "why is empty"),
    ],
    ids=["columns", "twice", "too many", "too few", "no reason"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, its line and what to write."""
    path = tmp_path / "verdicts.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="verdicts") as caught:
        written(path)
    assert message in str(caught.value)
