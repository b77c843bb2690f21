"""An AWS API server (moto) in a process of its own, so that one test's estate is not another's."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def running_moto() -> Iterator[str]:
    """Start an empty server on a free port of the loopback, yield its URL, and end it.

    moto's example images are left out: each region would hold half a thousand snapshots of them.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.moto_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"},
        text=True,
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("moto did not start; run python -m tests.servers.moto_server to see why")
        try:
            yield url
        finally:
            process.kill()


def main() -> None:
    """Serve until standard input ends."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: PLC0415 - moto is what this process is for
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - tests only start it

    # Head and body go apart: on a connection that is kept the second would wait 40 ms for the first.
    MotoRequestHandler.disable_nagle_algorithm = True
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)  # noqa: T201 - what the caller waits for
    sys.stdin.read()


if __name__ == "__main__":
    main()
