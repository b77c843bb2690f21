"""The look-ups behind a location's class, on facts made up for it: each step, and that no other is taken."""

from __future__ import annotations

from datetime import date

import pytest

from policy import location
from policy.facts import Adequacy, Country, Region
from policy.location import LocationRules
from wolkenzicht.model import LocationClass, LocationVerdict

DAY = date(2026, 7, 3)
INSIDE, ADEQUATE = LocationClass.INSIDE_EEA, LocationClass.OUTSIDE_EEA_ADEQUATE
UNKNOWN, OUTSIDE = LocationClass.UNKNOWN, LocationClass.OUTSIDE_EEA


def country(code: str, *, eea: bool) -> Country:
    """A country in or outside the EER."""
    return Country(code, code, eea, "third_country", "high", "", "a source", None, None)


def decision(code: str, first: date | None, last: date | None, *, covers: bool = True) -> Adequacy:
    """An adequacy decision."""
    return Adequacy(code, f"on {code}", first, last, covers, "general", "a scope", "", "high", "a source")


def region(code: str, *countries: str, kind: str = "region", confidence: str = "high") -> Region:
    """A row of a catalogue."""
    return Region(code, kind, countries, "", confidence, "a note", "a source", None, None)


def catalogue(*regions: Region) -> dict[str, Region]:
    """A provider's rows by code."""
    return {each.code: each for each in regions}


ADEQUACIES = (
    decision("CH", date(2020, 1, 1), None),
    decision("GB", date(2020, 1, 1), DAY),
    decision("JP", None, date(2026, 7, 2)),
    decision("US", date(2020, 1, 1), None, covers=False),
)
RULES = LocationRules(
    countries={
        code: country(code, eea=code in ("NL", "BE")) for code in ("NL", "BE", "CH", "GB", "JP", "US")
    },
    aliases={"UK": "GB", "HO": "ZZ"},
    adequacies=ADEQUACIES,
    catalogues={
        "aws": catalogue(
            region("eu-1", "NL"),
            region("eu-1-ist-1", "CH"),
            region("nowhere-1"),
            region("any", kind="pseudo"),
        ),
        "gcp": catalogue(
            region("europe-west4", "NL"),
            region("eu", "NL", "BE", kind="multi_region"),
            region("storage/eu", "NL", "GB", kind="multi_region"),
            region("some", "NL", "US", kind="group"),
            region("union", kind="eu_member"),
            region("doubtful", kind="eu_member", confidence="low"),
        ),
        "azure": catalogue(region("west1", "BE")),
    },
    as_at=DAY,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("NL", INSIDE), ("CH", ADEQUATE), ("GB", ADEQUATE), ("JP", OUTSIDE), ("US", OUTSIDE), ("QQ", UNKNOWN)],
)
def test_class_of_a_country(code: str, expected: LocationClass) -> None:
    """A decision counts on its last day, not after it, and only where it covers the place as a whole."""
    assert RULES.class_of(code) is expected


def test_decisions_of_the_day() -> None:
    """Those that hold are kept, whether they cover a place or not; only the former is told of a country."""
    assert RULES.adequacies == (ADEQUACIES[0], ADEQUACIES[1], ADEQUACIES[3])
    assert [RULES.adequacy_of(code) for code in ("GB", "JP", "US", "NL")] == [ADEQUACIES[1], None, None, None]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (" nl ", "NL"),
        ("uk", "GB"),
        ("Nl", "NL"),
        ("QQ", None),
        ("HO", None),
        ("NLD", None),
        ("N", None),
        ("N1", None),
        ("ñl", None),
        ("", None),
    ],
)
def test_declared_country(declared: str, expected: str | None) -> None:
    """A code of two letters in any case, or what stands for one; nothing else."""
    assert RULES.country_of(declared) == expected


