"""AWS's own inventories, which the API server lacks: Resource Explorer, Config's queries, the tagging API.

Every answer is checked against the SDK's model, so that no shape is invented.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.servers import aws_errors
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import AwsRequest
from tests.servers.fault_proxy import FaultProxy

_EXPLORER, _CONFIG, _TAGGING = "resource-explorer-2", "config", "resourcegroupstaggingapi"
_MOST_FOUND = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource as an inventory lists it; `type` is Resource Explorer's name of it."""

    arn: str
    region: str
    type: str
    cfn: str = ""
    account: str = "123456789012"
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Inventories:
    """What the inventories of an account say, by default that they are off and that nothing is tagged.

    `indexes` gives the type of each region's index, `state` the aggregator's state, `filter` what every
    view is limited to, `recorders` each region's recording group. Whoever `may_list` not may still search.
    """

    resources: Sequence[Listed] = ()
    indexes: Mapping[str, str] = field(default_factory=dict)
    filter: str = ""
    views: bool = True
    state: str = "ACTIVE"
    may_list: bool = True
    recorders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    aggregators: Sequence[Mapping[str, Any]] = ()
    page_size: int = 1000

    def supply(self, proxy: FaultProxy) -> None:
        """Answer in place of the API server."""
        for service, answers in (
            (
                _EXPLORER,
                {
                    "ListIndexes": self._indexes,
                    "GetIndex": self._index,
                    "GetDefaultView": self._default_view,
                    "ListViews": self._views,
                    "GetView": self._view,
                    "ListResources": self._list,
                    "Search": self._search,
                    "ListSupportedResourceTypes": self._types,
                },
            ),
            (
                _CONFIG,
                {
                    "DescribeConfigurationRecorders": self._recorders,
                    "DescribeConfigurationRecorderStatus": self._recorder_states,
                    "SelectResourceConfig": self._select,
                    "SelectAggregateResourceConfig": self._select,
                    "DescribeConfigurationAggregators": self._aggregators,
                },
            ),
            (_TAGGING, {"GetResources": self._tagged}),
        ):
            for operation, answer in answers.items():
                proxy.fault(_written(service, operation, answer), service, None, operation)

    def _indexes(self, request: AwsRequest) -> dict[str, Any]:
        del request
        return {
            "Indexes": [
                {"Region": region, "Type": kind, "Arn": f"arn:aws:resource-explorer-2:{region}:1:index/1"}
                for region, kind in self.indexes.items()
            ]
        }

    def _index(self, request: AwsRequest) -> dict[str, Any]:
        others = [region for region in self.indexes if region != request.region]
        return {"State": self.state, "Type": self.indexes[request.region], "ReplicatingFrom": others}

    def _view_arn(self, request: AwsRequest) -> str:
        return f"arn:aws:resource-explorer-2:{request.region}:123456789012:view/all/1"

    def _default_view(self, request: AwsRequest) -> dict[str, Any]:
        return {"ViewArn": self._view_arn(request)} if self.views else {}

    def _views(self, request: AwsRequest) -> dict[str, Any]:
        return {"Views": [self._view_arn(request)] if self.views else []}

    def _view(self, request: AwsRequest) -> dict[str, Any]:
        scope = "arn:aws:iam::123456789012:root"
        view = {"ViewArn": self._view_arn(request), "Filters": {"FilterString": self.filter}, "Scope": scope}
        return {"View": view}

    def _list(self, request: AwsRequest) -> dict[str, Any] | Answer:
        if not self.may_list:
            return aws_errors.denied(
                request, "resource-explorer-2:Search", "because no identity-based policy allows the action"
            )
        asked = json.loads(request.body)
        return self._page([_explored(each) for each in self._at(request)], asked, "Resources")

    def _search(self, request: AwsRequest) -> dict[str, Any]:
        asked = json.loads(request.body)
        wanted = dict(each.split(":", 1) for each in asked["QueryString"].split())
        found = [
            _explored(each)
            for each in self._at(request)
            if wanted.get("region", each.region) == each.region
            and wanted.get("service", each.type.partition(":")[0]) == each.type.partition(":")[0]
            and wanted.get("resourcetype", each.type) == each.type
        ]
        page = self._page(found[:_MOST_FOUND], asked, "Resources")
        count = {"TotalResources": min(len(found), _MOST_FOUND), "Complete": len(found) <= _MOST_FOUND}
        return page | {"Count": count}

    def _types(self, request: AwsRequest) -> dict[str, Any]:
        del request
        types = sorted({each.type for each in self.resources})
        return {
            "ResourceTypes": [{"Service": each.partition(":")[0], "ResourceType": each} for each in types]
        }

    def _at(self, request: AwsRequest) -> list[Listed]:
        """What the index of the request's region has: all that is indexed, or its own."""
        if self.indexes[request.region] == "AGGREGATOR":
            return [each for each in self.resources if each.region in {*self.indexes, "global"}]
        return [each for each in self.resources if each.region == request.region]

    def _recorders(self, request: AwsRequest) -> dict[str, Any]:
        group = self.recorders.get(request.region)
        named = [] if group is None else [{"name": "default", "recordingGroup": dict(group)}]
        return {"ConfigurationRecorders": named}

    def _recorder_states(self, request: AwsRequest) -> dict[str, Any]:
        states = [{"name": "default", "recording": True}] if request.region in self.recorders else []
        return {"ConfigurationRecordersStatus": states}

    def _aggregators(self, request: AwsRequest) -> dict[str, Any]:
        del request
        return {"ConfigurationAggregators": [dict(each) for each in self.aggregators]}

    def _select(self, request: AwsRequest) -> dict[str, Any]:
        everywhere = request.operation == "SelectAggregateResourceConfig"
        rows = [
            json.dumps(
                {
                    "arn": each.arn,
                    "resourceType": each.cfn,
                    "awsRegion": each.region,
                    "accountId": each.account,
                    "resourceName": each.arn.rpartition("/")[2],
                }
            )
            for each in self.resources
            if everywhere or each.region == request.region
        ]
        return self._page(rows, json.loads(request.body), "Results")

    def _tagged(self, request: AwsRequest) -> dict[str, Any]:
        return {
            "ResourceTagMappingList": [
                {
                    "ResourceARN": each.arn,
                    "Tags": [{"Key": key, "Value": value} for key, value in each.tags.items()],
                }
                for each in self.resources
                if each.tags and each.region == request.region
            ],
            "PaginationToken": "",
        }

    def _page(self, items: list[Any], asked: Mapping[str, Any], key: str) -> dict[str, Any]:
        start = int(asked.get("NextToken", 0))
        size = min(asked.get("MaxResults", asked.get("Limit", self.page_size)), self.page_size)
        page = {key: items[start : start + size]}
        return page | ({"NextToken": str(start + size)} if start + size < len(items) else {})


def _explored(each: Listed) -> dict[str, Any]:
    told = {
        "Arn": each.arn,
        "OwningAccountId": each.account,
        "Region": each.region,
        "ResourceType": each.type,
        "Service": each.type.partition(":")[0],
    }
    return told | ({"CfnResourceType": each.cfn} if each.cfn else {})


def _written(service: str, operation: str, answer: Any) -> Any:
    def fault(request: AwsRequest) -> Answer:
        found = answer(request)
        return found if isinstance(found, Answer) else aws_errors.supplied(service, operation, found)

    return fault
