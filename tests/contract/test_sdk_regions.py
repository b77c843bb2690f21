"""What a newer SDK brings: a region that the catalogue lacks is named, with what to add."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from policy import location_files
from policy.facts import Region
from policy.ruleset import load

ADD = "add a row to policy/data/{file} with its country, or without one and with the reason in 'note'"
DATA = Path(__file__).parents[1] / "data"
#: What azure-identity lists that holds no data, with the reason.
NO_REGIONS = {
    "tryautodetect": "no region: look for the one that the process runs in",
    "germanycentral": "of the German cloud, which was closed in 2021",
    "germanynortheast": "of the German cloud, which was closed in 2021",
    "usgoviowa": "closed; Azure Government lists it no more",
}
CATALOGUES = load().locations.catalogues


class Session(Protocol):
    """What is asked of botocore's session."""

    def get_available_partitions(self) -> list[str]:
        """The partitions."""

    def get_available_services(self) -> list[str]:
        """The services."""

    def get_available_regions(self, service_name: str, partition_name: str) -> list[str]:
        """The regions of a service in a partition."""


def session(data_path: Path | None = None) -> Session:
    """A session of the installed botocore, which reads the files of a folder first."""
    try:
        botocore = importlib.import_module("botocore.session")
    except ModuleNotFoundError:
        pytest.skip("botocore is not installed: the catalogue of AWS regions was NOT compared with it")
    found: Session = botocore.Session(session_vars={"data_path": (None, None, str(data_path or ""), None)})
    return found


def regions_of(aws: Session, services: Iterable[str] | None = None) -> dict[str, str]:
    """Every region that any service has in any partition, with that partition."""
    services = list(services or aws.get_available_services())
    return {
        region: partition
        for partition in aws.get_available_partitions()
        for service in services
        for region in aws.get_available_regions(service, partition)
    }


def lacking(known: Mapping[str, str], catalogue: Mapping[str, Region], file: str) -> list[str]:
    """What to do about each region that the catalogue lacks, or has without a country and a reason."""
    return [
        f"{region} (partition {partition}): {ADD.format(file=file)}"
        for region, partition in sorted(known.items())
        if region not in catalogue or not (catalogue[region].countries or catalogue[region].note)
    ]


def test_every_region_of_the_installed_botocore() -> None:
    """Every region has a country, or none with the reason in its row."""
    assert lacking(regions_of(session()), CATALOGUES["aws"], "aws_regions.csv") == []


def test_every_region_of_the_partitions_file() -> None:
    """The same for partitions.json, which names regions before any service has an endpoint there."""
    try:
        loaders = importlib.import_module("botocore.loaders")
    except ModuleNotFoundError:
        pytest.skip("botocore is not installed: the catalogue of AWS regions was NOT compared with it")
    partitions = loaders.create_loader().load_data("partitions")["partitions"]
    known = {region: partition["id"] for partition in partitions for region in partition["regions"]}
    assert lacking(known, CATALOGUES["aws"], "aws_regions.csv") == []


def test_a_region_that_a_newer_botocore_brings(tmp_path: Path) -> None:
    """A region added to botocore's own data is named, with the file and what to write there."""
    loaders = importlib.import_module("botocore.loaders")
    endpoints = json.loads(json.dumps(loaders.create_loader().load_data("endpoints")))
    (aws,) = [each for each in endpoints["partitions"] if each["partition"] == "aws"]
    aws["regions"]["eu-north-99"] = {"description": "Europe (Nowhere)"}
    aws["services"]["s3"]["endpoints"]["eu-north-99"] = {}
    (tmp_path / "endpoints.json").write_text(json.dumps(endpoints), encoding="utf-8")
    known = regions_of(session(tmp_path), ["s3"])
    assert lacking(known, CATALOGUES["aws"], "aws_regions.csv") == [
        f"eu-north-99 (partition aws): {ADD.format(file='aws_regions.csv')}"
    ]


def test_every_region_of_the_installed_azure_identity() -> None:
    """The one SDK of Azure that names regions, in a list of its own that is not public."""
    try:
        enums = importlib.import_module("azure.identity._enums")
    except ModuleNotFoundError:
        pytest.skip("azure-identity is not installed: the catalogue of Azure was NOT compared with it")
    known = {each.value: "azure-identity" for each in enums.RegionalAuthority if each.value not in NO_REGIONS}
    assert len(known) >= 40
    assert lacking(known, CATALOGUES["azure"], "azure_regions.csv") == []


LISTS = [
    ("azure", "azure_regions.csv", "azure_locations.txt"),
    ("gcp", "gcp_locations.csv", "gcp_regions.txt"),
]


@pytest.mark.parametrize(("provider", "file", "names"), LISTS)
def test_every_location_that_the_provider_lists(provider: str, file: str, names: str) -> None:
    """No SDK has a whole list: the providers' own are kept as text, and renewed by the command in them."""
    lines = (DATA / names).read_text(encoding="utf-8").splitlines()
    known = {line: names for line in lines if not line.startswith("#")}
    assert len(known) >= 40
    assert lacking(known, CATALOGUES[provider], file) == []


def test_a_location_that_a_newer_list_brings() -> None:
    """It is named with the file and what to write there; a row without a country must say why."""
    listed = dict.fromkeys(["europe-west4", "europe-west99"], "gcp_regions.txt")
    expected = f"europe-west99 (partition gcp_regions.txt): {ADD.format(file='gcp_locations.csv')}"
    assert lacking(listed, CATALOGUES["gcp"], "gcp_locations.csv") == [expected]
    silent = replace(CATALOGUES["gcp"]["europe-west4"], countries=(), note="")
    assert lacking(listed, {"europe-west4": silent, "europe-west99": silent}, "gcp_locations.csv") == [
        expected.replace("europe-west99", code) for code in ("europe-west4", "europe-west99")
    ]


@pytest.mark.parametrize(("provider", "file"), sorted(location_files.CATALOGUES.items()))
def test_every_code_of_a_catalogue(provider: str, file: str) -> None:
    """Every row of a catalogue, of a service's own codes too, has a country or says why it has none."""
    codes = CATALOGUES[provider]
    assert lacking(dict.fromkeys(codes, provider), codes, file) == []
