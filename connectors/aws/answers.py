"""How answers of AWS's are taken in: what is none never passes for empty, and large ones go in turn."""

from __future__ import annotations

import json
import re
import threading
from types import TracebackType
from typing import Any

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

#: Where `check` leaves the JSON that it read, so that the parser need not read it again.
PARSED = "wolkenzicht_json"

_HTTP_ERROR = 300
_XML_ROOT = re.compile(rb"\s*(?:<\?[^>]*\?>\s*)?<(?:\w+:)?(\w+)")

#: The first element inside the root, or inside the wrapper of its result.
_XML_CHILD = re.compile(rb"[^<]*(?:<(?:\w+:)?\w+Result(?:\s[^>]*)?>\s*)?<(?:\w+:)?(\w+)")
_XML_ASIDE = (b"ResponseMetadata", b"requestId", b"RequestId")

#: Root elements of the answers of S3 and CloudFront, whose protocol does not derive them from the operation.
#: Source: the response syntax of each operation, https://docs.aws.amazon.com/AmazonS3/latest/API/ and
#: https://docs.aws.amazon.com/cloudfront/latest/APIReference/
_OWN_ROOTS = {
    "GetBucketEncryption": "ServerSideEncryptionConfiguration",
    "GetBucketLocation": "LocationConstraint",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketReplication": "ReplicationConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDistributions": "DistributionList",
    "ListMultiRegionAccessPoints": "ListMultiRegionAccessPointsResult",
    "ListTagsForResource": "Tags",
}


#: Where a shape keeps the names that its members have on the wire.
_MEMBERS = "_wolkenzicht_members"

#: Bytes from which an answer waits for its turn.
_LARGE = 128 * 1024


class LargeAnswers:
    """Lets one thread at a time parse a large answer.

    While it is parsed, a page of 1,000 EC2 instances takes about five times its 4 MB; parsing holds the
    interpreter's lock, so that eight at once take eight times the memory and no less time. `enter` is
    to be registered for botocore's event `before-parse`; a `with` block around the call ends the turn.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._mine = threading.local()

    def enter(self, **event: Any) -> None:
        """Wait for the turn, if the answer is large."""
        body = event["response_dict"]["body"]
        if isinstance(body, bytes) and len(body) >= _LARGE and not getattr(self._mine, "held", False):
            self._turn.acquire()
            self._mine.held = True

    def __enter__(self) -> None:
        """Begin a call."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the call, and with it the turn."""
        if getattr(self._mine, "held", False):
            self._mine.held = False
            self._turn.release()


def check(**event: Any) -> None:
    """Raise `ResponseParserError` for a successful answer that is not in the operation's protocol.

    To be registered for botocore's event `before-parse`. Its own parsers make an answer without
    items of a body that is empty, no JSON at all or other XML: a captive portal's page would read as
    "this account has no tables".
    """
    operation_model: OperationModel = event["operation_model"]
    response_dict: dict[str, Any] = event["response_dict"]
    shape = operation_model.output_shape
    if (
        response_dict["status_code"] >= _HTTP_ERROR
        or operation_model.http.get("method") == "HEAD"
        or shape is None
        or not shape.members
    ):
        return
    body = response_dict["body"]
    if "json" in operation_model.service_model.resolved_protocol:
        response_dict[PARSED] = _checked_json(operation_model, body)
    else:
        _check_xml(operation_model, body)


def _checked_json(operation_model: OperationModel, body: bytes) -> dict[str, Any]:
    operation = operation_model.name
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResponseParserError(f"{operation}: the body is no JSON") from error
    if not isinstance(answer, dict):
        raise ResponseParserError(f"{operation}: the body is no JSON object")
    if answer and not answer.keys() & _members(operation_model.output_shape).keys():
        raise ResponseParserError(f"{operation}: the body has nothing that the operation answers")
    return answer


def _members(shape: Any) -> dict[str, Any]:
    """What the body may hold, by its name there: an empty list may be left out, but not replaced.

    Kept with the shape, which lives as long as its client.
    """
    known: dict[str, Any] | None = shape.__dict__.get(_MEMBERS)
    if known is None:
        payload = shape.serialization.get("payload")
        body = shape.members[payload] if payload else shape
        members = body.members if body.type_name == "structure" else {}
        known = {each.serialization.get("name", name): each for name, each in members.items()}
        shape.__dict__[_MEMBERS] = known
    return known


def _check_xml(operation_model: OperationModel, body: bytes) -> None:
    found = _XML_ROOT.match(body)
    operation = operation_model.name
    # Servers that speak S3's protocol name some roots after the operation, as the other protocols do.
    if found is None or found[1].decode() not in {f"{operation}Response", _OWN_ROOTS.get(operation)}:
        raise ResponseParserError(f"{operation}: the body is not XML of this operation")
    child = _XML_CHILD.match(body, found.end())
    if child is None or child[1] in _XML_ASIDE:
        return
    names = _members(operation_model.output_shape)
    if names and not any(b"<" + name.encode() in body for name in names):
        raise ResponseParserError(f"{operation}: the body has nothing that the operation answers")
