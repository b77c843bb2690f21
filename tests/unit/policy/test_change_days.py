"""Every first day of a period is a day of change, and so is the day after its last."""

from __future__ import annotations

from datetime import date

from policy.change_days import change_days, latest


def test_days_of_rows() -> None:
    """A period may be open at either end; a file without such columns has no days."""
    content = b"code,valid_from,valid_until\nNL,2026-01-01,\nBE,,2026-02-27\nDE,,\n"
    assert change_days({"a.csv": content}) == (date(2026, 1, 1), date(2026, 2, 28))
    assert change_days({"a.csv": b"alias,code\nEL,GR\n"}) == ()


def test_days_of_rows_with_line_breaks_in_fields() -> None:
    """A line break in quotes belongs to its field, also one of Windows."""
    content = b'note,valid_from,valid_until\r\n"a\r\nb",2026-01-01,\r\nc,2026-01-05,2026-01-08\r\n'
    assert change_days({"a.csv": content}) == (date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 9))
    assert change_days({"a.csv": b"note,valid_from\rc,2026-01-05\r"}) == (date(2026, 1, 5),)


def test_days_of_tables_at_any_depth() -> None:
    """Those of the file itself, of tables, of lists of tables and of tables in them."""
    content = b"""
valid_from = 2026-01-01
title = "valid_from 2026-12-31"
[permitted]
valid_until = 2026-01-31
[[duty]]
valid_from = 2026-03-01
[[duty]]
basis = [{ valid_from = 2026-04-01, valid_until = 2026-04-30 }]
"""
    assert change_days({"rulesets/a.toml": content}) == (
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 4, 1),
        date(2026, 5, 1),
    )


def test_the_end_of_the_calendar_and_other_files() -> None:
    """After the last day that there is nothing can change; files that are no data have no days."""
    assert change_days({"a.csv": b"valid_from,valid_until\n,9999-12-31\n,9999-12-30\n"}) == (date.max,)
    assert change_days({"a.toml": b"valid_until = 9999-12-31\n"}) == ()
    assert change_days({"README.md": b"valid_from\n2026-04-01\n"}) == ()


def test_days_of_several_files_are_in_order_and_each_is_there_once() -> None:
    """The end of one period and the start of the next are one day of change."""
    contents = {
        "b.csv": b"valid_from,valid_until\n2026-02-01,\n,2025-12-31\n",
        "a.toml": b"valid_from = 2026-01-01\n",
    }
    assert change_days(contents) == (date(2026, 1, 1), date(2026, 2, 1))


def test_the_latest_day_of_change() -> None:
    """That day itself counts; before the first there is none but the calendar's first."""
    days = (date(2026, 1, 1), date(2026, 2, 1))
    assert latest(days, date(2026, 1, 31)) == date(2026, 1, 1)
    assert latest(days, date(2026, 2, 1)) == date(2026, 2, 1)
    assert latest(days, date(2030, 1, 1)) == date(2026, 2, 1)
    assert latest(days, date(2025, 12, 31)) == date.min


def test_who_runs_a_site_and_its_building_are_owners_of_one_place() -> None:
    """A takeover of either is over so many days later; a building without access to the site has no part."""
    contents = {
        "settings.toml": b"[takeover]\nopen_days = 10\n",
        "operators.csv": (
            b"provider,partition,parent,parent_country,valid_from\nodc,Noord,A,NL,2026-01-01\n"
            b"acme,acme,A,NL,2026-05-01\n"
        ),
        "odc_sites.csv": (
            b"site,parent,parent_country,logical_access,valid_from\nNoord,B,NL,yes,2026-02-01\n"
            b"Noord,C,NL,no,2026-03-01\n"
        ),
    }
    months = (date(2026, each, 1) for each in (1, 2, 3, 5))
    assert change_days(contents) == tuple(sorted([*months, date(2026, 1, 11), date(2026, 2, 11)]))
