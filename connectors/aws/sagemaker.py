"""SageMaker: notebooks, models and the endpoints that serve them."""

from __future__ import annotations

from collections.abc import Callable

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, Holds, Operation

_TAGS = Call("ListTags", "sagemaker:ListTags")


def _normalise(prefix: str, items: str, *operations: Operation) -> Callable[[Raw, Context], Asset]:
    def normalise(raw: Raw, context: Context) -> Asset:
        """The resource, in its region."""
        item = raw[ITEM]
        arn = item[f"{prefix}Arn"]
        return context.asset(
            asset_id=arn,
            name=item[f"{prefix}Name"],
            location=context.region,
            locations=facts.home(context.region, f"{items}[].{prefix}Arn", arn, *operations),
            tags=facts.tags_in(raw["ListTags"], "Tags"),
            properties=facts.properties(
                instance_type=item.get("InstanceType"), state=item.get(f"{prefix}Status")
            ),
            created=item.get("CreationTime"),
        )

    return normalise


def _kind(name: str, title: str, prefix: str, *operations: Operation) -> ResourceKind:
    """A kind whose listing, items and members are called after its `prefix`."""
    items = f"{prefix}s"
    listing = Call(f"List{items}", f"sagemaker:List{items}", items=items, page_size=100)
    return ResourceKind(
        name=name,
        title=title,
        service="sagemaker",
        scope="regional",
        type=f"AWS::SageMaker::{prefix}",
        holds=Holds.CONTENT,
        states=operations,
        calls=(listing, _TAGS),
        fetch=detailed(listing, Detail(_TAGS, lambda each: {"ResourceArn": each[f"{prefix}Arn"]})),
        normalise=_normalise(prefix, items, *operations),
        docs_url=f"https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_List{items}.html",
    )


NOTEBOOKS = _kind(
    "sagemaker-notebook",
    "Notebook instance of SageMaker",
    "NotebookInstance",
    Operation.STORED,
    Operation.PROCESSED,
)
MODELS = _kind("sagemaker-model", "Model of SageMaker", "Model", Operation.STORED)
ENDPOINTS = _kind(
    "sagemaker-endpoint", "Endpoint of SageMaker", "Endpoint", Operation.STORED, Operation.PROCESSED
)
