"""An agent and a collector over mTLS: cuts, repeats, windows, rejections and refusals."""

from __future__ import annotations

import datetime as dt
import io
import logging
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
import trustme

from agent import config as agent_config
from agent.addresses import Addresses
from agent.counters import Counters
from agent.run import run_once
from agent.spool import Spool
from agent.stream import Backoff, Stream
from tests.integration.world import eventually
from tests.servers.minimal_collector import MinimalCollector, scan_frames, written
from wolkenzicht import reasons
from wolkenzicht.errors import TransportError, WolkenzichtError
from wolkenzicht.transport import Credentials
from wolkenzicht.v1.collector_service_pb2 import Reject, ReportRequest, ScanEnd, ScanPlan, ScanStart

QUICK = Backoff(first=0.02, longest=0.2)
ROWS = 1_200


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    """The CA of this collector."""
    return trustme.CA()


@pytest.fixture
def credentials(tmp_path: Path, ca: trustme.CA) -> Credentials:
    """The agent's certificate."""
    return written(tmp_path / "identity", ca, "agent.example.nl")


@pytest.fixture
def collector(tmp_path: Path, ca: trustme.CA) -> Iterator[MinimalCollector]:
    """A collector that serves."""
    with MinimalCollector(written(tmp_path / "server", ca, "localhost")) as served:
        yield served


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """An empty spool."""
    made = Spool(tmp_path, max_bytes=10**9, max_wait=5)
    yield made
    made.close()


class Sender:
    """A stream over a spool that is joined at the end."""

    def __init__(self, spool: Spool, address: str, credentials: Credentials, *, give_up: bool = True) -> None:
        self.lost = threading.Event()
        self.counters = Counters()
        self.stream = Stream(
            spool,
            "bzk-odc",
            Addresses([address]),
            credentials,
            self.counters,
            give_up=give_up,
            on_lost=self.lost.set,
            backoff=QUICK,
        )

    def __enter__(self) -> Stream:
        self.stream.start()
        return self.stream

    def __exit__(self, *_error: object) -> None:
        self.stream.stop(2)


def fill(spool: Spool, count: int, kind: str = "plan") -> None:
    """Append frames that can be told from each other."""
    for number in range(count):
        frame = ReportRequest(scan_id=f"{kind}{number}", scan_plan=ScanPlan())
        if kind == "start":
            frame = ReportRequest(scan_id=f"start{number}", scan_start=ScanStart())
        spool.append(frame)
    spool.flush()


def drained(stream: Stream, seconds: float = 60) -> bool:
    """Whether all was acknowledged in time."""
    stream.drain()
    return stream.join(seconds)


def configured(
    place: Path, address: str, credentials: Credentials, rows: int = ROWS, patience: str = "3s"
) -> Path:
    """An agent.toml over an inventory of so many servers."""
    inventory = place / "inventory.csv"
    inventory.write_text(
        "site,country,system,kind,name\n"
        + "".join(f"odc,NL,Zaak,server,s{number}\n" for number in range(rows))
    )
    file = place / "agent.toml"
    file.write_text(
        f'tenant = "bzk-odc"\nstate = "state"\n'
        f'[collector]\naddress = "{address}"\nca = "{credentials.ca}"\n'
        f'certificate = "{credentials.certificate}"\nkey = "{credentials.key}"\npatience = "{patience}"\n'
        f'[[source]]\nconnector = "odc-csv"\npath = "{inventory}"\n'
    )
    return file


def once(file: Path) -> int:
    """`run --once` in this process."""
    return run_once(agent_config.load(file), file, io.StringIO(), QUICK)


def received_names(collector: MinimalCollector) -> Counter[str]:
    """How often each asset arrived."""
    return Counter(
        each.asset.name for frame in collector.received.frames for each in frame.asset_batch.assets
    )


def test_a_whole_run_over_mtls(tmp_path: Path, collector: MinimalCollector, credentials: Credentials) -> None:
    """Every asset arrives once, every scope has its outcome, and the spool is empty at the end."""
    file = configured(tmp_path, collector.address, credentials)

    code = once(file)

    frames = collector.received.frames
    spool = Spool(tmp_path / "state", max_bytes=10**9, max_wait=5)
    backlog = spool.backlog()
    spool.close()
    assert code == 0
    assert received_names(collector) == {f"s{number}": 1 for number in range(ROWS)}
    assert len(scan_frames(frames, "scope_outcome")) == 8
    assert [frame.sequence for frame in frames] == list(range(1, len(frames) + 1))
    assert (backlog.frames, backlog.first) == (0, len(frames) + 1)


