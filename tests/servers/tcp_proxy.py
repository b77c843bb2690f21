"""A TCP proxy before the collector that delays, drips, cuts, and loses without a word; TLS passes through.

What a network does to a stream: the ends see packets late, a few bytes at a time, a reset, or nothing at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

_CHUNK = 64 * 1024
_LOOK_SECONDS = 0.01


@dataclass(eq=False, slots=True)
class _Link:
    """A connection of each side, passed on to the other."""

    client: asyncio.StreamWriter
    upstream: asyncio.StreamWriter
    lost: bool = False  # what comes goes nowhere, and nobody is told


class TcpProxy:
    """Serves on a port of its own, in a thread of its own, while entered; settings may change meanwhile.

    `delay` is in seconds for each way, `drip` the bytes from a client that pass per hundredth of a second; 0
    passes all.
    """

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self.drip = 0
        self.port = 0
        self._upstream_port = port
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def address(self) -> str:
        """Where agents connect."""
        return f"localhost:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(10)

    def cut(self) -> None:
        """Reset every connection, on both sides."""
        self._call(_reset_both)

    def black_hole(self) -> None:
        """Pass nothing on any more over what is connected; both sides believe that it is."""
        self._call(_lose)

    def half_open(self) -> None:
        """The client's side is gone, and the collector is not told."""
        self._call(_reset_client)

    def _call(self, what: Callable[[_Link], object]) -> None:
        async def each() -> None:
            for link in list(self._links):
                what(link)

        asyncio.run_coroutine_threadsafe(each(), self._loop).result(10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ending.wait()
        server.close()
        for link in self._links:
            for side in (link.client, link.upstream):
                side.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        link = _Link(writer, forth)
        self._links.add(link)
        ways = (
            self._pass(link, reader, forth, dripping=True),
            self._pass(link, back, writer, dripping=False),
        )
        with contextlib.suppress(asyncio.CancelledError):  # the proxy ends
            await asyncio.gather(*ways)
        for side in (writer, forth):
            side.close()
        self._links.discard(link)

    async def _pass(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, dripping: bool
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while some := await reader.read(self.drip if dripping and self.drip else _CHUNK):
                await asyncio.sleep(_LOOK_SECONDS if dripping and self.drip else self.delay)
                if not link.lost:
                    writer.write(some)
                    await writer.drain()
        if not link.lost:
            writer.close()


def _lose(link: _Link) -> None:
    link.lost = True


def _reset_client(link: _Link) -> None:
    _lose(link)
    _reset(link.client)


def _reset_both(link: _Link) -> None:
    _reset(link.client)
    _reset(link.upstream)


def _reset(writer: asyncio.StreamWriter) -> None:
    taken = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        # Lingering for no time at all makes closing send a reset.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
