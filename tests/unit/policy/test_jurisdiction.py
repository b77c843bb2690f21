"""Jurisdiction follows the operator and its parent, whatever the region."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy.ruleset import Policy
from wolkenzicht.model import Asset

MakeAsset = Callable[..., Asset]


@pytest.mark.parametrize(
    ("partition", "location", "countries"),
    [
        ("aws", "eu-west-1", ["US"]),
        ("aws", "", ["US"]),
        ("aws-eusc", "eusc-de-east-1", ["US", "DE"]),
        ("aws-us-gov", "us-gov-west-1", ["US"]),
        ("aws-cn", "cn-north-1", ["CN"]),
        ("aws-cn", "cn-northwest-1", ["CN"]),
        ("aws-nowhere", "eu-west-1", []),
    ],
)
def test_aws(
    policy: Policy, make_asset: MakeAsset, partition: str, location: str, countries: list[str]
) -> None:
    """A region in the EER of an American parent is under American law; an unknown partition is unknown."""
    verdict = policy.classify(make_asset("eu-west-1", partition=partition, location=location))
    assert countries == [each.country for each in verdict.jurisdictions]


@pytest.mark.parametrize(
    ("provider", "partition", "countries"),
    [
        ("azure", "AzureCloud", ["US"]),
        ("azure", "AzureChinaCloud", ["CN"]),
        ("azure", "Bleu", ["FR"]),
        ("azure", "login.sovcloud-identity.fr", ["FR"]),
        ("azure", "Delos Cloud", ["DE"]),
        ("gcp", "googleapis.com", ["US"]),
        ("gcp", "s3nsapis.fr", ["FR"]),
        ("gcp", "SOVEREIGN_CONTROLS_BY_T_SYSTEMS", ["US"]),
        ("gcp", "LOCAL_CONTROLS_BY_S3NS", ["US"]),
        ("stackit", "stackit", ["DE"]),
        ("otc", "Open Telekom Cloud", ["DE"]),
        ("exoscale", "exoscale", ["MX", "CH"]),
        ("solvinity", "solvinity", ["GB", "NL"]),
        ("alibaba", "alibaba", ["CN"]),
        ("azure", "googleapis.com", []),
    ],
)
def test_other_providers(
    policy: Policy, make_asset: MakeAsset, provider: str, partition: str, countries: list[str]
) -> None:
    """A separate instance has its own operator; a partner's controls on a cloud leave its operator."""
    verdict = policy.classify(make_asset(provider=provider, partition=partition, location=""))
    assert countries == [each.country for each in verdict.jurisdictions]


def test_chain_and_laws(policy: Policy, make_asset: MakeAsset) -> None:
    """The chain runs to the ultimate parent, and each law carries its status."""
    (found,) = policy.classify(make_asset("eu-west-1")).jurisdictions
    assert found.chain == ("AWS EMEA SARL (contract party, unconfirmed)", "Amazon.com, Inc.")
    assert found.laws == (
        "CLOUD Act (18 USC 2713): in force as far as known",
        "FISA s.702: lapsed 2026-06-12, certifications run to March 2027",
        "EO 12333: in force as far as known",
    )


def test_own_country_has_no_laws_of_the_parent(policy: Policy, make_asset: MakeAsset) -> None:
    """The German operator of the sovereign cloud is under German law through itself alone."""
    found = policy.classify(make_asset("eusc-de-east-1", partition="aws-eusc")).jurisdictions[1]
    assert (found.chain, found.laws) == (("AWS European Sovereign Cloud GmbH",), ())


def test_regions_of_one_partition_have_their_own_operators(policy: Policy, make_asset: MakeAsset) -> None:
    """Beijing and Ningxia have different operators; without a region both are named once."""
    chains = [
        policy.classify(make_asset(partition="aws-cn", location=each)).jurisdictions[0].chain
        for each in ("cn-north-1", "cn-northwest-1", "aws-cn-global")
    ]
    assert chains == [
        ("Beijing Sinnet Technology",),
        ("Ningxia Western Cloud Data (NWCD)",),
        ("Beijing Sinnet Technology or Ningxia Western Cloud Data (NWCD)",),
    ]


@pytest.mark.parametrize(
    "site",
    [
        "ODC-Noord",
        "odc noord",
        "ODC_NOORD",
        "  ODC  Noord ",
        "SSC-ICT",
        "odc rijswijk",
        "ODC Amsterdam",
        "ODC Belastingdienst",
        "ODC Apeldoorn",
        "ODC Belastingdienst/Apeldoorn",
        "logius",
        "Dictu",
        "Justitie\u0308le Informatiedienst",
    ],
)
def test_government_site(policy: Policy, make_site: MakeAsset, site: str) -> None:
    """A government datacentre is known by its names, whatever their case and Unicode form."""
    (found,) = policy.classify(make_site(site, "NL")).jurisdictions
    assert (found.country, found.chain[-1], found.laws) == ("NL", "State of the Netherlands", ())


@pytest.mark.parametrize("site", ["Rekencentrum Oost", "", "ODC", "aws", "NL"])
def test_other_site_is_unknown(policy: Policy, make_site: MakeAsset, site: str) -> None:
    """The operator of another site is not guessed, also where the site is in the Netherlands."""
    assert policy.classify(make_site(site, "NL")).jurisdictions == ()


def test_tuples_are_shared(policy: Policy, make_asset: MakeAsset) -> None:
    """Assets of one partition share the same tuple, so that a large estate needs no copy of it."""
    first, second = (policy.classify(make_asset("eu-west-1", name=name)) for name in ("a", "b"))
    assert first.jurisdictions is second.jurisdictions
