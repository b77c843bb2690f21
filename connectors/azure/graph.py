"""Resource Graph: one type in many subscriptions, in their order, and never taken for whole when cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from azure.core.rest import HttpResponse

from connectors.azure.client import ArmClient
from connectors.azure.errors import nonsense
from connectors.azure.kind import Call, Raw
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

QUERY = Call(
    "/providers/Microsoft.ResourceGraph/resources", "2022-10-01", "Microsoft.ResourceGraph/resources/read"
)

#: A query's page; the service gives no more.
#: Source: https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data
PAGE_SIZE = 1000

_COLUMNS = "id, name, type, location, kind, sku, tags, properties, extendedLocation, subscriptionId"
#: A type goes into the next query as it stands.
_TYPE = re.compile(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)
_CAPPED = "x-ms-tenant-subscription-limit-hit"


class GraphRows:
    """The resources of a type in the subscriptions of a batch, to be asked for in their order.

    The rows come sorted by subscription, so that one page at a time is held however large the batch is.
    Once a page could not be had the rest of the batch has the same gap: it is not asked for again. Where the
    answer `changed` from one page to the next, a row may have slipped between them: the subscription at that
    place has a gap, and the rest is to be asked for anew.
    """

    def __init__(self, client: ArmClient, resource_type: str, subscriptions: Sequence[str]) -> None:
        self._where = f"Resource Graph for {resource_type}"
        self._client = client
        self._subscriptions = sorted(subscriptions)
        self._body: dict[str, Any] = {
            "subscriptions": self._subscriptions,
            "query": f"resources | where type =~ '{resource_type}' | project {_COLUMNS} "
            "| order by subscriptionId asc, id asc",
        }
        self._rows = self._all()
        self._next: Raw | None = None
        self._asked = ""
        self._gap: Gap | None = None
        self.changed = False

    def ahead(self, subscription: str) -> bool:
        """Whether the subscription can still be asked for."""
        return subscription in self._subscriptions and subscription > self._asked

    def of(self, subscription: str) -> Iterator[Raw]:
        """The rows of one subscription. Raises `ReadError`."""
        self._asked = subscription
        while True:
            if self._gap is not None:
                raise ReadError(self._gap)
            try:
                row = self._next or next(self._rows, None)
            except ReadError as error:
                self._gap = error.gap
                raise
            if row is None:
                return
            owner = _owner(row)
            if owner > subscription:
                self._next = row
                return
            self._next = None
            if owner == subscription:
                yield row

    def _all(self) -> Iterator[Raw]:
        seen, before, last, token, total = 0, "", "", "", None
        tokens: set[str] = set()
        while True:
            answer = self._page(token)
            rows, following = answer["data"], answer.get("$skipToken") or ""
            if following in tokens:
                raise nonsense(self._where, "the answer repeats a page token, so its end cannot be reached")
            if total is not None and answer.get("totalRecords", total) != total:
                raise self._changing(f"it counts {answer['totalRecords']} rows, and counted {total} before")
            total = answer.get("totalRecords")
            for row in rows:
                if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                    raise nonsense(self._where, "a row of the answer has no id")
                if (owner := _owner(row)) < before or owner not in self._subscriptions:
                    raise nonsense(self._where, "the answer is not in the order that was asked for")
                if row["id"].lower() == last:
                    raise self._changing("a row of the page before comes again")
                before, last = owner, row["id"].lower()
                seen += 1
                yield row
            if not following:
                self._expect_whole(answer, seen)
                return
            if not rows or (isinstance(total, int) and seen > total):
                raise nonsense(self._where, f"the answer goes on after its last row ({seen} of {total})")
            token = following
            tokens.add(token)

    def _changing(self, how: str) -> ReadError:
        self.changed = True
        return ReadError(
            Gap(Outcome.FAILED, f"{self._where}: what there is changed while it was read ({how}); scan again")
        )

    def _page(self, token: str) -> Raw:
        options = {"resultFormat": "objectArray", "$top": PAGE_SIZE}
        if token:
            options["$skipToken"] = token
        answer, response = self._client.graph({**self._body, "options": options}, QUERY, self._where)
        _expect_uncapped(response, self._where)
        if not isinstance(answer.get("data"), list):
            raise nonsense(self._where, "the answer has no list of rows")
        return answer

    def _expect_whole(self, answer: Raw, seen: int) -> None:
        cut = str(answer.get("resultTruncated", "false")).lower() == "true"
        total = answer.get("totalRecords", seen)
        if cut or (isinstance(total, int) and seen < total):
            raise ReadError(
                Gap(Outcome.FAILED, f"{self._where}: the answer is cut off after {seen} of {total} rows")
            )


def types_of(client: ArmClient, subscriptions: Sequence[str]) -> tuple[str, ...]:
    """Every type that there is in the subscriptions, in lower case, sorted. Raises `ReadError`."""
    where = "Resource Graph for the types in use"
    body: dict[str, Any] = {
        "subscriptions": sorted(subscriptions),
        "query": "resources | distinct type | order by type asc",
    }
    found: set[str] = set()
    tokens = {""}
    token = ""
    seen = 0
    while True:
        options = {"resultFormat": "objectArray", "$top": PAGE_SIZE} | (
            {"$skipToken": token} if token else {}
        )
        answer, response = client.graph({**body, "options": options}, QUERY, where)
        _expect_uncapped(response, where)
        rows = answer.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise nonsense(where, "the answer has no list of types")
        if not all(_TYPE.fullmatch(str(row.get("type"))) for row in rows):
            raise nonsense(where, "what it names is no type")
        found.update(str(row["type"]).lower() for row in rows)
        seen += len(rows)
        token = answer.get("$skipToken") or ""
        if token in tokens:
            break
        tokens.add(token)
    total = answer.get("totalRecords", seen)
    truncated = str(answer.get("resultTruncated", "false")).lower() == "true"
    if token or truncated or (isinstance(total, int) and seen < total):
        raise nonsense(where, "the answer is cut off")
    return tuple(sorted(found))


def _expect_uncapped(response: HttpResponse, where: str) -> None:
    if str(response.headers.get(_CAPPED, "")).lower() == "true":
        raise ReadError(
            Gap(Outcome.FAILED, f"{where}: the query was cut off at the most subscriptions that it takes")
        )


def _owner(row: Raw) -> str:
    return str(row.get("subscriptionId") or "").lower()
