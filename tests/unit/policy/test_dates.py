"""Rules and facts of a day: which rule set was in force, and what held of countries, owners and laws."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from policy.ruleset import Policy, build, load
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, LocationClass, MaterialUse, Severity

MakeAsset = Callable[..., Asset]

ADEQUATE, OUTSIDE = LocationClass.OUTSIDE_EEA_ADEQUATE, LocationClass.OUTSIDE_EEA


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2022, 8, 29), "RCB2022"),
        (date(2026, 7, 2), "RCB2022"),
        (date(2026, 7, 3), "RCB2026"),
        (date(2040, 1, 1), "RCB2026"),
    ],
)
def test_rule_set_in_force(day: date, name: str) -> None:
    """The Herziening is in force from 3 July 2026 on; the day before it is the policy of 2022."""
    assert load(day).settings.name == name


def test_before_the_first_rule_set() -> None:
    """On an earlier day there is nothing to judge by, with or without a name."""
    expected = "no rule set was in force on 2022-08-28; ask from 2022-08-29 on (RCB2022)"
    with pytest.raises(ConfigurationError, match=re.escape(expected)):
        load(date(2022, 8, 28))
    with pytest.raises(ConfigurationError, match=re.escape(expected)):
        load(date(2022, 8, 28), "RCB2022")


def test_name_that_there_is_not() -> None:
    """Another name is refused with the names that there are."""
    with pytest.raises(ConfigurationError, match="there is no rule set 'RCB1999'; use RCB2022, RCB2026"):
        load(name="RCB1999")
    with pytest.raises(ConfigurationError) as caught:
        load(name="R" * 41)
    assert str(caught.value) == f"there is no rule set '{'R' * 40}'; use RCB2022, RCB2026"


def test_version_tells_the_day(policy: Policy) -> None:
    """The version has the rule set, the digest of the data, and the day where it is not the usual one."""
    digest = policy.version.removeprefix("RCB2026/")
    assert [
        load(date(2026, 7, 2)).version,
        load(name="RCB2022").version,
        load(date(2026, 11, 22)).version,
        load(date(2031, 1, 1), "RCB2022").version,
    ] == [
        f"RCB2022/{digest}@2026-07-02",
        f"RCB2022/{digest}",
        policy.version,
        f"RCB2022/{digest}@2031-01-01",
    ]


def test_a_day_is_built_once() -> None:
    """The rule set of a day is kept, with its caches."""
    assert load(date(2026, 1, 1)) is load(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("GB", date(2031, 12, 27), ADEQUATE),
        ("GB", date(2031, 12, 28), OUTSIDE),
        ("BR", date(2026, 1, 25), OUTSIDE),
        ("BR", date(2026, 1, 26), ADEQUATE),
        ("CH", date(2022, 8, 29), ADEQUATE),
        ("NO", date(2022, 8, 29), LocationClass.INSIDE_EEA),
        ("US", date(2026, 11, 22), OUTSIDE),
    ],
)
def test_adequacy_of_a_day(make_asset: MakeAsset, country: str, day: date, expected: LocationClass) -> None:
    """A decision counts from its first day to its last, both included."""
    region = {"GB": "eu-west-2", "BR": "sa-east-1", "CH": "eu-central-2", "US": "us-east-1"}
    rules = load(day)
    assert rules.locations.class_of(country) is expected
    if country in region:
        assert rules.classify(make_asset(region[country])).location_class is expected


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 6, 11), "FISA s.702: in force"),
        (date(2026, 6, 12), "FISA s.702: lapsed 2026-06-12, certifications run to March 2027"),
    ],
)
def test_law_of_a_day(make_asset: MakeAsset, day: date, status: str) -> None:
    """A law that lapses stays in the chain, with the status that it has on that day."""
    (found,) = load(day).classify(make_asset("eu-west-1")).jurisdictions
    assert [law for law in found.laws if law.startswith("FISA")] == [status]


@pytest.mark.parametrize(("day", "countries"), [(date(2026, 1, 14), []), (date(2026, 1, 15), ["US", "DE"])])
def test_operator_of_a_day(make_asset: MakeAsset, day: date, countries: list[str]) -> None:
    """The sovereign cloud has an operator from its first day; before it nobody is guessed."""
    asset = make_asset("eusc-de-east-1", partition="aws-eusc", location="eusc-de-east-1")
    assert [each.country for each in load(day).classify(asset).jurisdictions] == countries


def test_a_takeover_changes_the_owner_from_its_day(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """Two rows of one operator with periods that meet: the law over it is the new owner's from the day on."""
    old = next(row for row in data_files["operators.csv"].splitlines() if row.startswith(b"leafcloud,"))
    first = old.replace(b",NL,,,,medium", b",NL,,,2027-01-31,medium")
    second = old.replace(b",NL,,,,medium", b",US,us-cloud-act,2027-02-01,,medium")
    files = {**data_files, "operators.csv": data_files["operators.csv"].replace(old, first + b"\n" + second)}
    asset = make_asset(provider="leafcloud", partition="leafcloud", location="")
    found = [
        [each.country for each in build(files, day).classify(asset).jurisdictions]
        for day in (date(2027, 1, 31), date(2027, 2, 1))
    ]
    assert found == [["NL"], ["US", "NL"]]


