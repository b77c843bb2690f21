"""Whether the AWS estate is judged as `verdicts.csv` says, asset by asset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.aws.source import AwsSettings, AwsSource
from policy import ruleset
from tests.estates.aws import estate
from tests.estates.verdicts import FEWEST, differences, written
from tests.servers.aws_reading import clean_aws_environment, read
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto
from wolkenzicht.model import Asset

_VERDICTS = Path(__file__).with_name("verdicts.csv")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The estate's API."""
    with clean_aws_environment(), running_moto() as moto, FaultProxy(moto) as proxy:
        estate.fill(moto)
        estate.supply(proxy)
        yield proxy.url


def _assets(
    url: str, regions: tuple[str, ...], kinds: tuple[str, ...], partition: str = "aws"
) -> Iterator[Asset]:
    source = AwsSource(
        AwsSettings(
            partition=partition,
            regions=regions,
            kinds=kinds,
            endpoint_url=url,
            max_attempts=1,
            quota_share=0,
        )
    )
    for scope in source.plan():
        reading = read(source, scope)
        assert reading.rejected == []
        # The copy of one bucket goes to a bucket that nobody has any more; that is all that is not known.
        assert [gap.message for gap in reading.gaps if "bestaat-niet-meer" not in gap.message] == []
        yield from reading.assets


def test_every_verdict_is_as_written(url: str) -> None:
    """Each asset of both partitions is judged as a person wrote down, and none is missing or new."""
    assets = [
        *_assets(url, estate.MAIN_REGIONS, estate.EVERY_KIND),
        *_assets(url, estate.FURTHER_REGIONS, estate.FURTHER_KINDS),
        *_assets(url, estate.SOVEREIGN_REGIONS, estate.SOVEREIGN_KINDS, "aws-eusc"),
    ]
    assert differences(_VERDICTS, assets, ruleset.load()) == []


def test_the_estate_is_large_enough() -> None:
    """Fewer assets would say little."""
    assert len(written(_VERDICTS)) >= FEWEST
