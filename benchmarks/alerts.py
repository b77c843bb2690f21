"""How many messages a storm of findings makes, and how long an alert takes under load, up to a receiver.

`python -m benchmarks storm`: other rules come into force that open a finding about each of 20,000
assets, while an agent reports; to reach: 20 messages at most, with 100,000 assets
(`python -m benchmarks.alerts storm --assets 100000`) as well. `python -m benchmarks time_to_alert`: frames of
250 assets come in at 5,000 assets/s, some with an asset outside the EER; measured from handing a frame over
to the webhook's arrival in another process; to reach: p99 within 2 s.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.alerts_load import BURST, BURST_NAME, TENANT, Load, outside
from benchmarks.evaluation import BATCH, Agent, commit, edition, store_stands_at
from collector.alerts.config import WebhookRoute
from collector.alerts.deliverer import Deliverer
from collector.rulebook.evaluation import Reevaluation
from collector.rulebook.in_force import InForce
from collector.rulebook.rules import InForceRules, PolicyRules, stands_at
from collector.server.metrics import Metrics
from collector.server.writer import Writer
from collector.store.base import NOTIFICATION, Organisation, Store, Tenant
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy.rule_book import packaged
from policy.ruleset import Policy
from wolkenzicht import wire
from wolkenzicht.model import Asset, Operation
from wolkenzicht.v1 import asset_pb2
from wolkenzicht.v1 import collector_service_pb2 as pb

ASSETS = 20_000
MOST_MESSAGES = 20
ALONE_SECONDS = 8.0
#: Time to alert: how long, frames and findings a second, and what is to be reached.
SECONDS, FRAMES, FINDINGS = 60.0, 20.0, 4.0
MOST_SECONDS = 2.0
WARM_SECONDS = 5.0
#: How many frames a second come in beside a storm.
SMALL_FRAMES = 4.0


@dataclass(slots=True)
class Receiver:
    """What arrived in the other process so far."""

    url: str
    arrived: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.alerts_side"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = Receiver(f"http://127.0.0.1:{process.stdout.readline().strip()}/")
    lines = process.stdout
    reading = threading.Thread(target=lambda: found.arrived.extend(map(json.loads, lines)), daemon=True)
    reading.start()
    try:
        yield found
    finally:
        process.kill()
        process.wait()
        reading.join()
        lines.close()


def fill(store: Store, assets: Iterator[Asset], policy: Policy) -> Agent:
    """A tenant with these assets, in the middle of its second scan."""
    store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
    store.registry.add_tenant(Tenant(TENANT, "mvz", TENANT, created=datetime.now(UTC)))
    agent = Agent(TENANT)
    frames = [agent.frame(scan_start=pb.ScanStart(policy_version=policy.version))]
    batch: list[asset_pb2.ClassifiedAsset] = []
    for asset in assets:
        batch.append(wire.encode_classified(asset, policy.classify(asset)))
        if len(batch) == BATCH:
            frames.append(agent.batch(batch))
            batch = []
        if len(frames) == 8:
            commit(store, frames)
            frames = []
    commit(store, [*frames, *([agent.batch(batch)] if batch else []), agent.frame(scan_end=pb.ScanEnd())])
    agent.scan = "scan-2"
    commit(store, [agent.frame(scan_start=pb.ScanStart(policy_version=policy.version))])
    return agent


def in_london(size: int) -> Iterator[Asset]:
    """Assets with a copy in London."""
    for number in range(size):
        yield outside(number, "eu-west-2", Operation.REPLICATED)


@asynccontextmanager
async def collecting(store: Store, url: str) -> AsyncIterator[tuple[Writer, Deliverer, Metrics]]:
    """A writer, and a deliverer that it wakes."""
    metrics = Metrics()
    route = WebhookRoute(name="hook", url=url, source="urn:nld:benchmark")
    deliverer = Deliverer(store.outbox, [route])
    writer = Writer(store.ingest, lambda: datetime.now(UTC), metrics, deliverer.wake)
    deliverer.start()
    writer.start()
    try:
        yield writer, deliverer, metrics
    finally:
        await writer.stop()
        await asyncio.to_thread(deliverer.stop, 10)


async def _storm(store: Store, agent: Agent, in_force: InForce, found: Receiver) -> dict[str, str]:
    old = in_force.policy()
    async with collecting(store, found.url) as (writer, deliverer, metrics):
        alone = Load(writer, agent, old, SMALL_FRAMES)
        await alone.run(ALONE_SECONDS)
        evaluation = Reevaluation(store, in_force, writer, metrics, lambda: datetime.now(UTC), deliverer.wake)
        in_force.replace(packaged())
        target = stands_at(in_force.policy().version)
        before, started, activated = len(found.arrived), time.perf_counter(), time.time()
        meanwhile = Load(writer, agent, old, SMALL_FRAMES, alone.number)
        task = asyncio.create_task(meanwhile.run(3600))
        evaluation.start()
        await _until(lambda: store_stands_at(store, target))
        seconds, ended = time.perf_counter() - started, time.time()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await evaluation.stop()
        await _until(lambda: _settled(store))
    messages = found.arrived[before:]
    told = sum(each["count"] for each in messages)
    return {
        "findings that the activation opened": f"{told:,}",
        f"messages that the receiver got (≤ {MOST_MESSAGES})": str(len(messages)),
        "of which stand for many": str(sum(each["type"] == NOTIFICATION for each in messages)),
        "first message after the activation, s": f"{messages[0]['arrived'] - activated:.1f}",
        "judging took, s": f"{seconds:.1f}",
        "last message after its end, s": f"{messages[-1]['arrived'] - ended:.1f}",
        "frame of 250 until durable, before": _ranks(alone.durable),
        "frame of 250 until durable, meanwhile": _ranks(meanwhile.durable),
        f"frames/s meanwhile (asked: {SMALL_FRAMES:g})": f"{len(meanwhile.durable) / seconds:.1f}",
    }


async def _until(condition: Callable[[], bool]) -> None:
    while True:
        await asyncio.sleep(0.5)
        if condition():
            return


def _settled(store: Store) -> bool:
    return all(not each.due for each in store.outbox.routes())


def _ranks(seconds: list[float]) -> str:
    ranked = sorted(seconds)
    worst = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    middle = ranked[len(ranked) // 2]
    return f"p50 {1000 * middle:.0f} ms, p99 {1000 * worst:.0f} ms, max {1000 * ranked[-1]:.0f} ms"


def storm(size: int = ASSETS) -> dict[str, str]:
    """Measure how a storm is told."""
    in_force = InForce(edition(), lambda: datetime.now(UTC))
    policy = in_force.policy()
    with tempfile.TemporaryDirectory() as directory, receiver() as found:
        path = Path(directory) / "store.db"
        with closing(open_store(path, create=True, rules=InForceRules(in_force), sample=0.01)) as store:
            agent = fill(store, in_london(size), policy)
            for each in store.evaluation.begin({TENANT: stands_at(policy.version)}, datetime.now(UTC)):
                store.evaluation.finish(each.tenant, each.target, PolicyRules(policy), datetime.now(UTC))
            gc.collect()
            gc.freeze()
            return asyncio.run(_storm(store, agent, in_force, found))


async def _time_to_alert(store: Store, agent: Agent, policy: Policy, found: Receiver) -> dict[str, str]:
    async with collecting(store, found.url) as (writer, _deliverer, _metrics):
        load = Load(writer, agent, policy, FRAMES)
        await load.run(WARM_SECONDS)  # what is new costs more than what is known
        load.durable.clear()
        load.findings = FINDINGS
        rate = await load.run(SECONDS)
        durable = _ranks(load.durable)
        await load.burst()
        await _until(lambda: _settled(store))
    arrived = {name: each["arrived"] for each in reversed(found.arrived) for name in each["names"]}
    took = {name: arrived[name] - sent for name, sent in load.sent.items()}
    burst = took.pop(BURST_NAME)
    alone = sum(each["type"] != NOTIFICATION for each in found.arrived)
    return {
        "assets/s that came in (asked: 5,000)": f"{rate:,.0f}",
        "frame of 250 until durable": durable,
        f"alerts ({alone} in messages of their own)": str(len(took)),
        f"batch handed over until the message arrived (p99 ≤ {MOST_SECONDS:g} s)": _ranks([*took.values()]),
        f"a burst of {BURST:,} findings: messages": str(len(found.arrived) - alone),
        "a burst: first batch handed over until its message arrived, s": f"{burst:.2f}",
    }


def time_to_alert() -> dict[str, str]:
    """Measure how long an alert takes while agents report."""
    in_force = InForce(packaged(), lambda: datetime.now(UTC))
    policy = in_force.policy()
    with tempfile.TemporaryDirectory() as directory, receiver() as found:
        path = Path(directory) / "store.db"
        with closing(open_store(path, create=True, rules=InForceRules(in_force), sample=0.01)) as store:
            agent = fill(store, iter(()), policy)
            gc.collect()
            gc.freeze()
            return asyncio.run(_time_to_alert(store, agent, policy, found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("storm", "time_to_alert"))
    parser.add_argument("--assets", type=int, default=ASSETS)
    asked = parser.parse_args()
    measured = storm(asked.assets) if asked.what == "storm" else time_to_alert()
    print(json.dumps(measured, indent=2, ensure_ascii=False))