@pytest.mark.parametrize(
    ("provider", "code", "expected"),
    [
        ("aws", "eu-1", "eu-1"),
        ("aws", "eu-1a", "eu-1"),
        ("aws", "eu-1-ist-1a", "eu-1-ist-1"),
        ("aws", "eu-1ab", None),
        ("aws", "EU-1", None),
        ("aws", "eu-1A", None),
        ("aws", "storage/eu-1", None),
        ("gcp", "EUROPE-WEST4-A", "europe-west4"),
        ("gcp", "europe-west4a", None),
        ("gcp", "storage/EU", "storage/eu"),
        ("gcp", "bigquery/eu", "eu"),
        ("gcp", "storage/europe-west4-a", "europe-west4"),
        ("gcp", "storage/a/eu", None),
        ("gcp", "1storage/eu", None),
        ("gcp", "\u017fome", None),
        ("azure", "west1a", None),
        ("azure", "storage/west1", None),
        ("elsewhere", "eu-1", None),
    ],
)
def test_row_of_a_code(provider: str, code: str, expected: str | None) -> None:
    """By its name, its zone's group, or without its service; each as its own provider writes codes."""
    found = RULES.region_of(provider, code)
    assert (found.code if found else None) == expected


KNOWN = (True, ())


@pytest.mark.parametrize(
    ("provider", "code", "verdict"),
    [
        ("aws", "eu-1", LocationVerdict(("NL",), INSIDE, location.REGION)),
        ("aws", "eu-1a", LocationVerdict(("NL",), INSIDE, location.ZONE)),
        ("aws", "nowhere-1", LocationVerdict((), UNKNOWN, location.COUNTRY_NOT_CONFIRMED)),
        ("aws", "any", LocationVerdict((), UNKNOWN, location.NOT_A_PLACE)),
        ("aws", "", LocationVerdict((), UNKNOWN, location.NO_CODE)),
        ("aws", " ", LocationVerdict((), UNKNOWN, location.NO_CODE)),
        ("aws", "eu-2", LocationVerdict((), UNKNOWN, location.NOT_IN_CATALOGUE)),
        ("odc", "eu-1", LocationVerdict((), UNKNOWN, location.NO_CATALOGUE)),
        ("gcp", "STORAGE/EU", LocationVerdict(("NL", "GB"), ADEQUATE, location.SEVERAL)),
        ("gcp", "bigquery/eu", LocationVerdict(("NL", "BE"), INSIDE, location.SEVERAL)),
        ("gcp", "some", LocationVerdict(("NL", "US"), OUTSIDE, location.ONE_OR_MORE)),
        ("gcp", "bigquery/EUROPE-WEST4", LocationVerdict(("NL",), INSIDE, location.REGION)),
        ("gcp", "europe-west4-b", LocationVerdict(("NL",), INSIDE, location.ZONE)),
        ("gcp", "union", LocationVerdict((), INSIDE, location.EU_MEMBER)),
        ("gcp", "doubtful", LocationVerdict((), UNKNOWN, location.EU_MEMBER_NOT_CONFIRMED)),
    ],
)
def test_verdict_on_a_code(provider: str, code: str, verdict: LocationVerdict) -> None:
    """The countries of the row, the worst of their classes, and the step that decided."""
    assert RULES.judge(provider, code, *KNOWN) == (verdict, verdict.location_class.badness)


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [
        (("nl",), LocationVerdict(("NL",), INSIDE, location.DECLARED)),
        (("uk", "NL", "nl"), LocationVerdict(("GB", "NL"), ADEQUATE, location.DECLARED)),
        (("NL", "?"), LocationVerdict(("NL",), UNKNOWN, location.DECLARED_NOT_ISO)),
        (("?",), LocationVerdict((), UNKNOWN, location.DECLARED_NOT_ISO)),
        (("US", "?"), LocationVerdict(("US",), OUTSIDE, location.DECLARED_NOT_ISO)),
    ],
)
def test_verdict_on_declared_countries(declared: tuple[str, ...], verdict: LocationVerdict) -> None:
    """They count before the code, whatever that is; one that is none is unknown, beside the others."""
    known = True
    for provider, code in (("aws", "eu-1"), ("odc", "")):
        assert RULES.judge(provider, code, known, declared) == (verdict, verdict.location_class.badness)


def test_what_the_source_does_not_know_is_unknown() -> None:
    """Also with a code and a country beside it."""
    known, expected = False, LocationVerdict((), UNKNOWN, location.CERTAINTY_UNKNOWN)
    assert RULES.judge("aws", "eu-1", known, ("NL",)) == (expected, UNKNOWN.badness)
