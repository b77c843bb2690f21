"""A bundle goes out on open streams between acknowledgements, once, to those who have an older one."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from policy.bundle import read_manifest
from tests.integration.collector_process import Running, eventually, found, must, serving
from tests.integration.test_report_stream import TENANT, TIMEOUT_SECONDS, batch, frame, scan
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ReportResponse, ScanStart, StreamStart
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Running]:
    """A serving collector that trusts a key, with the packaged rules in a directory."""
    config = found(tmp_path)
    must(config, "policy", "keys", "create", "--out", str(tmp_path))
    config.write_text(config.read_text() + '\n[policy]\nkeys = ["policy.pub"]\n')
    must(config, "policy", "export", str(tmp_path / "rules"))
    with serving(config) as running:
        yield running


@pytest.fixture
def credentials(collector: Running) -> Credentials:
    """An agent's certificate."""
    return collector.agent(TENANT, "agent")


def activate(collector: Running) -> None:
    """Put the rules in force under the next number."""
    rules, key = str(collector.place / "rules"), str(collector.place / "policy.key")
    must(collector.config, "policy", "sign", rules, "--key", key)
    must(collector.config, "policy", "activate", rules)


Stream = tuple["queue.SimpleQueue[ReportRequest | None]", Iterator[ReportResponse]]


@contextmanager
def stream(collector: Running, credentials: Credentials, serial: int = 0) -> Iterator[Stream]:
    """A stream of an agent that has the bundle of this number: what it sends, and the answers."""
    frames: queue.SimpleQueue[ReportRequest | None] = queue.SimpleQueue()
    with grpc.secure_channel(collector.address("grpc"), credentials.client(), client_options()) as channel:
        answers = CollectorServiceStub(channel).Report(iter(frames.get, None), timeout=TIMEOUT_SECONDS * 3)
        start = StreamStart(tenant=TENANT, spool_id=f"spool-{serial}", policy_serial=serial)
        frames.put(ReportRequest(stream_start=start))
        assert next(answers).HasField("stream_accepted")
        yield frames, answers
        frames.put(None)
        answers.cancel()


def serial_of(answer: ReportResponse) -> int:
    """The number of the bundle that came."""
    return read_manifest(answer.policy_bundle.manifest).serial


def test_activations_come_between_the_acknowledgements_of_a_busy_stream(
    collector: Running, credentials: Credentials
) -> None:
    """Every frame is acknowledged, each bundle comes once, in order, while assets stream in."""
    begun = scan()[:2]
    with stream(collector, credentials) as (frames, answers):
        for each in begun:
            frames.put(each)
        committed, last, sent = 0, len(begun), 0
        serials: list[int] = []
        activated = 0
        while sent < 60 or committed < last or len(serials) < 2:
            # The next only when the one before has come: of two at once the newest is sent alone.
            due = activated < min(sent // 20, 2)
            if due and len(serials) == activated:
                activate(collector)
                activated += 1
            elif not due and sent < 60 and committed > last - 8:
                frames.put(batch(last := last + 1, sent * 50, 50))
                sent += 1
            else:
                answer = next(answers)
                committed = max(committed, answer.ack.sequence)
                if answer.HasField("policy_bundle"):
                    serials.append(serial_of(answer))

    assert serials == [1, 2]
    assert committed == last


def test_an_older_bundle_is_replaced_before_anything_is_acknowledged(
    collector: Running, credentials: Credentials
) -> None:
    """The agent that has the newest gets none, but hears of the next."""
    activate(collector)
    eventually(lambda: collector.events("policy.activated"), "the activation was noticed")
    with stream(collector, credentials) as (frames, answers):
        for each in scan():
            frames.put(each)
        assert serial_of(next(answers)) == 1
    with stream(collector, credentials, serial=1) as (frames, answers):
        for each in scan():
            each.scan_id = "scan-2"  # the first may have been committed to its end, or not
            frames.put(each)
        assert next(answers).HasField("ack")
        activate(collector)
        while not (answer := next(answers)).HasField("policy_bundle"):
            pass
        assert serial_of(answer) == 2


def test_a_refusal_is_told_in_one_line_whatever_it_says(collector: Running, credentials: Credentials) -> None:
    """A stranger's text is shortened and steers no log."""
    refused = ScanStart(policy_version="p", policy_refusal="no\nroom " * 200)
    with stream(collector, credentials) as (frames, answers):
        frames.put(frame(1, scan_start=refused))
        assert next(answers).ack.sequence == 1

    [told] = collector.events("policy.refused_by_agent")
    assert told["reason"] == ("no room " * 200)[:500]
