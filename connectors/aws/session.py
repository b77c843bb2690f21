"""How AWS is reached: credentials, partition, retries, limits and what all clients share."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from connectors.aws import answers
from connectors.aws.client import ServiceClient
from connectors.aws.clients import Clients, Signer
from connectors.aws.details import THREADS, Details
from connectors.aws.errors import ASSUME_ROLE, CALL_ERRORS, gap_of, one_line
from connectors.aws.kind import Call
from connectors.aws.limits import Limits
from connectors.aws.models import Members, lean_loader
from connectors.aws.parsers import PlannedParsers
from connectors.aws.roles import Role, RoleCredentials
from connectors.base import Gap, ReadError
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Outcome

_IDENTITY = Call("GetCallerIdentity", "sts:GetCallerIdentity")

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
#: A client serves the workers of a scan and the threads that ask for details.
_CONNECTIONS = 2 * THREADS
_ARN_PARTITION = 1
_ACCOUNT_HOST = re.compile(r"//[0-9]{12}\.")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose credentials these are."""

    account: str
    partition: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sessions of all accounts share: the clients, whoever signs, the limits, and a lock.

    botocore's sessions are not safe to use from two threads, hence the lock around `core`; clients
    themselves are safe.
    """

    core: botocore.session.Session
    clients: Clients
    signer: Signer
    partition: str
    home_region: str
    limits: Limits
    large_answers: answers.LargeAnswers
    details: Details
    lock: threading.Lock


class AwsSession:
    """The credentials of one account, and the clients that use them.

    `account` is empty for the agent's own credentials. `home_region` is where account-wide calls go.
    """

    def __init__(self, credentials: Callable[[], Any], shared: Shared, account: str = "") -> None:
        self._credentials = credentials
        self._shared = shared
        self.account = account
        self._assuming: Any = None

    @property
    def clients(self) -> Clients:
        """The clients, which all accounts share: their calls are made within `signing`."""
        return self._shared.clients

    def signing(self) -> AbstractContextManager[None]:
        """Let the calls of this thread be signed for this account while the block runs."""
        return self._shared.signer.signing(self.account, self._credentials)

    @property
    def large_answers(self) -> answers.LargeAnswers:
        """Whose turn it is to parse a large answer."""
        return self._shared.large_answers

    @property
    def details(self) -> Details:
        """What asks about several resources at once."""
        return self._shared.details

    @property
    def partition(self) -> str:
        """The partition that the source is configured for."""
        return self._shared.partition

    @property
    def home_region(self) -> str:
        """Where account-wide calls go."""
        return self._shared.home_region

    def for_account(self, account: str, role: Role) -> AwsSession:
        """A session of another account, entered through its role at the first call."""
        credentials = RoleCredentials(self, role, account).load_credentials()
        return AwsSession(lambda: credentials, self._shared, account)

    def assume(self, **parameters: Any) -> dict[str, Any]:
        """AssumeRole's answer; one client serves every account. Raises botocore's errors, and `ReadError`."""
        if self._assuming is None:
            self._assuming = self.clients.take(ASSUME_ROLE.service, self.home_region)
        with self.signing():
            answer: dict[str, Any] = self._assuming.assume_role(**parameters)
        return answer

    def enter(self) -> None:
        """Make sure that there are credentials. Raises `ReadError` where the role cannot be assumed."""
        try:
            credentials = self._credentials()
            if credentials is not None:
                credentials.get_frozen_credentials()
        except CALL_ERRORS as error:
            raise ReadError(gap_of(error, ASSUME_ROLE, self.home_region)) from error

    def known_regions(self) -> tuple[str, ...]:
        """Every region of the partition that the SDK knows, sorted."""
        with self._shared.lock:
            return tuple(sorted(self._shared.core.get_available_regions("ec2", self.partition)))

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
        if partition != self.partition:
            raise ReadError(
                Gap(
                    Outcome.FAILED,
                    f"the credentials belong to partition {partition}, but the source is configured for "
                    f"{self.partition}; set `partition` of this source to {partition!r}",
                )
            )
        return Identity(account=str(answer["Account"]), partition=partition)


def own_session(
    *,
    partition: str,
    region: str | None,
    max_attempts: int,
    endpoint_url: str | None,
    limits: Limits,
    operations: Mapping[str, Collection[str]],
    members: Mapping[str, Members] | None = None,
) -> AwsSession:
    """The session of the standard credential chain.

    `operations` names by service what will be called, `members` what is read of a shape; `region` is where
    account-wide calls go. Raises `ConfigurationError` where the SDK's own configuration is wrong.
    """
    own = botocore.session.Session()
    core = botocore.session.Session()
    try:
        data_path = core.get_config_variable("data_path")
        configured = core.get_config_variable("region")
    except BotoCoreError as error:
        raise ConfigurationError(
            f"AWS profile or configuration file: {one_line(str(error))}; check AWS_PROFILE and ~/.aws/config"
        ) from error
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        retries={"mode": "adaptive", "total_max_attempts": max_attempts},
        max_pool_connections=_CONNECTIONS,
        user_agent_extra="wolkenzicht",
    )
    lock, signer, large_answers = threading.Lock(), Signer(), answers.LargeAnswers()
    loader = lean_loader(operations, data_path, members)
    for session in (own, core):
        session.register_component("data_loader", loader)
        session.register_component("response_parser_factory", PlannedParsers())
        session.register("before-parse", large_answers.enter)
        session.register("before-parse", answers.check)
    core.register_component("credential_provider", signer)

    def make(service: str, region: str) -> Any:
        with lock:
            client = _made(core, service, region, endpoint_url, config)
        limits.watch(client.meta.events, lambda: signer.account, region, service)
        return client

    def credentials() -> Any:
        with lock:
            return own.get_credentials()

    shared = Shared(
        core=core,
        clients=Clients(make),
        signer=signer,
        partition=partition,
        home_region=region or configured or _HOME_REGIONS[partition],
        limits=limits,
        large_answers=large_answers,
        details=Details(),
        lock=lock,
    )
    return AwsSession(credentials, shared)


def _made(
    core: botocore.session.Session, service: str, region: str, endpoint_url: str | None, config: Config
) -> Any:
    """A botocore client. Raises `ReadError`."""
    try:
        client: Any = core.create_client(
            service, region_name=region, endpoint_url=endpoint_url, config=config
        )
    except (BotoCoreError, ValueError) as error:  # a malformed endpoint or region is a ValueError
        raise ReadError(
            Gap(Outcome.FAILED, f"{service} in {region}: {one_line(str(error))}; check the AWS settings")
        ) from error
    if endpoint_url is not None:
        client.meta.events.register("before-sign.s3-control", _under_its_own_name)
    return client


def _under_its_own_name(request: Any, **event: Any) -> None:
    """Leave out the account that the SDK puts before the host: a configured endpoint has no such names."""
    del event
    request.url = _ACCOUNT_HOST.sub("//", request.url, count=1)
