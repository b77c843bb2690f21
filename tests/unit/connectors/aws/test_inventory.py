"""Listing an account from AWS's own inventories: what is listed, for what that is all, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.aws.inventory import types
from connectors.aws.source import AwsSource
from connectors.base import INVENTORY, Covers
from policy import ruleset
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON, VIRGINIA
from tests.servers.aws_inventories import Inventories, Listed
from tests.servers.aws_reading import Reading, read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import (
    Certainty,
    DataLocation,
    Depth,
    Evidence,
    Holds,
    LocationClass,
    Operation,
    Outcome,
    Scope,
)

MakeSource = Callable[..., AwsSource]

SCOPE = Scope(ACCOUNT, "global", INVENTORY)
VOLUME = Listed(f"arn:aws:ec2:{IRELAND}:{ACCOUNT}:volume/vol-1", IRELAND, "ec2:volume", "AWS::EC2::Volume")
QUEUE = Listed(f"arn:aws:sqs:{LONDON}:{ACCOUNT}:wachtrij", LONDON, "sqs:queue", "AWS::SQS::Queue")
BUCKET = Listed("arn:aws:s3:::dossiers", IRELAND, "s3:bucket", "AWS::S3::Bucket", tags={"env": "prod"})
ROLE = Listed(f"arn:aws:iam::{ACCOUNT}:role/dienst/lezer", "global", "iam:role", "AWS::IAM::Role")
ALARM = Listed(f"arn:aws:cloudwatch:{IRELAND}:{ACCOUNT}:alarm:vol", IRELAND, "cloudwatch:alarm")
ALL = (VOLUME, QUEUE, BUCKET, ROLE, ALARM)
BOTH = {IRELAND: "AGGREGATOR", LONDON: "LOCAL"}
EXPLORER, CONFIG, TAGGING = "aws-resource-explorer", "aws-config", "aws-tagging"
WHOLE = {"allSupported": True, "includeGlobalResourceTypes": True}


def reading(make_source: MakeSource, proxy: FaultProxy, inventories: Inventories) -> Reading:
    """What the account's inventory gives."""
    inventories.supply(proxy)
    source = make_source()
    assert list(source.plan())[-1] == SCOPE
    proxy.requests.clear()
    return read(source, SCOPE)


def identifiers(found: Reading) -> list[str]:
    """What was listed, sorted."""
    return sorted(asset.asset_id for asset in found.assets)


def arns(*listed: Listed) -> list[str]:
    """The ARNs, sorted."""
    return sorted(each.arn for each in listed)


def asked(proxy: FaultProxy, operation: str) -> list[str]:
    """The regions in which the operation was called, in order."""
    return [request.region for request in proxy.requests if request.operation == operation]


def test_chosen_kinds_mean_these_only(make_source: MakeSource) -> None:
    """The inventory is planned once an account, and not where the configuration names kinds."""
    assert [scope for scope in make_source().plan() if scope.type == INVENTORY] == [SCOPE]
    assert [each for each in make_source(kinds=("s3-bucket",)).plan() if each.type == INVENTORY] == []


def test_aggregator_lists_every_region(make_source: MakeSource, proxy: FaultProxy) -> None:
    """One index answers for the regions that are copied into it, page after page; the scope is complete."""
    found = reading(make_source, proxy, Inventories(ALL, BOTH, page_size=2))
    assert identifiers(found) == arns(*ALL)
    assert found.outcome.outcome is Outcome.COMPLETE
    assert found.covers == [Covers(EXPLORER, types.covered("explorer"), frozenset({IRELAND, LONDON}))]
    assert asked(proxy, "ListResources") == [IRELAND] * 3


