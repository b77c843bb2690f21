"""An Azure of our own: Entra ID's tokens, Resource Manager and Resource Graph over local TLS.

By hand: `python -m tests.servers.azure --subscriptions 50`; it prints what to put into agent.toml and into
the environment. The estate is what `tests.servers.azure_estate` makes, or any other.
"""

from __future__ import annotations

import argparse
import json
import re
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, quote, urlsplit

import trustme

from tests.servers import azure_answers
from tests.servers.azure_answers import Answer, error
from tests.servers.azure_estate import ASSIGNMENTS, TENANT, AzureEstate, generated

CLIENT_ID = "6f1b7c1e-0000-4000-8000-00000000c11e"
CLIENT_SECRET = "geen-geheim"  # noqa: S105 - opens nothing but this server

_GROUPS = "/providers/microsoft.management/managementgroups/"
_ACTION = re.compile(r"/providers/([^/]+)/(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server saw it; `address` without its query, `path` the same in lower case."""

    method: str
    address: str
    path: str
    query: dict[str, str]
    body: bytes


#: Turns a request into the fault's answer; `None` breaks the connection.
Fault = Callable[[Request], Answer | None]

#: Which requests are struck: those whose path contains a text (lower case), or that a function names.
Match = str | Callable[[Request], bool]


@dataclass(slots=True)
class _Rule:
    fault: Fault
    match: Match
    after: int
    times: int | None
    seen: int = field(default=0)

    def strikes(self, request: Request) -> bool:
        if not (self.match in request.path if isinstance(self.match, str) else self.match(request)):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


class AzureServer:
    """Serves an estate, with what the caller may see of it.

    `forbidden` subscriptions answer 403, and Resource Graph leaves them out; `hidden` ones are not listed.
    Management groups outside `readable_groups` refuse to tell what they hold.
    `lacking` holds (subscription, action) pairs that the caller's role does not grant. Of the requests that
    a fault matches `after` lets that many pass first, `times` bounds how many are struck.
    """

    def __init__(self, estate: AzureEstate, *, page_size: int = 100, port: int = 0) -> None:
        self.estate = estate
        self.page_size = page_size
        self.graph_page_size: int | None = None
        self.forbidden: set[str] = set()
        self.lacking: set[tuple[str, str]] = set()
        self.hidden: set[str] = set()
        self.readable_groups = {TENANT, *(each["name"] for each in estate.groups)}
        self.tells_permissions = True
        self.graph_truncates_after: int | None = None
        self.graph_hits_limit = False
        self.requests: list[Request] = []
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._directory = tempfile.TemporaryDirectory()
        authority = trustme.CA()
        self.ca = Path(self._directory.name) / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        handler = type("Handler", (_Handler,), {"azure": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the server listens; both the authority and the endpoint."""
        return f"https://localhost:{self._server.server_port}"

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
        self._directory.cleanup()

    def clear(self) -> None:
        """Forget every fault, restriction and request."""
        with self._lock:
            self._rules.clear()
            self.requests.clear()
            self.forbidden.clear()
            self.lacking.clear()
            self.hidden.clear()
        self.tells_permissions = True
        self.graph_truncates_after = None
        self.graph_hits_limit = False

    def strike(self, fault: Fault, match: Match = "/", *, after: int = 0, times: int | None = None) -> None:
        """Answer with the fault."""
        with self._lock:
            self._rules.append(_Rule(fault, match, after, times))

    def throttle(
        self, match: Match = "/subscriptions", *, retry_after: str = "1", times: int | None = None
    ) -> None:
        """Answer 429 with `Retry-After`."""
        refusal = error(
            429, "TooManyRequests", "The request is being throttled.", {"Retry-After": retry_after}
        )
        self.strike(lambda _: refusal, match, times=times)

    def deny(self, match: Match, code: str = "AuthorizationFailed", text: str | None = None) -> None:
        """Answer 403 in Azure's words."""
        self.strike(lambda request: error(403, code, text or _refusal(request)), match)

    def garble(self, match: Match, body: bytes, *, after: int = 0) -> None:
        """Answer 200 with this body."""
        self.strike(lambda _: Answer(200, body), match, after=after)

    def break_off(self, match: Match, *, times: int | None = None) -> None:
        """Close the connection instead of answering."""
        self.strike(lambda _: None, match, times=times)

    def answer(self, request: Request, token: str) -> Answer | None:
        """The answer to a request."""
        with self._lock:
            self.requests.append(request)
            rule = next((each for each in self._rules if each.strikes(request)), None)
        if rule is not None:
            return rule.fault(request)
        if "/oauth2/" in request.path or "openid-configuration" in request.path:
            return self._entra(request)
        if token != azure_answers.TOKEN:
            return error(401, "InvalidAuthenticationToken", "The access token is missing or invalid.")
        return self._arm(request)

    def _entra(self, request: Request) -> Answer:
        tenant = request.path.split("/")[1]
        if request.path.endswith("openid-configuration"):
            return azure_answers.openid(self.url, tenant)
        given = parse_qs(request.body.decode())
        if given.get("client_secret") != [CLIENT_SECRET] or given.get("client_id") != [CLIENT_ID]:
            return azure_answers.invalid_client()
        return azure_answers.token()

    def _arm(self, request: Request) -> Answer:
        if request.path == "/providers/microsoft.resourcegraph/resources":
            return self._graph(json.loads(request.body))
        if request.method != "GET":
            return error(405, "MethodNotAllowed", "This server has nothing that can be written.")
        if request.path == "/subscriptions":
            hidden = self.hidden
            seen = [each for each in self.estate.subscriptions if each["subscriptionId"] not in hidden]
            return self._page(seen, request)
        if request.path == "/tenants":
            return self._page(self.estate.tenants, request)
        if request.path.startswith(_GROUPS):
            return self._descendants(request)
        return self._in_subscription(request, request.path.split("/")[2])

    def _descendants(self, request: Request) -> Answer:
        """What stands under a group, or is assigned to it: without rights at it, a refusal."""
        name, _, what = request.path.removeprefix(_GROUPS).partition("/")
        found = self.estate.descendants(name)
        if found is not None and f"/{what}" == ASSIGNMENTS:
            found, what = self.estate.assigned(request.path), "descendants"
        if what != "descendants" or found is None or name not in self.readable_groups:
            return error(403, "AuthorizationFailed", _refusal(request))
        return self._page(found, request)

    def _in_subscription(self, request: Request, subscription: str) -> Answer:
        if subscription not in {each["subscriptionId"] for each in self.estate.subscriptions}:
            return error(
                404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
            )
        if request.path.endswith("/providers/microsoft.authorization/permissions"):
            return self._permissions(subscription)
        if subscription in self.forbidden or self._lacks(subscription, _action(request.path)):
            return error(403, "AuthorizationFailed", _refusal(request))
        if request.path.endswith("/locations"):
            return self._page(self.estate.locations, request)
        return self._resources(request)

    def _resources(self, request: Request) -> Answer:
        if request.path.endswith("/resources"):
            return self._general_list(request)
        found = self.estate.resource(request.path)
        if found is not None:
            return Answer(200, json.dumps(found).encode())
        listed = self.estate.listed(request.path)
        if listed is None:
            return error(404, "ResourceNotFound", f"The resource '{request.path}' was not found.")
        return self._page(listed, request)

    def _general_list(self, request: Request) -> Answer:
        """The list of a subscription, of one type if that is asked for; silent on what may not be read."""
        subscription = request.path.split("/")[2]
        asked = re.fullmatch(r"resourceType eq '([^']+)'", request.query.get("$filter", ""))
        kinds = [asked.group(1)] if asked else self.estate.types()
        seen = [kind for kind in kinds if not self._lacks(subscription, f"{kind}/read")]
        return self._page(
            [each for kind in seen for each in self.estate.entries(kind, subscription)], request
        )

    def _page(self, items: list[dict[str, Any]], request: Request) -> Answer:
        start = int(request.query.get("$skiptoken", "0"))
        end = start + self.page_size
        body: dict[str, Any] = {"value": items[start:end]}
        if end < len(items):
            version = request.query.get("api-version", "")
            body["nextLink"] = f"{self.url}{request.address}?api-version={version}&$skiptoken={end}"
            if "$filter" in request.query:
                body["nextLink"] += f"&$filter={quote(request.query['$filter'])}"
        return Answer(200, json.dumps(body).encode())

    def _permissions(self, subscription: str) -> Answer:
        if not self.tells_permissions:
            return error(404, "InvalidResourceType", "The resource type could not be found.")
        exceptions = [action for each, action in sorted(self.lacking) if each == subscription]
        roles = [{"actions": ["*/read"], "notActions": exceptions, "dataActions": [], "notDataActions": []}]
        return Answer(200, json.dumps({"value": [] if subscription in self.forbidden else roles}).encode())

    def _lacks(self, subscription: str, action: str) -> bool:
        return any(each == subscription and lacked.lower() == action.lower() for each, lacked in self.lacking)

    def _seen(self, kind: str, body: dict[str, Any]) -> list[str]:
        return [
            each
            for each in body["subscriptions"]
            if each not in self.forbidden and not self._lacks(each, f"{kind}/read")
        ]

    def _graph(self, body: dict[str, Any]) -> Answer:
        asked = re.search(r"type =~ '([^']+)'", body["query"])
        kinds = [asked.group(1)] if asked else self.estate.types()
        rows = [row for kind in kinds for row in self.estate.rows(kind, self._seen(kind, body))]
        if asked is None:
            rows = [{"type": kind} for kind in sorted({row["type"] for row in rows})]
        options = body["options"]
        start = int(options.get("$skipToken", "0"))
        end = start + (self.graph_page_size or options["$top"])
        cut = self.graph_truncates_after is not None and end >= self.graph_truncates_after
        if cut:
            rows = rows[: self.graph_truncates_after]
        answer: dict[str, Any] = {
            "totalRecords": len(rows),
            "count": len(rows[start:end]),
            "resultTruncated": "true" if cut else "false",
            "data": rows[start:end],
            "facets": [],
        }
        if end < len(rows) and not cut:
            answer["$skipToken"] = str(end)
        headers = {"x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05"}
        if self.graph_hits_limit:
            headers["x-ms-tenant-subscription-limit-hit"] = "true"
        return Answer(200, json.dumps(answer).encode(), headers)


class _Handler(BaseHTTPRequestHandler):
    azure: ClassVar[AzureServer]
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        request = Request(self.command, address.path, address.path.lower(), query, body)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        answer = self.azure.answer(request, token)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", answer.headers.get("Content-Length", str(len(answer.body))))
        for name, value in answer.headers.items():
            if name != "Content-Length":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or "Content-Length" in answer.headers


def _action(path: str) -> str:
    """The action that a listing needs: the names between the types left out."""
    at_group, own, what = path.removeprefix("/providers/").partition("/providers/")
    if own and at_group.lower().startswith(_GROUPS.removeprefix("/providers/")):
        path = own + what  # what is asked about a group, and not the group itself
    found = _ACTION.search(path)
    if found is None and path.lower().endswith("/resources"):
        return "Microsoft.Resources/subscriptions/resources/read"
    if found is None:
        return "Microsoft.Resources/subscriptions/read"
    namespace, rest = found.group(1), found.group(2).split("/")
    return "/".join([namespace, *rest[::2], "read"])


def _refusal(request: Request) -> str:
    return (
        f"The client '{CLIENT_ID}' with object id '{CLIENT_ID}' does not have authorization to "
        f"perform action '{_action(request.address)}' over scope '{request.path}' or the scope is invalid."
    )


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--subscriptions", type=int, default=3, help="how many subscriptions (default 3)")
    parser.add_argument("--resources", type=int, default=40, help="resources in each, at least (default 40)")
    parser.add_argument("--port", type=int, default=0, help="port of the loopback (default: a free one)")
    options = parser.parse_args()
    with AzureServer(generated(options.subscriptions, options.resources), port=options.port) as server:
        print(  # noqa: T201 - what a person needs to use it
            f'[[source]]\nconnector = "azure"\ntenant_id = "{TENANT}"\nauthority = "{server.url}"\n'
            f'endpoint = "{server.url}"\nca = "{server.ca}"\n\n'
            f"export AZURE_CLIENT_ID={CLIENT_ID} AZURE_CLIENT_SECRET={CLIENT_SECRET}",
            flush=True,
        )
        threading.Event().wait()


if __name__ == "__main__":
    main()
