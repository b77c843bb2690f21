"""How AWS is reached: credentials, partition, regions, retries and what all clients share."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from connectors.aws import answers, timestamps
from connectors.aws.client import ServiceClient
from connectors.aws.errors import one_line
from connectors.aws.kind import Call
from connectors.aws.models import lean_loader
from connectors.base import Gap, ReadError
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Outcome

#: The calls that planning makes, by service.
PLAN_OPERATIONS = {"ec2": ("DescribeRegions",)}

_IDENTITY = Call("GetCallerIdentity", "sts:GetCallerIdentity")
_REGIONS = Call("DescribeRegions", "ec2:DescribeRegions", items="Regions")

#: Regions that answer; the others do not exist for the account.
#: Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html
_ENABLED = frozenset({"opt-in-not-required", "opted-in"})

#: Where account-wide calls go if nothing is configured: enabled in every account. In the partition
#: `aws` a European region, because policies of European organisations often deny the American ones.
_HOME_REGIONS = {
    "aws": "eu-central-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}
PARTITIONS = tuple(_HOME_REGIONS)

_CONNECT_TIMEOUT_SECONDS = 10
_READ_TIMEOUT_SECONDS = 60
#: Scopes of one group are read in turn, so that a client needs few connections.
_CONNECTIONS = 4
_ARN_PARTITION = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose credentials these are."""

    account: str
    partition: str


class AwsSession:
    """One botocore session, its loader and its configuration, shared by every client.

    botocore's sessions are not safe to make clients in from two threads, hence the lock; clients
    themselves are safe to use. `operations` names by service what will be called; `region` is where
    account-wide calls go. Raises `ConfigurationError` where the SDK's own configuration is wrong.
    """

    def __init__(
        self,
        *,
        partition: str,
        region: str | None,
        max_attempts: int,
        endpoint_url: str | None,
        operations: Mapping[str, Collection[str]],
    ) -> None:
        self._lock = threading.Lock()
        self._core = botocore.session.Session()
        try:
            data_path = self._core.get_config_variable("data_path")
            configured = self._core.get_config_variable("region")
        except BotoCoreError as error:
            raise ConfigurationError(
                f"AWS profile or configuration file: {one_line(str(error))}; "
                "check AWS_PROFILE and ~/.aws/config"
            ) from error
        self._core.register_component("data_loader", lean_loader(operations, data_path))
        self._core.get_component("response_parser_factory").set_parser_defaults(
            timestamp_parser=timestamps.parse
        )
        self.large_answers = answers.LargeAnswers()
        self._core.register("before-parse", self.large_answers.enter)
        self._core.register("before-parse", answers.check)
        self._endpoint_url = endpoint_url
        self._partition = partition
        self.home_region = region or configured or _HOME_REGIONS[partition]
        self._config = Config(
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
            read_timeout=_READ_TIMEOUT_SECONDS,
            retries={"mode": "adaptive", "total_max_attempts": max_attempts},
            max_pool_connections=_CONNECTIONS,
            user_agent_extra="wolkenzicht",
        )

    def make_client(self, service: str, region: str) -> Any:
        """A botocore client for the service in the region. Raises `ReadError`."""
        try:
            with self._lock:
                return self._core.create_client(
                    service, region_name=region, endpoint_url=self._endpoint_url, config=self._config
                )
        except (BotoCoreError, ValueError) as error:  # a malformed endpoint or region is a ValueError
            raise ReadError(
                Gap(Outcome.FAILED, f"{service} in {region}: {one_line(str(error))}; check the AWS settings")
            ) from error

    def lists(self, service: str, region: str) -> bool:
        """Whether the SDK's endpoint data has the service in the region."""
        with self._lock:
            return region in self._core.get_available_regions(service, self._partition)

    def identity(self) -> Identity:
        """The account and partition of the credentials. Raises `ReadError`.

        A partition other than the configured one is refused: the ARNs and places of another
        partition would be judged by the wrong rows.
        """
        client = ServiceClient(self, "sts", self.home_region)
        try:
            answer = client.answer(_IDENTITY)
        finally:
            client.close()
        partition = str(answer["Arn"]).split(":")[_ARN_PARTITION]
        if partition != self._partition:
            raise ReadError(
                Gap(
                    Outcome.FAILED,
                    f"the credentials belong to partition {partition}, but the source is configured for "
                    f"{self._partition}; set `partition` of this source to {partition!r}",
                )
            )
        return Identity(account=str(answer["Account"]), partition=partition)

    def enabled_regions(self) -> tuple[str, ...]:
        """The regions that are enabled for the account, sorted. Raises `ReadError`."""
        client = ServiceClient(self, "ec2", self.home_region)
        try:
            regions = client.answer(_REGIONS, AllRegions=True)["Regions"]
        finally:
            client.close()
        # An answer without the status is of a partition that has no opt-in.
        return tuple(
            sorted(
                each["RegionName"]
                for each in regions
                if each.get("OptInStatus", "opt-in-not-required") in _ENABLED
            )
        )
