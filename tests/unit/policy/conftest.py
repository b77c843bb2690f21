"""The packaged rule set, and assets of the shape that connectors make."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest

from policy.ruleset import DATA_FILES, Policy, load
from wolkenzicht.model import Asset, Certainty, DataLocation, Declarations, Holds, Operation

MakeAsset = Callable[..., Asset]


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The packaged rule set."""
    return load()


@pytest.fixture(scope="session")
def data_files() -> dict[str, bytes]:
    """The packaged data files by name."""
    return {name: (files("policy") / "data" / name).read_bytes() for name in DATA_FILES}


@pytest.fixture(scope="session")
def make_asset() -> MakeAsset:
    """Makes a bucket; `stored` lists location codes, any field can be given by its name."""

    def make(*stored: str, **fields: object) -> Asset:
        locations = tuple(DataLocation(Operation.STORED, code, Certainty.DECLARED) for code in stored)
        values: dict[str, object] = {
            "asset_id": "arn:aws:s3:::zaaksysteem",
            "provider": "aws",
            "partition": "aws",
            "account": "111122223333",
            "service": "s3",
            "type": "AWS::S3::Bucket",
            "name": "zaaksysteem",
            "location": "eu-west-1",
            "holds": Holds.CONTENT,
            "locations": locations,
            "declarations": Declarations(),
        }
        return Asset(**{**values, **fields})  # type: ignore[arg-type]  # fields come by name from the tests

    return make


@pytest.fixture(scope="session")
def make_site() -> MakeAsset:
    """Makes a system in a datacentre, with the countries that the inventory declares."""

    def make(site: str, *countries: str, **fields: object) -> Asset:
        place = DataLocation(Operation.STORED, site, Certainty.DECLARED, declared_countries=countries)
        values: dict[str, object] = {
            "asset_id": f"urn:odc:{site}:zaaksysteem",
            "provider": "odc",
            "partition": site,
            "account": "cluster-1",
            "service": "odc",
            "type": "odc:system",
            "name": "zaaksysteem",
            "location": site,
            "holds": Holds.CONTENT,
            "locations": (place,),
        }
        return Asset(**{**values, **fields})  # type: ignore[arg-type]  # fields come by name from the tests

    return make
