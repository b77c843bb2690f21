"""Frames of known assets at a steady pace, in some of which an asset opens a finding."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from benchmarks.evaluation import BATCH, Agent, estate
from collector.server.writer import Writer
from policy.ruleset import Policy
from wolkenzicht import wire
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation
from wolkenzicht.v1 import asset_pb2

TENANT = "aws"
#: New assets in a frame.
NEW = BATCH // 50
BURST = 2_000
BURST_NAME = "alerted-1000000"
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "af-south-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "me-south-1"),
)
OPERATIONS = (Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP)


def outside(number: int, region: str, operation: Operation = Operation.STORED) -> Asset:
    """An asset with content at one place."""
    name = f"alerted-{number}"
    known = next(each for each in _some(400) if each.holds is Holds.CONTENT)
    return replace(_at(known, region, operation), asset_id=f"aws:{name}", name=name)


@dataclass(slots=True)
class Load:
    """Frames of known assets at a steady pace, with 2 % new ones; in some an asset opens a finding."""

    writer: Writer
    agent: Agent
    policy: Policy
    frames: float
    number: int = 0
    findings: float = 0.0
    alerted: int = 0
    sent: dict[str, float] = field(default_factory=dict)
    durable: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> float:
        """For so long; returns how many assets came in per second."""
        known = [self._encoded(_inside(asset, f"known-{at}")) for at, asset in enumerate(_some(8 * BATCH))]
        started, first, alerted = time.perf_counter(), self.number, self.alerted
        futures = []
        while (passed := (self.number - first) / self.frames) < seconds:
            part = self.number % 8 * BATCH
            messages = [*known[part + NEW : part + BATCH], *self._new()]
            if passed * self.findings > self.alerted - alerted:
                messages[0] = self._alerting()
            await asyncio.sleep(max(0.0, started + passed - time.perf_counter()))
            futures.append(await self.send(messages))
            self.number += 1
        await asyncio.gather(*futures)
        return len(futures) * BATCH / (time.perf_counter() - started)

    async def burst(self) -> None:
        """Many findings with one cause at once."""
        frames = [
            [self._encoded(outside(1_000_000 + first + each, "us-gov-west-1")) for each in range(BATCH)]
            for first in range(0, BURST, BATCH)
        ]
        self.sent[BURST_NAME] = 0.0
        await asyncio.gather(*[await self.send(each) for each in frames])

    async def send(self, messages: list[asset_pb2.ClassifiedAsset]) -> asyncio.Future[Any]:
        """Hand a frame over, as soon as there is room."""
        frame, since = self.agent.batch(messages), time.time()
        if self.sent.get(name := messages[0].asset.name) == 0.0:
            self.sent[name] = since
        future = self.writer.submit(await self.writer.turn(frame.tenant), frame)
        future.add_done_callback(partial(self._done, since))
        return future

    def _new(self) -> list[asset_pb2.ClassifiedAsset]:
        return [
            self._encoded(_inside(asset, f"new-{self.number}-{at}")) for at, asset in enumerate(_some(NEW))
        ]

    def _alerting(self) -> asset_pb2.ClassifiedAsset:
        at = self.alerted
        asset = outside(at, REGIONS[at % len(REGIONS)], OPERATIONS[at // len(REGIONS) % len(OPERATIONS)])
        self.alerted += 1
        self.sent[asset.name] = 0.0
        return self._encoded(asset)

    def _encoded(self, asset: Asset) -> asset_pb2.ClassifiedAsset:
        return wire.encode_classified(asset, self.policy.classify(asset))

    def _done(self, since: float, future: asyncio.Future[Any]) -> None:
        assert not future.result().refused, future.result().refused
        self.durable.append(time.time() - since)


def _some(size: int) -> list[Asset]:
    """Assets of the tenant's provider."""
    found = [each for each in _aws() if each.locations]
    return [found[at % len(found)] for at in range(size)]


@cache
def _aws() -> tuple[Asset, ...]:
    return tuple(each for each in estate(400) if each.provider == TENANT)


def _inside(asset: Asset, name: str) -> Asset:
    return replace(_at(asset, "eu-west-1", Operation.STORED), asset_id=f"aws:{name}", name=name)


def _at(asset: Asset, region: str, operation: Operation) -> Asset:
    place = DataLocation(operation, region, Certainty.DECLARED, (Evidence("Region", region),))
    # Tags that contradict each other would be findings of their own.
    return replace(asset, locations=(place,), tags=())
