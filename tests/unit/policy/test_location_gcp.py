"""Google Cloud's location codes: what a code means depends on the service that writes it."""

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
        ("europe-west4", ("NL",), INSIDE, location.REGION),
        ("europe-north2", ("SE",), INSIDE, location.REGION),
        ("europe-west2", ("GB",), ADEQUATE, location.REGION),
        ("europe-west6", ("CH",), ADEQUATE, location.REGION),
        ("us-central1", ("US",), OUTSIDE, location.REGION),
        ("EUROPE-WEST4", ("NL",), INSIDE, location.REGION),
        ("europe-west4-a", ("NL",), INSIDE, location.ZONE),
        ("europe-west2-c", ("GB",), ADEQUATE, location.ZONE),
        ("storage/europe-west4", ("NL",), INSIDE, location.REGION),
        ("storage/EUROPE-WEST2", ("GB",), ADEQUATE, location.REGION),
        ("compute/europe-west6-a", ("CH",), ADEQUATE, location.ZONE),
        ("global", (), UNKNOWN, location.NOT_A_PLACE),
        ("secretmanager/global", (), UNKNOWN, location.NOT_A_PLACE),
        ("asia-southeast3", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("asia-southeast3-a", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("appengine/europe-west", ("BE",), INSIDE, location.REGION),
    ],
)
def test_place(
    policy: Policy,
    make_asset: MakeAsset,
    code: str,
    countries: tuple[str, ...],
    expected: LocationClass,
    rule: str,
) -> None:
    """A region means the same for every service; a zone lies in its region; `global` is no place."""
    (seen,) = policy.classify(make_asset(code, provider="gcp")).locations
    assert (countries, expected, rule) == (seen.countries, seen.location_class, seen.rule)


@pytest.mark.parametrize(
    ("code", "countries", "expected", "rule"),
    [
        ("storage/eu", ("BE", "DE", "ES", "FI", "FR", "IT", "NL", "PL"), INSIDE, location.ONE_OR_MORE),
        ("storage/EU", ("BE", "DE", "ES", "FI", "FR", "IT", "NL", "PL"), INSIDE, location.ONE_OR_MORE),
        ("storage/eur4", ("FI", "NL"), INSIDE, location.SEVERAL),
        ("storage/eur5", ("BE", "GB"), ADEQUATE, location.SEVERAL),
        ("storage/EUR7", ("DE", "GB"), ADEQUATE, location.SEVERAL),
        ("storage/eur8", ("CH", "DE"), ADEQUATE, location.SEVERAL),
        ("storage/asia1", ("JP",), OUTSIDE, location.SEVERAL),
        ("storage/asia", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("spanner/eur3", ("BE", "FI", "NL"), INSIDE, location.SEVERAL),
        ("spanner/eur5", ("BE", "GB", "NL"), ADEQUATE, location.SEVERAL),
        ("spanner/eur6", ("CH", "DE", "NL"), ADEQUATE, location.SEVERAL),
        ("spanner/eur7", ("DE", "IT"), INSIDE, location.SEVERAL),
        ("spanner/nam-eur-asia1", ("BE", "TW", "US"), OUTSIDE, location.SEVERAL),
        ("spanner/nam14", ("CA", "US"), OUTSIDE, location.SEVERAL),
        ("spanner/dual-region-germany1", ("DE",), INSIDE, location.SEVERAL),
        ("firestore/eur3", ("BE", "FI", "NL"), INSIDE, location.SEVERAL),
        ("kms/eur6", ("CH", "DE", "NL"), ADEQUATE, location.SEVERAL),
        ("kms/europe", (), UNKNOWN, location.EU_MEMBER_NOT_CONFIRMED),
        ("bigquery/eu", (), INSIDE, location.EU_MEMBER),
        ("bigquery/EU", (), INSIDE, location.EU_MEMBER),
        ("bigquery/us", ("US",), OUTSIDE, location.ONE_OR_MORE),
        ("artifactregistry/europe", (), UNKNOWN, location.COUNTRY_NOT_CONFIRMED),
        ("documentai/eu", (), UNKNOWN, location.EU_MEMBER_NOT_CONFIRMED),
        ("sql/eu", (), UNKNOWN, location.EU_MEMBER_NOT_CONFIRMED),
    ],
)
def test_code_of_a_service(
    policy: Policy,
    make_asset: MakeAsset,
    code: str,
    countries: tuple[str, ...],
    expected: LocationClass,
    rule: str,
) -> None:
    """Of several countries the worst counts; a member set that nobody names is inside only by its source."""
    (seen,) = policy.classify(make_asset(code, provider="gcp")).locations
    assert (countries, expected, rule) == (seen.countries, seen.location_class, seen.rule)


@pytest.mark.parametrize(
    "code",
    [
        "eu",
        "EU",
        "eur5",
        "pubsub/eu",
        "storage/eur9",
        "storage/eu-a",
        "storage/eur4-a",
        "storage/storage/eu",
        "/europe-west4",
        "Storage /europe-west4",
        "europe-west4-",
        "europe-west4-ab",
        "europe-west99-a",
        "europe-west",
        "spanner/regional-europe-west4",
        "spanner/custom-eur3",
        "bigquery/aws-eu-west-1",
        "\u212apex-west1",
    ],
)
def test_code_not_in_catalogue(policy: Policy, make_asset: MakeAsset, code: str) -> None:
    """A multi-region is never looked up without its service, nor a zone of a region that nobody knows."""
    (seen,) = policy.classify(make_asset(code, provider="gcp")).locations
    assert (seen.countries, seen.location_class, seen.rule) == ((), UNKNOWN, location.NOT_IN_CATALOGUE)
    assert policy.location_known("gcp", code) is False


@pytest.mark.parametrize(
    ("provider", "code", "known"),
    [
        ("gcp", "europe-west4-b", True),
        ("gcp", "global", True),
        ("gcp", "storage/EU", True),
        ("azure", "swedencentral", True),
        ("azure", "swedenwest", False),
        ("aws", "eu-west-1a", True),
        ("aws", "eu-west-99", False),
        ("odc", "ODC-Noord", False),
        ("aws", "", False),
    ],
)
def test_location_known(policy: Policy, provider: str, code: str, known: bool) -> None:
    """Whether the catalogue has a code can be asked before there is an asset."""
    assert known is policy.location_known(provider, code)
