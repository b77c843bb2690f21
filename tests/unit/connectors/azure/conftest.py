"""An empty Azure of three subscriptions, to be filled by each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.azure import AzureServer
from tests.servers.azure_estate import AzureEstate
from tests.servers.azure_reading import clean_azure_environment

#: Sorted, as a batch is read.
SUBSCRIPTIONS = tuple(f"cccccccc-0000-4000-8000-00000000000{digit}" for digit in "123")


@pytest.fixture
def estate() -> AzureEstate:
    """Three subscriptions without resources."""
    estate = AzureEstate()
    for place, subscription in enumerate(SUBSCRIPTIONS, start=1):
        estate.subscribe(subscription, f"sub-{place}")
    return estate


@pytest.fixture
def server(estate: AzureEstate) -> Iterator[AzureServer]:
    """The estate, served."""
    with clean_azure_environment(), AzureServer(estate) as azure:
        yield azure
