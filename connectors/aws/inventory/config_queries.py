"""AWS Config's queries: what its recorders describe, through an aggregator where the account has one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.aws.client import ServiceClient
from connectors.aws.global_services import location_code
from connectors.aws.inventory.entries import Entry
from connectors.aws.inventory.types import covered, covered_globally
from connectors.aws.kind import Call
from connectors.base import Covers, Gap, ReadError
from wolkenzicht.model import Outcome, Scope

NAME = "aws-config"
SERVICE = "config"

_RECORDERS = Call(
    "DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders", items="ConfigurationRecorders"
)
_STATUS = Call(
    "DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorderStatus",
    items="ConfigurationRecordersStatus",
)
_AGGREGATORS = Call(
    "DescribeConfigurationAggregators",
    "config:DescribeConfigurationAggregators",
    items="ConfigurationAggregators",
)
_SELECT = Call("SelectResourceConfig", "config:SelectResourceConfig", items="Results", page_size=100)
_SELECT_ALL = Call(
    "SelectAggregateResourceConfig",
    "config:SelectAggregateResourceConfig",
    items="Results",
    page_size=100,
)
CALLS = (_RECORDERS, _STATUS, _AGGREGATORS, _SELECT, _SELECT_ALL)

#: Source: https://docs.aws.amazon.com/config/latest/developerguide/query-components.html
_QUERY = (
    "SELECT arn, resourceId, resourceName, resourceType, awsRegion, accountId WHERE accountId = '{account}'"
)

#: Which part of the types a recorder takes in; older ones say it by `allSupported` alone.
#: Source: https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingStrategy.html
_NAMED_TYPES = "INCLUSION_BY_RESOURCE_TYPES"
_OTHER_TYPES = "EXCLUSION_BY_RESOURCE_TYPES"


def read(client: ServiceClient, scope: Scope, regions: Sequence[str]) -> Iterator[Entry | Gap | Covers]:
    """Yield what is recorded, and for which types that is all; a gap for regions that record nothing.

    Raises `ReadError` before anything else where nothing is recorded, or nobody may tell.
    """
    config = client.of(SERVICE, client.region)
    recorded: dict[str, frozenset[str]] = {}
    gaps: list[Gap] = []
    silent = []
    for region in regions:
        types = _recorded(config.in_region(region))
        if isinstance(types, Gap):
            gaps.append(types)
        elif types is None:
            silent.append(region)
        else:
            recorded[region] = types
    if not recorded:
        message = (
            f"account {scope.account}: AWS Config records in no region; switch it, or Resource Explorer, on"
        )
        raise ReadError(gaps[0] if gaps else Gap(Outcome.NOT_ENABLED, message))
    yield from gaps
    yield from _selected(config, scope, recorded)
    for region, types in recorded.items():
        yield Covers(NAME, types & covered("config"), frozenset({region}))
        everywhere = covered_globally("config", client.partition).get(region)
        if everywhere and types & everywhere:
            yield Covers(NAME, types & everywhere, frozenset({location_code(client.partition)}))
    if silent:
        yield Gap(
            Outcome.NOT_ENABLED,
            f"account {scope.account}: AWS Config records nothing in {', '.join(silent)}; switch it on there",
        )


def _recorded(config: ServiceClient) -> frozenset[str] | Gap | None:
    """The types that we know of and that are recorded in the region; `None` where nothing is."""
    recorders = config.side_listing(_RECORDERS)
    states = config.side_listing(_STATUS)
    if isinstance(recorders, Gap):
        return recorders
    if isinstance(states, Gap):
        return states
    running = {each.get("name") for each in states if each.get("recording")}
    groups = [each.get("recordingGroup") or {} for each in recorders if each.get("name") in running]
    return frozenset().union(*map(_types, groups)) if groups else None


def _types(group: Mapping[str, Any]) -> frozenset[str]:
    known = covered("config").union(*covered_globally("config", "aws").values())
    strategy = (group.get("recordingStrategy") or {}).get("useOnly")
    if strategy == _NAMED_TYPES or (strategy is None and not group.get("allSupported")):
        return known & frozenset(group.get("resourceTypes", ()))
    if strategy == _OTHER_TYPES:
        return known - frozenset((group.get("exclusionByResourceTypes") or {}).get("resourceTypes", ()))
    # IAM's types are recorded only where the recorder says so.
    return known if group.get("includeGlobalResourceTypes") else known - {"AWS::IAM::Role"}


def _selected(config: ServiceClient, scope: Scope, recorded: Mapping[str, frozenset[str]]) -> Iterator[Entry]:
    query = _QUERY.format(account=scope.account)
    aggregator = _aggregator(config, scope.account)
    if aggregator:
        for text in config.items(_SELECT_ALL, Expression=query, ConfigurationAggregatorName=aggregator):
            yield _entry(text, scope.account)
        return
    for region in recorded:
        for text in config.in_region(region).items(_SELECT, Expression=query):
            yield _entry(text, scope.account)


def _aggregator(config: ServiceClient, account: str) -> str:
    """An aggregator at hand that takes in all regions of the account; empty where there is none."""
    found = config.side_listing(_AGGREGATORS)
    for each in () if isinstance(found, Gap) else found:
        sources = [
            source
            for source in each.get("AccountAggregationSources", ())
            if account in source.get("AccountIds", ())
        ]
        sources += [each["OrganizationAggregationSource"]] if "OrganizationAggregationSource" in each else []
        if any(source.get("AllAwsRegions") for source in sources):
            return str(each["ConfigurationAggregatorName"])
    return ""


def _entry(text: str, account: str) -> Entry:
    row = json.loads(text)
    return Entry(
        inventory=NAME,
        arn=str(row.get("arn") or row.get("resourceId", "")),
        account=str(row.get("accountId") or account),
        region=str(row.get("awsRegion", "")),
        path="Results[].awsRegion",
        type=str(row.get("resourceType", "")),
        name=str(row.get("resourceName") or ""),
    )
