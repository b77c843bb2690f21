"""An agent's scans and a collector's store in one process, without a network: what a rescan moves and costs.

Scans an estate, then again without a change, with 1 % and with 2 % changed, and again after the agent lost
its disk (with `--unchanged-only` the first two); prints JSON.
`python -m benchmarks.rescan_side --assets 100000 --scopes 5 --directory DIR`.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from agent.comparing import Comparison
from agent.counters import Counters
from agent.rules import ScanRules
from agent.scan import Scan
from agent.spool import Spool
from benchmarks import frames
from collector.server.comparing import Answers
from collector.store.base import Incoming, Organisation, Store, Tenant
from collector.store.sqlite import open_store
from connectors.base import PermissionTried, ReadItem
from policy.ruleset import Policy
from wolkenzicht.model import AccountStanding, Asset, Scope, Verdict
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse

TENANT = "bench"
_GROUP = 8


class _Same:
    """A policy that costs next to nothing."""

    version = "bench"

    def classify(self, asset: Asset) -> Verdict:
        """The same for all but copies."""
        return frames.verdict_on(asset)


@dataclass
class Estate:
    """Disks over scopes of one type; one in `every` changed to another size `generation` times."""

    assets: int
    scopes: int
    every: int = 0
    generation: int = 0
    connector: str = "aws"

    def become(self, other: Estate) -> None:
        """What is there is another estate from now on, for the same agent."""
        self.assets, self.scopes = other.assets, other.scopes
        self.every, self.generation = other.every, other.generation

    def plan(self) -> Iterator[Scope]:
        """Scopes in one region after the other, of more accounts where there are more."""
        for number in range(self.scopes):
            account = f"{int(frames.ACCOUNT) + number // len(frames.REGIONS):012}"
            yield Scope(account, frames.REGIONS[number % len(frames.REGIONS)], frames.TYPE)

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """The disks of a scope."""
        place = list(self.plan()).index(scope)
        for number in range(place, self.assets, self.scopes):
            changed = frames.is_changed(number, self.every)
            yield frames.asset_of(scope.location, number, 100 + (self.generation if changed else 0))

    def standings(self) -> Iterator[AccountStanding]:
        """Nothing is told of the accounts."""
        return iter(())

    def group(self, scope: Scope) -> str:
        """All in one."""
        return scope.type

    def finish_group(self, group: str) -> None:
        """Nothing is held."""

    def check(self) -> Iterator[PermissionTried]:
        """Nothing is needed."""
        return iter(())


class Both:
    """The agent, the collector, and what passes between them."""

    def __init__(self, directory: Path, store: Store) -> None:
        self.directory = directory
        self.spool = self._spool(0)
        self.ingest = store.ingest
        self.answers = Answers(store.comparing)
        self.bytes = 0
        self.collector_cpu = 0.0
        self.collector_seconds = 0.0
        self.now = datetime.now(UTC) - timedelta(days=30)
        self.estate = Estate(0, 0)
        self._agent = self._scanning()

    def _spool(self, number: int) -> Spool:
        state = self.directory / f"agent-{number}"
        state.mkdir()
        return Spool(state, max_bytes=10**11, max_wait=60)

    def lose_disk(self) -> None:
        """The agent begins with an empty one."""
        self.spool.close()
        self.spool = self._spool(1)
        self._agent = self._scanning()

    def _scanning(self) -> Scan:
        """An agent's process, which scans time and again by the same rules."""
        rules = ScanRules(cast("Policy", _Same()))
        return Scan(
            [self.estate],
            lambda: rules,
            self.spool,
            Counters(),
            workers=1,
            interval=3600,
            stop=threading.Event(),
            clock=lambda: self.now,
            compare=lambda: _compare(self),
        )

    def scan(self, estate: Estate) -> dict[str, float]:
        """One scan to its end; bytes both ways, CPU seconds of either side, all seconds of the collector."""
        self.bytes, self.collector_cpu, self.collector_seconds = 0, 0.0, 0.0
        self.now += timedelta(hours=1)
        self.estate.become(estate)
        begun = time.process_time()
        self._agent.run()
        self.deliver()
        whole = time.process_time() - begun
        return {
            "bytes": self.bytes,
            "collector_cpu": self.collector_cpu,
            "collector_seconds": self.collector_seconds,
            "agent_cpu": whole - self.collector_cpu,
        }

    def ask(self, question: CompareRequest) -> CompareResponse:
        """One question of a comparison."""
        text = question.SerializeToString()

        def answered() -> bytes:
            return self.answers.answer(TENANT, CompareRequest.FromString(text)).SerializeToString()

        answer = self._at_collector(answered)
        self.bytes += len(text) + len(answer)
        return CompareResponse.FromString(answer)

    def deliver(self) -> None:
        """Send what waits, until nothing does."""
        after = 0
        while waiting := self.spool.read_after(max(after, self.spool.backlog().first - 1), _GROUP):
            after = waiting[-1][0]
            self.bytes += sum(len(body) for _, body in waiting)

            def commit(bodies: list[bytes]) -> None:
                taken = [
                    Incoming(TENANT, self.spool.spool_id, "bench", pb.ReportRequest.FromString(body))
                    for body in bodies
                ]
                for each in self.ingest.commit(taken, datetime.now(UTC)):
                    assert not each.refused, each.refused
                    assert not each.resync, each.resync

            bodies = [body for _, body in waiting]
            self._at_collector(lambda these=bodies: commit(these))  # type: ignore[misc]  # bound at once
            self.spool.acknowledge(after)
        self.spool.flush()

    def _at_collector(self, work: Callable[[], Any]) -> Any:
        begun, on_processor = time.perf_counter(), time.thread_time()
        done = work()
        self.collector_cpu += time.thread_time() - on_processor
        self.collector_seconds += time.perf_counter() - begun
        return done


def _compare(both: Both) -> None:
    Comparison(both.spool.base, both.spool.told, TENANT, both.ask).run()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--scopes", type=int, default=5)
    parser.add_argument("--unchanged-only", action="store_true")
    parser.add_argument("--directory", type=Path, required=True)
    arguments = parser.parse_args()
    store = open_store(arguments.directory / "store.db", create=True)
    store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
    store.registry.add_tenant(Tenant(TENANT, "mvz", "aws", created=datetime.now(UTC)))
    both = Both(arguments.directory, store)
    size, scopes = arguments.assets, arguments.scopes
    measured = {"first": both.scan(Estate(size, scopes))}
    measured["unchanged"] = both.scan(Estate(size, scopes))
    if arguments.unchanged_only:
        print(json.dumps(measured))
        return
    measured["1 %"] = both.scan(Estate(size, scopes, 100, 1))
    measured["2 %"] = both.scan(Estate(size, scopes, 50, 2))
    both.lose_disk()
    measured["lost disk"] = both.scan(Estate(size, scopes, 50, 2))
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
