"""How long it takes to judge again all that a collector holds, while agents go on reporting.

`python -m benchmarks evaluation` does so with 100,000 assets; `benchmarks.evaluation --assets 1000000` with
a million. An edition in which London lies elsewhere is put in force, which gives assets that have a copy
there another verdict. Frames of 250 assets (2 % new) come in at a steady pace, before and meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import classification
from collector.rulebook.evaluation import Reevaluation
from collector.rulebook.in_force import InForce
from collector.rulebook.rules import InForceRules, PolicyRules, stands_at
from collector.server.metrics import Metrics
from collector.server.received import Received
from collector.server.writer import Writer
from collector.store.base import Organisation, Store, Tenant
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy.rule_book import RuleBook, packaged
from policy.ruleset import Policy, packaged_contents
from wolkenzicht import wire
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Operation, Scope
from wolkenzicht.v1 import asset_pb2
from wolkenzicht.v1 import collector_service_pb2 as pb

if TYPE_CHECKING:
    from collector.store.base import Committed

ASSETS = 100_000
#: Seconds that a million may take, as is to be reached.
MOST_SECONDS = 120
TENANTS = ("aws", "azure", "gcp", "odc")
#: One asset in so many has a copy in London; of seven in turn the first is of AWS.
LONDON_EVERY = 49
BATCH = 250
FRAMES_PER_SECOND = 4
ALONE_SECONDS = 10.0
_LONDON = DataLocation(
    Operation.REPLICATED, "eu-west-2", Certainty.DECLARED, (Evidence("DestinationRegion", "eu-west-2"),)
)
_GROUP = 8


def estate(size: int, first: int = 0) -> Iterator[Asset]:
    """Assets of four providers with the tags and properties that assets have, numbered from `first`."""
    blocks = (enumerate(classification.estate(classification.realistic)) for _ in count())
    endless = chain.from_iterable(blocks)
    for number, (place, asset) in zip(range(first, first + size), endless, strict=False):
        places = tuple(each for each in asset.locations if each.location != _LONDON.location)
        yield replace(
            asset,
            asset_id=f"{asset.provider}:{number}",
            locations=(*places, _LONDON) if place % LONDON_EVERY == 0 else places,
            tags=(
                *asset.tags,
                ("beheer", f"team-{number % 40}"),
                ("eigenaar", f"directie-{number % 12}"),
                ("systeem", f"systeem-{number % 300}"),
            ),
        )


def edition() -> RuleBook:
    """The packaged rules with London inside the EER."""
    contents = dict(packaged_contents())
    row = b"\neu-west-2,aws,London,"
    assert row + b"GB," in contents["aws_regions.csv"]
    contents["aws_regions.csv"] = contents["aws_regions.csv"].replace(row + b"GB,", row + b"IE,")
    return RuleBook(contents, 1)


@dataclass(slots=True)
class Agent:
    """An agent that reports batches of its own scope, one after the other."""

    tenant: str
    sequence: int = 0
    scan: str = "scan-1"
    sent: int = 0

    def frame(self, **said: object) -> Received:
        """The next frame."""
        self.sequence += 1
        frame = pb.ReportRequest(sequence=self.sequence, scan_id=self.scan, **said)  # type: ignore[arg-type]
        frame.observe_time.FromDatetime(datetime.now(UTC))
        return Received(self.tenant, f"spool-{self.tenant}", "bench", frame.SerializeToString())

    def batch(self, messages: list[asset_pb2.ClassifiedAsset]) -> Received:
        """A batch."""
        scope = wire.encode_scope(Scope("1", "global", classification.KINDS[self.tenant][0]))
        self.sent += len(messages)
        return self.frame(asset_batch=pb.AssetBatch(scope=scope, attempt=1, assets=messages))


def fill(store: Store, size: int, policy: Policy) -> dict[str, Agent]:
    """Report all of the estate; returns the agents, each in the middle of its scan."""
    store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
    agents = {}
    for tenant in TENANTS:
        store.registry.add_tenant(Tenant(tenant, "mvz", tenant, created=datetime.now(UTC)))
        agents[tenant] = Agent(tenant)
        commit(store, [agents[tenant].frame(scan_start=pb.ScanStart(policy_version=policy.version))])
    pending: dict[str, list[asset_pb2.ClassifiedAsset]] = {each: [] for each in TENANTS}
    frames: list[Received] = []
    for asset in estate(size):
        batch = pending[asset.provider]
        batch.append(wire.encode_classified(asset, policy.classify(asset)))
        if len(batch) == BATCH:
            frames.append(agents[asset.provider].batch(batch))
            batch.clear()
        if len(frames) == _GROUP:
            commit(store, frames)
            frames.clear()
    commit(store, [*frames, *(agents[each].batch(rest) for each, rest in pending.items() if rest)])
    return agents


def again(store: Store, policy: Policy) -> dict[str, Agent]:
    """The agents of a store that was filled before, each in the middle of a new scan."""
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    agents = {
        tenant: Agent(tenant, store.ingest.position(tenant, f"spool-{tenant}"), now) for tenant in TENANTS
    }
    for agent in agents.values():
        commit(store, [agent.frame(scan_start=pb.ScanStart(policy_version=policy.version))])
    return agents


def commit(store: Store, frames: list[Received]) -> None:
    """Apply frames at once; all of them are taken."""
    answers = store.ingest.commit([each.parsed() for each in frames], datetime.now(UTC))
    assert not [each for each in answers if each.refused or each.rejected], answers


@dataclass(slots=True)
class Reporting:
    """Frames that come in at a steady pace, and how long each took until it was durable."""

    writer: Writer
    agent: Agent
    policy: Policy
    seconds: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Until cancelled."""
        known = [wire.encode_classified(each, self.policy.classify(each)) for each in estate(7 * BATCH)]
        known = [each for each in known if each.asset.provider == self.agent.tenant][:BATCH]
        started, number = time.perf_counter(), 0
        while True:
            number += 1
            due = started + number / FRAMES_PER_SECOND
            changed = self._changed(number)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            frame = self.agent.batch([*known[BATCH // 50 :], *changed])
            # In order, for so is a spool; where frames wait for the writer, the next is late.
            future = self.writer.submit(await self.writer.turn(frame.tenant), frame)
            future.add_done_callback(partial(self._durable, due))

    def _durable(self, due: float, future: asyncio.Future[Committed]) -> None:
        assert not future.result().refused, future.result().refused
        self.seconds.append(time.perf_counter() - due)

    def _changed(self, number: int) -> list[asset_pb2.ClassifiedAsset]:
        assets = estate(BATCH // 50, first=10_000_000 + number * BATCH)
        changed = [replace(each, provider="aws", type=classification.KINDS["aws"][0]) for each in assets]
        return [wire.encode_classified(each, self.policy.classify(each)) for each in changed]


@asynccontextmanager
async def reporting(writer: Writer, agent: Agent, policy: Policy) -> AsyncIterator[Reporting]:
    """Report while the block runs."""
    measured = Reporting(writer, agent, policy)
    task = asyncio.create_task(measured.run())
    try:
        yield measured
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def measure(store: Store, agents: dict[str, Agent], in_force: InForce, size: int) -> dict[str, str]:
    """Report alone for a while, then activate and wait for the end."""
    metrics = Metrics()
    writer = Writer(store.ingest, lambda: datetime.now(UTC), metrics)
    writer.start()
    evaluation = Reevaluation(store, in_force, writer, metrics, lambda: datetime.now(UTC))
    old = in_force.policy()
    results: dict[str, str] = {}
    async with reporting(writer, agents["aws"], old) as alone:
        await asyncio.sleep(ALONE_SECONDS)
    results["ingest alone, frame until durable"] = _latency(alone.seconds)
    in_force.replace(edition())
    target = stands_at(in_force.policy().version)
    started, cpu = time.perf_counter(), time.process_time()
    async with reporting(writer, agents["aws"], old) as meanwhile:
        evaluation.start()
        while True:
            await asyncio.sleep(0.5)
            # The numbers only: a look into the store would cost what is to be measured.
            if store_stands_at(store, target):
                break
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
    await evaluation.stop()
    await writer.stop()
    changed = sum(each.changed for each in store.evaluation.progress())
    judged = sum(each.judged for each in store.evaluation.progress())
    most = MOST_SECONDS * size / 1_000_000
    return {
        **results,
        f"judged again ({judged:,} assets), s (≤ {most:g})": f"{seconds:.1f}",
        "judged again, assets/s": f"{judged / seconds:.0f}",
        "judged again, ingest included, µs of CPU per asset": f"{1e6 * used / judged:.0f}",
        "with another verdict": f"{changed:,}",
        "meanwhile, frame until durable": _latency(meanwhile.seconds),
        "meanwhile, frames/s (asked: 4 of 250 assets)": f"{len(meanwhile.seconds) / seconds:.1f}",
    }


def store_stands_at(store: Store, target: str) -> bool:
    """Whether every tenant is done."""
    return all(each.version == each.target == target for each in store.evaluation.standing())


def decoded(store: Store) -> float:
    """Seconds that reading and decoding all that is kept takes, without judging it."""
    started = time.perf_counter()
    for tenant in TENANTS:
        position = 0
        while held := store.evaluation.read(tenant, position, 2000):
            position = held[-1].asset_no
            for each in held:
                message = asset_pb2.ClassifiedAsset()
                message.ParseFromString(each.record)
                wire.decode_classified(message)
    return time.perf_counter() - started


def _latency(seconds: list[float]) -> str:
    ranked = sorted(seconds)
    worst = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    return (
        f"p50 {1000 * statistics.median(ranked):.0f} ms, p99 {1000 * worst:.0f} ms, "
        f"max {1000 * ranked[-1]:.0f} ms"
    )


def run(size: int, kept: Path | None = None) -> dict[str, str]:
    """Measure with so many assets; with a path in a copy of the store there, which is filled once."""
    in_force = InForce(packaged(), lambda: datetime.now(UTC))
    policy = in_force.policy()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "store.db"
        if kept is not None:
            if not kept.exists():
                with closing(open_store(kept, create=True)) as store:
                    fill(store, size, policy)
            shutil.copy(kept, path)
        with closing(open_store(path, create=True, rules=InForceRules(in_force), sample=0.01)) as store:
            agents = fill(store, size, policy) if kept is None else again(store, policy)
            targets = dict.fromkeys(TENANTS, stands_at(policy.version))
            for each in store.evaluation.begin(targets, datetime.now(UTC)):
                store.evaluation.finish(each.tenant, each.target, PolicyRules(policy), datetime.now(UTC))
            gc.collect()
            gc.freeze()
            plain = decoded(store)
            results = asyncio.run(measure(store, agents, in_force, size))
    return {**results, "reading and decoding alone, s": f"{plain:.1f}"}


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    return run(ASSETS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=ASSETS)
    parser.add_argument("--store", type=Path, help="fill the store in this file once, and use a copy")
    asked = parser.parse_args()
    print(json.dumps(run(asked.assets, asked.store), indent=2, ensure_ascii=False))
