"""Which service, region and operation a signed request to AWS is for, read from the request itself."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session

#: Services that sign with another name than the SDK gives them.
_SDK_NAMES = {
    "elasticfilesystem": "efs",
    "es": "opensearch",
    "sso": "sso-admin",
    "tagging": "resourcegroupstaggingapi",
}
#: Where the paths of S3's control API begin; it signs as S3 does.
_S3_CONTROL = "/v20180820/"
_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """What a request asks for; empty strings where it does not say.

    `key` is the access key that signed it, `body` what it sent; neither makes requests differ.
    """

    service: str
    region: str
    operation: str
    key: str = field(default="", compare=False)
    body: bytes = field(default=b"", compare=False, repr=False)


def recognise(method: str, target: str, headers: dict[str, str], body: bytes) -> AwsRequest:
    """Read service and region from the signature's credential scope, the operation as its protocol has it.

    `headers` are by lower-case name.
    """
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return AwsRequest("", "", "")
    service = _SDK_NAMES.get(scope["service"], scope["service"])
    if service == "s3" and target.startswith(_S3_CONTROL):
        service = "s3control"
    operation = _operation(service, method, target, headers, body)
    return AwsRequest(service, scope["region"], operation, scope["key"], body)


def _operation(service: str, method: str, target: str, headers: dict[str, str], body: bytes) -> str:
    if "x-amz-target" in headers:
        return headers["x-amz-target"].rpartition(".")[2]
    if model(service).resolved_protocol in {"query", "ec2"}:
        return parse_qs(body.decode()).get("Action", [""])[0]
    split = urlsplit(target)
    asked = set(parse_qs(split.query, keep_blank_values=True))
    for name, verb, path, query in _routes(service):
        if verb == method and query <= asked and path.fullmatch(split.path.rstrip("/") or "/"):
            return name
    return ""


@functools.cache
def model(service: str) -> Any:
    """The SDK's model of the service."""
    return botocore.session.get_session().get_service_model(service)


@functools.cache
def _routes(service: str) -> list[tuple[str, str, re.Pattern[str], set[str]]]:
    """Every operation's method, path and marking query keys, the most particular first."""
    found = []
    for name in model(service).operation_names:
        operation = model(service).operation_model(name)
        http = operation.http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{[^}]*?\\\+\\\}", ".+", re.escape(path.rstrip("/") or "/"))
        pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", pattern)
        marks = set(parse_qs(query, keep_blank_values=True)) | _asked_always(operation.input_shape)
        found.append((name, http["method"], re.compile(pattern), marks))
    return sorted(found, key=lambda route: (-len(route[3]), route[2].pattern.count("[^/]+"), route[0]))


def _asked_always(shape: Any) -> set[str]:
    """Query keys that the operation cannot do without."""
    members = [shape.members[name] for name in shape.required_members] if shape else []
    return {
        each.serialization["name"] for each in members if each.serialization.get("location") == "querystring"
    }
