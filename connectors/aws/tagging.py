"""How the tags of many resources are read: a hundred in one call, or each from its own service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Raw
from connectors.base import ReadError

#: Tells the tags that resources of one region carry; one that never had any is left out of the answer.
#: Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
TAGS_OF_MANY = Call(
    "GetResources",
    "tag:GetResources",
    items="ResourceTagMappingList",
    service="resourcegroupstaggingapi",
)

#: So many ARNs are taken at once.
_MOST = 100
#: Fewer are asked for one by one: another service's client costs as much as some calls.
_FEWEST = 6

Pairs = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Tags:
    """How a kind's tags are read and kept.

    `arn` is the ARN of what was fetched, empty where it has no tags to ask for; `alone` asks its own
    service for them. Both kinds of answer are put under `name`; `shaped` gives the pairs the form in which
    its own service would have answered.
    """

    name: str
    arn: Callable[[Raw], str]
    alone: Callable[[ServiceClient, Raw], Any]
    shaped: Callable[[Pairs], Any]

    def added(self, client: ServiceClient, fetched: Iterable[Raw]) -> Iterator[Raw]:
        """Hand on what was fetched, a hundred at a time, each with its tags.

        Where the common call is refused or fails, each resource is asked for by itself, so that
        nothing is lost but calls.
        """
        common = True
        for batch in _batches(fetched):
            arns = [arn for raw in batch if (arn := self.arn(raw))]
            found = _of_many(client, arns) if common and len(arns) >= _FEWEST else None
            common = common and (found is not None or len(arns) < _FEWEST)
            if found is None:
                yield from client.each(batch, lambda raw: self._asked(client, raw))
                continue
            for raw in batch:
                if arn := self.arn(raw):
                    raw[self.name] = self.shaped(found.get(arn, []))
                yield raw

    def _asked(self, client: ServiceClient, raw: Raw) -> Raw:
        if self.arn(raw):
            raw[self.name] = self.alone(client, raw)
        return raw


def _batches(fetched: Iterable[Raw]) -> Iterator[list[Raw]]:
    """What was fetched, a hundred at a time; what came before an error is handed on before it."""
    batch: list[Raw] = []
    try:
        for raw in fetched:
            batch.append(raw)
            if len(batch) == _MOST:
                yield batch
                batch = []
    except ReadError:
        yield batch
        raise
    yield batch


def _of_many(client: ServiceClient, arns: list[str]) -> dict[str, Pairs] | None:
    """The tags of these resources of the client's region by ARN, or `None` where nobody tells.

    The next page cannot be asked for together with ARNs; what a page left out is asked for again instead.
    """
    found: dict[str, Pairs] = {}
    tagging = client.of(TAGS_OF_MANY.service, client.region)
    while missing := [arn for arn in arns if arn not in found]:
        answer = tagging.detail(TAGS_OF_MANY, ResourceARNList=missing)
        if not isinstance(answer, dict):
            return None
        page = {each["ResourceARN"]: each.get("Tags") or [] for each in answer.get(TAGS_OF_MANY.items) or ()}
        found |= page
        if not answer.get("PaginationToken"):
            return found
        if not page.keys() & set(missing):
            return None
    return found
