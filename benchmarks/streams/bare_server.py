"""The least that taking assets in over mTLS can cost: parse, merge in a thread, acknowledge after the commit.

`python -m benchmarks.streams.bare_server FOLDER PORT --directory DIR`, or `--url URL` for PostgreSQL: FOLDER
has a server's certificate. Speaks as much of the protocol as an agent needs, and checks nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from benchmarks import bare_merge, bare_merge_postgresql
from collector.identity import authority
from wolkenzicht.transport import Credentials, server_options
from wolkenzicht.v1 import collector_service_pb2 as pb

_SERVICE = pb.DESCRIPTOR.services_by_name["CollectorService"].full_name
_WINDOW = 64

_Merge = Callable[[Sequence[pb.AssetBatch], int], int]


class Bare:
    """One stream at a time; frames that wait go into one commit, up to as many as the merge takes."""

    def __init__(self, merge: _Merge) -> None:
        self._merge = merge
        self._thread = ThreadPoolExecutor(1)

    async def report(self, _requests: object, context: Any) -> None:
        """A stream from its start to its end."""
        start = pb.ReportRequest.FromString(await context.read())
        assert start.HasField("stream_start"), start
        await context.write(pb.ReportResponse(stream_accepted=pb.StreamAccepted(window=_WINDOW)))
        waiting: asyncio.Queue[pb.ReportRequest | None] = asyncio.Queue()
        writer = asyncio.create_task(self._commit(waiting, context))
        while (body := await context.read()) is not grpc.aio.EOF:
            waiting.put_nowait(pb.ReportRequest.FromString(body))
        waiting.put_nowait(None)
        await writer

    async def _commit(self, waiting: asyncio.Queue[pb.ReportRequest | None], context: Any) -> None:
        while (frame := await waiting.get()) is not None:
            group = [frame]
            while len(group) < bare_merge.GROUP and not waiting.empty():
                following = waiting.get_nowait()
                if following is None:
                    waiting.put_nowait(None)
                    break
                group.append(following)
            batches = [each.asset_batch for each in group if each.HasField("asset_batch")]
            now = time.time_ns() // 1000
            await asyncio.get_running_loop().run_in_executor(self._thread, self._merge, batches, now)
            await context.write(pb.ReportResponse(ack=pb.Ack(sequence=group[-1].sequence)))


async def serve(folder: Path, port: int, place: str | Path) -> None:
    """Serve until killed."""
    merge: _Merge
    if isinstance(place, Path):
        merge = partial(bare_merge.merge_group, bare_merge.open_database(place))
    else:
        merge = partial(bare_merge_postgresql.merge_group, bare_merge_postgresql.open_database(place))
    server = grpc.aio.server(options=server_options())
    handler: Any = grpc.stream_stream_rpc_method_handler(
        Bare(merge).report, response_serializer=pb.ReportResponse.SerializeToString
    )
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(_SERVICE, {"Report": handler})])
    names = ("ca.pem", authority.SERVER_CERTIFICATE, authority.SERVER_KEY)
    server.add_secure_port(f"127.0.0.1:{port}", Credentials(*(folder / name for name in names)).server())
    await server.start()
    await server.wait_for_termination()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--directory", type=Path)
    where.add_argument("--url")
    said = parser.parse_args()
    asyncio.run(serve(said.folder, said.port, said.url or said.directory / "bare.db"))


if __name__ == "__main__":
    main()
