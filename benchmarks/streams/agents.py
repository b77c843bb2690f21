"""Simulated agents in one process: real certificates and the real protocol, without reading anything.

Takes commands as JSON lines and answers each with one: `{"open": 10}` opens streams until so many are open,
`{"round": 10}` lets so many send a whole scan and tells how long each took, `{"trickle": 10}` lets the first
send a small frame a second, so many in all, `{"end": 1}` ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from benchmarks.streams import founding, scan
from wolkenzicht.transport import client_options
from wolkenzicht.v1 import collector_service_pb2 as pb

METHOD = f"/{pb.DESCRIPTOR.services_by_name['CollectorService'].full_name}/Report"
#: Streams that are opened at once: as many as a collector would be asked for after an outage.
_AT_ONCE = 20


class Agent:
    """One agent: its stream, and what of its spool is acknowledged."""

    def __init__(self, place: Path, port: int, number: int) -> None:
        self._tenant = founding.tenant(number)
        options = [*client_options(), ("grpc.use_local_subchannel_pool", 1)]
        identity = founding.credentials(place, number).client()
        self._channel = grpc.aio.secure_channel(f"localhost:{port}", identity, options)
        self._call: Any = None
        self._window = 0
        self._acknowledged = 0

    async def open(self) -> None:
        """Open the stream; it is accepted."""
        method = self._channel.stream_stream(METHOD, _as_it_is, pb.ReportResponse.FromString)
        self._call = method()
        start = pb.StreamStart(tenant=self._tenant, spool_id="spool", agent_version="bench")
        await self._call.write(pb.ReportRequest(stream_start=start).SerializeToString())
        self._window = (await self._call.read()).stream_accepted.window

    async def send(self, frames: list[bytes]) -> float:
        """Send a scan within the window; seconds until all of it is acknowledged."""
        started = time.perf_counter()
        room = asyncio.Semaphore(self._window)
        sender = asyncio.create_task(self._write(frames, room))
        while self._acknowledged < len(frames):
            answer = await self._call.read()
            assert answer.HasField("ack"), answer
            for _ in range(answer.ack.sequence - self._acknowledged):
                room.release()
            self._acknowledged = answer.ack.sequence
        await sender
        return time.perf_counter() - started

    async def _write(self, frames: list[bytes], room: asyncio.Semaphore) -> None:
        for frame in frames:
            await room.acquire()
            await self._call.write(frame)

    async def trickle(self, count: int) -> list[float]:
        """Send so many small frames, one a second; seconds until each is acknowledged."""
        told = []
        for _ in range(count):
            started = time.perf_counter()
            frame = pb.ReportRequest(sequence=self._acknowledged + 1, scan_id=f"scan-{self._acknowledged}")
            frame.observe_time.FromDatetime(datetime.now(UTC))
            frame.scan_start.policy_version = "bench"
            await self._call.write(frame.SerializeToString())
            self._acknowledged = (await self._call.read()).ack.sequence
            told.append(time.perf_counter() - started)
            await asyncio.sleep(max(0.0, 1.0 - told[-1]))
        return told

    async def close(self) -> None:
        """End the stream."""
        if self._call is not None:
            self._call.cancel()
        await self._channel.close()


async def main() -> None:
    """Do what is asked until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--agents", type=int, required=True)
    parser.add_argument("--assets", type=int, required=True)
    said = parser.parse_args()
    agents = [Agent(said.place, said.port, said.first + number) for number in range(said.agents)]
    frames = scan.encoded(said.assets)
    opened = 0
    while (asked := json.loads(await asyncio.to_thread(sys.stdin.readline))).get("end") is None:
        started = time.perf_counter()
        answer: dict[str, object] = {}
        if "open" in asked:
            while opened < asked["open"]:
                some = agents[opened : min(opened + _AT_ONCE, asked["open"])]
                await asyncio.gather(*(each.open() for each in some))
                opened += len(some)
        elif "trickle" in asked:
            answer["each"] = await agents[0].trickle(asked["trickle"])
        else:
            answer["each"] = await asyncio.gather(*(each.send(frames) for each in agents[: asked["round"]]))
        answer["seconds"] = time.perf_counter() - started
        print(json.dumps(answer), flush=True)
    await asyncio.gather(*(each.close() for each in agents))


def _as_it_is(frame: bytes) -> bytes:
    return frame


if __name__ == "__main__":
    asyncio.run(main())
