"""A TOML file's values are read by their kind, and each fault names line and column, and what to write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy.rows import PolicyDataError
from policy.tables import Table, read_toml, subtable, subtables

FILE = "rules.toml"


def table(content: str) -> Table:
    """The root table of a file."""
    return read_toml(FILE, content.encode())


def refused(act: Callable[[], object]) -> str:
    """What is said after the file's name."""
    with pytest.raises(PolicyDataError) as caught:
        act()
    return str(caught.value).removeprefix(f"{FILE}:")


def test_values_by_their_kind() -> None:
    """Texts, lists of them, dates, yes or no, and choices."""
    root = table(
        'name = "a"\nwords = ["b", "a"]\nday = 2026-01-02\nlast = false\nnone = []\n'
        "valid_from = 2026-01-01\nvalid_until = 2026-01-01\n"
    )
    assert (root.text("name"), root.texts("words"), root.day("day")) == ("a", ("b", "a"), date(2026, 1, 2))
    assert (root.flag("last"), root.texts("none", least=0)) == (False, ())
    assert (root.choice("name", ("a", "b")), root.choices("words", ("a", "b"))) == ("a", ("b", "a"))
    assert root.period() == (date(2026, 1, 1), date(2026, 1, 1))
    root.only("name", "words", "day", "last", "none", "valid_from", "valid_until")


def test_a_period_within_another() -> None:
    """What is left out is that of the whole; what is written counts."""
    whole = (date(2026, 1, 1), date(2026, 12, 31))
    assert table("").period(whole) == whole
    assert table("").period() == (None, None)
    assert table("valid_from = 2026-02-01").period(whole) == (date(2026, 2, 1), date(2026, 12, 31))
    assert table("valid_until = 2026-02-01").period(whole) == (date(2026, 1, 1), date(2026, 2, 1))
    assert table("valid_until = 2026-02-01").period((date(2026, 1, 1), None)) == (
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
    assert refused(lambda: table("\nvalid_until = 2025-12-31").period(whole)) == (
        "2:1: valid_until: lies before valid_from; correct one of them"
    )


LIST = 'must be a list of texts that is not empty, such as ["a", "b"]'
FAULTS: list[tuple[str, Callable[[Table], object], str]] = [
    ("k = 1", lambda each: each.text("k"), "must be a text that is not empty; fill it in"),
    ('k = " "', lambda each: each.text("k"), "must be a text that is not empty; fill it in"),
    ('k = "a"', lambda each: each.texts("k"), LIST),
    ("k = []", lambda each: each.texts("k"), LIST),
    ('k = ["a"]', lambda each: each.texts("k", least=2), LIST),
    ('k = ["a", 1]', lambda each: each.texts("k", least=0), LIST),
    (
        'k = "2026-01-01"',
        lambda each: each.day("k"),
        "must be a date; write it without quotes, as 2026-11-22",
    ),
    (
        "k = 2026-01-01T00:00:00",
        lambda each: each.day("k"),
        "must be a date; write it without quotes, as 2026-11-22",
    ),
    ('k = "no"', lambda each: each.flag("k"), "must be true or false; write it without quotes"),
    ("k = 1", lambda each: each.flag("k"), "must be true or false; write it without quotes"),
    ('k = "c"', lambda each: each.choice("k", ("b", "a")), "'c' is not one of b, a; choose one of them"),
    (
        f'k = "{"c" * 50}"',
        lambda each: each.choice("k", ("b", "a")),
        f"'{'c' * 40}' is not one of b, a; choose one of them",
    ),
    (
        'k = ["a", "c"]',
        lambda each: each.choices("k", ("b", "a")),
        "'c' is not one of b, a; choose one of them",
    ),
    ("k = 1", lambda each: each.only("a", "b"), "is not known here; use a, b"),
]


@pytest.mark.parametrize(("line", "act", "expected"), FAULTS)
def test_a_value_that_is_wrong(line: str, act: Callable[[Table], object], expected: str) -> None:
    """The key is named at its own line and column."""
    assert refused(lambda: act(table(f"# k = 0\n  {line}\n"))) == f"2:3: k: {expected}"


def test_a_key_that_is_missing_is_asked_for_where_the_table_starts() -> None:
    """There is no better place to write it."""
    assert refused(lambda: table("\nkey = 1\n").text("k")) == (
        "1:1: k: must be a text that is not empty; fill it in"
    )
    second = subtables(table("[[rule]]\nk = 'a'\n[[rule]]\na = 1\n[[rule]]\nk = 'b'\n"), "rule")[1]
    assert refused(lambda: second.text("k")) == "3:1: k: must be a text that is not empty; fill it in"
    assert (second.line, second.values) == (3, {"a": 1})


def test_a_key_of_one_table_is_not_looked_for_in_the_next() -> None:
    """Tables with the same keys do not take each other's lines."""
    first, second = subtables(table("[[rule]]\n\n k = 1\n[[rule]]\nk = 2\n"), "rule")
    assert refused(lambda: first.text("k")) == "3:2: k: must be a text that is not empty; fill it in"
    assert refused(lambda: second.text("k")) == "5:1: k: must be a text that is not empty; fill it in"
    root = table("[a]\nx = 1\n[k]\n")
    assert refused(lambda: root.text("k")) == "3:1: k: must be a text that is not empty; fill it in"
    root = table("b = 1\n[a]\nx = 1\n[k]\n")
    assert refused(lambda: root.text("k")) == "4:1: k: must be a text that is not empty; fill it in"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("a = 1\n[t]\nk = 2\n", "1:1"),
        ("[t]\nk = 2\n", "1:1"),
        ("a = 1\n  [[t]]\nk = 2\n", "1:1"),
        ("text = '''\nk = 1\n[k]\n'''\n[t]\nk = 2\n", "1:1"),
        ('text = """\nk = 1"""\nlist = [\n"k",\n]\n', "1:1"),
        ("a = '''b'''\n k = 1\n", "2:2"),
        ("a = 1 # '''\nk = 1\n", "2:1"),
        ('k-more = 1\nkk = 2\n"k" = 3\n', "3:1"),
        ("k.l = 1\n", "1:1"),
        ("a = 1\n[t]\nk = 2\n[k.l]\n", "4:1"),
        ("a = 1\n[k-more]\n[[k]]\n", "3:1"),
    ],
)
def test_a_key_of_the_file_is_not_looked_for_in_its_tables(content: str, place: str) -> None:
    """Nor within texts and lists: where it is missing the start of the file is named."""
    root = table(content)
    assert refused(lambda: root.text("k")) == f"{place}: k: must be a text that is not empty; fill it in"


