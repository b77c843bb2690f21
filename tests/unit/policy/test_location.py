"""The class of a location follows its country, and the country follows from exact look-ups alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy import location
from policy.ruleset import Policy
from policy.texts import LOCATION_RULES
from wolkenzicht.model import Asset, Certainty, DataLocation, LocationClass, Operation

MakeAsset = Callable[..., Asset]

INSIDE = LocationClass.INSIDE_EEA
ADEQUATE = LocationClass.OUTSIDE_EEA_ADEQUATE
OUTSIDE = LocationClass.OUTSIDE_EEA
UNKNOWN = LocationClass.UNKNOWN


@pytest.mark.parametrize(
    ("code", "countries", "expected", "rule"),
    [
        ("eu-west-1", ("IE",), INSIDE, location.REGION),
        ("eu-north-1", ("SE",), INSIDE, location.REGION),
        ("eusc-de-east-1", ("DE",), INSIDE, location.REGION),
        ("eu-west-2", ("GB",), ADEQUATE, location.REGION),
        ("eu-central-2", ("CH",), ADEQUATE, location.REGION),
        ("us-east-1", ("US",), OUTSIDE, location.REGION),
        ("ca-central-1", ("CA",), OUTSIDE, location.REGION),
        ("ap-northeast-1", ("JP",), OUTSIDE, location.REGION),
        ("sa-east-1", ("BR",), ADEQUATE, location.REGION),
        ("us-gov-west-1", ("US",), OUTSIDE, location.REGION),
        ("us-isob-east-1", ("US",), OUTSIDE, location.REGION),
        ("cn-north-1", ("CN",), OUTSIDE, location.REGION),
        ("eu-isoe-west-1", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("aws-global", (), UNKNOWN, location.NOT_A_PLACE),
        ("aws-us-gov-global", (), UNKNOWN, location.NOT_A_PLACE),
    ],
)
def test_region(
    policy: Policy,
    make_asset: MakeAsset,
    code: str,
    countries: tuple[str, ...],
    expected: LocationClass,
    rule: str,
) -> None:
    """A region's class is that of the country in the catalogue, whatever its name suggests."""
    verdict = policy.classify(make_asset(code))
    assert (countries, expected, rule) == (
        verdict.locations[0].countries,
        verdict.location_class,
        verdict.locations[0].rule,
    )


@pytest.mark.parametrize(
    ("code", "countries", "expected", "rule"),
    [
        ("eu-west-1a", ("IE",), INSIDE, location.ZONE),
        ("eu-west-2c", ("GB",), ADEQUATE, location.ZONE),
        ("eusc-de-east-1b", ("DE",), INSIDE, location.ZONE),
        ("eu-central-1-ist-1", ("TR",), OUTSIDE, location.REGION),
        ("eu-central-1-ist-1a", ("TR",), OUTSIDE, location.ZONE),
        ("eu-central-1-ham-1a", ("DE",), INSIDE, location.ZONE),
        ("us-east-1-lim-1a", ("PE",), OUTSIDE, location.ZONE),
        ("us-east-1-scl-1a", ("CL",), OUTSIDE, location.ZONE),
        ("us-east-1-bue-1a", ("AR",), ADEQUATE, location.ZONE),
        ("us-east-1-qro-1a", ("MX",), OUTSIDE, location.ZONE),
        ("eu-west-3-cmn-wlz-1", ("MA",), OUTSIDE, location.REGION),
        ("eu-west-3-cmn-wlz-1a", ("MA",), OUTSIDE, location.ZONE),
        ("eu-west-3-wl1-cmn-wlz-1", ("MA",), OUTSIDE, location.REGION),
        ("eu-west-3-wl1-dss1", ("SN",), OUTSIDE, location.REGION),
        ("eu-central-1-wl1-ber-wlz-1", ("DE",), INSIDE, location.REGION),
        ("eu-west-2-wl1-lon-wlz-1", ("GB",), ADEQUATE, location.REGION),
        ("us-east-1-wl1-bos-wlz-1", ("US",), OUTSIDE, location.REGION),
    ],
)
def test_zone(
    policy: Policy,
    make_asset: MakeAsset,
    code: str,
    countries: tuple[str, ...],
    expected: LocationClass,
    rule: str,
) -> None:
    """A zone belongs to the group of its exact name, not to the region that its name starts with."""
    verdict = policy.classify(make_asset(code))
    assert (countries, expected, rule) == (
        verdict.locations[0].countries,
        verdict.location_class,
        verdict.locations[0].rule,
    )


