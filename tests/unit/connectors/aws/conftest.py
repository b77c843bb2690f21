"""An AWS account served by moto over HTTP, filled once, behind a proxy that can refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.aws.source import AwsSettings, AwsSource
from tests.servers.aws_accelerators import supply_accelerators
from tests.servers.aws_answers import supply_nothing
from tests.servers.aws_estate import IRELAND, LONDON, Estate
from tests.servers.aws_reading import clean_aws_environment
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """URL of an API server that holds the estate."""
    with clean_aws_environment(), running_moto() as url:
        Estate(url).seed()
        yield url


@pytest.fixture(scope="session")
def shared_proxy(moto_url: str) -> Iterator[FaultProxy]:
    """The proxy, made once."""
    with FaultProxy(moto_url) as proxy:
        yield proxy


@pytest.fixture
def proxy(shared_proxy: FaultProxy) -> FaultProxy:
    """The proxy without faults, answering what the API server lacks."""
    shared_proxy.clear()
    shared_proxy.supply("efs", "DescribeReplicationConfigurations", {"Replications": []})
    supply_accelerators(shared_proxy)
    supply_nothing(shared_proxy)
    return shared_proxy


@pytest.fixture
def make_source(proxy: FaultProxy) -> Callable[..., AwsSource]:
    """Make a source over the proxy, by default of Ireland and London, without second attempts or quotas."""

    def make(**changes: object) -> AwsSource:
        settings = {"regions": (IRELAND, LONDON), "max_attempts": 1, "quota_share": 0.0}
        settings |= {"endpoint_url": proxy.url} | changes
        return AwsSource(AwsSettings(**settings))  # type: ignore[arg-type]  # checked by what uses it

    return make
