"""A proxy before an AWS API server that refuses, throttles, breaks off or garbles chosen requests.

By hand: `python -m tests.servers.fault_proxy http://127.0.0.1:5000 --deny s3:eu-west-2:GetBucketReplication`.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from tests.servers import aws_errors, aws_paging
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import AwsRequest, recognise

#: Turns a request into the fault's answer; `None` breaks the connection.
Fault = Callable[[AwsRequest], Answer | None]

_NOT_ALLOWED = "because no identity-based policy allows the {permission} action"
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


@dataclass(slots=True)
class _Rule:
    """Which requests a fault strikes: those that match, after `after` of them, `times` times.

    `supplied` is no fault but the answer of a server that lacks one.
    """

    fault: Fault
    service: str | None
    region: str | None
    operation: str | None
    after: int
    times: int | None
    supplied: bool = False
    when: Callable[[AwsRequest], bool] | None = None
    seen: int = field(default=0)

    def strikes(self, request: AwsRequest) -> bool:
        for wanted, actual in (
            (self.service, request.service),
            (self.region, request.region),
            (self.operation, request.operation),
        ):
            if wanted is not None and wanted != actual:
                return False
        if self.when is not None and not self.when(request):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


class FaultProxy:
    """Passes requests on to `upstream_url`, but for those that a rule strikes.

    Rules name a service as the SDK calls it, a region and an operation; what is left out matches
    everything. `after` lets that many matching requests pass first, `times` bounds how many are
    struck (all further ones if left out): the second page only is `after=1, times=1`. The first rule
    that strikes wins. `requests` holds every request seen, in order.
    """

    def __init__(self, upstream_url: str, port: int = 0) -> None:
        upstream = urlsplit(upstream_url)
        self._upstream = (upstream.hostname or "127.0.0.1", upstream.port or 80)
        self._rules: list[_Rule] = []
        self._first_pages: dict[AwsRequest, bytes] = {}
        self._endless: set[tuple[str, str]] = set()
        self._begun: dict[tuple[str, str], str] = {}
        self._broken_off: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self.requests: list[AwsRequest] = []
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def clear(self) -> None:
        """Forget every rule and every request seen."""
        with self._lock:
            self._rules.clear()
            self._first_pages.clear()
            self._endless.clear()
            self._begun.clear()
            self._broken_off.clear()
            self.requests.clear()

    def deny(
        self,
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        permission: str | None = None,
        because: str = _NOT_ALLOWED,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Answer 403 in AWS's words; `permission` is `service:Operation` unless given."""

        def refuse(request: AwsRequest) -> Answer:
            missing = permission or f"{request.service}:{request.operation}"
            return aws_errors.denied(request, missing, because.format(permission=missing))

        self.fault(refuse, service, region, operation, after=after, times=times)

    def throttle(
        self,
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Answer as AWS does where there are too many requests."""
        self.fault(aws_errors.throttled, service, region, operation, after=after, times=times)

    def error(
        self,
        status: int,
        code: str,
        text: str = "",
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Answer with this status and AWS error code, in the service's protocol."""

        def fail(request: AwsRequest) -> Answer:
            return aws_errors.shaped(request, status, code, text)

        self.fault(fail, service, region, operation, after=after, times=times)

    def reset(
        self,
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Break the connection off without an answer."""
        self.fault(lambda _: None, service, region, operation, after=after, times=times)

    def garble(
        self,
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        body: bytes = b"<html><body>this is no answer of AWS</body></html>",
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Answer 200 with a body in no protocol of AWS's."""
        answer = Answer(200, body, {"Content-Type": "text/html"})
        self.fault(lambda _: answer, service, region, operation, after=after, times=times)

    def supply(self, service: str, operation: str, answer: dict[str, Any], region: str | None = None) -> None:
        """Answer for a service whose API server lacks this, in a shape that the SDK's model allows."""
        self.supply_answer(service, operation, aws_errors.supplied(service, operation, answer), region)

    def supply_answer(self, service: str, operation: str, answer: Answer, region: str | None = None) -> None:
        """Answer with what `aws_errors.supplied` has made of it."""
        with self._lock:
            self._rules.append(_Rule(lambda _: answer, service, region, operation, 0, None, supplied=True))

    def never_end(self, service: str, operation: str) -> None:
        """Answer every page of the listing with the first one and the same next-page token."""
        with self._lock:
            self._endless.add((service, operation))

    def begin_empty(self, service: str, operation: str, items: str) -> None:
        """Put an empty page before each page of the listing; `items` is the SDK's name of its list."""
        with self._lock:
            self._begun[service, operation] = items

    def break_off(self, service: str, operation: str) -> None:
        """Send half of each answer, with the length of the whole of it."""
        with self._lock:
            self._broken_off.add((service, operation))

    def fault(
        self,
        fault: Fault,
        service: str | None = None,
        region: str | None = None,
        operation: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
        when: Callable[[AwsRequest], bool] | None = None,
    ) -> None:
        """Strike matching requests, of them those of which `when` holds, with a fault of one's own."""
        with self._lock:
            self._rules.append(_Rule(fault, service, region, operation, after, times, when=when))

    def _struck(self, request: AwsRequest) -> _Rule | None:
        with self._lock:
            self.requests.append(request)
            return next((rule for rule in self._rules if rule.strikes(request)), None)

    def answer(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Answer | None:
        """The answer to a request: the fault's, or the server's; `None` breaks the connection."""
        lower = {name.lower(): value for name, value in headers}
        request = recognise(method, target, lower, body)
        rule = self._struck(request)
        if rule is not None and not rule.supplied:
            return rule.fault(request)
        endless = (request.service, request.operation) in self._endless
        if endless and request in self._first_pages:
            return Answer(200, self._first_pages[request])
        if (request.service, request.operation) in self._begun and request in self._first_pages:
            return Answer(200, self._first_pages.pop(request))
        answer = rule.fault(request) if rule else self._forward(method, target, headers, body)
        return self._spoilt(request, answer) if answer else None

    def _spoilt(self, request: AwsRequest, answer: Answer) -> Answer:
        """The server's answer with what is to be wrong with it."""
        called = request.service, request.operation
        if called in self._broken_off:
            half = len(answer.body) // 2
            return replace(answer, body=answer.body[:half], missing=len(answer.body) - half)
        if called in self._begun:
            self._first_pages[request] = answer.body
            empty = aws_paging.emptied(request, answer.body, self._begun[called])
            return replace(answer, body=aws_paging.promise_more(request, empty))
        if called in self._endless:
            page = self._first_pages[request] = aws_paging.promise_more(request, answer.body)
            return replace(answer, body=page)
        return answer

    def _forward(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(*self._upstream, timeout=60)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Answer(response.status, response.read(), kept)
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    proxy: ClassVar[FaultProxy]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go apart: the second would wait 40 ms for the first
    timeout = 60

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.proxy.answer(self.command, self.path, list(self.headers.items()), body)
        if answer is None:
            # Lingering for no time at all makes closing send a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        time.sleep(answer.delay)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        self.end_headers()
        self.close_connection = self.close_connection or bool(answer.missing)
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep test output quiet."""


def main() -> None:
    """Run the proxy until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("upstream", help="URL of the AWS API server")
    parser.add_argument("--port", type=int, default=0)
    for fault in ("deny", "throttle", "reset", "garble"):
        parser.add_argument(f"--{fault}", action="append", default=[], metavar="SERVICE[:REGION[:OPERATION]]")
    arguments = parser.parse_args()
    proxy = FaultProxy(arguments.upstream, arguments.port)
    for fault in ("deny", "throttle", "reset", "garble"):
        for rule in getattr(arguments, fault):
            getattr(proxy, fault)(*(part or None for part in rule.split(":")))
    print(proxy.url, flush=True)  # noqa: T201 - what the caller waits for
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        proxy.stop()


if __name__ == "__main__":
    main()
