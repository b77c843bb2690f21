"""The StackSet's role, deployed to an organisation whose API enforces rights: it reads, and no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from agent.permissions import aws
from connectors.aws.kind import GLOBAL
from connectors.aws.kinds import KINDS
from connectors.aws.settings import AwsSettings
from connectors.aws.source import AwsSource
from tests.servers.aws_estate import ACCOUNT, IRELAND, Estate
from tests.servers.aws_reading import Reading, clean_aws_environment, read
from tests.servers.moto_server import running_moto
from wolkenzicht.model import Outcome, Scope

TEMPLATES = Path(__file__).resolve().parents[2] / "deploy" / "aws"
ROLE, EXTERNAL_ID = "wolkenzicht-reader", "een-lang-en-willekeurig-woord"
#: The agent runs as a user here: the server compares a trust policy with the session of a role, where IAM
#: compares it with the role.
AGENT = f"arn:aws:iam::{ACCOUNT}:user/agent"

#: Kinds of which the server can enforce rights. Of services that put the operation in the address it
#: computes another signature than the SDK, and refuses every call.
ENFORCED = (
    "s3-bucket",
    "ec2-instance",
    "ebs-volume",
    "ebs-snapshot",
    "rds-instance",
    "rds-snapshot",
    "dynamodb-table",
    "ecr-repository",
    "sqs-queue",
    "sns-topic",
    "secretsmanager-secret",
    "kms-key",
    "log-group",
    "kinesis-stream",
    "rds-cluster",
    "redshift-cluster",
    "elasticache-cluster",
)
#: Rights that the server does not know: it asks for `s3:ListBucket` in their place, which the role must not
#: have. Of every other call it asks for the right that IAM asks for.
UNKNOWN_TO_THE_SERVER = {
    "s3:GetEncryptionConfiguration",
    "s3:GetInventoryConfiguration",
    "s3:GetReplicationConfiguration",
}

#: Contents that a reader might be tempted by, and changes: each must be refused.
FORBIDDEN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("s3", "get_object", {"Bucket": "dossiers", "Key": "geheim.txt"}),
    ("s3", "list_objects_v2", {"Bucket": "dossiers"}),
    ("s3", "put_object", {"Bucket": "dossiers", "Key": "nieuw.txt", "Body": b""}),
    ("dynamodb", "scan", {"TableName": "meldingen"}),
    ("dynamodb", "get_item", {"TableName": "meldingen", "Key": {"id": {"S": "1"}}}),
    ("secretsmanager", "get_secret_value", {"SecretId": "wachtwoord"}),
    ("sqs", "receive_message", {"QueueUrl": f"https://sqs.{IRELAND}.amazonaws.com/{ACCOUNT}/wachtrij"}),
    ("logs", "filter_log_events", {"logGroupName": "/aws/lambda/verwerk"}),
    ("ec2", "create_volume", {"AvailabilityZone": "eu-west-1a", "Size": 1}),
    ("ec2", "describe_instance_attribute", {"InstanceId": "i-0123456789abcdef0", "Attribute": "userData"}),
    ("rds", "delete_db_instance", {"DBInstanceIdentifier": "zaken"}),
    ("iam", "list_users", {}),
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An API server with the role in two accounts; `credentials` by what took them."""

    url: str
    member: str
    client: Callable[..., Any]

    def take(
        self, account: str, credentials: dict[str, str], external_id: str = EXTERNAL_ID
    ) -> dict[str, str]:
        """Credentials of the reading role in an account, taken by who holds the credentials."""
        answer = self.client("sts", credentials).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="agent", ExternalId=external_id
        )
        return keys(answer)


