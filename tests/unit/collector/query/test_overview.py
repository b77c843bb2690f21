"""How counts add up."""

from __future__ import annotations

import pytest

from collector.query.errors import BadQueryError
from collector.query.overview import add_up
from collector.store.base import CountRow
from wolkenzicht.v1.overview_service_pb2 import GroupBy, OverviewCount


def row(
    assets: int,
    countries: tuple[str, ...],
    location_class: str,
    *,
    organisation: str = "bzk",
    material: str = "not_material",
    holds: str = "content",
    kind: str = "AWS::S3::Bucket",
    custody: str = "unknown",
    law: tuple[str, ...] = ("unknown",),
) -> CountRow:
    """A count as the store gives it; `law` is how far law reaches, and of which countries."""
    words = (location_class, material, holds, kind, custody, law[0], law[1:])
    return CountRow(organisation, "aws", countries, *words, assets)


ROWS = [
    row(5, ("IE",), "inside_eea", material="material", law=("direct", "US")),
    row(3, ("GB", "IE"), "outside_eea_adequate", material="undetermined", law=("direct", "US")),
    row(2, ("US",), "outside_eea", organisation="fin", custody="external"),
    row(7, (), "unknown", organisation="fin", material="undetermined"),
    row(11, ("IE",), "inside_eea", holds="metadata", kind="AWS::SNS::Topic", law=("direct", "US")),
]
TOTAL = OverviewCount(
    assets=28,
    content=17,
    inside_eea=5,
    outside_eea_adequate=3,
    unknown=7,
    outside_eea=2,
    material=5,
    undetermined=10,
    inside_eea_exposed=5,
)


@pytest.mark.parametrize("group_by", [*GroupBy.values()])
def test_the_total_counts_every_asset_once(group_by: int) -> None:
    """Whatever the groups."""
    assert add_up(ROWS, group_by)[1] == TOTAL


def test_an_asset_in_two_countries_counts_in_both() -> None:
    """And one of no known country in a group of its own."""
    groups = add_up(ROWS, GroupBy.GROUP_BY_COUNTRY)[0]
    assert [(each.group["country"], each.assets) for each in groups] == [
        ("GB", 3),
        ("IE", 19),
        ("US", 2),
        ("unknown", 7),
    ]


def test_keys_are_counted_by_who_holds_them() -> None:
    """What nothing says stays a group of its own."""
    groups = add_up(ROWS, GroupBy.GROUP_BY_CUSTODY)[0]
    assert [(each.group["custody"], each.assets) for each in groups] == [("external", 2), ("unknown", 26)]


LAW_ROWS = [
    row(2, ("DE",), "inside_eea", law=("through_parent", "DE", "US")),
    row(3, ("DE",), "inside_eea", law=("direct", "US")),
    row(4, ("DE",), "inside_eea", law=("direct", "US"), organisation="fin"),
    row(5, ("DE",), "inside_eea", law=("eea_only", "DE")),
    row(6, ("FR",), "inside_eea", law=("eea_only", "FR")),
    row(7, ("NL",), "inside_eea"),
    row(8, ("NL",), "inside_eea", holds="metadata"),
    row(9, ("CH",), "outside_eea_adequate", law=("direct", "CH", "MX")),
]
EEA = {"DE", "FR", "NL"}


def test_inside_the_eer_under_law_from_outside_is_a_group_of_its_own() -> None:
    """A foreign group's company of the EER is told apart from its cloud, and from European owners."""
    groups = add_up(LAW_ROWS, GroupBy.GROUP_BY_LAW, EEA)[0]
    names = ("class", "law_reach", "law")
    assert [(*(each.group[name] for name in names), each.assets) for each in groups] == [
        ("inside_eea", "eea_only", "", 11),
        ("inside_eea", "through_parent", "US", 2),
        ("inside_eea", "direct", "US", 7),
        ("inside_eea", "unknown", "", 15),
        ("outside_eea_adequate", "direct", "CH, MX", 9),
    ]
    assert sorted(groups[0].group) == sorted(names)


@pytest.mark.parametrize("group_by", [*GroupBy.values()])
def test_every_grouping_says_how_much_of_the_inside_is_exposed(group_by: int) -> None:
    """And of how much it is not known; what holds no content counts in neither."""
    groups, total = add_up(LAW_ROWS, group_by, EEA)
    assert (total.inside_eea, total.inside_eea_exposed, total.inside_eea_law_unknown) == (27, 9, 7)
    assert sum(each.inside_eea_exposed for each in groups) == 9
    assert sum(each.inside_eea_law_unknown for each in groups) == 7


def test_the_default_groups_by_organisation_provider_and_class() -> None:
    """Classes sort from best to worst."""
    groups = add_up(ROWS, GroupBy.GROUP_BY_UNSPECIFIED)[0]
    assert [dict(each.group) for each in groups] == [
        {"organisation": "bzk", "provider": "aws", "class": "inside_eea"},
        {"organisation": "bzk", "provider": "aws", "class": "outside_eea_adequate"},
        {"organisation": "fin", "provider": "aws", "class": "unknown"},
        {"organisation": "fin", "provider": "aws", "class": "outside_eea"},
    ]


def test_classes_are_counted_for_content_only() -> None:
    """What holds no content counts as an asset, and in no class."""
    [topic] = add_up(ROWS[4:], GroupBy.GROUP_BY_TYPE)[0]
    assert topic == OverviewCount(group={"type": "AWS::SNS::Topic"}, assets=11)


def test_nothing_adds_up_to_nothing() -> None:
    """No rows, no groups, a total of zeros."""
    assert add_up([], GroupBy.GROUP_BY_TYPE) == ([], OverviewCount())


def test_an_unknown_grouping_names_its_field() -> None:
    """A newer asker is told what this collector does not know."""
    with pytest.raises(BadQueryError, match="group_by: value 99"):
        add_up(ROWS, 99)
