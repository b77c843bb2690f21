"""Azure's location codes: regions by their country, data geographies by the worst that they may stand for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy import location
from policy.ruleset import Policy
from wolkenzicht.model import Asset, LocationClass

MakeAsset = Callable[..., Asset]

INSIDE = LocationClass.INSIDE_EEA
ADEQUATE = LocationClass.OUTSIDE_EEA_ADEQUATE
OUTSIDE = LocationClass.OUTSIDE_EEA
UNKNOWN = LocationClass.UNKNOWN


@pytest.mark.parametrize(
    ("code", "countries", "expected", "rule"),
    [
        ("westeurope", ("NL",), INSIDE, location.REGION),
        ("northeurope", ("IE",), INSIDE, location.REGION),
        ("norwayeast", ("NO",), INSIDE, location.REGION),
        ("swedensouth", ("SE",), INSIDE, location.REGION),
        ("uksouth", ("GB",), ADEQUATE, location.REGION),
        ("switzerlandnorth", ("CH",), ADEQUATE, location.REGION),
        ("brazilsouth", ("BR",), ADEQUATE, location.REGION),
        ("eastus", ("US",), OUTSIDE, location.REGION),
        ("eastus2euap", ("US",), OUTSIDE, location.REGION),
        ("eastasia", ("HK",), OUTSIDE, location.REGION),
        ("southeastasia", ("SG",), OUTSIDE, location.REGION),
        ("usgovvirginia", ("US",), OUTSIDE, location.REGION),
        ("chinanorth3", ("CN",), OUTSIDE, location.REGION),
        ("france", ("FR",), INSIDE, location.ONE_OR_MORE),
        ("switzerland", ("CH",), ADEQUATE, location.ONE_OR_MORE),
        ("unitedstates", ("US",), OUTSIDE, location.ONE_OR_MORE),
        ("global", (), UNKNOWN, location.NOT_A_PLACE),
        ("asia", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("eastasiastage", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("West Europe", (), UNKNOWN, location.NOT_IN_CATALOGUE),
        ("westeurope2", (), UNKNOWN, location.NOT_IN_CATALOGUE),
        ("westeuropea", (), UNKNOWN, location.NOT_IN_CATALOGUE),
        ("microsoftlosangeles1", (), UNKNOWN, location.NOT_IN_CATALOGUE),
    ],
)
def test_code(
    policy: Policy,
    make_asset: MakeAsset,
    code: str,
    countries: tuple[str, ...],
    expected: LocationClass,
    rule: str,
) -> None:
    """A code's class is that of its countries in the catalogue, by its exact name."""
    (seen,) = policy.classify(make_asset(code, provider="azure")).locations
    assert (countries, expected, rule) == (seen.countries, seen.location_class, seen.rule)


def test_europe_is_not_the_eer(policy: Policy, make_asset: MakeAsset) -> None:
    """The geography Europe has Switzerland, and the United Kingdom beside it: its class is theirs."""
    (seen,) = policy.classify(make_asset("europe", provider="azure")).locations
    assert {"CH", "GB", "NL", "NO"} <= set(seen.countries)
    assert (seen.location_class, seen.rule) == (ADEQUATE, location.ONE_OR_MORE)


def test_europe_has_every_european_region(policy: Policy) -> None:
    """A region that Azure opens in another country of Europe must be added to the geography too."""
    catalogue = policy.locations.catalogues["azure"]
    elsewhere = {
        "AE",
        "AU",
        "BR",
        "CA",
        "CL",
        "CN",
        "HK",
        "ID",
        "IL",
        "IN",
        "JP",
        "KR",
        "MX",
        "MY",
        "NZ",
        "QA",
    }
    elsewhere |= {"SG", "TW", "US", "ZA"}
    found = {code for each in catalogue.values() if each.kind == "region" for code in each.countries}
    assert found - elsewhere == set(catalogue["europe"].countries)
