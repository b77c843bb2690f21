"""The rights that are asked for: they exist, they cover every call, and none of them reads contents."""

from __future__ import annotations

import ast
import fnmatch
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cfnlint.decode
import pytest
from cfnlint.api import lint
from cogapp import Cog
from moto.iam.aws_managed_policies import aws_managed_policies_data

from agent import catalogue, permissions
from agent.permissions import aws, azure, gcp
from connectors.aws.kinds import KINDS
from wolkenzicht.errors import ConfigurationError, WolkenzichtError

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TEMPLATES = sorted((DEPLOY / "aws").glob("*.yaml"))
CLOUDS = catalogue.installed()

#: What neither of AWS's own two policies for looking without reading grants, with the reason why it is
#: metadata all the same.
NOT_IN_AWS_OWN = {
    # https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
    "account:ListRegions": "names regions and whether they are enabled",
    # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
    "cloudtrail:GetEventDataStore": "settings of a store, no events",
    # https://docs.aws.amazon.com/drs/latest/APIReference/API_DescribeSourceServers.html
    "drs:DescribeSourceServers": "names, sizes and regions of servers",
    # https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_GetCluster.html
    "dsql:GetCluster": "regions and state of a cluster, no session",
    "dsql:ListClusters": "identifiers of clusters",
    # https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_GetDistributionConfiguration.html
    "imagebuilder:GetDistributionConfiguration": "regions that images are copied to",
    "imagebuilder:ListDistributionConfigurations": "names of such configurations",
    # https://docs.aws.amazon.com/memorydb/latest/APIReference/API_DescribeMultiRegionClusters.html
    "memorydb:DescribeMultiRegionClusters": "members of a cluster and their regions",
    "memorydb:ListTags": "tags of a cluster",
    # https://docs.aws.amazon.com/notifications/latest/APIReference/API_ListNotificationHubs.html
    "notifications:ListNotificationHubs": "regions in which notifications are kept",
    # https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_ListNamespaces.html
    "redshift-serverless:ListNamespaces": "names and encryption of namespaces",
    "redshift-serverless:ListSnapshotCopyConfigurations": "regions that snapshots are copied to",
    # https://docs.aws.amazon.com/resource-explorer/latest/apireference/API_Resource.html
    "resource-explorer-2:GetView": "the filter of a view",
    "resource-explorer-2:Search": "identifiers, types, regions and tags of resources",
}

#: Granted without being asked for, or asked for by the agent's own principal only.
OUTSIDE_THE_ROLE = {"sts:GetCallerIdentity", "sts:AssumeRole", *aws.ORGANISATION}


@pytest.fixture(scope="module")
def iam_actions() -> dict[str, frozenset[str]]:
    """Every action of every service in lower case, as the CloudFormation linter's data have them."""
    file = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    return {
        service: frozenset(each["Actions"]) for service, each in json.loads(file.read_text("utf-8")).items()
    }


def exists(action: str, known: dict[str, frozenset[str]]) -> bool:
    """Whether IAM has the action, or one that the pattern stands for."""
    service, _, name = action.lower().partition(":")
    return bool(fnmatch.filter(known.get(service, ()), name))


def looking_policies() -> list[str]:
    """Action patterns of AWS's own job functions that see metadata and no contents.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
    """
    found: list[str] = []
    policies = json.loads(aws_managed_policies_data)
    for name in ("ViewOnlyAccess", "SecurityAudit"):
        for statement in policies[name]["Document"]["Statement"]:
            assert statement["Effect"] == "Allow"
            actions = statement["Action"]
            found += [actions.lower()] if isinstance(actions, str) else [each.lower() for each in actions]
    return found


def test_every_permission_exists_in_iam(iam_actions: dict[str, frozenset[str]]) -> None:
    """A misspelt action would be granted and never work."""
    asked = {*catalogue.permissions("aws"), *aws.SESSION, *aws.ORGANISATION, *aws.content_actions()}

    assert sorted(each for each in asked if not exists(each, iam_actions)) == []


def test_no_permission_reads_contents() -> None:
    """AWS grants each of them in its own policies for people who may look and not read, but for a few."""
    looking = looking_policies()
    outside = {
        each
        for each in (*catalogue.permissions("aws"), *aws.SESSION)
        if not any(fnmatch.fnmatchcase(each.lower(), pattern) for pattern in looking)
    }

    assert outside == set(NOT_IN_AWS_OWN)


