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
) -> CountRow:
    """A count as the store gives it."""
    return CountRow(organisation, "aws", countries, location_class, material, holds, kind, custody, assets)


ROWS = [
    row(5, ("IE",), "inside_eea", material="material"),
    row(3, ("GB", "IE"), "outside_eea_adequate", material="undetermined"),
    row(2, ("US",), "outside_eea", organisation="fin", custody="external"),
    row(7, (), "unknown", organisation="fin", material="undetermined"),
    row(11, ("IE",), "inside_eea", holds="metadata", kind="AWS::SNS::Topic"),
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
