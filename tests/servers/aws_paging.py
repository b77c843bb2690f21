"""Pretends that a listing goes on: puts a next-page token into AWS's answers, in each protocol."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError

from tests.servers.aws_requests import AwsRequest, model

TOKEN = "more"  # noqa: S105 - a page token, no secret

#: Operations that page by `NextToken`, though the SDK has no rules for it.
_WITHOUT_PAGINATOR = {
    ("athena", "ListWorkGroups"),
    ("cloudtrail", "ListEventDataStores"),
    ("opensearch", "DescribeOutboundConnections"),
    ("s3control", "ListMultiRegionAccessPoints"),
}


@functools.cache
def _loader() -> Any:
    return botocore.session.get_session().get_component("data_loader")


@functools.cache
def pagination(service: str, operation: str) -> dict[str, Any] | None:
    """The SDK's paging rules of the operation; `None` where it does not page."""
    if (service, operation) in _WITHOUT_PAGINATOR:
        return {"output_token": "NextToken"}
    try:
        rules: dict[str, Any] = _loader().load_service_model(service, "paginators-1")["pagination"]
    except UnknownServiceError:
        return None
    return rules.get(operation)


def promise_more(request: AwsRequest, body: bytes) -> bytes:
    """The answer with a token for a next page in it.

    Raises `LookupError` where the operation does not page.
    """
    rules = pagination(request.service, request.operation)
    if rules is None:
        raise LookupError(f"{request.service} {request.operation} does not page")
    output = model(request.service).operation_model(request.operation).output_shape
    *outer, token = rules["output_token"].split(".")
    for each in outer:  # the payload's own shape: the body begins with it
        output = output.members[each]
    member = output.members[token]
    if model(request.service).resolved_protocol in {"json", "rest-json"}:
        answer = json.loads(body)
        answer[member.serialization.get("name", token)] = TOKEN
        if "more_results" in rules:
            answer[rules["more_results"]] = True
        return json.dumps(answer).encode()
    name = member.serialization.get("name", token)
    wrapper = output.serialization.get("resultWrapper")
    # An empty result may be written <X/>; open it, so that the token has a place.
    opening = re.compile(rb"<" + wrapper.encode() + rb"[^>]*>" if wrapper else rb"<(?!\?)[^>]*>")
    text = re.sub(rb"<(\w*Result)\s*/>", rb"<\1></\1>", body)
    if "more_results" in rules:
        more = rules["more_results"].rpartition(".")[2].encode()
        text = re.sub(rb"<" + more + rb">false<", b"<" + more + b">true<", text)
    return opening.sub(lambda found: found[0] + f"<{name}>{TOKEN}</{name}>".encode(), text, count=1)


def emptied(request: AwsRequest, body: bytes, items: str) -> bytes:
    """The answer without the items of its list, which is `items`, or what the SDK's paging rules say."""
    shape = model(request.service).operation_model(request.operation).output_shape
    rules = pagination(request.service, request.operation) or {}
    key = rules.get("result_key", items)
    path = key.split(".") if isinstance(key, str) else [items]
    names = []
    for each in path:
        member = shape.members[each]
        names.append(member.serialization.get("name", each))
        shape = member
    if "json" in model(request.service).resolved_protocol:
        answer = holder = json.loads(body)
        for name in names[:-1]:
            holder = holder[name]
        holder[names[-1]] = []
        return json.dumps(answer).encode()
    name = names[-1].encode()
    return re.sub(
        rb"<" + name + rb">.*</" + name + rb">", b"<" + name + b"></" + name + b">", body, flags=re.DOTALL
    )
