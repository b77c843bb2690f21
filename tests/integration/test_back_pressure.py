"""A collector that slows agents down, sends them away, and lets go of those that are gone without a word."""

from __future__ import annotations

import io
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import httpx
import pytest

from agent import config as agent_config
from agent.addresses import Addresses
from agent.counters import Counters
from agent.run import run_once
from agent.spool import Spool
from agent.stream import Backoff, Stream
from tests.integration.collector_process import Running, eventually, found, serving
from tests.servers.tcp_proxy import TcpProxy
from wolkenzicht import reasons, wire
from wolkenzicht.retry import told_seconds
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ReportResponse, ScanStart, StreamStart
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub

TENANT = "mvz-odc"
QUICK = Backoff(first=0.05, longest=0.5)


@pytest.fixture
def collector(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A collector that takes two streams; it asks those that are silent after half a minute, or when told."""
    config = found(tmp_path)
    seconds = getattr(request, "param", 30)
    config.write_text(f"{config.read_text()}\n[limits]\nstreams = 2\nkeepalive_seconds = {seconds}\n")
    with serving(config) as running:
        yield running


@pytest.fixture
def proxy(collector: Running) -> Iterator[TcpProxy]:
    """The network before it."""
    with TcpProxy(int(collector.address("grpc").rpartition(":")[2])) as served:
        yield served


@pytest.fixture
def credentials(collector: Running) -> Credentials:
    """An agent's certificate."""
    return collector.agent(TENANT, "agent")


class Held:
    """A stream that is opened and held; the rest is up to the test."""

    def __init__(self, address: str, credentials: Credentials, spool: str) -> None:
        self._channel = grpc.secure_channel(
            address, credentials.client(), [*client_options(), ("grpc.use_local_subchannel_pool", 1)]
        )
        start = ReportRequest(stream_start=StreamStart(tenant=TENANT, spool_id=spool))
        self.open = True
        self.call = CollectorServiceStub(self._channel).Report(self._frames(start), timeout=300)

    def _frames(self, start: ReportRequest) -> Iterator[ReportRequest]:
        yield start
        while self.open:
            time.sleep(0.02)

    def answer(self) -> ReportResponse:
        """The next answer."""
        answer = next(self.call)
        assert isinstance(answer, ReportResponse)
        return answer

    def end(self) -> None:
        """Let go."""
        self.open = False
        self.call.cancel()
        self._channel.close()


def metric(collector: Running, name: str) -> float:
    """A number that the collector tells."""
    text = httpx.get(f"http://{collector.address('http')}/metrics", trust_env=False).text
    [value] = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(value)


def streams(collector: Running) -> float:
    """Open streams."""
    return metric(collector, "wolkenzicht_collector_streams")


def refused(call: Held) -> tuple[grpc.StatusCode, str, float]:
    """How a stream was sent away: code, reason, seconds to stay away."""
    with pytest.raises(grpc.RpcError) as raised:
        call.answer()
    assert isinstance(raised.value, grpc.Call)
    told = tuple(raised.value.trailing_metadata() or ())
    seconds = told_seconds(told)
    assert seconds is not None
    return raised.value.code(), str(dict(told)[reasons.REASON_KEY]), seconds


def test_a_full_collector_says_when_to_come_back(collector: Running, credentials: Credentials) -> None:
    """A third stream is refused with a time to come back; a place that frees is given."""
    held = [Held(collector.address("grpc"), credentials, f"spool-{number}") for number in range(2)]
    for each in held:
        assert each.answer().HasField("stream_accepted")
    turned = [Held(collector.address("grpc"), credentials, f"late-{number}") for number in range(3)]

    away = [refused(each) for each in turned]
    held[0].end()
    eventually(lambda: streams(collector) == 1, "a place is free")
    again = Held(collector.address("grpc"), credentials, "late-0")

    assert {each[:2] for each in away} == {(grpc.StatusCode.RESOURCE_EXHAUSTED, reasons.COLLECTOR_FULL)}
    assert all(5 <= each[2] < 6 for each in away)  # how they are spread: test_admission
    assert again.answer().HasField("stream_accepted")
    assert len(collector.events("stream.refused")) == 3
    assert metric(collector, 'wolkenzicht_collector_refusals_total{reason="COLLECTOR_FULL"}') == 3
    for each in (*held, *turned, again):
        each.end()


def test_an_agent_stays_away_for_as_long_as_it_is_told(
    tmp_path: Path, collector: Running, credentials: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    """It waits for the five seconds and a tenth at most, though its own pace is quicker, then delivers."""
    held = [Held(collector.address("grpc"), credentials, f"spool-{number}") for number in range(2)]
    for each in held:
        each.answer()
    spool = filled(tmp_path / "spool", 3)
    stream = sender(spool, collector.address("grpc"), credentials)

    stream.start()
    eventually(lambda: stream.trouble, "the agent was sent away")
    begun = time.monotonic()
    held[0].end()
    stream.drain()
    delivered = stream.join(60)
    waited = time.monotonic() - begun
    held[1].end()

    assert delivered
    assert stream.trouble is not None
    assert "COLLECTOR_FULL" in str(stream.trouble)
    assert 4.5 <= waited <= 20
    assert spool.backlog().frames == 0
    spool.close()


def test_a_collector_that_stops_says_so_with_a_time(collector: Running, credentials: Credentials) -> None:
    """Streams without frames are ended at once, each with a moment of its own."""
    held = [Held(collector.address("grpc"), credentials, f"spool-{number}") for number in range(2)]
    for each in held:
        each.answer()
    collector.process.send_signal(signal.SIGTERM)

    away = [refused(each) for each in held]

    assert {each[:2] for each in away} == {(grpc.StatusCode.UNAVAILABLE, reasons.COLLECTOR_STOPPING)}
    assert len({each[2] for each in away}) == 2
    for each in held:
        each.end()


@pytest.mark.parametrize("fault", ["black_hole", "half_open", "cut"])
@pytest.mark.parametrize("collector", [3], ids=["soon"], indirect=True)
def test_a_stream_that_is_gone_is_noticed(
    collector: Running, proxy: TcpProxy, credentials: Credentials, fault: str
) -> None:
    """An idle one too, after questions that were answered: the collector lets go of it within seconds."""
    held = Held(proxy.address, credentials, "spool")
    held.answer()
    time.sleep(5)
    assert streams(collector) == 1
    begun = time.monotonic()

    getattr(proxy, fault)()
    eventually(lambda: streams(collector) == 0, "the stream is let go of")

    assert time.monotonic() - begun < 25
    eventually(lambda: collector.events("stream.closed"), "the log tells")
    held.end()


def test_an_agent_that_comes_back_takes_the_place_of_its_lost_stream(
    collector: Running, proxy: TcpProxy, credentials: Credentials
) -> None:
    """The collector does not wait for the silence to be long enough."""
    lost = Held(proxy.address, credentials, "spool")
    lost.answer()
    proxy.black_hole()

    back = Held(collector.address("grpc"), credentials, "spool")
    back.answer()

    eventually(lambda: streams(collector) == 1, "one stream is left")
    assert collector.events("stream.closed")[0]["cause"] == reasons.SUPERSEDED
    lost.end()
    back.end()


def test_a_dripping_agent_keeps_nobody_waiting(
    tmp_path: Path, collector: Running, proxy: TcpProxy, credentials: Credentials
) -> None:
    """One agent's bytes come a few at a time; another delivers meanwhile as if it were alone."""
    slow, quick = filled(tmp_path / "slow", 200), filled(tmp_path / "quick", 200)
    dripping = sender(slow, proxy.address, credentials)
    dripping.start()
    eventually(lambda: streams(collector) == 1, "the slow one is connected")
    proxy.drip = 8

    other = sender(quick, collector.address("grpc"), credentials)
    other.start()
    other.drain()

    assert other.join(60)
    assert quick.backlog().frames == 0
    proxy.drip = 0
    dripping.drain()
    assert dripping.join(120)
    assert slow.backlog().frames == 0
    slow.close()
    quick.close()


def test_a_slow_way_delivers(
    tmp_path: Path, collector: Running, proxy: TcpProxy, credentials: Credentials
) -> None:
    """Everything is fifty milliseconds late in each direction: a whole run of an agent, and nothing fails."""
    file = tmp_path / "agent.toml"
    inventory = tmp_path / "inventory.csv"
    inventory.write_text("site,country,system,kind,name\nodc,NL,Zaak,server,s1\n")
    file.write_text(
        f'tenant = "{TENANT}"\nstate = "state"\n[collector]\naddress = "{proxy.address}"\n'
        f'ca = "{credentials.ca}"\ncertificate = "{credentials.certificate}"\nkey = "{credentials.key}"\n'
        f'patience = "60s"\n[[source]]\nconnector = "odc-csv"\npath = "{inventory}"\n'
    )
    proxy.delay = 0.05

    assert run_once(agent_config.load(file), file, io.StringIO(), QUICK) == 0
    assert metric(collector, 'wolkenzicht_collector_assets_total{tenant="mvz-odc"}') == 1


def filled(place: Path, frames: int) -> Spool:
    """A spool in which so many frames wait."""
    place.mkdir()
    spool = Spool(place, max_bytes=10**9, max_wait=5)
    for number in range(frames):
        start = ScanStart(policy_version="test", connectors=["odc-csv"])
        moment = wire.timestamp(datetime.now(UTC))
        spool.append(ReportRequest(scan_id=f"scan-{number}", observe_time=moment, scan_start=start))
    spool.flush()
    return spool


def sender(spool: Spool, address: str, credentials: Credentials) -> Stream:
    """An agent's stream over a spool."""
    return Stream(
        spool,
        TENANT,
        Addresses([address]),
        credentials,
        Counters(),
        give_up=True,
        on_lost=lambda: None,
        backoff=QUICK,
    )
