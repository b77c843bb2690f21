"""A rule set is read row by row, and each fault is told at its line with what to write instead."""

from __future__ import annotations

from datetime import date

import pytest

from policy.rows import PolicyDataError
from policy.rule_files import KINDS, Basis, FindingClause, Ground, Permitted, RuleSet, read_rule_set

FILE = "rulesets/R.toml"
BASIS = 'clause = "{}"\nconfidence = "confirmed"\nsource = "s"\n'
HEAD = 'name = "R"\ntitle = "Rules"\nvalid_from = 2026-01-01\n{until}confidence = "confirmed"\nsource = "s"\n'
PERMITTED = '[permitted]\ncountries = ["CH"]\nadequate = true\nexcluded = ["BQ"]\n' + BASIS.format("p 1")
MATERIAL = '[material]\ngrounds = ["primary_task"]\n' + BASIS.format("m 1")
CLAUSES = "".join(
    f'[[clause]]\nfinding = "{kind}"\ntext_en = "about {kind}"\ntext_nl = "over {kind}"\n'
    + BASIS.format("c 1")
    for kind in KINDS
)
YES = '[[{0}.example]]\ngiven = {{ material = true }}\nfollows = "yes"\n'
NO = '[[{0}.example]]\ngiven = {{ material = false }}\nfollows = "no"\n'


def duty(header: str = "duty", name: str = "d", examples: str = YES + NO, more: str = "") -> str:
    """A duty of material use, with its examples."""
    return (
        f'[[{header}]]\nid = "{name}"\napplies_when = "material"\ntext_en = "do"\ntext_nl = "doe"\n{more}'
        + BASIS.format("d 1")
        + examples.format(header)
    )


DUTIES = duty() + duty("never", "n")


def read(
    head: str = "", permitted: str = PERMITTED, material: str = MATERIAL, rest: str = CLAUSES + DUTIES
) -> RuleSet:
    """The rule set of these parts."""
    content = HEAD.format(until=head) + permitted + material + rest
    return read_rule_set(FILE, content.encode())[0]


def refused(*changes: tuple[str, str], until: str = "", rest: str = CLAUSES + DUTIES) -> tuple[str, str]:
    """The line at fault, and what is said of it, after the first of each text was replaced."""
    content = HEAD.format(until=until) + PERMITTED + MATERIAL + rest
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    with pytest.raises(PolicyDataError) as caught:
        read_rule_set(FILE, content.encode())
    error = caught.value
    place = f"{FILE}:{error.line}:1: "
    assert str(error).startswith(place)
    return content.splitlines()[error.line - 1], str(error).removeprefix(place)


def basis(clause: str, first: date = date(2026, 1, 1), last: date | None = None) -> Basis:
    """A basis that is confirmed."""
    return Basis(clause, "confirmed", "s", first, last)


def test_what_a_rule_set_says() -> None:
    """Each row under its own name; what has no dates holds as long as the rule set does."""
    found = read()
    assert (found.name, found.title) == ("R", "Rules")
    assert (found.valid_from, found.valid_until) == (date(2026, 1, 1), None)
    assert found.permitted == Permitted(frozenset({"CH"}), True, frozenset({"BQ"}), basis("p 1"))  # noqa: FBT003  # adequate
    assert (found.grounds, found.material_basis) == (frozenset({Ground.PRIMARY_TASK}), basis("m 1"))
    assert found.clauses == tuple(
        FindingClause(each, f"about {each}", f"over {each}", basis("c 1")) for each in KINDS
    )
    assert [
        (each.identifier, each.never, each.applies_when.text, each.text_en, each.text_nl, each.basis)
        for each in found.duties
    ] == [
        ("d", False, "material", "do", "doe", basis("d 1")),
        ("n", True, "material", "do", "doe", basis("d 1")),
    ]


def test_rows_end_with_the_rule_set() -> None:
    """Rows without dates end on its last day; a row of its own period keeps that."""
    own = "valid_from = 2026-02-01\nvalid_until = 2026-03-01\n"
    found = read("valid_until = 2026-12-31\n", rest=CLAUSES + duty(more=own) + duty("never", "n"))
    assert found.permitted.basis == basis("p 1", last=date(2026, 12, 31))
    assert [each.basis for each in found.duties] == [
        basis("d 1", date(2026, 2, 1), date(2026, 3, 1)),
        basis("d 1", last=date(2026, 12, 31)),
    ]


def test_the_nearest_day() -> None:
    """The day itself within the period, else its first or last day; without an end any later day."""
    ended, going = read("valid_until = 2026-12-31\n"), read()
    days = [date(2025, 12, 31), date(2026, 6, 1), date(2027, 1, 1)]
    assert list(map(ended.nearest, days)) == [date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 31)]
    assert list(map(going.nearest, days)) == [date(2026, 1, 1), date(2026, 6, 1), date(2027, 1, 1)]