def test_a_header_within_a_text_is_none() -> None:
    """Nor does it end a table."""
    content = "[[a]]\nx = '''\n[[a]]\n'''\nk = 1\n[[a]]\nk = 2\n"
    first, second = subtables(table(content), "a")
    assert (first.line, second.line) == (1, 6)
    assert refused(lambda: first.text("k")) == "5:1: k: must be a text that is not empty; fill it in"


def test_a_file_that_is_no_toml() -> None:
    """Where the reader stopped, in its own words, and that the TOML must be corrected."""
    assert refused(lambda: table("a = 1\nb =\n")) == "2:4: Invalid value; correct the TOML"
    assert refused(lambda: table("a = 1\n\n b = 'x")) == (
        '3:1: Expected "\'" (at end of document); correct the TOML'
    )
    with pytest.raises(PolicyDataError, match=r"^rules\.toml:1:5: not UTF-8; save the file as UTF-8$"):
        read_toml(FILE, b"a = \xff")


def test_one_table() -> None:
    """It starts at its header, which a comment may follow; there must be one."""
    found = subtable(table("x = 1\n[other]\nk = 2\n[a] # a comment\nk = 'b'\n"), "a")
    assert (found.file, found.line, found.text("k")) == (FILE, 4, "b")
    assert refused(lambda: found.flag("k")) == "5:1: k: must be true or false; write it without quotes"
    assert refused(lambda: subtable(table("x = 1\na = 2\n"), "a")) == (
        "2:1: a: the table [a] is missing; add it"
    )
    assert refused(lambda: subtable(table("x = 1\n"), "a")) == "1:1: a: the table [a] is missing; add it"
    assert subtable(table("x = 1\na = { k = 1 }\n"), "a").line == 1


def test_lists_of_tables() -> None:
    """Each starts at its header; there must be one, and each must have a header."""
    found = subtables(table("x = 1\n[[a]] # one\nk = 'b'\n\n[[a]]\nk = 'c'\n"), "a")
    assert [(each.file, each.line, each.text("k")) for each in found] == [(FILE, 2, "b"), (FILE, 5, "c")]
    assert refused(lambda: subtables(table("x = 1\n"), "a")) == ("1:1: a: there are no tables [[a]]; add one")
    assert refused(lambda: subtables(table("x = 1\n[a]\n"), "a")) == (
        "2:1: a: there are no tables [[a]]; add one"
    )
    assert refused(lambda: subtables(table("x = 1\na = [1]\n"), "a")) == (
        "2:1: a: there are no tables [[a]]; add one"
    )
    assert refused(lambda: subtables(table("x = 1\na = [{ k = 1 }, { k = 2 }]\n"), "a")) == (
        "2:1: a: write each as a table of its own, under a line [[a]]"
    )
