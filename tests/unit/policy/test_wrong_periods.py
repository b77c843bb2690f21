"""Periods that overlap or leave a gap are refused with file, line and reason, wherever the fault shows."""

from __future__ import annotations

import pytest

from policy.rows import PolicyDataError
from policy.ruleset import build

NEW, OLD = "rulesets/RCB2026.toml", "rulesets/RCB2022.toml"


def refused(data_files: dict[str, bytes], name: str, *changes: tuple[str, str]) -> tuple[str, str]:
    """What is refused after the first of each text was replaced: the line at fault, and the message."""
    content = data_files[name].decode()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, name: content.encode()})
    place = f"{caught.value.file}:{caught.value.line}:{caught.value.column}: "
    assert caught.value.file == name
    return content.splitlines()[caught.value.line - 1], str(caught.value).removeprefix(place)


def test_rule_sets_that_overlap(data_files: dict[str, bytes]) -> None:
    """On no day may two rule sets be in force."""
    line, message = refused(data_files, NEW, ("valid_from = 2026-07-03", "valid_from = 2026-07-02"))
    assert (line, message[:58]) == (
        "valid_from = 2026-07-03",
        "valid_from: must hold as long as the rule set does; leave ",
    )
    content = data_files[NEW].replace(b"2026-07-03", b"2026-07-02")
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, NEW: content})
    assert str(caught.value) == (
        "rulesets/RCB2026.toml:9:1: valid_from: the period of 'rule set' overlaps that in line 1; "
        "correct one of them"
    )


def test_a_day_without_a_rule_set(data_files: dict[str, bytes]) -> None:
    """From the first rule set on every day has one."""
    content = data_files[NEW].replace(b"2026-07-03", b"2026-07-05")
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, NEW: content})
    assert str(caught.value) == (
        "rulesets/RCB2026.toml:9:1: valid_from: 'rule set' has no row after 2026-07-02, the end in line 1; "
        "add one"
    )


def test_the_last_rule_set_has_no_end(data_files: dict[str, bytes]) -> None:
    """After its end nothing would be judged by anything."""
    content = data_files[NEW].replace(
        b"valid_from = 2026-07-03", b"valid_from = 2026-07-03\nvalid_until = 2030-01-01"
    )
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, NEW: content})
    assert str(caught.value) == (
        "rulesets/RCB2026.toml:10:1: valid_until: 'rule set' has no row after 2030-01-01; "
        "add one or end later"
    )


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        (
            NEW,
            ('finding = "location_unknown"', 'finding = "data_outside_eea"'),
            "valid_from: the period of 'data_outside_eea' overlaps that in line 31; correct one of them",
        ),
        (
            NEW,
            ('id = "dtia"', 'id = "dpia"'),
            "valid_from: the period of 'dpia' overlaps that in line 208; correct one of them",
        ),
        (
            OLD,
            ("valid_until = 2026-07-02", "valid_until = 2026-07-01"),
            "valid_until: lies after 2026-07-01, when the rule set ends; correct one of them",
        ),
    ],
)
def test_rows_of_a_rule_set(
    data_files: dict[str, bytes], name: str, change: tuple[str, str], expected: str
) -> None:
    """Two rows of one finding or duty never hold on one day; a row holds within its rule set's period."""
    assert refused(data_files, name, change)[1].endswith(expected)


def test_a_clause_with_a_gap(data_files: dict[str, bytes]) -> None:
    """A kind of finding has a clause on every day of its rule set."""
    content = data_files[NEW].decode()
    start = content.index('finding = "data_outside_eea"')
    later = content[:start] + content[start:].replace("valid_from = 2026-07-03", "valid_from = 2026-08-01", 1)
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, NEW: later.encode()})
    assert str(caught.value).endswith(
        "valid_from: 'data_outside_eea' has no row for 2026-07-03 up to 2026-08-01; add one or begin earlier"
    )


def test_a_country_with_a_gap(data_files: dict[str, bytes]) -> None:
    """A country may not disappear between two of its rows."""
    row = next(line for line in data_files["countries.csv"].decode().splitlines() if line.startswith("AL,"))
    rows = row.replace("candidate,,,", "candidate,,2029-12-31,"), row.replace(",,,", ",2030-02-01,,", 1)
    line, message = refused(data_files, "countries.csv", (row, "\n".join(rows)))
    assert (line, message[: message.index(" in line")]) == (
        rows[1],
        "valid_from: 'AL' has no row after 2029-12-31, the end",
    )


def test_two_decisions_about_one_place(data_files: dict[str, bytes]) -> None:
    """Two decisions that both cover a country as a whole on one day cannot be told apart."""
    row = next(line for line in data_files["adequacy.csv"].decode().splitlines() if line.startswith("NZ,"))
    again = row.replace("2013/65/EU,2012-12-19,,", "2030/1/EU,2030-01-01,,")
    line, message = refused(data_files, "adequacy.csv", (row, f"{row}\n{again}"))
    assert (line, message[:40]) == (again, "valid_from: the period of 'NZ' overlaps ")


def test_two_laws_of_one_name(data_files: dict[str, bytes]) -> None:
    """An identifier names one law of one country."""
    line, message = refused(
        data_files, "laws.csv", ("us-fisa-702,US,FISA s.702,in", "us-fisa-702,CN,FISA s.702,in")
    )
    assert (line[:14], message) == (
        "us-fisa-702,US",
        "country: 'us-fisa-702' is a law of another country above; choose another id",
    )