def test_what_is_cited() -> None:
    """The confidence stands behind the clause where it is not confirmed."""
    assert basis("c").cited() == "c"
    assert Basis("c", "to be checked", "s", date(2026, 1, 1), None).cited() == "c (to be checked)"


def test_a_basis_holds_on_both_its_days() -> None:
    """And on none before or after."""
    row = basis("c", date(2026, 1, 2), date(2026, 1, 3))
    assert [row.holds(date(2026, 1, day)) for day in (1, 2, 3, 4)] == [False, True, True, False]


TEXT = "must be a text that is not empty; fill it in"
CHOICES = "is not one of confirmed, secondary source, to be checked; choose one of them"
CONDITIONS = (
    "material, personal_data, special_personal_data, outside_without_adequacy, outside_permitted, "
    "base_registry, base_registry_source, tbb_1_to_3, state_secret"
)
ROOT = "name, title, valid_from, valid_until, confidence, source, permitted, material, clause, duty, never"
BASIS_KEYS = "clause, confidence, source, valid_from, valid_until"


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ('name = "R"', 'name = "Q"', 'name = "Q"',
         "name: 'Q' is not the name of the file; correct one of them"),
        ('name = "R"', f'name = "{"Q" * 41}"', f'name = "{"Q" * 41}"',
         f"name: '{'Q' * 40}' is not the name of the file; correct one of them"),
        ('source = "s"', 'source = " "', 'source = " "', f"source: {TEXT}"),
        ('confidence = "confirmed"', 'confidence = "x"', 'confidence = "x"', f"confidence: 'x' {CHOICES}"),
        ('title = "Rules"', 'label = "Rules"', 'label = "Rules"', f"label: is not known here; use {ROOT}"),
        ("valid_from = 2026-01-01\n", "", 'name = "R"',
         "valid_from: must be a date; write it without quotes, as 2026-11-22"),
        ("[permitted]", "[[permitted]]", "[[permitted]]",
         "permitted: the table [permitted] is missing; add it"),
        ("adequate = true", "adequate = true\nx = 1", "x = 1",
         f"x: is not known here; use countries, adequate, excluded, {BASIS_KEYS}"),
        ('["BQ"]', '["NL", "CH"]', 'excluded = ["NL", "CH"]',
         "excluded: 'CH' stands under countries too; remove one of them"),
        ("grounds =", "x = 1\ngrounds =", "x = 1", f"x: is not known here; use grounds, {BASIS_KEYS}"),
        ('grounds = ["primary_task"]', 'grounds = ["x"]', 'grounds = ["x"]',
         "grounds: 'x' is not one of primary_task, large_scale_personal_data; choose one of them"),
        ("[material]", "[material]\nvalid_from = 2026-01-02", "valid_from = 2026-01-02",
         "valid_from: must hold as long as the rule set does; leave the dates out"),
        ("[permitted]", "[permitted]\nvalid_until = 2026-01-02", "[permitted]",
         "valid_from: must hold as long as the rule set does; leave the dates out"),
        ('clause = "c 1"', 'clause = "c 1"\nx = 1', "x = 1",
         f"x: is not known here; use finding, text_en, text_nl, {BASIS_KEYS}"),
        ('text_en = "about', 'txt = "about', 'txt = "about data_outside_eea"',
         f"txt: is not known here; use finding, text_en, text_nl, {BASIS_KEYS}"),
        ('id = "d"', 'id = "d"\nx = 1', "x = 1",
         f"x: is not known here; use id, applies_when, text_en, text_nl, example, {BASIS_KEYS}"),
        ('id = "d"', 'id = ""', 'id = ""', f"id: {TEXT}"),
        ('text_en = "do"', 'text_en = " "', 'text_en = " "', f"text_en: {TEXT}"),
        ('text_nl = "doe"', "text_nl = 1", "text_nl = 1", f"text_nl: {TEXT}"),
        ("given = { material = true }", "given = { x = true }", "given = { x = true }",
         f"given: 'x' is not known here; use {CONDITIONS}"),
        ("given = { material = true }", f"given = {{ {'x' * 41} = true }}",
         f"given = {{ {'x' * 41} = true }}",
         f"given: '{'x' * 40}' is not known here; use {CONDITIONS}"),
        ("given = { material = true }", "given = { material = 'yes' }", "given = { material = 'yes' }",
         "given: must say true or false of conditions, such as { material = true }"),
        ("given = { material = true }\n", "", "[[duty.example]]",
         "given: must say true or false of conditions, such as { material = true }"),
        ('follows = "yes"', 'follows = "yes"\nx = 1', "x = 1", "x: is not known here; use given, follows"),
        ('follows = "yes"', 'follows = "maybe"', 'follows = "maybe"',
         "follows: 'maybe' is not one of yes, no, possible; choose one of them"),
        ('follows = "yes"', 'follows = "no"', 'follows = "no"',
         "follows: expected no, came out yes; correct the example or applies_when"),
        ("given = { material = true }", "given = { }", 'follows = "yes"',
         "follows: expected yes, came out possible; correct the example or applies_when"),
        ("given = { material = true }", "given = { material = false }", 'follows = "yes"',
         "follows: expected yes, came out no; correct the example or applies_when"),
    ],
)  # fmt: skip
def test_a_wrong_row(old: str, new: str, line: str, expected: str) -> None:
    """Is told with what to write instead."""
    assert refused((old, new)) == (line, expected)


