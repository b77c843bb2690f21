"""Tags of many resources: read in one call, and from each one's own service where that is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import boto3
import pytest
from botocore.config import Config

from connectors.aws.source import AwsSource
from tests.servers.aws_estate import ACCOUNT, LONDON
from tests.servers.aws_reading import Reading, read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Outcome, Scope

MakeSource = Callable[..., AwsSource]
TAGGING = "resourcegroupstaggingapi"
#: More than a page holds: moto answers fifty of these and promises the rest.
TOPICS = 63


@pytest.fixture(scope="module", autouse=True)
def topics(moto_url: str) -> None:
    """Topics in London, all tagged but the last."""
    session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
    client = session.client(
        "sns", region_name=LONDON, endpoint_url=moto_url, config=Config(retries={"total_max_attempts": 1})
    )
    for number in range(TOPICS):
        tags = [{"Key": "number", "Value": str(number)}] if number < TOPICS - 1 else []
        client.create_topic(Name=f"tagging-{number:03}", Tags=tags)


def topics_read(source: AwsSource) -> Reading:
    """The topics of London."""
    return read(source, Scope(ACCOUNT, LONDON, "AWS::SNS::Topic"))


def assert_tagged(reading: Reading) -> None:
    """Each topic has its own tags."""
    tags = {asset.name: asset.tags for asset in reading.assets if asset.name.startswith("tagging-")}
    expected = {f"tagging-{number:03}": (("number", str(number)),) for number in range(TOPICS - 1)}
    assert tags == {**expected, f"tagging-{TOPICS - 1:03}": ()}
    assert len(reading.assets) == len({asset.asset_id for asset in reading.assets})


def calls(proxy: FaultProxy) -> Counter[str]:
    """How often each operation was called."""
    return Counter(request.operation for request in proxy.requests)


def test_many_in_few_calls(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What a page leaves out is asked for again, and no topic by itself."""
    reading = topics_read(make_source())
    assert reading.gaps == []
    assert_tagged(reading)
    counted = calls(proxy)
    assert counted["GetResources"] == 2
    assert counted["ListTagsForResource"] == 0


@pytest.mark.parametrize("fault", ["deny", "throttle", "garble", "reset"])
def test_each_alone_where_the_common_call_fails(
    make_source: MakeSource, proxy: FaultProxy, fault: str
) -> None:
    """Where the common call does not answer, it is made once, no tag is missed and nothing is a gap."""
    getattr(proxy, fault)(TAGGING)
    reading = topics_read(make_source())
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert_tagged(reading)
    counted = calls(proxy)
    assert counted["GetResources"] == 1
    assert counted["ListTagsForResource"] == TOPICS


def test_an_answer_with_more_to_come_is_not_taken(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A page that promises another leaves resources out; their tags are not taken to be none."""
    proxy.supply(TAGGING, "GetResources", {"PaginationToken": "more", "ResourceTagMappingList": []})
    assert_tagged(topics_read(make_source()))


def test_denied_both_ways_is_a_gap(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where the service refuses too, the topics stay and the scope names its own permission."""
    proxy.deny(TAGGING)
    proxy.deny("sns", None, "ListTagsForResource")
    reading = topics_read(make_source())
    assert len(reading.assets) == TOPICS
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == "sns:ListTagsForResource"
