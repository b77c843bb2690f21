"""The IAM policies that an agent needs in an AWS account: they read metadata, and forbid the rest."""

from __future__ import annotations

import csv
import fnmatch
import importlib.resources
import json
from typing import Any

from agent import catalogue
from wolkenzicht.errors import ConfigurationError, WolkenzichtError

#: What finding the regions of an account and listing its inventory needs beside the kinds;
#: sts:GetCallerIdentity needs no right.
#: Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
SESSION = (
    "account:ListRegions",
    "config:DescribeConfigurationAggregators",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorders",
    "config:SelectAggregateResourceConfig",
    "config:SelectResourceConfig",
    "ec2:DescribeRegions",
    "resource-explorer-2:GetDefaultView",
    "resource-explorer-2:GetIndex",
    "resource-explorer-2:GetView",
    "resource-explorer-2:ListIndexes",
    "resource-explorer-2:ListSupportedResourceTypes",
    "resource-explorer-2:ListViews",
    "resource-explorer-2:Search",
    "tag:GetResources",
)

#: What the agent's own principal needs, beside sts:AssumeRole, to find the accounts of an organisation.
ORGANISATION = ("organizations:ListAccounts",)

#: Most characters of a managed policy, white space not counted.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_POLICY_CHARACTERS = 6_144

#: Name of the document that denies; the others are `read-1`, `read-2`, and so on.
DENY = "deny-contents"

Document = dict[str, Any]


def content_actions() -> dict[str, str]:
    """Patterns of actions that read what resources hold, each with its source; sorted."""
    text = importlib.resources.files("agent.permissions").joinpath("data/aws_contents.csv").read_text("utf-8")
    return {row["action"]: row["source"] for row in csv.DictReader(text.splitlines())}


def documents() -> dict[str, Document]:
    """The policies by name: what may be read, in as many as IAM's limit makes needed, and what never.

    Raises `ConfigurationError` where the connector is not installed.
    """
    return build(catalogue.permissions("aws"))


def build(declared: tuple[str, ...]) -> dict[str, Document]:
    """The policies for these permissions and those of the session.

    Raises `WolkenzichtError` for a permission that could do more than read metadata: a defect.
    """
    contents = content_actions()
    actions = sorted({*declared, *SESSION}, key=str.lower)
    for action in actions:
        banned = [each for each in contents if fnmatch.fnmatchcase(action.lower(), each.lower())]
        if banned or "*" in action:
            raise WolkenzichtError(
                f"kind of aws: permission {action!r} reads contents ({', '.join(banned) or 'a pattern'})"
            )
    found = {f"read-{place}": each for place, each in enumerate(_split(actions), 1)}
    found[DENY] = _document("NeverContents", "Deny", list(contents))
    return found


def policies_text() -> str:
    """Every policy in one JSON object, by name."""
    return json.dumps(documents(), indent=2) + "\n"


def policy_text(name: str) -> str:
    """One policy as IAM takes it. Raises `ConfigurationError` for a name that is none."""
    found = documents()
    if name not in found:
        raise ConfigurationError(f"--document: {name!r} is none of {', '.join(found)}")
    return json.dumps(found[name], indent=2) + "\n"


def terraform_text() -> str:
    """The policies as local values in Terraform's JSON syntax; `main.tf` beside it uses them."""
    return json.dumps({"locals": {"wolkenzicht_policies": documents()}}, indent=2) + "\n"


def cloudformation_policies(role: str, prefix: str = "") -> str:
    """The policies as CloudFormation resources, for the section `Resources` of a template.

    `role` is the template's name of the role that they are attached to; `prefix` keeps the names of two
    templates in one account apart.
    """
    lines: list[str] = []
    for name, document in documents().items():
        statement = document["Statement"][0]
        lines += [
            f"  {logical_id(prefix + name)}:",
            "    Type: AWS::IAM::ManagedPolicy",
            "    Properties:",
            f"      ManagedPolicyName: !Sub ${{RoleName}}-{prefix}{name}",
            "      Roles:",
            f"        - !Ref {role}",
            "      PolicyDocument:",
            f"        Version: '{document['Version']}'",
            "        Statement:",
            f"          - Sid: {statement['Sid']}",
            f"            Effect: {statement['Effect']}",
            "            Resource: '*'",
            "            Action:",
            *(f"              - {action}" for action in statement["Action"]),
        ]
    return "\n".join(lines) + "\n"


def logical_id(name: str) -> str:
    """The name of a policy inside a template: `read-1` becomes `Read1`."""
    return "".join(part.capitalize() for part in name.split("-"))


def _split(actions: list[str]) -> list[Document]:
    found: list[Document] = []
    part: list[str] = []
    for action in actions:
        if part and characters(_document("ReadMetadata", "Allow", [*part, action])) > MAX_POLICY_CHARACTERS:
            found.append(_document("ReadMetadata", "Allow", part))
            part = []
        part.append(action)
    found.append(_document("ReadMetadata", "Allow", part))
    return found


def _document(sid: str, effect: str, actions: list[str]) -> Document:
    statement = {"Sid": sid, "Effect": effect, "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def characters(document: Document) -> int:
    """The size of a policy as IAM counts it."""
    return len(json.dumps(document, separators=(",", ":")))
