"""How a filter of the contract becomes a query of the store."""

from __future__ import annotations

import pytest

from collector.query.errors import BadQueryError
from collector.query.filters import Asker, asset_query, page_size
from collector.store.base import AssetQuery, Sight
from tests.askers import estate
from wolkenzicht.v1.overview_service_pb2 import AssetFilter

ALL = Asker(estate.ALL, estate.ORGANISATIONS, estate.TENANTS)
FIN = Asker(Sight(frozenset({"fin", "bd"})), estate.ORGANISATIONS, estate.TENANTS)


def test_an_empty_filter_does_not_restrict() -> None:
    """No field, no condition."""
    assert asset_query(AssetFilter(), ALL) == AssetQuery()


def test_every_field_becomes_a_condition() -> None:
    """An organisation takes those below it along; countries and providers are written in one way."""
    asked = AssetFilter(
        organisation="bzk",
        provider="AWS",
        country="ie",
        location_class="LOCATION_CLASS_OUTSIDE_EEA",
        material="MATERIAL_USE_MATERIAL",
        type="AWS::S3::Bucket",
        tenant="bzk-aws",
        holds="HOLDS_CONTENT",
        custody="KEY_CUSTODY_CUSTOMER_MANAGED",
        law_reach="LAW_REACH_THROUGH_PARENT",
    )
    assert asset_query(asked, ALL) == AssetQuery(
        organisations=frozenset({"bzk", "rvig"}),
        tenant="bzk-aws",
        provider="aws",
        country="IE",
        location_class="outside_eea",
        material="material",
        type="AWS::S3::Bucket",
        holds="content",
        custody="customer_managed",
        law_reach="through_parent",
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (AssetFilter(organisation="nobody"), "filter.organisation"),
        (AssetFilter(organisation="bzk"), "filter.organisation"),
        (AssetFilter(tenant="nobody"), "filter.tenant"),
        (AssetFilter(tenant="bzk-aws"), "filter.tenant"),
        (AssetFilter(country="Ireland"), "filter.country"),
        (AssetFilter(country="1E"), "filter.country"),
        (AssetFilter(location_class=99), "filter.location_class"),  # type: ignore[arg-type]  # a newer asker's
        (AssetFilter(material=99), "filter.material"),  # type: ignore[arg-type]  # a newer asker's
        (AssetFilter(holds=99), "filter.holds"),  # type: ignore[arg-type]  # a newer asker's
        (AssetFilter(custody=99), "filter.custody"),  # type: ignore[arg-type]  # a newer asker's
        (AssetFilter(law_reach=99), "filter.law_reach"),  # type: ignore[arg-type]  # a newer asker's
    ],
)
def test_what_cannot_be_asked_names_its_field(asked: AssetFilter, field: str) -> None:
    """What does not exist and what lies outside the sight are refused, by the field at fault."""
    with pytest.raises(BadQueryError) as refusal:
        asset_query(asked, FIN)
    assert refusal.value.field == field


def test_outside_the_sight_reads_like_unknown() -> None:
    """The words do not tell whether another organisation or tenant exists."""
    messages = []
    for word in ("bzk", "nobody"):
        with pytest.raises(BadQueryError) as refusal:
            asset_query(AssetFilter(organisation=word), FIN)
        messages.append(str(refusal.value).replace(word, "X"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize(("asked", "expected"), [(0, 100), (1, 1), (1000, 1000), (1001, 1000)])
def test_pages_have_bounds(asked: int, expected: int) -> None:
    """0 means 100, and more than 1000 is taken as 1000."""
    assert page_size(asked) == expected
