"""In whose building a government datacentre stands is told, and is no jurisdiction over the data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy.explain import Step
from policy.ruleset import Policy, build
from wolkenzicht.model import Asset, Evidence

MakeAsset = Callable[..., Asset]


def housing(policy: Policy, asset: Asset, language: str) -> list[Step]:
    """The steps about the building."""
    steps = policy.explain(asset, policy.classify(asset), language)
    return [step for step in steps if step.subject == "housing"]


def test_floor_of_an_american_company(policy: Policy, make_site: MakeAsset) -> None:
    """The building's operator and its laws are told beside the jurisdiction, which stays Dutch."""
    site = make_site("odc amsterdam", "NL")
    (step,) = housing(policy, site, "en")
    assert step.statement == (
        "datacentre of State of the Netherlands (NL), in a building operated by Equinix (the company of the "
        "building is not named) (NL), which belongs to Equinix, Inc. (US): physical access only, so no "
        "jurisdiction over the data; laws over that company: "
        "CLOUD Act (18 USC 2713): in force as far as known | "
        "FISA s.702: lapsed 2026-06-12, certifications run to March 2027 | "
        "EO 12333: in force as far as known "
        "(stands on a floor of Equinix: power, cooling and physical access)"
    )
    assert (step.rule, bool(step.source)) == ("housing.building_operator", True)
    assert [each.country for each in policy.classify(site).jurisdictions] == ["NL"]


def test_floor_of_a_dutch_company(policy: Policy, make_site: MakeAsset) -> None:
    """The same in Dutch, by another name of the site."""
    (step,) = housing(policy, make_site("ODC Groningen", "NL"), "nl")
    assert step.statement == (
        "datacentrum van State of the Netherlands (NL), in een gebouw dat beheerd wordt door KPN (NL): "
        "alleen fysieke toegang, dus geen rechtsmacht over de gegevens"
    )


@pytest.mark.parametrize("site", ["RDW", "Rekencentrum Oost", ""])
def test_building_that_nobody_named(policy: Policy, make_site: MakeAsset, site: str) -> None:
    """A building that the facts do not name is said to be unknown."""
    assert [step.rule for step in housing(policy, make_site(site, "NL"), "en")] == ["housing.not_known"]


def test_building_that_the_source_names(policy: Policy, make_site: MakeAsset) -> None:
    """What an inventory says about operator and owner is told as its word, with the property."""
    declared = (("cpus", "4"), ("site_operator", "Operator BV"), ("site_owner", "Eigenaar NV"))
    (step,) = housing(policy, make_site("Rekencentrum Oost", "NL", properties=declared), "en")
    assert (step.rule, step.statement) == (
        "housing.declared",
        (
            "declared by the source: operator Operator BV, owner Eigenaar NV; "
            "the facts do not say in whose building this site stands"
        ),
    )
    assert step.evidence == (
        Evidence("partition", "Rekencentrum Oost"),
        Evidence("properties.site_operator", "Operator BV"),
        Evidence("properties.site_owner", "Eigenaar NV"),
    )


def test_facts_stand_beside_what_the_source_names(policy: Policy, make_site: MakeAsset) -> None:
    """Where the facts name the building, the source's word is kept as evidence beside them."""
    declared = (("site_operator", "KPN"),)
    (step,) = housing(policy, make_site("ODC-Noord", "NL", properties=declared), "nl")
    assert (step.rule, step.evidence[1:]) == (
        "housing.building_operator",
        (Evidence("properties.site_operator", "KPN"),),
    )


def test_no_building_of_a_cloud(policy: Policy, make_asset: MakeAsset) -> None:
    """Where a cloud's buildings stand is no question of this rule."""
    assert housing(policy, make_asset("eu-west-1"), "en") == []


def test_logical_access_is_jurisdiction(
    policy: Policy, make_site: MakeAsset, data_files: dict[str, bytes]
) -> None:
    """Where the facts say that a building's operator can reach the data, its law counts."""
    sites = data_files["odc_sites.csv"].decode().splitlines()
    place = next(number for number, line in enumerate(sites) if line.startswith("ODC Amsterdam"))
    sites[place] = sites[place].replace(",no,", ",yes,")
    reached = build({**data_files, "odc_sites.csv": "\n".join(sites).encode()})
    site = make_site("ODC Amsterdam", "NL")
    found = {each.country: each for each in reached.classify(site).jurisdictions}
    assert sorted(found) == ["NL", "US"]
    assert "Equinix, Inc." in found["US"].chain
    assert [law.partition(":")[0] for law in found["US"].laws][:1] == ["CLOUD Act (18 USC 2713)"]
    assert "its jurisdiction reaches the data" in housing(reached, site, "en")[0].statement
    assert reached.version != policy.version


def test_operator_owner_and_building_are_kept_apart(policy: Policy) -> None:
    """Three names for one site: who runs it, whose it is, who runs the building."""
    (operator,) = policy.jurisdictions.operators_of("odc", "ODC-Noord", "")
    building = policy.jurisdictions.housing_of("odc", "ODC-Noord")
    assert building is not None
    assert (
        operator.name,
        building.owner,
        building.name,
    ) == ("DUO (agency, OCW)", "State of the Netherlands", "KPN")
