"""Pretends that a listing goes on: puts a next-page token into AWS's answers, in each protocol."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import botocore.session

from tests.servers.aws_requests import AwsRequest, model

TOKEN = "more"  # noqa: S105 - a page token, no secret


@functools.cache
def pagination(service: str, operation: str) -> dict[str, Any] | None:
    """The SDK's paging rules of the operation; `None` where it does not page."""
    loader = botocore.session.get_session().get_component("data_loader")
    rules: dict[str, Any] = loader.load_service_model(service, "paginators-1")["pagination"]
    return rules.get(operation)


def promise_more(request: AwsRequest, body: bytes) -> bytes:
    """The answer with a token for a next page in it.

    Raises `LookupError` where the operation does not page.
    """
    rules = pagination(request.service, request.operation)
    if rules is None:
        raise LookupError(f"{request.service} {request.operation} does not page")
    output = model(request.service).operation_model(request.operation).output_shape
    token = rules["output_token"]
    member = output.members[token]
    if model(request.service).metadata["protocol"] in {"json", "rest-json"}:
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
    return opening.sub(lambda found: found[0] + f"<{name}>{TOKEN}</{name}>".encode(), text, count=1)