@pytest.mark.parametrize(
    "code",
    [
        "eu-west-99",
        "eu-west-99a",
        "eu-central-1-xyz-1a",
        "eu-central-1-xyz-1",
        "eu-west-1ab",
        "eu-west-1-a",
        "eu-west-",
        "eu-west",
        "EU-WEST-1",
        "EU",
        "NL",
        "IE",
        "euw1-az1",
        "op-0c81637caaaa70bcd",
        "arn:aws:outposts:eu-west-1:111122223333:outpost/op-0c81637caaaa70bcd",
        "eu-west-2-wl1-xyz-wlz-1",
        "storage/eu-west-1",
        "aws-globala",
        "\ud800",
        "x" * 10_000,
    ],
)
def test_code_not_in_catalogue(policy: Policy, make_asset: MakeAsset, code: str) -> None:
    """A code that the catalogue lacks is unknown, however much it looks like a region or a country."""
    verdict = policy.classify(make_asset(code))
    assert verdict.location_class == UNKNOWN
    assert (
        verdict.locations[0].countries,
        verdict.locations[0].location_class,
        verdict.locations[0].rule,
    ) == ((), UNKNOWN, location.NOT_IN_CATALOGUE)


@pytest.mark.parametrize("code", ["", " "])
def test_no_code(policy: Policy, make_asset: MakeAsset, code: str) -> None:
    """A location without a code is unknown, and the rule says why."""
    assert policy.classify(make_asset(code)).locations[0].rule == location.NO_CODE


def test_certainty_unknown(policy: Policy, make_asset: MakeAsset) -> None:
    """What the source says it does not know is unknown, even with a code and a country beside it."""
    place = DataLocation(Operation.STORED, "eu-west-1", Certainty.UNKNOWN, declared_countries=("NL",))
    verdict = policy.classify(make_asset(locations=(place,)))
    assert (verdict.location_class, verdict.locations[0].rule) == (UNKNOWN, location.CERTAINTY_UNKNOWN)


def test_no_location(policy: Policy, make_asset: MakeAsset) -> None:
    """An asset without any data location is unknown."""
    assert policy.classify(make_asset()).location_class == UNKNOWN


def test_provider_without_catalogue(policy: Policy, make_asset: MakeAsset) -> None:
    """A provider without a catalogue has no known codes, whatever another's catalogue has."""
    verdict = policy.classify(make_asset("eu-west-1", provider="stackit"))
    assert (verdict.location_class, verdict.locations[0].rule) == (UNKNOWN, location.NO_CATALOGUE)


@pytest.mark.parametrize(
    ("provider", "code"), [("azure", "eu-west-1"), ("gcp", "eu-west-1"), ("aws", "westeurope")]
)
def test_code_of_another_provider(policy: Policy, make_asset: MakeAsset, provider: str, code: str) -> None:
    """A code is looked up in its own provider's catalogue alone."""
    verdict = policy.classify(make_asset(code, provider=provider))
    assert (verdict.location_class, verdict.locations[0].rule) == (UNKNOWN, location.NOT_IN_CATALOGUE)