@pytest.mark.parametrize("header", ["duty", "never"])
def test_both_examples_of_a_condition_are_asked_for(header: str) -> None:
    """Under the header of the row; one that is always true needs no example of no."""
    for examples, word in (("", "yes"), (YES, "no"), (NO, "yes")):
        rows = {"duty": duty(), "never": duty("never", "n")} | {header: duty(header, "x", examples)}
        line, message = refused(rest=CLAUSES + "".join(rows.values()))
        assert (line, message) == (
            f"[[{header}]]",
            f'example: there is no [[{header}.example]] with follows = "{word}"; add one',
        )
    always = duty(examples=YES).replace('"material"', '"true"')
    assert read(rest=CLAUSES + always + duty("never", "n")).duties[0].applies_when.text == "true"


def test_what_may_follow_can_be_an_example() -> None:
    """A condition of which nothing is given is possible."""
    possible = '[[{0}.example]]\ngiven = {{ }}\nfollows = "possible"\n'
    assert len(read(rest=CLAUSES + duty(examples=YES + possible + NO) + duty("never", "n")).duties) == 2


def test_every_kind_of_finding_has_a_clause() -> None:
    """On every day of the rule set, and on none two."""
    first, *others = CLAUSES.split("[[clause]]\n")[1:]
    missing = "".join("[[clause]]\n" + each for each in others)
    kind = KINDS[0]
    last = KINDS[-1]
    assert refused(rest=missing + DUTIES) == (
        f'finding = "{last}"',
        f"finding: there is no [[clause]] for {kind}; add one",
    )
    late = CLAUSES.replace('clause = "c 1"', 'clause = "c 1"\nvalid_from = 2026-01-02', 1)
    assert refused(rest=late + DUTIES) == (
        "valid_from = 2026-01-02",
        f"valid_from: '{kind}' has no row for 2026-01-01 up to 2026-01-02; add one or begin earlier",
    )
    ends = CLAUSES.replace('clause = "c 1"', 'clause = "c 1"\nvalid_until = 2026-01-02', 1)
    assert refused(rest=ends + DUTIES) == (
        "valid_until = 2026-01-02",
        f"valid_until: '{kind}' has no row after 2026-01-02; add one or end later",
    )
    until = CLAUSES.replace('clause = "c 1"', 'clause = "c 1"\nvalid_until = 2026-12-30', 1)
    assert refused(until="valid_until = 2026-12-31\n", rest=until + DUTIES) == (
        "valid_until = 2026-12-30",
        f"valid_until: '{kind}' has no row after 2026-12-30; add one or end later",
    )
    line = (HEAD.format(until="") + PERMITTED + MATERIAL).count("\n") + 1
    _, message = refused(rest="[[clause]]\n" + first + CLAUSES + DUTIES)
    assert message == f"valid_from: the period of '{kind}' overlaps that in line {line}; correct one of them"


def test_a_duty_may_have_gaps_but_never_two_rows_at_once() -> None:
    """Its rows stand under one name."""
    early, late = "valid_until = 2026-01-31\n", "valid_from = 2026-03-01\n"
    both = duty(more=early) + duty(more=late)
    assert [each.identifier for each in read(rest=CLAUSES + both + duty("never", "n")).duties] == [
        "d", "d", "n"
    ]  # fmt: skip
    line, message = refused(rest=CLAUSES + duty() + duty(more=late) + duty("never", "n"))
    assert (line, message.split("' overlaps")[0]) == (
        "valid_from = 2026-03-01",
        "valid_from: the period of 'd",
    )


def test_a_row_lies_within_the_rule_set() -> None:
    """Neither before its first day nor after its last; on both it may begin and end."""
    until = "valid_until = 2026-12-31\n"
    for more, expected in (
        ("valid_from = 2025-12-31\n",
         "valid_from: lies before 2026-01-01, when the rule set begins; correct one of them"),
        ("valid_until = 2027-01-01\n",
         "valid_until: lies after 2026-12-31, when the rule set ends; correct one of them"),
    ):  # fmt: skip
        rest = CLAUSES + duty(more=more) + duty("never", "n")
        assert refused(until=until, rest=rest) == (more.strip(), expected)
    exact = duty(more="valid_from = 2026-01-01\nvalid_until = 2026-12-31\n")
    assert read(until, rest=CLAUSES + exact + duty("never", "n")).duties[0].basis == basis(
        "d 1", last=date(2026, 12, 31)
    )
