"""The rows of the files about countries, laws and location codes, each field where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from policy.fact_files import (
    ADEQUACY_COLUMNS,
    ALIAS_COLUMNS,
    COUNTRY_COLUMNS,
    LAW_COLUMNS,
    adequacies,
    aliases,
    countries,
    laws,
)
from policy.facts import Adequacy, Country, Law, Region
from policy.location_files import REGION_COLUMNS, regions
from policy.rows import PolicyDataError


def country(code: str, name: str, status: str, confidence: str, note: str, source: str) -> Country:
    """A country, in the EER where it is a member, without a period."""
    return Country(code, name, status == "eu_member", status, confidence, note, source, None, None)


NL = country("NL", "Netherlands", "eu_member", "high", "", "a source")
KNOWN = {"NL": NL, "BE": NL, "US": NL}
STATUSES = (
    "candidate", "crown_dependency", "efta_eea", "efta_not_eea", "eu_member", "eu_outermost_region",
    "excluded_territory", "former_member", "microstate", "overseas_territory", "part_of_member",
    "third_country",
)  # fmt: skip
KINDS = ("eu_member", "group", "local_zone", "multi_region", "pseudo", "region", "wavelength_zone")
SINCE, DAY = date(2022, 8, 29), date(2026, 7, 3)


def file(columns: tuple[str, ...], *rows: str) -> bytes:
    """A file with these columns and rows."""
    return "\n".join((",".join(columns), *rows, "")).encode()


def refused(act: Callable[[], object]) -> str:
    """The text of the refusal."""
    with pytest.raises(PolicyDataError) as caught:
        act()
    return str(caught.value)


def test_countries_of_a_day() -> None:
    """Of a country with several rows the one that holds counts; one that no longer is is left out."""
    content = file(
        COUNTRY_COLUMNS,
        "AA,Aland,no,candidate,,2026-07-02,low,soon,s1",
        "AA,Aland,yes,eu_member,2026-07-03,,medium,,s2",
    )
    now = country("AA", "Aland", "eu_member", "medium", "", "s2")
    before = country("AA", "Aland", "candidate", "low", "soon", "s1")
    last = date(2026, 7, 2)
    assert countries(content, DAY, SINCE) == {"AA": replace(now, valid_from=date(2026, 7, 3))}
    assert countries(content, last, SINCE) == {"AA": replace(before, valid_until=last)}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A,Aland,no,candidate,,,low,,s", "2:1: code: 'A' is no country code; write two capital letters"),
        ("AA,,no,candidate,,,low,,s", "2:2: name: is empty; fill it in"),
        ("AA,Aland,,candidate,,,low,,s", "2:3: in_eea: '' is not one of no, yes; choose one of them"),
        (
            "AA,Aland,no,country,,,low,,s",
            f"2:4: status: 'country' is not one of {', '.join(STATUSES)}; choose one of them",
        ),
        (
            "AA,Aland,no,candidate,,,,,s",
            "2:7: confidence: '' is not one of high, low, medium; choose one of them",
        ),
        ("AA,Aland,no,candidate,,,low,,", "2:9: source: is empty; fill it in"),
        (
            "AA,Aland,no,candidate,2022-08-30,,low,,s",
            "2:5: valid_from: 'AA' has no row for 2022-08-29 up to 2022-08-30; add one or begin earlier",
        ),
    ],
)
def test_a_country_that_is_wrong(row: str, expected: str) -> None:
    """Each field that must be filled in is, and from the first rule set on no day lacks a country."""
    assert refused(lambda: countries(file(COUNTRY_COLUMNS, row), DAY, SINCE)) == f"countries.csv:{expected}"


def test_aliases_of_countries() -> None:
    """A code that is no country's own, written once, with the country that it stands for."""
    assert aliases(file(ALIAS_COLUMNS, "EL,NL,note,s", "UK,BE,,s"), KNOWN) == {"EL": "NL", "UK": "BE"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("EL,NL,,s", "EL,BE,,s"), "3:1: alias: 'EL' stands in line 2 already; remove one of them"),
        (("NL,BE,,s",), "2:1: alias: 'NL' is a code of countries.csv itself; remove one of them"),
        (("el,BE,,s",), "2:1: alias: 'el' is no country code; write two capital letters"),
        (("EL,NL,,",), "2:4: source: is empty; fill it in"),
        (
            ("EL,GR,,s",),
            "2:2: code: 'GR' is no code of countries.csv; add the country there or correct the code",
        ),
    ],
)
def test_an_alias_that_is_wrong(rows: tuple[str, ...], expected: str) -> None:
    """It may not be taken for a country's own code, nor stand for two."""
    assert refused(lambda: aliases(file(ALIAS_COLUMNS, *rows), KNOWN)) == f"country_aliases.csv:{expected}"