def test_what_reads_contents_is_not_in_the_policies_for_looking() -> None:
    """The list of what reads contents is no list of ordinary calls: AWS's own policies have these only."""
    looking = looking_policies()
    plain = {each for each in aws.content_actions() if "*" not in each}
    shared = {each for each in plain if any(fnmatch.fnmatchcase(each.lower(), also) for also in looking)}

    # Names of users, audit events and templates are contents to us, though not to AWS.
    assert shared == {
        "cloudformation:GetTemplate",
        "cloudtrail:LookupEvents",
        "cognito-idp:ListUsers",
        "ec2:DescribeInstanceAttribute",
        "rds:DownloadDBLogFilePortion",
        "s3vectors:GetVectors",
    }


@pytest.mark.parametrize(
    "action",
    [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "dynamodb:Scan",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "kms:Decrypt",
        "logs:GetLogEvents",
        "lambda:GetFunction",
        "S3:getobject",
        "s3:*",
    ],
)
def test_a_kind_that_would_read_contents_is_refused(action: str) -> None:
    """The generator itself refuses, so that no policy with such an action can be printed."""
    with pytest.raises(WolkenzichtError, match="reads contents"):
        aws.build((action,))


def test_every_call_of_the_connector_is_granted() -> None:
    """Each permission that stands with a call, inside kinds or outside, is in the generated policies."""
    granted = {
        action for name in aws.documents() if name != aws.DENY for action in actions(aws.documents()[name])
    }
    asked = {
        permission
        for file in sorted((ROOT / "connectors" / "aws").rglob("*.py"))
        for permission in permissions_in(file)
    }

    assert asked - granted <= OUTSIDE_THE_ROLE
    assert {"account:ListRegions", "ec2:DescribeRegions", "s3:ListAllMyBuckets"} <= asked
    assert {permission for kind in KINDS for permission in kind.permissions} <= granted


def permissions_in(file: Path) -> Iterator[str]:
    """What stands as permission in the calls that a file makes."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Call":
            given = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "permission")]
            yield from (
                str(each.value) for each in given if isinstance(each, ast.Constant) and each.value != ""
            )


def actions(document: dict[str, Any]) -> list[str]:
    """The actions of a policy's one statement."""
    (statement,) = document["Statement"]
    found: list[str] = statement["Action"]
    return found


def test_the_policies_are_sorted_small_and_complete() -> None:
    """Each stays below IAM's limit, grants each action once, and the last denies."""
    documents = aws.documents()
    *reading, last = documents

    assert last == aws.DENY
    assert documents[last]["Statement"][0]["Effect"] == "Deny"
    assert actions(documents[last]) == sorted(aws.content_actions())
    assert [name for name in documents if aws.characters(documents[name]) > aws.MAX_POLICY_CHARACTERS] == []
    together = [action for name in reading for action in actions(documents[name])]
    assert together == sorted({*catalogue.permissions("aws"), *aws.SESSION}, key=str.lower)


def test_a_long_list_is_split_below_the_limit() -> None:
    """A thousand actions take several policies that together grant each once."""
    declared = tuple(f"service{number:04}:DescribeSomethingWithALongName" for number in range(1000))

    documents = aws.build(declared)
    reading = [documents[name] for name in documents if name != aws.DENY]

    assert len(reading) == 8
    assert max(map(aws.characters, reading)) <= aws.MAX_POLICY_CHARACTERS
    assert min(map(aws.characters, reading[:-1])) > aws.MAX_POLICY_CHARACTERS - 60
    assert sorted(action for each in reading for action in actions(each)) == sorted((*declared, *aws.SESSION))


def test_one_document_is_what_iam_takes() -> None:
    """It is the policy itself; another name is an error that tells the names."""
    assert json.loads(permissions.rendered("aws-policy", "read-1")) == aws.documents()["read-1"]
    with pytest.raises(ConfigurationError, match="'read-9' is none of read-1"):
        permissions.rendered("aws-policy", "read-9")
    with pytest.raises(ConfigurationError, match="only aws-policy has several documents"):
        permissions.rendered("terraform", "read-1")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_the_templates_are_sound_and_up_to_date(template: Path) -> None:
    """The linter finds nothing, and `make docs` would change nothing."""
    text = template.read_text("utf-8")
    made = io.StringIO()
    Cog().process_file(io.StringIO(text), made, str(template))

    assert lint(text) == []
    assert made.getvalue() == text


def test_the_role_trusts_one_principal_with_the_external_id() -> None:
    """Nobody takes the role without the id that was agreed."""
    template, faults = cfnlint.decode.decode(str(DEPLOY / "aws" / "member-role.yaml"))
    (trust,) = template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert faults == []
    assert trust["Principal"] == {"AWS": {"Ref": "AgentPrincipalArn"}}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert "Default" not in template["Parameters"]["ExternalId"]