def keys(answer: dict[str, Any]) -> dict[str, str]:
    """What a session's credentials are called in boto3."""
    given = answer["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


@pytest.fixture(scope="module")
def organisation() -> Iterator[Organisation]:
    """The organisation without enforcement, with an estate in the first account and the role in both."""
    with clean_aws_environment(), running_moto() as url:

        def client(service: str, credentials: dict[str, str] | None = None) -> Any:
            given = credentials or {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
            config = Config(retries={"total_max_attempts": 1})
            return boto3.client(service, region_name=IRELAND, endpoint_url=url, config=config, **given)

        Estate(url).seed()
        client("s3").put_object(Bucket="dossiers", Key="geheim.txt", Body=b"geheim")
        client("organizations").create_organization(FeatureSet="ALL")
        created = client("organizations").create_account(AccountName="lid", Email="lid@example.nl")
        deployed = Organisation(url, created["CreateAccountStatus"]["AccountId"], client)
        _deploy(deployed)
        yield deployed


def _deploy(organisation: Organisation) -> None:
    """Make the agent's principal, the StackSet in both accounts, and the agent's own policies."""
    nobody = {"Version": "2012-10-17", "Statement": []}
    organisation.client("iam").create_role(RoleName="agent", AssumeRolePolicyDocument=json.dumps(nobody))
    cloudformation = organisation.client("cloudformation")
    cloudformation.create_stack_set(
        StackSetName="wolkenzicht",
        TemplateBody=(TEMPLATES / "member-role.yaml").read_text("utf-8"),
        Parameters=_parameters(AgentPrincipalArn=AGENT, ExternalId=EXTERNAL_ID),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.create_stack_instances(
        StackSetName="wolkenzicht", Accounts=[ACCOUNT, organisation.member], Regions=[IRELAND]
    )
    cloudformation.create_stack(
        StackName="wolkenzicht-agent",
        TemplateBody=(TEMPLATES / "agent-principal.yaml").read_text("utf-8"),
        Parameters=_parameters(AgentRoleName="agent"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    iam = organisation.client("iam")
    iam.create_user(UserName="agent")
    own = f"arn:aws:iam::{ACCOUNT}:policy/{ROLE}-organisation"
    iam.attach_user_policy(UserName="agent", PolicyArn=own)


def _parameters(**values: str) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


@pytest.fixture(scope="module")
def enforcing(organisation: Organisation) -> Iterator[Organisation]:
    """The organisation from the moment at which its API enforces rights."""
    _enforce(organisation.url, after="0")
    yield organisation
    _enforce(organisation.url, after="inf")


def _enforce(url: str, after: str) -> None:
    """Let the server enforce rights after so many calls."""
    answer = httpx.post(f"{url}/moto-api/reset-auth", content=after)
    assert answer.status_code == 200


@pytest.fixture(scope="module")
def agent(organisation: Organisation) -> dict[str, str]:
    """The agent's own credentials, made before rights are enforced."""
    made = organisation.client("iam").create_access_key(UserName="agent")["AccessKey"]
    return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}


@pytest.fixture(scope="module")
def reader(agent: dict[str, str], enforcing: Organisation) -> dict[str, str]:
    """Credentials of the reading role in the first account, taken by the agent."""
    return enforcing.take(ACCOUNT, agent)


@pytest.fixture(scope="module")
def source(reader: dict[str, str], enforcing: Organisation) -> Iterator[AwsSource]:
    """The agent's own source, run as the reading role."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in reader.items():
            patch.setenv(name.upper(), value)
        yield AwsSource(AwsSettings(regions=(IRELAND,), endpoint_url=enforcing.url, max_attempts=1))


def test_the_stack_set_reaches_every_account(organisation: Organisation) -> None:
    """The role stands in both accounts with every generated policy."""
    summaries = organisation.client("cloudformation").list_stack_instances(StackSetName="wolkenzicht")
    attached = organisation.client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]

    assert {(each["Account"], each["Status"]) for each in summaries["Summaries"]} == {
        (ACCOUNT, "CURRENT"),
        (organisation.member, "CURRENT"),
    }
    assert {each["PolicyName"] for each in attached} == {f"{ROLE}-{name}" for name in aws.documents()}


@pytest.mark.parametrize("name", ENFORCED)
def test_the_role_reads_each_kind_whole(name: str, source: AwsSource) -> None:
    """With the generated rights and no others, nothing of the kind is refused."""
    reading = read_kind(source, name)

    refused = {gap.permission for gap in reading.gaps}
    assert refused <= (UNKNOWN_TO_THE_SERVER if name == "s3-bucket" else set())
    assert {gap.outcome for gap in reading.gaps} <= {Outcome.DENIED}
    assert reading.assets


def read_kind(source: AwsSource, name: str) -> Reading:
    """Read the kind's scope in Ireland."""
    (kind,) = (each for each in KINDS if each.name == name)
    return read(source, Scope(ACCOUNT, GLOBAL if kind.scope == GLOBAL else IRELAND, kind.type))


def test_the_agent_takes_the_role_in_another_account(agent: dict[str, str], enforcing: Organisation) -> None:
    """With its own few rights the agent lists the organisation, and reads a member through the role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_SESSION_TOKEN", raising=False)
        for name, value in agent.items():
            patch.setenv(name.upper(), value)
        source = AwsSource(
            AwsSettings(
                accounts="organization",
                role_name=ROLE,
                external_id=EXTERNAL_ID,
                kinds=("sqs-queue",),
                endpoint_url=enforcing.url,
                max_attempts=1,
                regions=(IRELAND,),
            )
        )
        planned = {scope.account: scope for scope in source.plan()}
        reading = read(source, planned[enforcing.member])

    assert set(planned) == {ACCOUNT, enforcing.member}
    assert reading.outcome.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(("service", "operation", "parameters"), FORBIDDEN, ids=lambda value: str(value)[:24])
def test_the_role_can_do_nothing_else(
    service: str, operation: str, parameters: dict[str, Any], reader: dict[str, str], enforcing: Organisation
) -> None:
    """Contents and changes are refused, also where the request would fail for another reason."""
    with pytest.raises(ClientError) as refused:
        getattr(enforcing.client(service, reader), operation)(**parameters)

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_check_counts_what_would_be_denied(
    agent: dict[str, str], enforcing: Organisation, tmp_path: Path
) -> None:
    """Run as a principal that may read nothing, `check` names each permission and counts them."""
    (tmp_path / "agent.toml").write_text(
        f'tenant = "bzk-aws"\nstate = "{tmp_path}"\n'
        '[collector]\naddress = "localhost:1"\nca = "a.pem"\ncertificate = "a.pem"\nkey = "a.pem"\n'
        f'[[source]]\nconnector = "aws"\nregions = ["{IRELAND}"]\nmax_attempts = 1\n'
        'kinds = ["sqs-queue", "ec2-instance", "ebs-volume"]\n'
        f'endpoint_url = "{enforcing.url}"\n'
    )
    (tmp_path / "a.pem").write_text("no PEM")
    environment = {name: value for name, value in os.environ.items() if name != "AWS_SESSION_TOKEN"}
    environment |= {name.upper(): value for name, value in agent.items()}
    finished = subprocess.run(
        [sys.executable, "-m", "agent.cli", "check"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    *_, closing = finished.stdout.splitlines()

    assert "sqs:ListQueues" in finished.stdout
    assert "not told" in finished.stdout
    assert closing.startswith("aws: 3 of 3 permissions would be denied; 2 more could not be tried")
    assert finished.returncode == 1


def test_contents_stay_closed_whatever_else_the_role_is_given(
    agent: dict[str, str], organisation: Organisation, reader: dict[str, str]
) -> None:
    """Where somebody adds every right to the role, the ban on contents still holds."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    _enforce(organisation.url, after="inf")
    iam = organisation.client("iam")
    iam.put_role_policy(
        RoleName=ROLE,
        PolicyName="everything",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )
    _enforce(organisation.url, after="0")
    client = organisation.client

    assert client("iam", reader).list_roles()["Roles"]
    for service, operation, parameters in FORBIDDEN:
        if operation.startswith(("get_", "scan", "receive", "filter", "list_objects")):
            with pytest.raises(ClientError) as refused:
                getattr(client(service, reader), operation)(**parameters)
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_another_external_id_opens_nothing(agent: dict[str, str], enforcing: Organisation) -> None:
    """The role is given to who names the id that was agreed."""
    with pytest.raises(ClientError) as refused:
        enforcing.take(ACCOUNT, agent, external_id="een-ander-lang-woord")

    assert refused.value.response["Error"]["Code"] == "AccessDenied"
