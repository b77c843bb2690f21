"""A CSV file is read as written, and each fault names file, line and column, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy.rows import PolicyDataError, Row, decode, periods, read_csv, unique

COLUMNS = ("code", "since", "until")


def row(**values: str) -> Row:
    """A row in line 7 of a file with these fields."""
    return Row("facts.csv", 7, tuple(values), tuple(values.values()))


def refused(act: Callable[[], object]) -> str:
    """The text of the refusal; its file, line and column can be asked for too."""
    with pytest.raises(PolicyDataError) as caught:
        act()
    error = caught.value
    assert str(error).startswith(f"{error.file}:{error.line}:{error.column}: ")
    return str(error)


def read(content: str) -> tuple[Row, ...]:
    """The rows of a file with three columns."""
    return read_csv("facts.csv", content.encode(), COLUMNS)


def test_a_file_as_it_is_written() -> None:
    """What is quoted belongs to the field; the line is where the row starts, however lines end."""
    assert read('code,since,until\nNL,"a, ""b""\nc",\nBE,,d\n') == (
        Row("facts.csv", 2, COLUMNS, ("NL", 'a, "b"\nc', "")),
        Row("facts.csv", 4, COLUMNS, ("BE", "", "d")),
    )
    assert read("code,since,until\r\nNL,,\r\n") == (Row("facts.csv", 2, COLUMNS, ("NL", "", "")),)
    assert read("code,since,until\rNL,,\r") == (Row("facts.csv", 2, COLUMNS, ("NL", "", "")),)
    assert read('code,since,until\nNL,"a\r\nb",\n')[0].values == ("NL", "a\r\nb", "")
    assert read("code,since,until\n") == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "1:1: the first line must name these columns: code,since,until"),
        ("kode,since,until\n", "1:1: the first line must name these columns: code,since,until"),
        ("code,until,since\n", "1:2: the first line must name these columns: code,since,until"),
        ("code,since\n", "1:3: the first line must name these columns: code,since,until"),
        ("code,since,until,note\n", "1:4: the first line must name these columns: code,since,until"),
        ("code,since,until\nNL,,\nBE,\n", "3:2: 2 fields instead of 3; check quotes and commas"),
        ("code,since,until\nNL,,,,\n", "2:3: 5 fields instead of 3; check quotes and commas"),
        ("code,since,until\n\n", "2:1: 0 fields instead of 3; check quotes and commas"),
        ('code,since,until\nNL,"a"b,\n', "2:1: ',' expected after '\"'; check the quotes of this row"),
        ('code,since,until\nNL,,\nBE,"a\nb', "3:1: unexpected end of data; check the quotes of this row"),
    ],
)
def test_a_file_that_is_wrong(content: str, expected: str) -> None:
    """The header's first difference, the row with too few or too many fields, the row with a loose quote."""
    assert refused(lambda: read(content)) == f"facts.csv:{expected}"


def test_what_is_not_utf8() -> None:
    """The byte at fault is named by line and column, both from 1, in bytes."""
    assert decode("facts.csv", "é\n".encode()) == "é\n"
    assert refused(lambda: decode("facts.csv", b"\xff")) == (
        "facts.csv:1:1: not UTF-8; save the file as UTF-8"
    )
    assert refused(lambda: decode("facts.csv", b"a\nb\ncd\xff")) == (
        "facts.csv:3:3: not UTF-8; save the file as UTF-8"
    )


def test_fields_of_a_row() -> None:
    """White space around a field is nothing; an empty field is refused only where it must be filled."""
    each = row(code=" NL ", name="", since="2026-01-02", laws=" b ; ;a", flag="no")
    assert (each.text("code"), each.required("code"), each.code("code")) == ("NL", "NL", "NL")
    assert (each.text("name"), each.day("name"), each.texts("name")) == ("", None, ())
    assert (each.day("since"), each.texts("laws"), each.flag("flag")) == (
        date(2026, 1, 2),
        ("b", "a"),
        False,
    )
    assert row(flag="yes").flag("flag") is True
    assert row(confidence="low").confidence() == "low"
    assert row(code="BE;AT").countries("code", {"AT", "BE"}) == ("AT", "BE")
    assert row(code="BE").country("code", {"BE"}) == "BE"


