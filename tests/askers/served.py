"""A collector that only answers: a real gRPC server with client certificates, over a store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import grpc
import grpc.aio

from collector.identity import authority, spiffe
from collector.identity.peer import Gate
from collector.query.service import OverviewServicer
from collector.store.base import Store
from tests.askers.rules import rules
from wolkenzicht.transport import Credentials, server_options
from wolkenzicht.v1.overview_service_pb2_grpc import add_OverviewServiceServicer_to_server


@dataclass(frozen=True, slots=True)
class Served:
    """Where it listens, and its authority's folder; `issue` makes certificates that it accepts."""

    address: str
    folder: Path
    store: Store

    def issue(self, holder: spiffe.Holder, *rights: str, known: bool = True, days: int = 90) -> Credentials:
        """Files of a new certificate; the collector has its record unless `known` is False."""
        issued = authority.load(self.folder).client(holder, days=days)
        certificate, key = (self.folder / f"{holder.common_name}{end}" for end in (".pem", ".key"))
        certificate.write_bytes(issued.certificate)
        key.write_bytes(issued.key)
        if known:
            assert issued.record is not None
            self.store.registry.put_certificate(replace(issued.record, rights=frozenset(rights)))
        return Credentials(self.folder / "ca.pem", certificate, key)


@contextmanager
def serving(store: Store, folder: Path) -> Iterator[Served]:
    """Serve the store on a free port of the loopback, in a thread with its own event loop."""
    own = authority.create(folder)
    issued = own.server(["localhost"])
    (folder / "server.pem").write_bytes(issued.certificate)
    (folder / "server.key").write_bytes(issued.key)
    credentials = Credentials(folder / "ca.pem", folder / "server.pem", folder / "server.key").server()
    ready = threading.Event()
    address: list[str] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        gate = Gate(store.registry)
        servicer = OverviewServicer(
            store.reading, store.registry, rules(), gate, store.handling, store.exemptions
        )
        server = grpc.aio.server(options=server_options())
        add_OverviewServiceServicer_to_server(servicer, server)
        address.append(f"localhost:{server.add_secure_port('127.0.0.1:0', credentials)}")
        await server.start()
        ready.set()
        await stop.wait()
        await server.stop(grace=None)
        servicer.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(timeout=30)
    try:
        yield Served(address[0], folder, store)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
