"""Service control policies: which regions they allow by name, though nothing is there yet.

Only the management account and delegated administrators see them, so that they are read in the agent's own
account, and only where the source is a whole organization.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from connectors.aws import facts, global_services
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call(
    "ListPolicies",
    "organizations:ListPolicies",
    items="Policies",
    page_size=20,
    parameters=(("Filter", "SERVICE_CONTROL_POLICY"),),
)
_POLICY = Call("DescribePolicy", "organizations:DescribePolicy", absent=("PolicyNotFoundException",))
_TARGETS = Call(
    "ListTargetsForPolicy",
    "organizations:ListTargetsForPolicy",
    items="Targets",
    page_size=20,
    absent=("PolicyNotFoundException",),
)
_TAGS = Call("ListTagsForResource", "organizations:ListTagsForResource", items="Tags")

_CONTENT = "Policy.Content"
_KEY = "aws:requestedregion"
_LONGEST = 200
_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-[0-9]+", re.ASCII)

#: Operators by whether they hold for what is named or for all else; what stands before and behind
#: (`ForAnyValue:`, `IfExists`) leaves that as it is.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_NAMED = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
_ALL_ELSE = frozenset({"stringnotequals", "stringnotequalsignorecase", "stringnotlike"})


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the organization's own policies with what they say, what they are attached to, and their tags."""
    del scope
    yield from client.each(
        (each for each in client.items(_LIST) if not each.get("AwsManaged")),
        lambda item: _about(client, item),
    )


def _about(client: ServiceClient, item: Any) -> Raw | None:
    described = client.detail(_POLICY, PolicyId=item["Id"])
    if described is None:
        return None
    return {
        ITEM: item,
        "DescribePolicy": described,
        "ListTargetsForPolicy": client.side_listing(_TARGETS, PolicyId=item["Id"]),
        "ListTagsForResource": client.side_listing(_TAGS, ResourceId=item["Id"]),
    }


def normalise(raw: Raw, context: Context) -> Asset:
    """The policy; AWS answers for it everywhere, and changes it in one region."""
    policy, targets, tags = raw[ITEM], raw["ListTargetsForPolicy"], raw["ListTagsForResource"]
    arn = policy["Arn"]
    return context.asset(
        asset_id=arn,
        name=policy.get("Name") or policy["Id"],
        location=global_services.location_code(context.partition),
        locations=(
            global_services.managed("organizations", context.partition, "Policies[].Arn", arn),
            *_allowed(raw),
        ),
        tags=facts.tags(tags),
        properties=facts.properties(
            description=policy.get("Description"),
            targets=None if isinstance(targets, Gap) else len(targets),
        ),
    )


def _allowed(raw: Raw) -> Iterator[DataLocation]:
    """The regions that it allows by name; one that is attached to nothing allows and forbids nothing."""
    described = raw["DescribePolicy"]
    if isinstance(described, Gap):
        yield facts.unknown(Operation.REPLICATED, _CONTENT, "not told")
        return
    if raw["ListTargetsForPolicy"] == []:
        return
    try:
        statements = json.loads(described["Policy"]["Content"])["Statement"]
        for statement in [statements] if isinstance(statements, dict) else statements:
            yield from _by_statement(statement)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        yield facts.unknown(Operation.REPLICATED, _CONTENT, "not of the form that AWS documents")


def _by_statement(statement: dict[str, Any]) -> Iterator[DataLocation]:
    denies = statement["Effect"] == "Deny"
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, values in tests.items():
            if key.lower() != _KEY:
                continue
            path = f"{_CONTENT}: Statement[].Condition.{operator}.{key}"
            name = operator.rpartition(":")[2].lower().removesuffix("ifexists")
            listed = [values] if isinstance(values, str) else values
            if name not in _NAMED | _ALL_ELSE:
                yield facts.unknown(Operation.REPLICATED, path, ", ".join(listed)[:_LONGEST])
            elif denies == (name in _ALL_ELSE):
                yield from (_place(value, path) for value in listed)


def _place(value: str, path: str) -> DataLocation:
    """The region that a value names; unknown for a pattern: `eu-*` has London and Zurich, and what comes."""
    if _REGION.fullmatch(value.lower()):
        return facts.located(Operation.REPLICATED, value.lower(), path, value)
    return facts.unknown(Operation.REPLICATED, path, value[:_LONGEST])


POLICIES = ResourceKind(
    name="service-control-policy",
    title="Service control policy",
    service="organizations",
    scope="global",
    type="AWS::Organizations::Policy",
    holds=Holds.METADATA,
    calls=(_LIST, _POLICY, _TARGETS, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html",
    states=(Operation.MANAGED, Operation.REPLICATED),
    of_organization=True,
)
