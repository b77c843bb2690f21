"""How a test's API server is run by hand: sizes as options, and the lines that point an agent at it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from tests.servers.json_server import Answered, Asked, JsonServer


def serve_by_hand(
    description: str,
    sizes: dict[str, int],
    make: Callable[[dict[str, int]], Callable[[Asked], Answered]],
    secrets: dict[str, str],
    source: str,
) -> None:
    """Serve until interrupted.

    `sizes` are options with their defaults, handed to `make`. `secrets` are files that the source needs,
    with their contents. `source` is the agent's section, in which `{url}` and `{folder}` are filled in;
    so are they in the secrets.
    """
    parser = argparse.ArgumentParser(description=description)
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"how many (default {default})")
    parser.add_argument("--port", type=int, default=0, help="on loopback (default: any that is free)")
    given = vars(parser.parse_args())
    port = given.pop("port")
    with tempfile.TemporaryDirectory() as folder, JsonServer(make(given), port=port) as server:
        for name, text in secrets.items():
            filled = text.replace("{url}", server.url).replace("{folder}", folder)
            (Path(folder) / name).write_text(filled)
        section = source.replace("{url}", server.url).replace("{folder}", folder)
        sys.stdout.write(f"serving on {server.url}; in agent.toml write\n\n[[source]]\n{section}\n\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
