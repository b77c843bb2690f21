"""How tables fit a terminal, and what stands under them."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from collector.client import notes, shapes
from collector.client.layout import printable, shorten, table
from collector.client.tables import (
    ASSETS,
    COVERAGE,
    DISCREPANCIES,
    FINDINGS,
    GAPS,
    SIGHT_CHANGES,
    overview_columns,
    total_row,
)
from collector.client.texts import load
from tests.unit.collector.client import answers_given as given
from wolkenzicht.v1 import overview_service_pb2 as wire

NL, EN = load("nl"), load("en")
#: The two columns on law, in a table of counts that are zero.
EXPOSED = "binnen EER, blootgesteld  binnen EER, recht onbekend"
LINE = "------------------------  --------------------------"
NONE = "                       0                           0"
LONG = "a-bucket-with-a-name-that-is-far-too-long-for-any-terminal-of-eighty-columns-archive"


def test_assets_read_in_dutch() -> None:
    """Headings and values."""
    row = shapes.asset(given.asset_view())
    assert table(ASSETS, [row], NL, width=None).splitlines() == [
        (
            f"{'middel':<19}  {'type':<15}  organisatie  landen  {'locatieklasse':<20}  "
            f"{'rechtsbereik':<42}  materieel  {'laatst gezien':<17}  leesbereik"
        ),
        "  ".join("-" * width for width in (19, 15, 11, 6, 20, 42, 9, 17, 10)),
        (
            "arn:aws:s3:::copies  AWS::S3::Bucket  bzk          GB IE   buiten EER, adequaat  "
            "rechtstreeks onder recht van buiten de EER  materieel  2026-11-22 06:00Z  volledig"
        ),
    ]


def test_a_country_that_is_not_known_is_asked_about() -> None:
    """An empty cell could be read as nothing to see."""
    row = shapes.asset(given.asset_view()) | {"countries": [], "scope_outcome": None}
    line = table(ASSETS, [row], EN, width=None).splitlines()[-1]
    assert "  ?  " in line
    assert line.endswith("not read yet")


def test_a_table_fits_its_terminal_by_shortening_identifiers_in_the_middle() -> None:
    """The start and the end of a long ARN stay readable."""
    row = shapes.asset(given.asset_view(name=LONG))
    narrow = table(ASSETS, [row], EN, width=130)
    assert max(map(len, narrow.splitlines())) == 130
    assert "arn:aws" in narrow
    assert "…" in narrow
    assert "columns-archive  " in narrow


def test_a_narrow_terminal_leaves_out_what_can_be_spared_and_says_so() -> None:
    """The class stays, and how old the picture is; what is not shown is named."""
    row = shapes.asset(given.asset_view(name=LONG))
    *lines, below = table(ASSETS, [row], NL, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert "buiten EER, adequaat" in lines[-1]
    assert below == (
        "Weggelaten voor de breedte: type, organisatie, rechtsbereik, materieel (alles: --format json)"
    )


def test_a_table_that_is_no_terminals_is_written_in_full() -> None:
    """A file or a pipe gets every character."""
    row = shapes.asset(given.asset_view(name=LONG))
    assert f"arn:aws:s3:::{LONG}  " in table(ASSETS, [row], EN, width=None)


@pytest.mark.parametrize("width", [1, 20, 80, 100, 250])
@pytest.mark.parametrize("columns", [ASSETS, FINDINGS, COVERAGE, SIGHT_CHANGES, DISCREPANCIES, GAPS])
def test_any_width_gives_a_table(columns: tuple[object, ...], width: int) -> None:
    """Also one that is too narrow for any."""
    rows = {
        ASSETS: shapes.asset(given.asset_view()),
        FINDINGS: shapes.finding(given.FINDING),
        COVERAGE: shapes.coverage_row(given.DENIED),
        SIGHT_CHANGES: shapes.sight_change(given.CHANGE),
        DISCREPANCIES: shapes.discrepancy(given.DISCREPANCY),
        GAPS: shapes.gap(given.GAP),
    }
    assert len(table(columns, [rows[columns]], NL, width=width).splitlines()) in {3, 4}  # type: ignore[arg-type, index]  # one of them


def test_a_discrepancy_reads_in_dutch() -> None:
    """Which of the two lists lacks what, and since when."""
    row = shapes.discrepancy(given.DISCREPANCY)
    heading, _, line = table(DISCREPANCIES, [row], NL, width=None).splitlines()
    assert heading.split() == [
        *("verschil", "middel", "type", "locatie", "inventaris", "tenant", "account", "sinds", "geëindigd")
    ]
    assert line.startswith("niet gelezen  arn:aws:s3:::hidden  AWS::S3::Bucket  eu-west-1")


def test_a_gap_reads_in_dutch() -> None:
    """Of which time, and why."""
    heading, _, line = table(GAPS, [shapes.gap(given.GAP)], NL, width=None).splitlines()
    assert heading.split() == ["tenant", "organisatie", "van", "tot", "oorzaak"]
    assert line.split()[:2] == ["bzk-aws", "bzk"]
    assert line.endswith("de collector liep achter: kwijt of teruggezet")


def test_a_scope_of_an_inventory_says_what_it_is() -> None:
    """An asterisk alone tells nobody anything."""
    row = shapes.coverage_row(given.DENIED) | {"type": "*"}
    assert "* (inventaris)" in table(COVERAGE, [row], NL, width=None)


def test_the_line_on_discrepancies_is_there_where_they_are() -> None:
    """In both languages, singular and plural; nothing where there are none."""
    assert notes.discrepancies(0, NL) == []
    assert notes.discrepancies(1, NL) == [
        "1 verschil tussen inventaris en lezing; zie: wolkenzicht discrepancies"
    ]
    assert notes.discrepancies(3, NL) == [
        "3 verschillen tussen inventaris en lezing; zie: wolkenzicht discrepancies"
    ]
    assert notes.discrepancies(3, EN) == [
        "3 differences between inventory and reading; see: wolkenzicht discrepancies"
    ]


def test_a_change_of_sight_reads_in_dutch() -> None:
    """What was lost, where, how much of it, and what stands in the way."""
    row = shapes.sight_change(given.CHANGE)
    heading, _, line = table(SIGHT_CHANGES, [row], NL, width=None).splitlines()
    assert heading.split() == [
        "wanneer",
        "verandering",
        "tenant",
        "account",
        "locatie",
        "type",
        "leesbereiken",
        "toelichting",
    ]
    assert line.split("  ")[:2] == ["2026-11-22 06:00Z", "nieuw geweigerd"]
    assert line.endswith("42  dynamodb:ListTables, door service control policy")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("UNPLANNED_REASON_UNSPECIFIED", "niet meer gepland"),
        ("UNPLANNED_REASON_REGION_OPTED_OUT", "niet meer gepland: regio uitgeschakeld"),
        ("UNPLANNED_REASON_ACCOUNT_GONE", "niet meer gepland: account verdwenen"),
    ],
)
def test_a_scope_that_is_no_longer_planned_says_why(reason: str, expected: str) -> None:
    """Known or not, it is not shown as if it were still looked at."""
    answer = wire.CoverageRow(outcome=given.DENIED.outcome, unplanned_reason=reason)
    assert table(COVERAGE, [shapes.coverage_row(answer)], NL, width=None).endswith(expected)


def test_an_overview_by_class_leaves_out_the_counts_by_class() -> None:
    """Its rows are the classes already; how much of the inside is exposed stands beside them."""
    shape = shapes.overview(given.overview("inside_eea", "outside_eea"))
    group = shape["items"][0]["group"]
    found = table(
        overview_columns(group), shape["items"], NL, width=None, last=total_row(group, shape["total"], NL)
    )
    assert found.splitlines() == [
        f"organisatie  leverancier  locatieklasse  middelen  met inhoud  {EXPOSED}  materieel  onbepaald",
        f"-----------  -----------  -------------  --------  ----------  {LINE}  ---------  ---------",
        f"bzk          aws          binnen EER            2           1  {NONE}          1          0",
        f"bzk          aws          buiten EER            2           1  {NONE}          1          0",
        f"totaal                                          2           1  {NONE}          1          0",
    ]


def test_an_overview_by_law_leaves_out_the_counts_by_law() -> None:
    """Its rows say how far law reaches and whose it is; where there is none from outside stands a dash."""
    items = [
        wire.OverviewCount(group={"class": "inside_eea", "law_reach": reach, "law": law}, assets=2, content=1)
        for reach, law in (("eea_only", ""), ("through_parent", "US"), ("direct", "CN, US"))
    ]
    rows = [shapes.count(each) for each in items]
    group = rows[0]["group"]
    found = table(overview_columns(group), rows, NL, width=None, last=total_row(group, rows[0], NL))
    assert [line.split("  ")[0:1] + line.split()[-5:] for line in found.splitlines()[2:]] == [
        ["binnen EER", "-", "2", "1", "0", "0"],
        ["binnen EER", "US", "2", "1", "0", "0"],
        ["binnen EER", "US", "2", "1", "0", "0"],
        ["totaal", "totaal", "2", "1", "0", "0"],
    ]
    assert "EER-bedrijf met moeder buiten de EER" in found
    assert "blootgesteld" not in found


def test_under_an_overview_stands_how_much_of_the_inside_is_exposed() -> None:
    """In both languages: inside the EER is never told alone."""
    total = {"inside_eea": 12, "inside_eea_exposed": 9, "inside_eea_law_unknown": 1}
    assert notes.law(total, NL) == [
        (
            "Binnen de EER zegt waar gegevens zijn, niet onder wiens recht: van 12 middelen met inhoud "
            "daarbinnen vallen er 9 onder recht van buiten de EER; van 1 is dat niet bekend. "
            "Zie: wolkenzicht overview --by law"
        )
    ]
    assert notes.law(total, EN) == [
        (
            "Inside the EER says where data is, not under whose law: of 12 assets with content inside it, "
            "law from outside the EER reaches 9; of 1 this is not known. See: wolkenzicht overview --by law"
        )
    ]
    assert notes.law(dict.fromkeys(total, 0), EN) == []


def test_an_overview_by_anything_else_counts_by_class() -> None:
    """Every class has its column."""
    shape = shapes.overview(given.overview())
    columns = overview_columns(shape["items"][0]["group"])
    heading = table(columns, shape["items"], EN, width=None).splitlines()[0]
    for name in ("inside EER", "outside EER, adequate", "unknown", "outside EER", "undetermined"):
        assert name in heading


def test_the_line_on_coverage_says_what_was_seen() -> None:
    """In both languages, with the blind spots and the oldest look."""
    shape = shapes.completeness(given.COMPLETENESS)
    assert notes.coverage_line(shape, NL) == (
        "Dekking: 340 van 357 leesbereiken volledig gezien, 17 blinde vlekken, oudste blik "
        "2026-11-22 06:00 UTC"
    )
    assert notes.coverage_line(shape, EN) == (
        "Coverage: 340 of 357 scopes seen completely, 17 blind spots, oldest look 2026-11-22 06:00 UTC"
    )


@pytest.mark.parametrize(
    ("completeness", "complete", "warnings"),
    [
        (given.FULL, True, 0),
        (given.COMPLETENESS, False, 1),
        (wire.Completeness(), False, 1),
        (wire.Completeness(scopes_planned=1, scopes_complete=1, tenants_silent=2), False, 1),
        (wire.Completeness(scopes_planned=1, scopes_blind=1, tenants_silent=2), False, 2),
    ],
)
def test_every_gap_is_called_out(completeness: wire.Completeness, warnings: int, *, complete: bool) -> None:
    """Blind spots, silent tenants and an estate of which nothing was seen."""
    shape = shapes.completeness(completeness)
    assert notes.is_complete(shape) is complete
    assert len(notes.warnings(shape, NL)) == warnings


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (given.asset_view(), []),
        (
            given.asset_view("OUTCOME_DENIED"),
            [
                (
                    "WARNING: the scope of this asset could not be seen completely at the last look "
                    "(denied); this picture is of 2026-11-22 06:00 UTC"
                )
            ],
        ),
        (given.asset_view(removed=True), ["WARNING: this asset vanished on 2026-11-22 06:00 UTC"]),
    ],
)
def test_an_asset_that_may_have_changed_says_so(view: wire.AssetView, expected: list[str]) -> None:
    """What was not seen at the last look is not shown as if it had been."""
    assert notes.asset_warnings(shapes.asset(view), EN) == expected


@for_all(st.text(max_size=60), st.integers(1, 40))
def test_shortening_keeps_start_and_end(text: str, width: int) -> None:
    """Never longer than asked, unchanged where it fits."""
    short = shorten(text, width)
    assert len(short) <= max(width, 1)
    if len(text) <= width:
        assert short == text
    elif width > 3:
        assert (short[0], short[-1]) == (text[0], text[-1])


def test_names_cannot_steer_the_terminal() -> None:
    """A tag or a name of an asset comes from whoever made it."""
    assert printable("a\x1b[2Jb\u202ec\nd") == "a\ufffd[2Jb\ufffdc\ufffdd"
