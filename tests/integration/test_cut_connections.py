"""Connections that the other side cuts: the agent tries again soon, and the collector is not upset."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import trustme
from prometheus_client import CollectorRegistry

from agent.diagnosis import explained
from collector.config import Address
from collector.server.http import HttpEndpoint
from tests.servers.minimal_collector import written
from wolkenzicht.transport import client_options
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub

#: Closing with this on sends a reset in the place of an orderly end.
_RESET = struct.pack("ii", 1, 0)


def end(connection: socket.socket) -> None:
    """Close in order."""
    connection.close()


def reset(connection: socket.socket) -> None:
    """Close with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()


@contextmanager
def cutting(how: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where every connection is taken, and cut after the first that is said, as a balancer does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(65_536)
                how(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(60)


@pytest.mark.parametrize("how", [end, reset])
def test_a_handshake_that_is_cut_is_tried_again(tmp_path: Path, how: Callable[[socket.socket], None]) -> None:
    """It is no fault of settings: an agent that held it for one waited two minutes."""
    credentials = written(tmp_path, trustme.CA(), "agent.example.nl")
    with cutting(how) as port:
        address = f"localhost:{port}"
        with (
            grpc.secure_channel(address, credentials.client(), client_options()) as channel,
            pytest.raises(grpc.RpcError) as raised,
        ):
            next(CollectorServiceStub(channel).Report(iter(()), timeout=60))
        trouble = explained(raised.value, address, credentials)

    assert trouble.retryable
    assert f"collector {address}: UNAVAILABLE" in str(trouble)


def test_a_prober_that_hangs_up_leaves_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    """A balancer's check that ends early writes no traceback into the log, and the next is answered."""
    asked = threading.Event()

    def is_ready() -> bool:
        asked.set()
        time.sleep(0.2)
        return True

    endpoint = HttpEndpoint(Address("127.0.0.1", 0), CollectorRegistry(), is_ready)
    try:
        for _ in range(3):
            prober = socket.create_connection(("127.0.0.1", endpoint.port))
            prober.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            assert asked.wait(60)
            asked.clear()
            reset(prober)
        with socket.create_connection(("127.0.0.1", endpoint.port), 5) as prober:
            prober.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            answer = prober.recv(4096)
    finally:
        endpoint.stop()

    assert answer.startswith(b"HTTP/1.0 200")
    assert capfd.readouterr().err == ""
