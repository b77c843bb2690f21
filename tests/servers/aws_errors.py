"""Answers in AWS's protocols: refusals in its own words, and answers that an API server lacks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from tests.servers import aws_wire
from tests.servers.aws_requests import AwsRequest, model

_CALLER = "arn:aws:sts::123456789012:assumed-role/wolkenzicht/reader"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; it comes after `delay` seconds, and promises `missing` bytes more than it has."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    missing: int = 0


def denied(request: AwsRequest, permission: str, because: str) -> Answer:
    """The refusal of a request: which permission is missing, and by which policy.

    `because` is the tail of AWS's sentence ("with an explicit deny in a service control policy").
    """
    text = f"User: {_CALLER} is not authorized to perform: {permission} on resource: * {because}"
    if request.service == "ec2":
        text = f"You are not authorized to perform this operation. {text}"
        text += " Encoded authorization failure message: q4FBmNnh6mPf-secret-policy-text"
        return shaped(request, 403, "UnauthorizedOperation", text)
    if request.service == "sns":
        return shaped(request, 403, "AuthorizationError", text)
    if protocol(request) in {"query", "rest-xml"}:
        return shaped(request, 403, "AccessDenied", text)
    return shaped(request, 400 if protocol(request) == "json" else 403, "AccessDeniedException", text)


def throttled(request: AwsRequest) -> Answer:
    """The answer to one request too many."""
    status, code = {
        "rest-xml": (503, "SlowDown"),
        "ec2": (503, "RequestLimitExceeded"),
        "query": (400, "Throttling"),
        "json": (400, "ThrottlingException"),
        "rest-json": (429, "TooManyRequestsException"),
    }[protocol(request)]
    return shaped(request, status, code, "Rate exceeded")


def supplied(service: str, operation: str, answer: dict[str, Any]) -> Answer:
    """The answer of an operation, checked against the SDK's model so that no shape is invented.

    Raises `ParamValidationError` for another shape.
    """
    shape = model(service).operation_model(operation).output_shape
    report = ParamValidator().validate(answer, shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())
    content_type, body = aws_wire.written(service, operation, answer)
    return Answer(200, body, {"Content-Type": content_type})


def protocol(request: AwsRequest) -> str:
    """The protocol of the request's service."""
    return str(model(request.service).resolved_protocol)


def shaped(request: AwsRequest, status: int, code: str, text: str) -> Answer:
    """An error in the form of the service's protocol."""
    kind = protocol(request)
    error = f"<Code>{escape(code)}</Code><Message>{escape(text)}</Message>"
    if kind == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>r-1</RequestID></Response>"
    elif kind == "query":
        error = f"<Error><Type>Sender</Type>{error}</Error>"
        body = f"<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>"
    elif kind == "rest-xml":
        body = f"<Error>{error}<RequestId>r-1</RequestId></Error>"
    else:
        body = json.dumps({"__type": code, "message": text})
        return Answer(
            status, body.encode(), {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code}
        )
    return Answer(status, body.encode(), {"Content-Type": "text/xml"})
