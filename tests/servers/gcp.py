"""A Cloud Asset Inventory server on the client library's own messages: paging, refusals, lies.

By hand: `python -m tests.servers.gcp --projects 50`; it prints what to write into agent.toml.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc
from google.cloud.asset_v1.types import (
    ListAssetsRequest,
    ListAssetsResponse,
    SearchAllResourcesRequest,
    SearchAllResourcesResponse,
)
from google.protobuf.message import Message

from tests.servers import gcp_answers as answers
from tests.servers.gcp_estate import ORGANIZATION, PROJECTS, Entry, entries_in, generated

SERVICE = "google.cloud.asset.v1.AssetService"
LIST, SEARCH = "ListAssets", "SearchAllResources"
#: The type under which calls without one are counted and made to fail.
EVERYTHING = "*"
FOREIGN = "example.googleapis.com/Other"
#: No message begins so: wire type 7 does not exist.
_NONSENSE = b"\xff\xff"


@dataclass(slots=True)
class Fault:
    """What goes wrong with calls of a method about a type in a scope (`None`: any), so many times.

    First `seconds` pass, then `then` is done, then the call ends with `code`; without one it is answered.
    """

    method: str | None
    asset_type: str | None
    scope: str | None
    code: grpc.StatusCode | None
    text: str = ""
    details: Sequence[Message] = ()
    left: int = sys.maxsize
    after: int = 0
    seconds: float = 0.0
    then: Callable[[], None] | None = None

    def strikes(self, method: str, asset_type: str, scope: str) -> bool:
        """Whether it befalls this call; counts it."""
        if (
            self.method not in {None, method, method.partition(" ")[0]}
            or self.asset_type not in {None, asset_type}
            or self.scope not in {None, scope}
        ):
            return False
        if self.after:
            self.after -= 1
            return False
        self.left -= 1
        return self.left >= 0


@dataclass(slots=True)
class GcpServer:
    """Serves entries on a free port of this machine until it is closed.

    `page_size` caps a page below what is asked for. `calls` holds method and type of every call, in
    order. Types in `loops` repeat their page token, those in `echoes` their page under ever new tokens,
    those in `hollow` have empty pages without end, those in `gaping` one before each page, those in
    `foreign` entries of another type. Answers about types in `garbled` are no messages, about those in
    `halved` break off. Entries miss the fields in `lacking`. A context manager.
    """

    entries: list[Entry]
    page_size: int = 1000
    port: int = 0
    calls: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    loops: set[str] = field(default_factory=set)
    echoes: set[str] = field(default_factory=set)
    hollow: set[str] = field(default_factory=set)
    gaping: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    garbled: set[str] = field(default_factory=set)
    halved: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: grpc.Server | None = None
    _by_name: dict[str, Entry] = field(default_factory=dict)
    _by_key: dict[tuple[str, str, bool], list[Entry]] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._by_name = {entry.name: entry for entry in self.entries}
        self._numbers = {
            f"projects/{entry.data.get('projectId')}": entry.ancestors[0]
            for entry in self.entries
            if entry.type == PROJECTS and entry.ancestors
        }
        server = grpc.server(ThreadPoolExecutor(max_workers=8))
        handlers = {
            LIST: self._handler(self._list, ListAssetsRequest),
            SEARCH: self._handler(self._search, SearchAllResourcesRequest),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        self.port = server.add_insecure_port(f"127.0.0.1:{self.port}")
        server.start()
        self._server = server
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop(grace=None).wait()

    @property
    def url(self) -> str:
        """The endpoint for the settings."""
        return f"http://127.0.0.1:{self.port}"

    def clear(self) -> None:
        """Serve rightly again, and forget the calls."""
        with self._lock:
            for each in (
                self.calls, self.faults, self.loops, self.echoes, self.hollow, self.gaping,
                self.foreign, self.garbled, self.halved, self.lacking,
            ):  # fmt: skip
                each.clear()

    def fail(
        self,
        code: grpc.StatusCode,
        text: str,
        *details: Message,
        method: str | None = None,
        asset_type: str | None = None,
        scope: str | None = None,
        times: int = sys.maxsize,
        after: int = 0,
    ) -> None:
        """Answer calls with a status, its details in the way Google gives them, but the first `after`."""
        self.faults.append(Fault(method, asset_type, scope, code, text, details, times, after))

    def deny(
        self, *, method: str | None = None, asset_type: str | None = None, scope: str | None = None
    ) -> None:
        """Refuse calls as IAM does."""
        text = "The caller does not have permission"
        self.fail(grpc.StatusCode.PERMISSION_DENIED, text, method=method, asset_type=asset_type, scope=scope)

    def exhaust(self, *details: Message, asset_type: str | None = None, times: int = sys.maxsize) -> None:
        """Answer that the quota is used up."""
        text = "Quota exceeded for quota metric 'ListAssets Requests'"
        self.fail(grpc.StatusCode.RESOURCE_EXHAUSTED, text, *details, asset_type=asset_type, times=times)

    def delay(self, seconds: float, *, method: str | None = None, asset_type: str | None = None) -> None:
        """Let calls wait for their answer."""
        self.faults.append(Fault(method, asset_type, None, None, seconds=seconds))

    def interrupt(self, then: Callable[[], None], *, asset_type: str, after: int = 0) -> None:
        """Do something, once, while a call waits for its answer."""
        self.faults.append(Fault(None, asset_type, None, None, left=1, after=after, then=then))

    def _list(self, request: ListAssetsRequest, context: grpc.ServicerContext) -> bytes:
        (wanted,) = request.asset_types
        self._called(LIST, wanted, request.parent, context)
        entries = self._held(request.parent, wanted)
        found, token = self._page(entries, wanted, request.page_token, request.page_size)
        assets = [answers.asset(entry) for entry in found]
        for asset in assets:
            if wanted in self.foreign:
                asset.asset_type = FOREIGN
            if wanted != PROJECTS:
                answers.without(asset, self.lacking)
        return self._told(wanted, ListAssetsResponse(assets=assets, next_page_token=token))

    def _search(self, request: SearchAllResourcesRequest, context: grpc.ServicerContext) -> bytes:
        if request.query:
            return self._search_by_name(request, context)
        wanted = request.asset_types[0] if request.asset_types else EVERYTHING
        self._called(SEARCH, wanted, request.scope, context)
        if wanted in {*answers.SEARCHED_AS, *answers.NOT_SEARCHABLE}:
            text = f"No RESOURCE found that matches asset type {wanted}"
            answers.abort(context, grpc.StatusCode.INVALID_ARGUMENT, text)
        entries = self._held(request.scope, wanted, search=True)
        found, token = self._page(entries, wanted, request.page_token, request.page_size)
        results = [answers.result(each) for each in found]
        for result in results:
            if wanted in self.foreign:
                result.asset_type = FOREIGN
            answers.without(result, self.lacking)
        return self._told(wanted, SearchAllResourcesResponse(results=results, next_page_token=token))

    def _search_by_name(self, request: SearchAllResourcesRequest, context: grpc.ServicerContext) -> bytes:
        for asset_type in request.asset_types:
            self._called(f"{SEARCH} by name", asset_type, request.scope, context)
        names = [each.removeprefix('name="').removesuffix('"') for each in request.query.split(" OR ")]
        entries = [self._by_name[name] for name in names if name in self._by_name]
        wanted = set(request.asset_types)
        results = [answers.result(entry) for entry in entries if entry.type in wanted]
        return self._told("", SearchAllResourcesResponse(results=results))

    def _called(self, method: str, wanted: str, scope: str, context: grpc.ServicerContext) -> None:
        with self._lock:
            self.calls.append((method, wanted))
            fault = next((each for each in self.faults if each.strikes(method, wanted, scope)), None)
        if fault is None:
            return
        time.sleep(fault.seconds)
        if fault.then is not None:
            fault.then()
        if fault.code is not None:
            answers.abort(context, fault.code, fault.text, fault.details)

    def _held(self, scope: str, wanted: str, *, search: bool = False) -> list[Entry]:
        """The entries of a type in an organization, folder or project; of any type for `EVERYTHING`."""
        key = (scope, wanted, search)
        with self._lock:
            if key not in self._by_key:
                owner = self._numbers.get(scope, scope)
                self._by_key[key] = [
                    entry
                    for entry in self.entries
                    if _is_in(entry, owner) and (_is_found(entry, wanted) if search else entry.type == wanted)
                ]
            return self._by_key[key]

    def _page(self, entries: list[Entry], wanted: str, token: str, size: int) -> tuple[list[Entry], str]:
        size = min(size or 100, self.page_size)
        start = int(token.removeprefix("gap") or 0)
        if wanted in self.hollow:
            return [], str(start + 1)
        if wanted in self.loops:
            return entries[:size], "1"
        if wanted in self.echoes:
            return entries[:size], str(start + 1)
        if wanted in self.gaping and (not token or token.startswith("gap")):
            return [], str(start)
        end = start + size
        before = "gap" if wanted in self.gaping else ""
        return entries[start:end], f"{before}{end}" if end < len(entries) else ""

    def _told(self, wanted: str, answer: ListAssetsResponse | SearchAllResourcesResponse) -> bytes:
        """The answer as it goes over the wire."""
        whole: bytes = type(answer).serialize(answer)
        if wanted in self.garbled:
            return _NONSENSE
        return whole[:-1] if wanted in self.halved else whole

    @staticmethod
    def _handler(
        serve: Callable[[Any, grpc.ServicerContext], bytes], request: Any
    ) -> grpc.RpcMethodHandler[Any, Any]:
        return grpc.unary_unary_rpc_method_handler(
            serve, request_deserializer=request.deserialize, response_serializer=bytes
        )


def _is_in(entry: Entry, owner: str) -> bool:
    """Whether an entry lies in a part of the estate; one that names no organization is this one's."""
    if owner in entry.ancestors:
        return True
    return owner.startswith("organizations/") and not any(
        each.startswith("organizations/") for each in entry.ancestors
    )


