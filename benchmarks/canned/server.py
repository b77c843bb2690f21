"""The least of HTTP that the SDK needs: keep-alive, one request after the other on each connection."""

from __future__ import annotations

import asyncio

from benchmarks.canned import tenant
from benchmarks.canned.answers import nothing
from benchmarks.canned.estate import Estate
from benchmarks.canned.pages import Asked, parameters
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import recognise

_END = b"\r\n\r\n"


class Api(asyncio.Protocol):
    """One connection. `latency` is how many seconds each answer is late."""

    def __init__(self, estate: Estate, latency: float) -> None:
        self._estate = estate
        self._latency = latency
        self._received = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer when the request is whole."""
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        first, *lines = self._received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        size = end + len(_END) + int(headers.get("content-length", 0))
        if headers.get("expect") == "100-continue" and len(self._received) < size:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self._received) < size:
            return
        body = bytes(self._received[end + len(_END) : size])
        del self._received[:size]
        method, target, _ = first.split(" ")
        answer = self._answer(method, target, headers, body)
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._send, answer)
        else:
            self._send(answer)

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        request = recognise(method, target, headers, body)
        account = tenant.account_of(request.key, self._estate)
        asked = Asked(request, self._estate, account, target, parameters(target, body))
        return tenant.answered(asked) or nothing(request.service, request.operation)

    def _send(self, answer: Answer) -> None:
        lines = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        self._transport.write("\r\n".join(lines).encode() + _END + answer.body)


async def serve(estate: Estate, port: int, latency: float) -> None:
    """Serve until cancelled."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Api(estate, latency), "127.0.0.1", port, backlog=512)
    await server.serve_forever()