LONG = "x" * 50
FAULTS: list[tuple[Callable[[Row], object], str, str]] = [
    (lambda each: each.required("b"), "  ", "b: is empty; fill it in"),
    (lambda each: each.code("b"), "", "b: is empty; fill it in"),
    (lambda each: each.country("b", {"NL"}), "", "b: is empty; fill it in"),
    (lambda each: each.choice("b", ("z", "a")), "c", "b: 'c' is not one of a, z; choose one of them"),
    (lambda each: each.choice("b", ("a",)), LONG, f"b: '{LONG[:40]}' is not one of a; choose one of them"),
    (lambda each: each.flag("b"), "ja", "b: 'ja' is not one of no, yes; choose one of them"),
    (lambda each: each.day("b"), "1-2-2026", "b: '1-2-2026' is no date; write it as 2026-11-22"),
    (lambda each: each.day("b"), LONG, f"b: '{LONG[:40]}' is no date; write it as 2026-11-22"),
    (lambda each: each.code("b"), "nl", "b: 'nl' is no country code; write two capital letters"),
    (lambda each: each.code("b"), "N1", "b: 'N1' is no country code; write two capital letters"),
    (lambda each: each.code("b"), "NLD", "b: 'NLD' is no country code; write two capital letters"),
    (lambda each: each.code("b"), "ÉÉ", "b: 'ÉÉ' is no country code; write two capital letters"),
    (lambda each: each.code("b"), LONG, f"b: '{LONG[:40]}' is no country code; write two capital letters"),
    (
        lambda each: each.country("b", {"NL"}),
        "BE",
        "b: 'BE' is no code of countries.csv; add the country there or correct the code",
    ),
    (
        lambda each: each.countries("b", {"NL"}),
        "NL;BE",
        "b: 'BE' is no code of countries.csv; add the country there or correct the code",
    ),
    (
        lambda each: each.countries("b", {"NL"}),
        "NL; NL",
        "b: names a country twice; remove one of them",
    ),
]


@pytest.mark.parametrize(("act", "value", "expected"), FAULTS)
def test_a_field_that_is_wrong(act: Callable[[Row], object], value: str, expected: str) -> None:
    """The field is named by its column, counted from 1, with what to write there."""
    assert refused(lambda: act(row(a="", b=value, c=""))) == f"facts.csv:7:2: {expected}"


def test_a_confidence_that_there_is_not() -> None:
    """How sure a fact is has three words."""
    assert refused(lambda: row(confidence="sure").confidence()) == (
        "facts.csv:7:1: confidence: 'sure' is not one of high, low, medium; choose one of them"
    )


def test_a_period_of_a_row() -> None:
    """It may be open at either end, and last one day, but not end before it starts."""
    assert row(valid_from="", valid_until="").period() == (None, None)
    assert row(valid_from="2026-01-01", valid_until="2026-01-01").period() == (
        date(2026, 1, 1),
        date(2026, 1, 1),
    )
    assert row(valid_from="2026-01-01", valid_until="").period() == (date(2026, 1, 1), None)
    assert refused(lambda: row(valid_from="2026-01-02", valid_until="2026-01-01").period()) == (
        "facts.csv:7:2: valid_until: lies before valid_from; correct one of them"
    )


def rows(*values: tuple[str, str, str, str]) -> list[Row]:
    """Rows of codes and services with their periods, from line 2 on."""
    columns = ("code", "service", "valid_from", "valid_until")
    return [Row("facts.csv", line, columns, each) for line, each in enumerate(values, 2)]


def test_values_that_may_stand_once() -> None:
    """Rows that are alike in all the columns are refused, with the line of the earlier one."""
    unique(rows(("NL", "a", "", ""), ("NL", "b", "", "")), "code", "service")
    thrice = rows(("NL", "a", "", ""), ("BE", "a", "", ""), ("NL", "a", "", ""))
    assert refused(lambda: unique(thrice, "code", "service")) == (
        "facts.csv:4:1: code: 'NL a' stands in line 2 already; remove one of them"
    )
    assert refused(lambda: unique(thrice, "service")) == (
        "facts.csv:3:2: service: 'a' stands in line 2 already; remove one of them"
    )


def test_periods_of_rows_about_one_thing() -> None:
    """Rows about different things may share days; rows about the same may not; empty keys are not named."""
    apart = rows(("NL", "a", "2026-01-01", ""), ("NL", "", "2026-01-01", ""))
    periods(apart, "code", "service")
    assert refused(lambda: periods(apart, "code")) == (
        "facts.csv:3:3: valid_from: the period of 'NL' overlaps that in line 2; correct one of them"
    )
    twice = [*apart, *rows(("", "", "", ""), ("", "", "", ""), ("NL", "", "2027-01-01", ""))[2:]]
    assert refused(lambda: periods(twice, "code", "service")) == (
        "facts.csv:4:3: valid_from: the period of 'NL' overlaps that in line 3; correct one of them"
    )
    assert refused(lambda: periods(apart, "code", "service", since=date(2025, 12, 31))) == (
        "facts.csv:2:3: valid_from: 'NL a' has no row for 2025-12-31 up to 2026-01-01; "
        "add one or begin earlier"
    )