def _is_found(entry: Entry, wanted: str) -> bool:
    if entry.type in answers.NOT_SEARCHABLE:
        return False
    return wanted in {EVERYTHING, answers.SEARCHED_AS.get(entry.type, entry.type)}


def main() -> None:
    """Serve an estate until the process is ended."""
    parser = argparse.ArgumentParser(description="Serve Cloud Asset Inventory on this machine.")
    parser.add_argument("--projects", type=int, default=10, help="how many projects to generate")
    parser.add_argument(
        "--assets", type=int, help="how many assets in all; a project has some 80 if left out"
    )
    parser.add_argument("--port", type=int, default=0, help="the port; a free one if left out")
    parser.add_argument("--page-size", type=int, default=1000, help="the most entries in an answer")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--deny", action="append", default=[], help="a type that may not be listed in depth")
    parser.add_argument("--examples", type=Path, help="serve the assets in the JSON files of this folder")
    chosen = parser.parse_args()
    if chosen.examples:
        files = sorted(chosen.examples.glob("*.json"))
        entries = [entry for file in files for entry in entries_in(json.loads(file.read_text()))]
    else:
        entries = list(generated(chosen.projects, chosen.assets))
    with GcpServer(entries, page_size=chosen.page_size, port=chosen.port) as server:
        for asset_type in chosen.deny:
            server.deny(method=LIST, asset_type=asset_type)
        if chosen.latency:
            server.delay(chosen.latency)
        sys.stdout.write(
            f"{len(entries)} entries at {server.url}\n\n"
            f'In agent.toml:\n\n[[source]]\nconnector = "gcp"\nscope = "{ORGANIZATION}"\n'
            f'endpoint = "{server.url}"\nquota_share = 1.0\n'
        )
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