def test_blind_spots_have_an_exit_code(
    tmp_path: Path, collector: MinimalCollector, credentials: Credentials
) -> None:
    """A scheduler can tell a scan with blind spots from a complete one."""
    file = configured(tmp_path, collector.address, credentials, rows=1)
    with (tmp_path / "inventory.csv").open("a") as inventory:
        inventory.write("odc,Nederland,Zaak,server,bad\n")

    assert once(file) == 3


def test_cuts_lose_and_repeat_nothing(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """The stream breaks after every seventh frame, before its acknowledgement: all arrive once, in order."""
    collector.behaviour.cut_every = 7
    fill(spool, 100)

    with Sender(spool, collector.address, credentials) as stream:
        assert drained(stream)

    assert [frame.scan_id for frame in collector.received.frames] == [
        f"plan{number}" for number in range(100)
    ]
    assert collector.received.repeated == 0
    assert collector.received.streams >= 14
    assert spool.backlog().frames == 0


def test_the_window_is_kept(spool: Spool, collector: MinimalCollector, credentials: Credentials) -> None:
    """A collector that acknowledges nothing gets no more than its window."""
    collector.behaviour.window = 5
    collector.behaviour.silent = True
    fill(spool, 50)

    with Sender(spool, collector.address, credentials):
        time.sleep(1)
        unacknowledged = collector.received.most_unacknowledged

    assert unacknowledged == 5
    assert spool.backlog().frames == 50


def test_a_restarted_collector_goes_on_after_what_it_committed(
    tmp_path: Path, spool: Spool, ca: trustme.CA, credentials: Credentials
) -> None:
    """The collector goes and comes back with its memory: the agent reconnects by itself."""
    server = written(tmp_path / "server", ca, "localhost")
    fill(spool, 20)
    with MinimalCollector(server) as first:
        port = first.port
        sender = Sender(spool, first.address, credentials, give_up=False)
        sender.stream.start()
        eventually(lambda: spool.backlog().frames == 0, "all was acknowledged")
    fill(spool, 20)
    with MinimalCollector(server, port, first.received) as second:
        assert drained(sender.stream)

    assert [frame.sequence for frame in second.received.frames] == list(range(1, 41))
    assert not sender.lost.is_set()


def test_rejections_are_kept_on_disk(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """A rejected frame is set aside with its reason, and the rest goes on."""
    collector.behaviour.reject = lambda frame: (
        Reject(sequence=frame.sequence, reason="asset_batch: breaks the contract")
        if frame.sequence == 3
        else None
    )
    fill(spool, 5)

    with Sender(spool, collector.address, credentials) as stream:
        assert drained(stream)

    [kept] = spool.rejections.kept()
    assert (kept.sequence, kept.reason) == (3, "asset_batch: breaks the contract")
    assert ReportRequest.FromString(kept.body or b"").scan_id == "plan2"
    assert spool.backlog().frames == 0


def test_a_collector_that_lost_frames_gets_a_whole_scan(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """It knows less than it acknowledged: what waits goes under a new identifier, and a scan is asked for."""
    fill(spool, 10)
    spool.acknowledge(6)
    before = spool.spool_id

    sender = Sender(spool, collector.address, credentials)
    with sender as stream:
        assert drained(stream)

    assert [(frame.sequence, frame.scan_id) for frame in collector.received.frames] == [
        (1, "plan6"),
        (2, "plan7"),
        (3, "plan8"),
        (4, "plan9"),
    ]
    assert sender.lost.is_set()
    assert before not in collector.received.positions


def test_no_scan_is_asked_for_where_a_whole_one_waits(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """The frames that wait begin with a scan's start: the collector heals with them."""
    fill(spool, 6)
    fill(spool, 1, "start")
    spool.append(ReportRequest(scan_id="start0", scan_end=ScanEnd()))
    spool.acknowledge(6)

    sender = Sender(spool, collector.address, credentials)
    with sender as stream:
        assert drained(stream)

    assert [frame.WhichOneof("frame") for frame in collector.received.frames] == ["scan_start", "scan_end"]
    assert not sender.lost.is_set()


def test_an_old_copy_of_the_spool_is_noticed(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """The collector knows more than was ever sent: the frames go under a new identifier."""
    fill(spool, 3)
    collector.received.positions[spool.spool_id] = 50

    with Sender(spool, collector.address, credentials) as stream:
        assert drained(stream)

    assert [frame.scan_id for frame in collector.received.frames] == ["plan0", "plan1", "plan2"]


def test_an_acknowledgement_of_what_was_not_sent_deletes_nothing(
    spool: Spool, collector: MinimalCollector, credentials: Credentials
) -> None:
    """A collector that breaks the contract loses us no frame."""
    collector.behaviour.acknowledge_beyond = 1_000
    fill(spool, 3)

    with Sender(spool, collector.address, credentials) as stream:
        assert stream.join(60)

    assert "acknowledges frame" in str(stream.failure)
    assert spool.backlog().frames == 3


@pytest.mark.parametrize(
    ("code", "metadata", "expected"),
    [
        (
            grpc.StatusCode.PERMISSION_DENIED,
            ((reasons.REASON_KEY, reasons.TENANT_MISMATCH),),
            "refuses: TENANT_MISMATCH: no; see that `tenant` is the one",
        ),
        (grpc.StatusCode.UNAUTHENTICATED, (), "refuses: UNAUTHENTICATED: no; see that certificate and key"),
        (grpc.StatusCode.UNIMPLEMENTED, (), "see that `address` in [collector] is that of a wolkenzicht"),
    ],
)
def test_a_refusal_is_one_line_with_its_remedy(
    tmp_path: Path,
    collector: MinimalCollector,
    credentials: Credentials,
    code: grpc.StatusCode,
    metadata: tuple[tuple[str, str], ...],
    expected: str,
) -> None:
    """What only a person can mend ends the run at once, and the scan waits in the spool."""
    collector.behaviour.refuse = (code, "no")
    collector.behaviour.refuse_metadata = metadata
    begun = time.monotonic()

    with pytest.raises(TransportError) as caught:
        once(configured(tmp_path, collector.address, credentials, rows=5, patience="90s"))

    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not caught.value.retryable
    assert time.monotonic() - begun < 30


def other_ca(place: Path, own: trustme.CA) -> Credentials:
    """A certificate of a CA that the collector does not trust."""
    foreign = written(place / "foreign", trustme.CA(), "agent")
    own.cert_pem.write_to_path(str(foreign.ca))
    return foreign


def other_server_ca(place: Path, own: trustme.CA) -> Credentials:
    """Our own certificate is good, but we trust another CA than the collector's."""
    paths = written(place / "good", own, "agent")
    trustme.CA().cert_pem.write_to_path(str(paths.ca))
    return paths


def expired(place: Path, own: trustme.CA) -> Credentials:
    """A certificate of the right CA that is no longer valid."""
    paths = written(place / "expired", own, "agent")
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    late = own.issue_cert("agent", not_before=yesterday - dt.timedelta(days=9), not_after=yesterday)
    late.private_key_pem.write_to_path(str(paths.key))
    paths.certificate.write_bytes(b"".join(pem.bytes() for pem in late.cert_chain_pems))
    return paths


def mixed_up(place: Path, own: trustme.CA) -> Credentials:
    """The key of another certificate."""
    paths = written(place / "mixed", own, "agent")
    written(place / "other", own, "agent").key.rename(paths.key)
    return paths


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            other_ca,
            "it refuses this agent's certificate: unable to get local issuer certificate; let the collector",
        ),
        (other_server_ca, "its certificate is not accepted: unable to get local issuer certificate"),
        (expired, "it refuses this agent's certificate: certificate has expired; let the collector issue"),
        (mixed_up, "the key is not that of the certificate"),
    ],
)
def test_a_failed_handshake_says_which_side_and_why(
    tmp_path: Path,
    ca: trustme.CA,
    collector: MinimalCollector,
    make: Callable[[Path, trustme.CA], Credentials],
    expected: str,
) -> None:
    """Where gRPC reports only UNAVAILABLE, the line names certificate and remedy, and the run ends."""
    credentials = make(tmp_path, ca)

    with pytest.raises(WolkenzichtError) as caught:
        once(configured(tmp_path, collector.address, credentials, rows=5))

    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert collector.received.streams == 0


def test_a_collector_that_is_away_is_tried_until_patience_ends(
    tmp_path: Path, credentials: Credentials
) -> None:
    """The scan waits in the spool, the line says how much of it, and the next run sends it."""
    file = configured(tmp_path, "localhost:1", credentials)

    with pytest.raises(TransportError) as caught:
        once(file)

    assert "collector localhost:1 cannot be reached (Connection refused)" in str(caught.value)
    assert "frames wait in the spool for the next run" in str(caught.value)


def test_what_waited_goes_with_the_next_run(
    tmp_path: Path, collector: MinimalCollector, credentials: Credentials
) -> None:
    """Two scans queue in order: the one that could not be sent, and the one of now, which adds nothing."""
    file = configured(tmp_path, "localhost:1", credentials, rows=10)
    with pytest.raises(TransportError):
        once(file)
    configured(tmp_path, collector.address, credentials, rows=10)

    assert once(file) == 0
    starts = scan_frames(collector.received.frames, "scan_start")
    assert len({frame.scan_id for frame in starts}) == 2
    assert received_names(collector) == {f"s{number}": 1 for number in range(10)}


def test_an_agent_told_to_compare_scans_again(
    tmp_path: Path, collector: MinimalCollector, credentials: Credentials
) -> None:
    """At once, and no more than once, so that a fault does not make it scan for ever."""
    collector.behaviour.resyncs = 5
    assert once(configured(tmp_path, collector.address, credentials, rows=10)) == 0
    assert len(scan_frames(collector.received.frames, "scan_start")) == 2


def test_a_killed_agent_loses_nothing(
    tmp_path: Path, collector: MinimalCollector, credentials: Credentials
) -> None:
    """Killed at several moments and then run to the end: no gap, and each scope one outcome in its scan."""
    collector.behaviour.cut_every = 11
    file = configured(tmp_path, collector.address, credentials, rows=20_000, patience="60s")
    command = [sys.executable, "-m", "agent.cli", "--config", str(file), "run", "--once"]
    for pause in (0.7, 1.0, 1.3, 1.6):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()

    finished = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)

    frames = collector.received.frames
    last_scan = frames[-1].scan_id
    outcomes = Counter(
        (frame.scan_id, frame.scope_outcome.scope.type) for frame in scan_frames(frames, "scope_outcome")
    )
    assert finished.returncode == 0, finished.stderr
    assert frames[-1].WhichOneof("frame") == "scan_end"
    assert [frame.sequence for frame in frames] == list(range(1, len(frames) + 1))
    assert set(outcomes.values()) == {1}
    assert len([1 for scan_id, _ in outcomes if scan_id == last_scan]) == 8
    assert len(received_names(collector)) == 20_000


def test_sigterm_ends_the_loop_cleanly(
    tmp_path: Path, collector: MinimalCollector, credentials: Credentials
) -> None:
    """`run` scans at every interval until it is asked to stop; then it ends with 0 and nothing waits."""
    file = configured(tmp_path, collector.address, credentials, rows=50)
    file.write_text(file.read_text() + '[scan]\ninterval = "1s"\n[metrics]\nlisten = "127.0.0.1:0"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.cli", "--config", str(file), "run"], stderr=subprocess.PIPE, text=True
    )

    eventually(lambda: len(scan_frames(collector.received.frames, "scan_end")) >= 2, "two scans arrive")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=120)

    spool = Spool(tmp_path / "state", max_bytes=10**9, max_wait=5)
    backlog = spool.backlog()
    spool.close()
    assert process.returncode == 0, errors
    assert '"event": "agent.stopping"' in errors
    assert backlog.frames == 0


def test_the_agents_own_frames_are_logged_without_their_content(
    tmp_path: Path,
    collector: MinimalCollector,
    credentials: Credentials,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Logs name scans and scopes, never an asset of them."""
    with caplog.at_level(logging.DEBUG):
        once(configured(tmp_path, collector.address, credentials, rows=5))

    assert "scan.finished" in [record.message for record in caplog.records]
    assert "s3" not in caplog.text