def test_entry_becomes_a_shallow_asset(make_source: MakeSource, proxy: FaultProxy) -> None:
    """It has the identifier and type that reading in depth gives, and the place that the inventory names."""
    found = reading(make_source, proxy, Inventories(ALL, BOTH))
    volume = found.named("vol-1")
    assert (volume.asset_id, volume.type, volume.service) == (VOLUME.arn, "AWS::EC2::Volume", "ec2")
    assert (volume.holds, volume.depth, volume.location) == (Holds.CONTENT, Depth.SHALLOW, IRELAND)
    assert volume.properties == (("inventory", EXPLORER),)
    evidence = (Evidence("Resources[].Region", IRELAND),)
    assert volume.locations == (
        DataLocation(Operation.STORED, IRELAND, Certainty.DERIVED, evidence),
        DataLocation(Operation.STORED, "", Certainty.UNKNOWN, (Evidence("inventory", EXPLORER),)),
    )
    alarm = found.named("vol")
    assert (alarm.type, alarm.holds) == ("cloudwatch:alarm", Holds.METADATA)


def test_content_known_from_the_inventory_only_is_never_inside(
    make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Its region may mean a local zone elsewhere, and its copies are not listed."""
    assets = reading(make_source, proxy, Inventories(ALL, BOTH)).assets
    content = [each for each in assets if each.holds is Holds.CONTENT]
    judged = {ruleset.load().classify(each).location_class for each in content}
    assert content
    assert LocationClass.INSIDE_EEA not in judged


def test_resource_without_region_is_managed_where_the_facts_say(
    make_source: MakeSource, proxy: FaultProxy
) -> None:
    """A role has no region; nobody claims that it lies in one."""
    role = reading(make_source, proxy, Inventories(ALL, BOTH)).named("lezer")
    assert (role.asset_id, role.location) == (ROLE.arn, "aws-global")
    assert [(each.operation, each.location) for each in role.locations] == [(Operation.MANAGED, VIRGINIA)]


def test_types_without_region_are_covered_where_they_are_managed(
    make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Only an index in Virginia answers for roles and distributions."""
    indexes = BOTH | {VIRGINIA: "LOCAL"}
    found = reading(make_source, proxy, Inventories(ALL, indexes))
    regional, everywhere = found.covers
    assert regional.locations == frozenset(indexes)
    assert everywhere.locations == frozenset({"aws-global"})
    assert "AWS::IAM::Role" in everywhere.types - regional.types


def test_region_without_index_is_told(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What could not be listed there is not said to be missing, and the message says what to switch on."""
    found = reading(make_source, proxy, Inventories(ALL, {IRELAND: "LOCAL"}))
    assert identifiers(found) == arns(VOLUME, BUCKET, ALARM)
    assert [each.locations for each in found.covers] == [frozenset({IRELAND})]
    assert found.outcome.outcome is Outcome.NOT_ENABLED
    assert f"no index in {LONDON}; switch it on there" in found.outcome.message


@pytest.mark.parametrize(
    "inventories",
    [Inventories(ALL, dict.fromkeys(BOTH, "LOCAL")), Inventories(ALL, BOTH, state="UPDATING")],
    ids=["local", "aggregator being built"],
)
def test_local_indexes_are_asked_in_turn(
    inventories: Inventories, make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Without an aggregator that is ready each region's own index answers for it."""
    found = reading(make_source, proxy, inventories)
    assert asked(proxy, "ListResources") == [IRELAND, LONDON]
    assert [each.locations for each in found.covers] == [frozenset({IRELAND}), frozenset({LONDON})]
    assert set(arns(VOLUME, QUEUE, BUCKET, ALARM)) <= set(identifiers(found))
    assert found.outcome.outcome is Outcome.COMPLETE


def test_filtered_view_is_authoritative_for_nothing(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What it shows is kept, and the scope is not complete."""
    found = reading(make_source, proxy, Inventories(ALL, BOTH, filter="service:ec2"))
    assert identifiers(found) == arns(*ALL)
    assert found.covers == []
    assert found.outcome.outcome is Outcome.NOT_ENABLED
    assert "has a filter; make one without" in found.outcome.message


def test_index_without_view_is_told(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Nothing can be listed without a view."""
    found = reading(make_source, proxy, Inventories(ALL, BOTH, views=False))
    assert (found.assets, found.covers) == ([], [])
    assert found.outcome.outcome is Outcome.NOT_ENABLED
    assert "has no view in eu-west-1; make one without a filter" in found.outcome.message


def many(count: int, region: str = IRELAND, service: str = "ec2", name: str = "volume") -> tuple[Listed, ...]:
    """So many resources of a type in a region."""
    arn = f"arn:aws:{service}:{region}:{ACCOUNT}:{name}/"
    return tuple(Listed(f"{arn}{number:05}", region, f"{service}:{name}") for number in range(count))


def test_searching_takes_the_place_of_listing(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where listing is refused, what is searched for gets narrower until all of it is found."""
    resources = (*many(900), *many(900, name="snapshot"), *many(300, service="ecr", name="repository"), QUEUE)
    found = reading(make_source, proxy, Inventories(resources, BOTH, may_list=False))
    assert identifiers(found) == arns(*resources)
    assert found.outcome.outcome is Outcome.COMPLETE
    assert len(found.covers) == 1
    assert len(asked(proxy, "Search")) == 8


def test_more_than_can_be_found_is_not_complete(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A thousand of a type in a region are found, and the gap says that there are more."""
    found = reading(make_source, proxy, Inventories((*many(1001), QUEUE), BOTH, may_list=False))
    assert len(found.assets) == 1001
    assert found.covers == []
    assert found.outcome.outcome is Outcome.FAILED
    assert "more than 1000 results for region:eu-west-1 resourcetype:ec2:volume" in found.outcome.message


def test_throttled_inventory_is_no_reason_for_another(make_source: MakeSource, proxy: FaultProxy) -> None:
    """The scope ends throttled, and is read whole at the next scan."""
    proxy.throttle("resource-explorer-2", None, "ListIndexes")
    found = reading(make_source, proxy, Inventories(ALL, BOTH))
    assert found.outcome.outcome is Outcome.THROTTLED
    assert asked(proxy, "GetResources") == []


def test_broken_second_page_keeps_the_first(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What was listed is kept, and the inventory is authoritative for nothing."""
    proxy.error(500, "InternalServerException", "", "resource-explorer-2", None, "ListResources", after=1)
    found = reading(make_source, proxy, Inventories(ALL, BOTH, page_size=2))
    assert len(found.assets) == 2
    assert found.covers == []
    assert found.outcome.outcome is Outcome.FAILED


def test_config_takes_the_place_of_resource_explorer(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where there is no index, what is recorded is listed; the recorder says of which types that is all."""
    recorders: dict[str, dict[str, object]] = {
        IRELAND: {"recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}}
        | {"resourceTypes": ["AWS::EC2::Volume", "AWS::EC2::VPC"]},
        LONDON: {"allSupported": True},
    }
    found = reading(make_source, proxy, Inventories((VOLUME, QUEUE), recorders=recorders))
    assert identifiers(found) == arns(VOLUME, QUEUE)
    assert [dict(asset.properties)["inventory"] for asset in found.assets] == [CONFIG, CONFIG]
    assert found.outcome.outcome is Outcome.COMPLETE
    assert found.covers == [
        Covers(CONFIG, frozenset({"AWS::EC2::Volume"}), frozenset({IRELAND})),
        Covers(CONFIG, types.covered("config"), frozenset({LONDON})),
    ]


def test_config_covers_what_it_does_not_exclude(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A type that a recorder leaves out is not covered; one region without recorder is told."""
    strategy = {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}
    excluded = {"resourceTypes": ["AWS::SQS::Queue"]}
    group = {"recordingStrategy": strategy, "exclusionByResourceTypes": excluded}
    found = reading(make_source, proxy, Inventories((QUEUE,), recorders={LONDON: group}))
    (covers,) = found.covers
    assert covers.types == types.covered("config") - {"AWS::SQS::Queue"}
    assert found.outcome.outcome is Outcome.NOT_ENABLED
    assert f"AWS Config records nothing in {IRELAND}; switch it on there" in found.outcome.message


def test_aggregator_of_config_is_asked_once(make_source: MakeSource, proxy: FaultProxy) -> None:
    """An aggregator over all regions spares a query for each of them."""
    aggregator = {
        "ConfigurationAggregatorName": "alles",
        "OrganizationAggregationSource": {"RoleArn": "arn:aws:iam::1:role/r", "AllAwsRegions": True},
    }
    recorders = dict.fromkeys((IRELAND, LONDON), WHOLE)
    proxy.clear()
    found = reading(
        make_source, proxy, Inventories(ALL[:3], recorders=recorders, aggregators=(aggregator,), page_size=1)
    )
    assert identifiers(found) == arns(*ALL[:3])
    assert len(asked(proxy, "SelectAggregateResourceConfig")) == 3
    assert asked(proxy, "SelectResourceConfig") == []


def test_tagged_resources_are_not_all(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Without an inventory what is tagged is listed, with its tags, and the scope says what to switch on."""
    found = reading(make_source, proxy, Inventories((VOLUME, BUCKET)))
    (bucket,) = found.assets
    assert (bucket.asset_id, bucket.type, bucket.location) == (BUCKET.arn, "AWS::S3::Bucket", IRELAND)
    assert bucket.tags == (("env", "prod"),)
    assert found.covers == []
    assert found.outcome.outcome is Outcome.NOT_ENABLED
    remedy = "switch on AWS Resource Explorer in every region, with an aggregator index and a view without"
    assert [gap.message.partition(": ")[2] for gap in found.gaps] == [
        "AWS Resource Explorer has no index; switch it on in every region",
        "AWS Config records in no region; switch it, or Resource Explorer, on",
        f"only what is tagged could be listed; {remedy} a filter",
    ]


def test_denied_inventories_are_denied(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Nothing listed is told from not allowed to list, and the permission is named."""
    for service in ("resource-explorer-2", "config", "resourcegroupstaggingapi"):
        proxy.deny(service)
    found = reading(make_source, proxy, Inventories(ALL, BOTH))
    assert found.assets == []
    assert found.outcome.outcome is Outcome.DENIED
    assert found.outcome.permission == "resource-explorer-2:ListIndexes"


def test_identifiers_are_those_of_reading_in_depth(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Snapshots are their owner's, and a log group's ARN has no star behind it."""
    snapshot = Listed(f"arn:aws:ec2:{IRELAND}::snapshot/snap-1", IRELAND, "ec2:snapshot")
    group = Listed(f"arn:aws:logs:{IRELAND}:{ACCOUNT}:log-group:/a/b:*", IRELAND, "logs:log-group")
    found = reading(make_source, proxy, Inventories((snapshot, group), BOTH))
    assert [(asset.asset_id, asset.type) for asset in found.assets] == [
        (f"arn:aws:ec2:{IRELAND}:{ACCOUNT}:snapshot/snap-1", "AWS::EC2::Snapshot"),
        (f"arn:aws:logs:{IRELAND}:{ACCOUNT}:log-group:/a/b", "AWS::Logs::LogGroup"),
    ]


def test_what_another_account_owns_is_its_own(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A view over the whole organization does not make its accounts' assets ours."""
    theirs = replace(VOLUME, arn=VOLUME.arn.replace(ACCOUNT, "210987654321"), account="210987654321")
    assert identifiers(reading(make_source, proxy, Inventories((VOLUME, theirs), BOTH))) == [VOLUME.arn]


def test_entry_without_arn_is_rejected(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What cannot be told from another asset is set aside by field."""
    found = reading(make_source, proxy, Inventories((replace(VOLUME, arn="vol-1"), QUEUE), BOTH))
    assert identifiers(found) == [QUEUE.arn]
    assert [(each.field, each.origin) for each in found.rejected] == [("arn", f"{EXPLORER}: ec2:volume")]