def test_a_country_that_joins_the_eer(data_files: dict[str, bytes]) -> None:
    """Membership has a period: two rows that meet, and the day decides."""
    countries = data_files["countries.csv"].decode()
    old = next(row for row in countries.splitlines() if row.startswith("AL,"))
    first = old.replace("candidate,,,", "candidate,,2029-12-31,")
    second = old.replace(",no,candidate,,,", ",yes,eu_member,2030-01-01,,")
    files = {**data_files, "countries.csv": countries.replace(old, f"{first}\n{second}").encode()}
    classes = [build(files, date(year, 1, 1)).locations.class_of("AL") for year in (2029, 2030)]
    assert classes == [OUTSIDE, LocationClass.INSIDE_EEA]


def test_a_region_with_dates(data_files: dict[str, bytes]) -> None:
    """A location code is known on the days of its row; without dates it always is."""
    regions = data_files["aws_regions.csv"].replace(
        b"eu-west-1,aws,Dublin,IE,region,,,,", b"eu-west-1,aws,Dublin,IE,region,,2027-01-01,2027-12-31,"
    )
    files = {**data_files, "aws_regions.csv": regions}
    known = [
        build(files, day).location_known("aws", "eu-west-1")
        for day in (date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1))
    ]
    assert known == [False, True, False]


def test_what_is_permitted() -> None:
    """In 2022 the EER and adequate countries; in 2026 the EER and Switzerland, not the Caribbean islands."""
    earlier, later = (load(day).settings.permitted_countries for day in (date(2026, 7, 2), date(2026, 7, 3)))
    countries = load().locations.countries
    eer = {code for code, country in countries.items() if country.in_eea}
    assert later == eer | {"CH"}
    assert earlier == eer | {code for code in countries if load(date(2026, 7, 2)).locations.adequacy_of(code)}
    assert [{"GB", "BR", "CH", "BQ", "US"} & each for each in (earlier, later)] == [
        {"GB", "BR", "CH"},
        {"CH"},
    ]


@pytest.mark.parametrize(
    ("name", "severity", "expected"),
    [
        ("RCB2022", Severity.LOW, "eu-west-2 (GB): not EER, but allowed by RCB2022, special personal data: "),
        ("RCB2026", Severity.MEDIUM, "eu-west-2 (GB)"),
    ],
)
def test_finding_of_a_rule_set(make_asset: MakeAsset, name: str, severity: Severity, expected: str) -> None:
    """The same bucket in London is graver under the rules of 2026, which name Switzerland only."""
    rules, asset = load(name=name), make_asset("eu-west-2")
    (found,) = rules.findings(asset, rules.classify(asset))
    assert (found.severity, found.details[0][1][: len(expected)]) == (severity, expected)


def test_a_code_of_the_eer_and_switzerland_is_permitted(policy: Policy, make_asset: MakeAsset) -> None:
    """A code that spans Germany and Zurich is allowed where both of them are."""
    asset = make_asset("storage/eur8", provider="gcp")
    (found,) = policy.findings(asset, policy.classify(asset))
    assert (found.severity, found.details) == (
        Severity.LOW,
        (("stored", "storage/eur8 (CH, DE): not EER, but allowed by RCB2026 4.6 [C]"),),
    )


@pytest.mark.parametrize(
    ("name", "use"), [("RCB2022", MaterialUse.UNDETERMINED), ("RCB2026", MaterialUse.MATERIAL)]
)
def test_what_material_is(make_asset: MakeAsset, name: str, use: MaterialUse) -> None:
    """Large-scale personal data make a use material under the rules of 2026 only."""
    asset = make_asset("eu-west-1", tags=(("persoonsgegevens", "grootschalig"),))
    assert load(name=name).classify(asset).material is use


def test_source_of_the_notion_of_material_use(make_asset: MakeAsset) -> None:
    """What material use rests on is the rule set's own clause."""
    sources = [load(name=name).material.decide(make_asset()).source for name in ("RCB2022", "RCB2026")]
    assert sources == [
        "Implementatiekader risicoafweging cloudgebruik art. 2a (secondary source)",
        "RCB2026 4.1 [C] (secondary source)",
    ]
