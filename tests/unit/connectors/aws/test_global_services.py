"""The facts about services without regions, and how those services are called."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from connectors.aws import global_services
from connectors.aws.client import ServiceClient
from connectors.aws.kinds import KINDS
from connectors.aws.quotas import Quota, quotas
from connectors.aws.source import AwsSource
from connectors.base import ReadError
from policy import ruleset
from tests.servers.aws_estate import ACCOUNT
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Certainty, LocationClass, Operation, Outcome, Scope

MakeSource = Callable[..., AwsSource]
_SHARED = Path(__file__).parents[4].parent / "shared" / "data" / "aws_global_services.csv"
GLOBAL_KINDS = (
    "cloudfront-distribution",
    "globalaccelerator",
    "iam-role",
    "route53-zone",
    "wafv2-global-web-acl",
)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("connectors.aws").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("name", ["global_services.csv", "api_quotas.csv"])
def test_every_fact_has_its_source(name: str) -> None:
    """Each row says where it comes from and how sure it is; no two rows speak of the same."""
    rows = _rows(name)
    assert [
        row for row in rows if not row["source"] or row["confidence"] not in {"high", "medium", "low"}
    ] == []
    second = "partition" if "partition" in rows[0] else "operation"
    assert len({(row["service"], row[second]) for row in rows}) == len(rows)


def test_control_planes_are_places_that_policy_knows() -> None:
    """Every control plane's region stands in the catalogue of locations."""
    rules, known = ruleset.load().locations, True
    unknown = [
        row["control_plane"]
        for row in _rows("global_services.csv")
        if rules.judge("aws", row["control_plane"], known, ())[0].location_class is LocationClass.UNKNOWN
    ]
    assert unknown == []


@pytest.mark.skipif(not _SHARED.is_file(), reason=f"NOT TESTED: the shared facts are not at {_SHARED}")
def test_facts_are_those_of_the_shared_file() -> None:
    """The control planes in the partition `aws` are those that were gathered, by name."""
    gathered = {
        row["service"]: row["control_plane_location_aws"].split(" ")[0]
        for row in csv.DictReader(_SHARED.read_text().splitlines())
    }
    ours = {
        row["name"]: row["control_plane"] for row in _rows("global_services.csv") if row["partition"] == "aws"
    }
    assert ours == {name: gathered[name] for name in ours}
    assert {"IAM", "Organizations", "CloudFront", "Global Accelerator", "Route 53 Public DNS"} <= set(ours)


def test_a_service_without_a_fact_is_unknown() -> None:
    """Where no fact says from where a service is managed, nothing is guessed."""
    place = global_services.managed("globalaccelerator", "aws-us-gov", "Accelerators[]", "a")
    assert (place.operation, place.location, place.certainty) == (Operation.MANAGED, "", Certainty.UNKNOWN)
    assert global_services.control_region("globalaccelerator", "aws-us-gov") == ""


def test_the_edge_is_never_inside_the_eer() -> None:
    """Policy calls the edge unknown, whatever else it knows."""
    place = global_services.at_the_edge("path", "value")
    known = place.certainty is not Certainty.UNKNOWN
    verdict, _ = ruleset.load().locations.judge("aws", place.location, known, ())
    assert verdict.location_class is LocationClass.UNKNOWN


def test_global_services_are_called_where_they_are_managed(
    make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Each is read once per account, in its control plane's region, whatever regions are configured."""
    source = make_source(kinds=GLOBAL_KINDS)
    scopes = list(source.plan())
    assert {scope.location for scope in scopes} == {"global"}
    assert len(scopes) == len(GLOBAL_KINDS)
    proxy.requests.clear()
    assert {read(source, scope).outcome.outcome for scope in scopes} == {Outcome.COMPLETE}
    called = {(request.service, request.region) for request in proxy.requests}
    assert called == {
        ("cloudfront", "us-east-1"),
        ("globalaccelerator", "us-west-2"),
        ("iam", "us-east-1"),
        ("route53", "us-east-1"),
        ("wafv2", "us-east-1"),
    }


@pytest.mark.parametrize("name", GLOBAL_KINDS)
def test_an_unreachable_global_service_failed(make_source: MakeSource, name: str) -> None:
    """A global service that does not answer is not one that AWS does not offer."""
    kind = next(kind for kind in KINDS if kind.name == name)
    session = make_source(endpoint_url="http://127.0.0.1:9")._session
    client = ServiceClient(session, kind.service, global_services.control_region(kind.service, "aws"))
    with pytest.raises(ReadError) as caught:
        client.try_out(kind.calls[0])
    assert caught.value.gap.outcome is Outcome.FAILED


def test_tags_of_many_zones_come_ten_at_a_time(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Route 53 allows few calls; tags of ten zones are had with one."""
    source = make_source()
    reading = read(source, Scope(ACCOUNT, "global", "AWS::Route53::HostedZone"))
    assert len(reading.assets) == 2
    calls = [request.operation for request in proxy.requests if request.service == "route53"]
    assert calls.count("ListTagsForResources") == 1


def test_undocumented_services_have_the_assumed_quota() -> None:
    """A service without a row falls under the row without a service."""
    assert quotas("eks", "ListClusters") == (Quota("", 100, 50),)
    assert quotas("ec2", "DescribeVolumes") == (Quota("DescribeVolumes", 100, 20),)
    assert quotas("lambda", "ListTags") == (Quota("", 15, 15),)
