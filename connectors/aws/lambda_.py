"""Lambda functions: where their code is kept and runs."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

_LIST = Call("ListFunctions", "lambda:ListFunctions", items="Functions", page_size=50)
_TAGS = Call("ListTags", "lambda:ListTags", absent=("ResourceNotFoundException",))


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each function with its tags."""
    del scope
    yield from _TAGGED.added(client, ({"Function": function} for function in client.items(_LIST)))


_TAGGED = Tags(
    name=_TAGS.operation,
    arn=lambda raw: raw["Function"]["FunctionArn"],
    alone=lambda client, raw: client.detail(_TAGS, Resource=raw["Function"]["FunctionArn"]),
    shaped=lambda pairs: {"Tags": pairs},
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The function; its environment variables are answered too and left where they are."""
    function, tagging = raw["Function"], raw["ListTags"]
    return context.asset(
        asset_id=function["FunctionArn"],
        name=function["FunctionName"],
        location=context.region,
        locations=facts.home(
            context.region,
            "Functions[].FunctionArn",
            function["FunctionArn"],
            Operation.STORED,
            Operation.PROCESSED,
        ),
        tags=facts.tags(tagging.get("Tags")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption="KMS",  # Lambda always encrypts, with its own key where none is given
            kms_key=function.get("KMSKeyArn"),
            package=function.get("PackageType"),
            runtime=function.get("Runtime"),
        ),
    )


FUNCTIONS = ResourceKind(
    name="lambda-function",
    title="Lambda function",
    service="lambda",
    scope="regional",
    type="AWS::Lambda::Function",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST, _TAGS, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html",
)
