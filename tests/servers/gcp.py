"""A Cloud Asset Inventory server on the client library's own messages: paging, refusals, lies.

By hand: `python -m tests.servers.gcp --projects 50`, then in agent.toml `connector = "gcp"`,
`scope = "organizations/123"` and `endpoint = "http://127.0.0.1:PORT"`.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Self

import grpc
from google.cloud.asset_v1.types import (
    Asset,
    ListAssetsRequest,
    ListAssetsResponse,
    ResourceSearchResult,
    SearchAllResourcesRequest,
    SearchAllResourcesResponse,
)
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # generated without types

from tests.servers.gcp_estate import Entry, entries_in, generated

SERVICE = "google.cloud.asset.v1.AssetService"
LIST, SEARCH = "ListAssets", "SearchAllResources"
#: No message begins so: wire type 7 does not exist.
_NONSENSE = b"\xff\xff"


@dataclass(slots=True)
class Fault:
    """What goes wrong with calls of a method about a type (`None`: any), so many times."""

    method: str | None
    asset_type: str | None
    code: grpc.StatusCode
    text: str
    details: Sequence[Message] = ()
    left: int = sys.maxsize
    after: int = 0


@dataclass(slots=True)
class GcpServer:
    """Serves entries on a free port of this machine until it is closed.

    `page_size` caps a page below what is asked for. `calls` holds method and type of every call, in
    order. Types in `loops` repeat their page token, those in `hollow` have empty pages without end, those
    in `foreign` entries of another type; `garbled` answers are no messages. A context manager.
    """

    entries: list[Entry]
    page_size: int = 1000
    port: int = 0
    calls: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    loops: set[str] = field(default_factory=set)
    hollow: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    garbled: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: grpc.Server | None = None
    _by_type: dict[str, list[Entry]] = field(default_factory=dict)
    _by_name: dict[str, Entry] = field(default_factory=dict)

    def __enter__(self) -> Self:
        for entry in self.entries:
            self._by_type.setdefault(entry.type, []).append(entry)
            self._by_name[entry.name] = entry
        server = grpc.server(ThreadPoolExecutor(max_workers=8))
        handlers = {
            LIST: self._handler(self._list, ListAssetsRequest, ListAssetsResponse),
            SEARCH: self._handler(self._search, SearchAllResourcesRequest, SearchAllResourcesResponse),
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
            self.calls.clear()
            self.faults.clear()
            self.loops.clear()
            self.hollow.clear()
            self.foreign.clear()
            self.garbled = False

    def fail(
        self,
        code: grpc.StatusCode,
        text: str,
        *details: Message,
        method: str | None = None,
        asset_type: str | None = None,
        times: int = sys.maxsize,
        after: int = 0,
    ) -> None:
        """Answer calls with a status, its details in the way Google gives them, but the first `after`."""
        self.faults.append(Fault(method, asset_type, code, text, details, times, after))

    def deny(self, *, method: str | None = None, asset_type: str | None = None) -> None:
        """Refuse calls as IAM does."""
        self.fail(
            grpc.StatusCode.PERMISSION_DENIED,
            "The caller does not have permission",
            method=method,
            asset_type=asset_type,
        )

    def exhaust(self, *details: Message, asset_type: str | None = None, times: int = sys.maxsize) -> None:
        """Answer that the quota is used up."""
        text = "Quota exceeded for quota metric 'ListAssets Requests'"
        self.fail(grpc.StatusCode.RESOURCE_EXHAUSTED, text, *details, asset_type=asset_type, times=times)

    def _list(self, request: ListAssetsRequest, context: grpc.ServicerContext) -> ListAssetsResponse:
        wanted = self._called(LIST, request.asset_types, context)
        found, token = self._page(wanted, request.page_token, request.page_size)
        assets = [_asset(entry) for entry in found]
        for asset in assets:
            if wanted in self.foreign:
                asset.asset_type = "example.googleapis.com/Other"
        return ListAssetsResponse(assets=assets, next_page_token=token)

    def _search(
        self, request: SearchAllResourcesRequest, context: grpc.ServicerContext
    ) -> SearchAllResourcesResponse:
        if request.query:
            for asset_type in request.asset_types:
                self._called(f"{SEARCH} by name", [asset_type], context)
            names = [each.removeprefix('name="').removesuffix('"') for each in request.query.split(" OR ")]
            entries = [self._by_name[name] for name in names if name in self._by_name]
            wanted_types = set(request.asset_types)
            results = [_result(entry) for entry in entries if entry.type in wanted_types]
            return SearchAllResourcesResponse(results=results)
        wanted = self._called(SEARCH, request.asset_types, context)
        found, token = self._page(wanted, request.page_token, request.page_size)
        return SearchAllResourcesResponse(results=[_result(each) for each in found], next_page_token=token)

    def _called(self, method: str, types: Iterable[str], context: grpc.ServicerContext) -> str:
        (wanted,) = types
        with self._lock:
            self.calls.append((method, wanted))
            for fault in self.faults:
                if fault.method not in {None, method, method.partition(" ")[0]} or fault.asset_type not in {
                    None,
                    wanted,
                }:
                    continue
                if fault.after:
                    fault.after -= 1
                elif fault.left:
                    fault.left -= 1
                    _abort(context, fault)
        return wanted

    def _page(self, wanted: str, token: str, size: int) -> tuple[list[Entry], str]:
        entries = self._by_type.get(wanted, [])
        size = min(size or 100, self.page_size)
        start = int(token or 0)
        if wanted in self.hollow:
            return [], str(start + 1)
        if wanted in self.loops:
            return entries[:size], "1"
        end = start + size
        return entries[start:end], str(end) if end < len(entries) else ""

    def _handler(
        self, serve: Callable[[Any, grpc.ServicerContext], Any], request: Any, response: Any
    ) -> grpc.RpcMethodHandler[Any, Any]:
        def serialise(answer: Any) -> bytes:
            return _NONSENSE if self.garbled else bytes(response.serialize(answer))

        return grpc.unary_unary_rpc_method_handler(
            serve, request_deserializer=request.deserialize, response_serializer=serialise
        )


def _asset(entry: Entry) -> Asset:
    return Asset(
        name=entry.name,
        asset_type=entry.type,
        ancestors=list(entry.ancestors),
        resource={"location": entry.location, "data": dict(entry.data)},
    )


def _result(entry: Entry) -> ResourceSearchResult:
    labels = entry.data.get("labels")
    return ResourceSearchResult(
        name=entry.name,
        asset_type=entry.type,
        project=entry.ancestors[0] if entry.ancestors else "",
        display_name=entry.name.rpartition("/")[2],
        location=entry.location.lower(),
        labels=labels if isinstance(labels, dict) else {},
        additional_attributes={"projectId": entry.data["projectId"]} if "projectId" in entry.data else {},
    )


def _abort(context: grpc.ServicerContext, fault: Fault) -> NoReturn:
    details = []
    for detail in fault.details:
        packed = AnyMessage()
        packed.Pack(detail)
        details.append(packed)
    status = Status(code=fault.code.value[0], message=fault.text, details=details)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(fault.code, fault.text)


def main() -> None:
    """Serve an estate until the process is ended."""
    parser = argparse.ArgumentParser(description="Serve Cloud Asset Inventory on this machine.")
    parser.add_argument("--projects", type=int, default=10, help="how many projects to generate")
    parser.add_argument("--port", type=int, default=0, help="the port; a free one if left out")
    parser.add_argument("--page-size", type=int, default=1000)
    parser.add_argument("--examples", type=Path, help="serve the assets in the JSON files of this folder")
    chosen = parser.parse_args()
    if chosen.examples:
        files = sorted(chosen.examples.glob("*.json"))
        entries = [entry for file in files for entry in entries_in(json.loads(file.read_text()))]
    else:
        entries = list(generated(chosen.projects))
    with GcpServer(entries, page_size=chosen.page_size, port=chosen.port) as server:
        sys.stdout.write(f"{len(entries)} entries at {server.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
