"""Inference profiles of Bedrock that the account made: the regions that process its prompts.

The profiles that AWS defines are there in every account and say nothing of their use; they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

#: The listing tells all that GetInferenceProfile does.
_LIST = Call(
    "ListInferenceProfiles",
    "bedrock:ListInferenceProfiles",
    items="inferenceProfileSummaries",
    page_size=100,
)
_TAGS = Call("ListTagsForResource", "bedrock:ListTagsForResource", absent=("ResourceNotFoundException",))

_MODELS = "models[].modelArn"


def normalise(raw: Raw, context: Context) -> Asset:
    """The profile; what it processes is content, so that it counts as such."""
    profile = raw[ITEM]
    arn = profile["inferenceProfileArn"]
    return context.asset(
        asset_id=arn,
        name=profile["inferenceProfileName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "inferenceProfileSummaries[].inferenceProfileArn", arn),
            *_processed(profile),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "tags"),
        properties=facts.properties(state=profile.get("status")),
        created=profile.get("createdAt"),
    )


def _processed(profile: Raw) -> Iterator[DataLocation]:
    """Each region of the models; a model's ARN without one may be asked in any, and is unknown."""
    for model in profile["models"]:
        yield facts.by_arn(Operation.PROCESSED, model["modelArn"], _MODELS)


PROFILES = ResourceKind(
    name="bedrock-inference-profile",
    title="Inference profile of Bedrock",
    service="bedrock",
    scope="regional",
    type="AWS::Bedrock::ApplicationInferenceProfile",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST, _TAGS),
    fetch=detailed(
        _LIST,
        Detail(_TAGS, lambda each: {"resourceARN": each["inferenceProfileArn"]}),
        typeEquals="APPLICATION",
    ),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html",
)
