"""kill -9 of agent and collector at random moments: nothing lost, nothing twice, every alert delivered."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.examples import examples
from tests.integration.receivers import Receivers
from tests.integration.world import World, environment, eventually
from tests.servers.moto_server import running_moto

#: `EXAMPLES=3` has twenty-four.
ROUNDS = examples(8)
REGIONS = ("eu-west-1", "eu-west-2", "us-east-1")
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}
#: Fixed, so that a failure can be looked at again; the machine's own timing adds the rest.
SEED = 20261122
#: A scan of this estate takes about two seconds: kills fall before, within and after it.
LONGEST_WAIT_SECONDS = 2.5
#: What is told among many waits for pauses of half a minute and two.
PAUSES = 400.0


@pytest.fixture
def api() -> Iterator[str]:
    """An empty AWS API server."""
    with running_moto() as url:
        yield url


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    """A webhook receiver and an SMTP server."""
    with Receivers() as listening:
        yield listening


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, receivers: Receivers) -> Iterator[World]:
    """A collector with one AWS tenant that reads queues in three regions."""
    founded = World(tmp_path_factory.mktemp("kill"), routes=receivers.routes)
    regions = ", ".join(f'"{region}"' for region in REGIONS)
    kinds = 'kinds = ["sqs-queue", "sns-topic"]'
    source = f'[[source]]\nconnector = "aws"\nquota_share = 0\nregions = [{regions}]\n{kinds}'
    founded.add_tenant("mvz-aws", "mvz", "aws", source)
    with founded:
        yield founded


class Estate:
    """Queues in the API server, added and removed at random."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self._chance = chance
        self._clients = {
            region: boto3.client(
                "sqs",
                region_name=region,
                endpoint_url=url,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
            for region in REGIONS
        }
        self._made = 0

    def change(self) -> None:
        """Add a few queues and remove some."""
        for region, client in self._clients.items():
            for _ in range(self._chance.randint(1, 4)):
                self._made += 1
                client.create_queue(QueueName=f"q-{region}-{self._made}")
            for url in client.list_queues().get("QueueUrls", []):
                if self._chance.random() < 0.15:
                    client.delete_queue(QueueUrl=url)

    def truth(self) -> set[str]:
        """The identifiers of all queues."""
        return {
            client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            for client in self._clients.values()
            for url in client.list_queues().get("QueueUrls", [])
        }


def test_kills_lose_and_double_nothing(world: World, api: str, receivers: Receivers) -> None:
    """After rounds of kills the overview equals the API, and every finding was announced."""
    chance = random.Random(SEED)
    estate = Estate(api, chance)
    for _ in range(ROUNDS):
        estate.change()
        victims = chance.choice(["agent", "collector", "both"])
        agent = start_agent(world, api)
        time.sleep(chance.uniform(0, LONGEST_WAIT_SECONDS))
        if victims != "agent":
            world.kill()
        if victims != "collector":
            agent.send_signal(signal.SIGKILL)
        if victims != "agent":
            world.start()
        agent.wait(timeout=240)

    assert world.scan("mvz-aws", AWS_ENDPOINT_URL=api, **KEYS).returncode == 0

    listed = world.ask("assets", "list", "--all", "--type", "AWS::SQS::Queue")["items"]
    assert Counter(asset["asset_id"] for asset in listed) == Counter(estate.truth())
    everything_announced(world, receivers)


def test_a_kill_between_commit_and_delivery_loses_no_alert(
    world: World, api: str, receivers: Receivers
) -> None:
    """Alerts that were committed while the receiver was away arrive after a kill and a restart."""
    estate = Estate(api, random.Random(SEED))
    estate.change()
    receivers.refuse = True
    assert world.scan("mvz-aws", AWS_ENDPOINT_URL=api, **KEYS).returncode == 0
    assert world.findings()
    assert receivers.events == []

    world.kill()
    receivers.refuse = False
    world.start()

    everything_announced(world, receivers)


def start_agent(world: World, api: str) -> subprocess.Popen[bytes]:
    """Start a scan in the background."""
    return subprocess.Popen(
        world.agent_command("mvz-aws", "run", "--once"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(AWS_ENDPOINT_URL=api, **KEYS),
    )


def everything_announced(world: World, receivers: Receivers) -> None:
    """Every finding that the store holds, open or resolved, reached the webhook and the mailbox."""
    findings = {each["finding_id"]: each for each in world.findings("--state", "all")}
    assert findings

    def told(what: str) -> set[Any]:
        return {each["finding_id"] for each in receivers.told() if what in each["type"]}

    eventually(lambda: findings.keys() <= told(".geopend."), f"{len(findings)} findings announced", PAUSES)
    resolved = {identifier for identifier, each in findings.items() if each["state"] == "resolved"}
    eventually(
        lambda: resolved <= told(".opgelost."), f"{len(resolved)} findings announced as resolved", PAUSES
    )
    # Alone by its identifier, among others by its name.
    open_ids = {each["asset_id"] for each in findings.values() if each["state"] == "open"}
    eventually(
        lambda: all(
            any(asset in text or f"{asset.rpartition(':')[2]}: " in text for text in receivers.texts())
            for asset in open_ids
        ),
        "a mail for every open finding",
        PAUSES,
    )