@pytest.mark.parametrize(
    ("declared", "countries", "expected"),
    [
        (("NL",), ("NL",), INSIDE),
        ((" nl ",), ("NL",), INSIDE),
        (("IS",), ("IS",), INSIDE),
        (("LI",), ("LI",), INSIDE),
        (("NO",), ("NO",), INSIDE),
        (("GF",), ("GF",), INSIDE),
        (("RE",), ("RE",), INSIDE),
        (("AX",), ("AX",), INSIDE),
        (("EL",), ("GR",), INSIDE),
        (("UK",), ("GB",), ADEQUATE),
        (("CH",), ("CH",), ADEQUATE),
        (("FO",), ("FO",), ADEQUATE),
        (("JE",), ("JE",), ADEQUATE),
        (("SJ",), ("SJ",), OUTSIDE),
        (("GL",), ("GL",), OUTSIDE),
        (("BQ",), ("BQ",), OUTSIDE),
        (("AW",), ("AW",), OUTSIDE),
        (("CW",), ("CW",), OUTSIDE),
        (("SX",), ("SX",), OUTSIDE),
        (("GI",), ("GI",), OUTSIDE),
        (("NC",), ("NC",), OUTSIDE),
        (("US",), ("US",), OUTSIDE),
        (("CA",), ("CA",), OUTSIDE),
        (("JP",), ("JP",), OUTSIDE),
        (("TR",), ("TR",), OUTSIDE),
        (("NL", "DE"), ("DE", "NL"), INSIDE),
        (("NL", "GB"), ("GB", "NL"), ADEQUATE),
        (("NL", "CH", "US"), ("CH", "NL", "US"), OUTSIDE),
    ],
)
def test_declared_countries(
    policy: Policy,
    make_site: MakeAsset,
    declared: tuple[str, ...],
    countries: tuple[str, ...],
    expected: LocationClass,
) -> None:
    """Declared countries are used as they are; of several the worst counts."""
    verdict = policy.classify(make_site("Datacentrum X", *declared)).locations[0]
    assert (countries, expected, location.DECLARED) == (
        verdict.countries,
        verdict.location_class,
        verdict.rule,
    )


@pytest.mark.parametrize(
    ("declared", "countries", "expected"),
    [
        (("",), (), UNKNOWN),
        (("Nederland",), (), UNKNOWN),
        (("ZZ",), (), UNKNOWN),
        (("EU",), (), UNKNOWN),
        (("ß",), (), UNKNOWN),
        (("ﬁ",), (), UNKNOWN),
        (("N1",), (), UNKNOWN),
        (("NL", "ZZ"), ("NL",), UNKNOWN),
        (("US", "ZZ"), ("US",), OUTSIDE),
    ],
)
def test_declared_country_that_is_none(
    policy: Policy,
    make_site: MakeAsset,
    declared: tuple[str, ...],
    countries: tuple[str, ...],
    expected: LocationClass,
) -> None:
    """A code that is no ISO code makes it unknown, or worse where another country is."""
    verdict = policy.classify(make_site("Datacentrum X", *declared)).locations[0]
    assert (countries, expected, location.DECLARED_NOT_ISO) == (
        verdict.countries,
        verdict.location_class,
        verdict.rule,
    )


def test_worst_of_the_data_operations_counts(policy: Policy, make_asset: MakeAsset) -> None:
    """Managed and viewed are judged beside the class, and do not decide it."""
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.BACKED_UP, "eu-west-2", Certainty.DERIVED),
        DataLocation(Operation.MANAGED, "us-east-1", Certainty.DERIVED),
        DataLocation(Operation.VIEWED, "nowhere", Certainty.DERIVED),
    )
    verdict = policy.classify(make_asset(locations=places))
    assert verdict.location_class == ADEQUATE
    assert [each.location_class for each in verdict.locations] == [INSIDE, ADEQUATE, OUTSIDE, UNKNOWN]


def test_every_rule_has_texts() -> None:
    """Every rule that a verdict can name has a text in both languages."""
    assert {language: set(location.RULES) for language in ("nl", "en")} == {
        language: set(texts) for language, texts in LOCATION_RULES.items()
    }