def test_adequacy_decisions() -> None:
    """All of them with their periods, whether they count as a location or not."""
    content = file(
        ADEQUACY_COLUMNS,
        "BE,one,,2026-01-01,general,,yes,general,in force,high,s1",
        "US,two,2026-01-02,,partial,,no,companies,in force,low,s2",
        "US,three,2026-01-02,,partial,,no,ships,in force,low,s3",
    )
    assert adequacies(content, KNOWN) == (
        Adequacy(
            *("BE", "one", None, date(2026, 1, 1)),
            covers_location=True,
            covers_reason="general",
            scope="general",
            limits="",
            confidence="high",
            source="s1",
        ),
        Adequacy(
            *("US", "two", date(2026, 1, 2), None),
            covers_location=False,
            covers_reason="companies",
            scope="partial",
            limits="",
            confidence="low",
            source="s2",
        ),
        Adequacy(
            *("US", "three", date(2026, 1, 2), None),
            covers_location=False,
            covers_reason="ships",
            scope="partial",
            limits="",
            confidence="low",
            source="s3",
        ),
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ("BE,one,,,g,,yes,all,now,high,s", "BE,two,,,g,,yes,all,now,high,s"),
            "3:3: valid_from: the period of 'BE' overlaps that in line 2; correct one of them",
        ),
        (
            ("BE,one,,,g,,no,all,now,high,s", "BE,one,,,g,,no,all,now,high,s"),
            "3:3: valid_from: the period of 'BE one' overlaps that in line 2; correct one of them",
        ),
        (("BE,,,,g,,no,all,now,high,s",), "2:2: decision: is empty; fill it in"),
        (("BE,one,,,g,,no,,now,high,s",), "2:8: covers_reason: is empty; fill it in"),
        (("BE,one,,,g,,no,all,,high,s",), "2:9: status: is empty; fill it in"),
        (
            ("BE,one,,,g,,no,all,now,,s",),
            "2:10: confidence: '' is not one of high, low, medium; choose one of them",
        ),
        (("BE,one,,,g,,no,all,now,high,",), "2:11: source: is empty; fill it in"),
        (
            ("QQ,one,,,g,,no,all,now,high,s",),
            "2:1: code: 'QQ' is no code of countries.csv; add the country there or correct the code",
        ),
    ],
)
def test_an_adequacy_decision_that_is_wrong(rows: tuple[str, ...], expected: str) -> None:
    """Of one place no two may count at once; a decision is written once."""
    assert refused(lambda: adequacies(file(ADEQUACY_COLUMNS, *rows), KNOWN)) == f"adequacy.csv:{expected}"


def test_laws_of_a_day() -> None:
    """The status of that day; of a law without one that day its first, with its period."""
    content = file(
        LAW_COLUMNS,
        "us-a,US,Act A,in force,2018-01-01,2026-07-02,high,,s",
        "us-a,US,Act A,lapsed,2026-07-03,2026-12-31,high,,s",
        "be-b,BE,Act B,to come,2027-01-01,,high,,s",
    )
    lapsed = Law("us-a", "US", "Act A", "lapsed", DAY, date(2026, 12, 31), "high", "s")
    to_come = Law("be-b", "BE", "Act B", "to come", date(2027, 1, 1), None, "high", "s")
    in_force = Law("us-a", "US", "Act A", "in force", date(2018, 1, 1), date(2026, 7, 2), "high", "s")
    assert laws(content, KNOWN, DAY) == {"us-a": lapsed, "be-b": to_come}
    assert laws(content, KNOWN, date(2026, 7, 2)) == {"us-a": in_force, "be-b": to_come}
    assert laws(content, KNOWN, date(2027, 1, 1)) == {"us-a": in_force, "be-b": to_come}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((",US,Act,now,,,high,,s",), "2:1: id: is empty; fill it in"),
        (
            ("a,QQ,Act,now,,,high,,s",),
            "2:2: country: 'QQ' is no code of countries.csv; add the country there or correct the code",
        ),
        (("a,US,,now,,,high,,s",), "2:3: name: is empty; fill it in"),
        (("a,US,Act,,,,high,,s",), "2:4: status: is empty; fill it in"),
        (
            ("a,US,Act,now,,,,,s",),
            "2:7: confidence: '' is not one of high, low, medium; choose one of them",
        ),
        (("a,US,Act,now,,,high,,",), "2:9: source: is empty; fill it in"),
        (
            ("a,US,Act,now,,2026-01-01,high,,s", "a,BE,Act,now,2026-01-02,,high,,s"),
            "3:2: country: 'a' is a law of another country above; choose another id",
        ),
        (
            ("a,US,Act,now,,,high,,s", "a,US,Act,now,,,high,,s"),
            "3:5: valid_from: the period of 'a' overlaps that in line 2; correct one of them",
        ),
    ],
)
def test_a_law_that_is_wrong(rows: tuple[str, ...], expected: str) -> None:
    """Each field that must be filled in is, and one id is one law."""
    assert refused(lambda: laws(file(LAW_COLUMNS, *rows), KNOWN, DAY)) == f"laws.csv:{expected}"


