"""Runs the agent and its peers in turn against one server, and puts what they cost side by side.

`python -m benchmarks peers [--peers-dir DIR] [--rounds N] [--only NAME…]`. Installs the peers (4 GB) on
first use.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.measured import Cost, spread
from benchmarks.peers import counting, ours, tree, venvs
from benchmarks.peers.estate import ASSETS, REGIONS
from benchmarks.peers.tools import TOOLS, Tool
from deploy.demo.processes import background, free_port

AGENT = "agent"
#: To reach, as a part of what the peer costs: CPU, calls, peak memory; `None` where no goal is set.
GOALS: dict[str, tuple[float | None, float | None, float | None]] = {
    "c7n": (0.5, 0.5, 0.7),
    "cartography": (None, None, None),
    "prowler": (0.25, None, None),
}
_SEED_PATIENCE = 600.0
#: A port of the loopback that nothing listens on: what does not go to the server fails at once.
_NOWHERE = "http://127.0.0.1:9"


@dataclass
class Runs:
    """What each round of one tool cost, and how often each operation was called in its last one."""

    costs: list[Cost] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)

    def add(self, cost: Cost, found: int, operations: Counter[str]) -> None:
        """Add a round."""
        self.costs.append(cost)
        self.found.append(found)
        self.calls.append(operations.total())
        self.operations = operations


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks peers", description=__doc__)
    parser.add_argument("--peers-dir", type=Path, default=venvs.default_directory())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[each.name for each in TOOLS])
    options = parser.parse_args(arguments)
    places: dict[str, Path] = {}
    lacking: dict[str, str] = {}
    for tool in TOOLS:
        if tool.name in options.only:
            place = venvs.installed(tool.name, options.peers_dir)
            if isinstance(place, str):
                lacking[f"{tool.title}: not measured"] = place
            else:
                places[tool.name] = place
    return lacking | report(_measured(places, options.rounds))


def report(runs: dict[str, Runs]) -> dict[str, str]:
    """What each tool cost, and the agent's part of each peer's: medians over the rounds."""
    titles = {AGENT: "agent"} | {tool.name: tool.title for tool in TOOLS}
    lines = {"resources in the account": str(ASSETS)}
    for name, each in runs.items():
        title = titles[name]
        lines |= {
            f"{title}: resources found": spread(each.found, 0),
            f"{title}: CPU s": spread([cost.cpu for cost in each.costs]),
            f"{title}: API calls": spread(each.calls, 0),
            f"{title}: calls per resource": spread(
                [calls / max(found, 1) for calls, found in zip(each.calls, each.found, strict=True)]
            ),
            f"{title}: peak RSS MB": spread([cost.peak_mb for cost in each.costs], 0),
            f"{title}: wall s (not compared)": spread([cost.wall for cost in each.costs], 1),
        }
    for name in list(runs)[1:]:
        lines |= _parts(titles[name], runs[AGENT], runs[name], GOALS[name])
    return lines | {
        f"{titles[name]}: calls by operation": ", ".join(
            f"{operation} {count}" for operation, count in each.operations.most_common()
        )
        for name, each in runs.items()
    }


def _parts(
    title: str, agent: Runs, peer: Runs, goals: tuple[float | None, float | None, float | None]
) -> dict[str, str]:
    sides: tuple[tuple[str, Sequence[float], Sequence[float]], ...] = (
        ("CPU", [each.cpu for each in agent.costs], [each.cpu for each in peer.costs]),
        ("API calls", agent.calls, peer.calls),
        ("peak RSS", [each.peak_mb for each in agent.costs], [each.peak_mb for each in peer.costs]),
    )
    lines = {}
    for (what, mine, theirs), goal in zip(sides, goals, strict=True):
        wanted = "" if goal is None else f" (≤ {goal})"
        # A peer may have fewer rounds: each of its rounds is set against the agent's of the same turn.
        ratios = [own / other for own, other in zip(mine, theirs, strict=False)]
        lines[f"agent ÷ {title}, {what}{wanted}"] = spread(ratios)
    return lines


def _measured(places: dict[str, Path], rounds: int) -> dict[str, Runs]:
    runs = {name: Runs() for name in (AGENT, *places)}
    with tempfile.TemporaryDirectory() as directory, _api(Path(directory)) as url:
        for number in range(rounds):
            place = Path(directory) / f"round-{number}"
            place.mkdir()
            _turn(AGENT, runs[AGENT], url, partial(_agent, place, url))
            for tool in TOOLS:
                if tool.name in places and number < tool.rounds:
                    work = partial(_peer, tool, places[tool.name], place, url)
                    _turn(tool.name, runs[tool.name], url, work)
    return runs


def _turn(name: str, runs: Runs, url: str, work: Callable[[], tuple[Cost, int]]) -> None:
    counting.taken(url)
    cost, found = work()
    runs.add(cost, found, counting.taken(url))
    told = f"{name}: {cost.cpu:.2f} s CPU, {runs.calls[-1]} calls, {cost.peak_mb:.0f} MB, {cost.wall:.0f} s"
    print(told, file=sys.stderr, flush=True)


def _agent(place: Path, url: str) -> tuple[Cost, int]:
    log = place / "agent.log"
    environment = {**_environment(place, url), **_our_path()}
    cost, found = ours.scan(place / "agent", REGIONS, lambda command: tree.run(command, environment, log))
    assert cost.exit_code == 0, log.read_text()
    return cost, found


def _peer(tool: Tool, tools: Path, place: Path, url: str) -> tuple[Cost, int]:
    output = place / tool.name
    output.mkdir()
    log = place / f"{tool.name}.log"
    cost = tree.run(tool.command(tools, output, REGIONS), _environment(place, url), log)
    assert cost.exit_code in tool.exit_codes, log.read_text()[-5000:]
    return cost, tool.found(output)


def _environment(place: Path, url: str) -> dict[str, str]:
    """Nothing of the caller's but the path to commands: every tool starts alike."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "NO_PROXY": "127.0.0.1,localhost",
    }


def _our_path() -> dict[str, str]:
    """The agent may be run from a checkout that is not the installed one."""
    return {name: value for name, value in os.environ.items() if name == "PYTHONPATH"}


@contextlib.contextmanager
def _api(place: Path) -> Iterator[str]:
    port = free_port()
    server = [sys.executable, "-m", "benchmarks.peers.estate", "--port", str(port)]
    with background(server, port, place / "estate.log", patience=_SEED_PATIENCE):
        yield f"http://127.0.0.1:{port}"