def test_the_terraform_module_is_up_to_date_and_whole() -> None:
    """The generated file is what the command prints, and every value that the module names exists."""
    folder = DEPLOY / "terraform" / "aws"

    assert (folder / "policies.tf.json").read_text("utf-8") == permissions.rendered("terraform")
    assert locals_of(folder / "main.tf") == {"wolkenzicht_policies"}
    assert locals_of(DEPLOY / "gcp" / "main.tf") == {"role"}


def locals_of(file: Path) -> set[str]:
    """The local values that a Terraform file uses, of which every variable has been checked to exist."""
    text = file.read_text("utf-8")
    assert set(re.findall(r"\bvar\.(\w+)", text)) == set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    return set(re.findall(r"\blocal\.(\w+)", text))


def test_the_lighthouse_offer_gives_reading_only() -> None:
    """One principal gets the built-in role Reader, and every parameter that is named exists.

    Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general#reader
    """
    text = (DEPLOY / "azure" / "lighthouse.json").read_text("utf-8")
    template = json.loads(text)
    definition, assignment = template["resources"]
    (authorization,) = definition["properties"]["authorizations"]

    assert authorization["roleDefinitionId"] == "[variables('readerRole')]"
    assert template["variables"]["readerRole"] == "acdd72a7-3385-48ef-bd42-f606fba81ae7"
    assert assignment["type"] == "Microsoft.ManagedServices/registrationAssignments"
    assert set(re.findall(r"parameters\('(\w+)'\)", text)) == set(template["parameters"])


@pytest.mark.skipif("azure" not in CLOUDS, reason="the connector's SDK is not installed")
def test_the_azure_role_reads_metadata_and_is_up_to_date() -> None:
    """Only management operations that read, no data operations, as `deploy/` carries it."""
    role = json.loads(permissions.rendered("azure-role"))

    assert (DEPLOY / "azure" / "role.json").read_text("utf-8") == permissions.rendered("azure-role")
    assert [each for each in role["Actions"] if not re.fullmatch(r"Microsoft\.[\w./]+/read", each)] == []
    assert (role["DataActions"], role["NotActions"]) == ([], [])
    assert {each.lower() for each in catalogue.permissions("azure")} <= {
        each.lower() for each in role["Actions"]
    }


@pytest.mark.skipif("azure" not in CLOUDS, reason="the connector's SDK is not installed")
def test_every_operation_of_the_azure_connector_is_granted() -> None:
    """Each operation that stands anywhere in the connector is in the role."""
    granted = {each.lower() for each in azure.actions(catalogue.permissions("azure"))}
    named = {
        found.lower()
        for file in sorted((ROOT / "connectors" / "azure").glob("*.py"))
        for found in re.findall(
            r'"(Microsoft\.[\w./]+/(?:read|write|action|delete))"', file.read_text("utf-8")
        )
    }

    assert "microsoft.resourcegraph/resources/read" in named
    assert named - granted == set()


@pytest.mark.parametrize(
    "permission",
    [
        "Microsoft.Storage/storageAccounts/listKeys/action",
        "Microsoft.Storage/*/read",
        "Microsoft.Compute/disks/write",
        "microsoft.logic/workflows/runs/actions/read",
        "Microsoft.OperationalInsights/workspaces/query/Event/read",
    ],
)
def test_azure_operations_that_do_more_are_refused(permission: str) -> None:
    """Keys, patterns, changes, and readings of contents never come into the role."""
    with pytest.raises(WolkenzichtError, match="does more than read metadata"):
        azure.actions((permission,))


@pytest.mark.skipif("gcp" not in CLOUDS, reason="the connector's SDK is not installed")
def test_the_gcp_role_reads_metadata_and_is_up_to_date() -> None:
    """Only permissions that get and list, as `deploy/` carries it."""
    head, _, listed = permissions.rendered("gcp-role").partition("includedPermissions:\n")
    included = [line.removeprefix("- ") for line in listed.splitlines()]

    assert head.splitlines()[0] == f"title: {gcp.TITLE}"
    assert (DEPLOY / "gcp" / "role.yaml").read_text("utf-8") == permissions.rendered("gcp-role")
    assert set(catalogue.permissions("gcp")) <= set(included)
    assert included == sorted(set(included))


@pytest.mark.parametrize(
    "permission",
    ["storage.objects.get", "secretmanager.versions.access", "compute.disks.create", "storage.buckets.*"],
)
def test_gcp_permissions_that_do_more_are_refused(permission: str) -> None:
    """Objects, secrets, changes and patterns never come into the role."""
    with pytest.raises(WolkenzichtError, match="does more than read metadata"):
        gcp.included((permission,))