def test_location_codes_of_a_day() -> None:
    """Each field of a row; a code that no longer is, or is not yet, is left out."""
    content = file(
        REGION_COLUMNS,
        "here,p,Gent,BE,region,,,,high,,s1",
        "both,p,,NL;BE,group,,,,low,n,s2",
        "gone,p,,NL,local_zone,,,2026-07-02,medium,,s3",
        "new,p,,NL,region,,2026-07-04,,medium,,s4",
        "none,p,,,pseudo,,2026-07-03,2026-07-03,medium,no place,s5",
    )
    assert regions("a.csv", content, KNOWN, DAY) == {
        "here": Region("here", "region", ("BE",), "Gent", "high", "", "s1", None, None),
        "both": Region("both", "group", ("BE", "NL"), "", "low", "n", "s2", None, None),
        "none": Region("none", "pseudo", (), "", "medium", "no place", "s5", DAY, DAY),
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",p,,NL,region,,,,high,,s", "2:1: code: is empty; fill it in"),
        ("a,,,NL,region,,,,high,,s", "2:2: partition: is empty; fill it in"),
        (
            "a,p,,NL,continent,,,,high,,s",
            f"2:5: kind: 'continent' is not one of {', '.join(KINDS)}; choose one of them",
        ),
        (
            "a,p,,NL,region,,,,,,s",
            "2:9: confidence: '' is not one of high, low, medium; choose one of them",
        ),
        ("a,p,,NL,region,,,,high,,", "2:11: source: is empty; fill it in"),
        ("a,p,,,region,,,,high,,s", "2:10: note: is empty; fill it in"),
        ("a,p,,,pseudo,,,,high,,s", "2:10: note: is empty; fill it in"),
        (
            "a,p,,NL,pseudo,,,,high,n,s",
            "2:4: countries: a pseudo region is no place; leave the countries empty",
        ),
        (
            "a,p,,NL,eu_member,,,,high,n,s",
            "2:4: countries: where the countries are known, choose the kind multi_region or group",
        ),
        (
            "a,p,,NL;BE,wavelength_zone,,,,high,,s",
            "2:4: countries: a wavelength_zone lies in one country; choose the kind multi_region or group",
        ),
        (
            "a,p,,QQ,region,,,,high,,s",
            "2:4: countries: 'QQ' is no code of countries.csv; add the country there or correct the code",
        ),
        ("a,p,,NL,region,,2026,,high,,s", "2:7: valid_from: '2026' is no date; write it as 2026-11-22"),
    ],
)
def test_a_location_code_that_is_wrong(row: str, expected: str) -> None:
    """A code has its countries as its kind says, or none and the reason."""
    assert refused(lambda: regions("a.csv", file(REGION_COLUMNS, row), KNOWN, DAY)) == f"a.csv:{expected}"


def test_a_location_code_twice() -> None:
    """A code may change its country from a day on, and has one row on each day."""
    content = file(REGION_COLUMNS, "a,p,,NL,region,,,,high,,s", "a,q,,NL,region,,,,high,,s")
    assert refused(lambda: regions("a.csv", content, KNOWN, DAY)) == (
        "a.csv:3:7: valid_from: the period of 'a' overlaps that in line 2; correct one of them"
    )
