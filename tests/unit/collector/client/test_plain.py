"""JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from collector.client import plain, shapes
from tests.unit.collector.client import answers_given as given


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_is_one_json_object(count: int) -> None:
    """Items, token and completeness, written piece by piece."""
    items = [{"asset_id": f"é{number}"} for number in range(count)]
    known = shapes.completeness(given.FULL)
    text = "".join(plain.json_lines(items)) + plain.json_end("token", known)
    assert json.loads(text) == {"items": items, "next_page_token": "token", "completeness": known}
    assert list(json.loads(text)) == ["items", "next_page_token", "completeness"]


def test_csv_has_the_same_names_flattened() -> None:
    """Every value of an asset is in a cell; nested lists and tags as JSON."""
    shape = shapes.asset(given.asset_view())
    [row] = csv.DictReader(io.StringIO("\n".join(plain.csv_lines([shape]))))
    assert row["asset_id"] == "arn:aws:s3:::copies"
    assert row["countries"] == "GB IE"
    assert (row["declarations.owner"], row["created"], row["removed"]) == ("", "", "")
    assert json.loads(row["tags"]) == shape["tags"]
    assert json.loads(row["locations"]) == shape["locations"]
    flat = {name.partition(".")[0] for name in row}
    assert flat == set(shape)


def test_csv_of_counts_names_the_group() -> None:
    """`group` is flattened, so that it cannot be taken for a count of the same name."""
    shape = shapes.overview(given.overview("inside_eea"))
    lines = list(plain.csv_lines(shape["items"]))
    assert lines == [
        (
            "group.organisation,group.provider,group.class,assets,content,inside_eea,outside_eea_adequate,"
            "unknown,outside_eea,material,undetermined,inside_eea_exposed,inside_eea_law_unknown"
        ),
        "bzk,aws,inside_eea,2,1,0,0,0,0,1,0,0,0",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_csv_runs_no_formula(text: str) -> None:
    """What a spreadsheet would run as a formula is text."""
    assert list(plain.csv_lines([{"name": text}]))[1] == f"'{text}"


def test_csv_quotes_what_would_break_a_row() -> None:
    """Commas, quotes and line ends stay in their cell."""
    [row] = csv.DictReader(io.StringIO("\n".join(plain.csv_lines([{"name": 'a,"b"\nc'}]))))
    assert row == {"name": 'a,"b"\nc'}


def test_csv_of_nothing_is_empty() -> None:
    """No items, no heading: a program sees no row."""
    assert list(plain.csv_lines([])) == []
