"""Counts at the server which operations are called, whoever calls them."""

from __future__ import annotations

import io
import json
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from botocore.exceptions import UnknownServiceError

from tests.servers.aws_requests import recognise

_COUNTS = "/-/calls"


class Counting:
    """An API, of which `/-/calls` tells the calls since it told them last."""

    def __init__(self, api: WSGIApplication) -> None:
        self._api = api
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == _COUNTS:
            with self._lock:
                counts, self._calls = self._calls, Counter()
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(counts).encode()]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        name = operation(environ, body)
        with self._lock:
            self._calls[name] += 1
        return self._api(environ, start_response)


def operation(environ: dict[str, Any], body: bytes) -> str:
    """`s3 GetBucketTagging`; `?` stands for what the request does not tell."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    query = environ.get("QUERY_STRING")
    target = environ["PATH_INFO"] + (f"?{query}" if query else "")
    try:
        request = recognise(environ["REQUEST_METHOD"], target, headers, body)
    except UnknownServiceError:
        return "? ?"
    return f"{request.service or '?'} {request.operation or '?'}"


def taken(url: str) -> Counter[str]:
    """The calls since they were taken last, from the server at `url`."""
    with urllib.request.urlopen(url + _COUNTS, timeout=60) as answer:  # noqa: S310 - our own server
        return Counter(json.load(answer))
