"""Who is refused: every wrong certificate ends in one clear line of the collector's log."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import grpc
import httpx
import pytest

from collector.identity import authority, files, spiffe
from tests.integration.collector_process import Running, eventually, found, must, run, serving
from wolkenzicht import reasons
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ReportResponse, StreamStart
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub
from wolkenzicht.v1.overview_service_pb2 import GetOverviewRequest
from wolkenzicht.v1.overview_service_pb2_grpc import OverviewServiceStub

TIMEOUT_SECONDS = 60.0


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One serving collector with the tenants mvz-aws and mvz-odc."""
    with serving(found(tmp_path_factory.mktemp("collector"))) as running:
        yield running


def connect(collector: Running, credentials: grpc.ChannelCredentials) -> grpc.Channel:
    """A channel with these credentials."""
    return grpc.secure_channel(collector.address("grpc"), credentials, client_options())


def start(tenant: str, spool: str = "spool-1") -> ReportRequest:
    """The first frame of a stream."""
    return ReportRequest(stream_start=StreamStart(tenant=tenant, spool_id=spool))


def report(collector: Running, credentials: grpc.ChannelCredentials, tenant: str) -> list[ReportResponse]:
    """Open a stream, end it at once; returns the answers."""
    with connect(collector, credentials) as channel:
        stub = CollectorServiceStub(channel)
        return list(stub.Report(iter([start(tenant)]), timeout=TIMEOUT_SECONDS))


def refused(collector: Running, credentials: grpc.ChannelCredentials, tenant: str) -> grpc.RpcError:
    """How a stream that is not accepted ends."""
    with pytest.raises(grpc.RpcError) as raised:
        report(collector, credentials, tenant)
    return raised.value


def reason(error: grpc.RpcError) -> str:
    """The reason word of a refusal."""
    assert isinstance(error, grpc.Call)
    return str(dict(error.trailing_metadata() or ())[reasons.REASON_KEY])


def code(error: grpc.RpcError) -> grpc.StatusCode:
    """The status of a refusal."""
    assert isinstance(error, grpc.Call)
    return error.code()


def foreign(place: Path, tenant: str) -> Credentials:
    """A certificate for a tenant by another authority, which itself trusts this collector."""
    other = authority.create(place)
    issued = other.client(spiffe.agent(tenant))
    files.write_all({place / "agent.pem": issued.certificate, place / "agent.key": issued.key})
    return Credentials(place / "ca.pem", place / "agent.pem", place / "agent.key")


def test_an_agent_of_its_own_tenant_is_accepted(collector: Running) -> None:
    """The stream is accepted with the tenant that the certificate names."""
    credentials = collector.agent("mvz-aws", "accepted").client()

    (answer,) = report(collector, credentials, "mvz-aws")

    assert answer.stream_accepted.tenant == "mvz-aws"
    assert answer.stream_accepted.committed_sequence == 0
    assert answer.stream_accepted.window == 64


def test_another_tenants_stream_is_refused(collector: Running) -> None:
    """An agent that names a tenant which is not its own is refused, logged and kept."""
    credentials = collector.agent("mvz-aws", "other-tenant").client()
    before = len(collector.events("peer.refused"))

    error = refused(collector, credentials, "mvz-odc")

    assert (code(error), reason(error)) == (grpc.StatusCode.PERMISSION_DENIED, "TENANT_MISMATCH")
    event = collector.new_event("peer.refused", before)
    assert event["subject"].startswith("spiffe://wolkenzicht/agent/mvz-aws serial ")
    assert event["reason"] == (
        "stream_start.tenant: says 'mvz-odc', the certificate 'mvz-aws'; "
        "configure the tenant that the certificate was issued for"
    )
    assert event["reason"] in must(collector.config, "refusals", "list", "--format", "json")


def test_an_asker_cannot_report(collector: Running) -> None:
    """An asker's certificate opens no stream."""
    credentials = collector.asker("reporting-asker").client()
    before = len(collector.events("peer.refused"))

    error = refused(collector, credentials, "mvz-aws")

    assert (code(error), reason(error)) == (grpc.StatusCode.PERMISSION_DENIED, "ASKER_CANNOT_REPORT")
    assert collector.new_event("peer.refused", before)["code"] == "ASKER_CANNOT_REPORT"


def test_an_agent_cannot_ask(collector: Running) -> None:
    """An agent's certificate gets no overview."""
    credentials = collector.agent("mvz-aws", "asking-agent").client()
    before = len(collector.events("peer.refused"))

    with connect(collector, credentials) as channel, pytest.raises(grpc.RpcError) as raised:
        OverviewServiceStub(channel).GetOverview(GetOverviewRequest(), timeout=TIMEOUT_SECONDS)

    assert (code(raised.value), reason(raised.value)) == (
        grpc.StatusCode.PERMISSION_DENIED,
        "AGENT_CANNOT_ASK",
    )
    assert collector.new_event("peer.refused", before)["code"] == "AGENT_CANNOT_ASK"


def test_a_certificate_unknown_to_the_register_is_refused(collector: Running) -> None:
    """A certificate that the authority signed and nobody recorded does not get in."""
    issued = authority.load(collector.place / "data").client(spiffe.agent("mvz-aws"))
    credentials = grpc.ssl_channel_credentials(
        (collector.place / "data" / "ca.pem").read_bytes(), issued.key, issued.certificate
    )

    error = refused(collector, credentials, "mvz-aws")

    assert (code(error), reason(error)) == (grpc.StatusCode.UNAUTHENTICATED, "CERTIFICATE_UNKNOWN")


def test_an_evicted_agent_is_cut_off_while_connected(collector: Running) -> None:
    """Eviction ends an open, idle stream within seconds, and the next one does not open."""
    credentials = collector.agent("mvz-odc", "evicted").client()
    before = len(collector.events("peer.refused"))

    with connect(collector, credentials) as channel:

        def frames() -> Iterator[ReportRequest]:
            yield start("mvz-odc")
            eventually(lambda: len(collector.events("peer.refused")) > before, "the stream is cut")

        answers = CollectorServiceStub(channel).Report(frames(), timeout=TIMEOUT_SECONDS)
        assert next(answers).stream_accepted.tenant == "mvz-odc"
        must(collector.config, "agents", "evict", "mvz-odc")
        with pytest.raises(grpc.RpcError) as raised:
            next(answers)

    assert (code(raised.value), reason(raised.value)) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "CERTIFICATE_REVOKED",
    )
    again = refused(collector, credentials, "mvz-odc")
    assert reason(again) == "CERTIFICATE_REVOKED"
    assert len(collector.events("peer.refused")) == before + 2


@pytest.mark.parametrize("kind", ["other authority", "expired", "none", "server's own"])
def test_a_refused_handshake_is_one_line(collector: Running, tmp_path: Path, kind: str) -> None:
    """TLS refuses before anything is asked: one event with address and reason, and nothing beside it."""
    ca = (collector.place / "data" / "ca.pem").read_bytes()
    expected = {
        "other authority": "the certificate is not signed by this collector's authority",
        "expired": "the certificate has expired",
        "none": "no client certificate",
        "server's own": "the certificate is not for clients; use the one that was issued",
    }
    if kind == "none":
        credentials = grpc.ssl_channel_credentials(ca)
    else:
        files_of = {
            "other authority": lambda: foreign(tmp_path, "mvz-aws"),
            "expired": lambda: collector.agent("mvz-aws", "expired", "--days", "-1"),
            "server's own": lambda: Credentials(
                collector.place / "data" / "ca.pem",
                collector.place / "data" / "server.pem",
                collector.place / "data" / "server.key",
            ),
        }[kind]()
        credentials = grpc.ssl_channel_credentials(
            ca, files_of.key.read_bytes(), files_of.certificate.read_bytes()
        )
    before = len(collector.events("tls.refused"))

    error = refused(collector, credentials, "mvz-aws")

    assert code(error) is grpc.StatusCode.UNAVAILABLE
    eventually(lambda: len(collector.events("tls.refused")) > before, "the refusal is logged")
    events = collector.events("tls.refused")[before:]
    assert {event["reason"] for event in events} == {expected[kind]}
    assert all(event["address"].startswith("ipv4:127.0.0.1:") for event in events)
    assert [line for line in collector.lines() if not line.startswith("{")] == []
    eventually(
        lambda: (
            f"TLS handshake: {expected[kind]}"
            in must(collector.config, "refusals", "list", "--format", "csv")
        ),
        "the refusal is kept",
    )


def test_plain_http_on_the_port_is_one_line(collector: Running) -> None:
    """Something that speaks no TLS is logged as what it is."""
    before = len(collector.events("tls.refused"))
    host, port = collector.address("grpc").split(":")

    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        connection.recv(100)

    assert collector.new_event("tls.refused", before)["reason"] == "plain HTTP instead of TLS"


def test_a_client_that_hangs_up_leaves_no_line(collector: Running) -> None:
    """A probe that only connects is no refusal: only the one that follows it is logged."""
    before = len(collector.lines())
    host, port = collector.address("grpc").split(":")

    socket.create_connection((host, int(port))).close()
    test_plain_http_on_the_port_is_one_line(collector)

    assert len(collector.lines()) == before + 1


def test_health_and_metrics_are_served(collector: Running) -> None:
    """The HTTP endpoint says that the collector is ready, and counts refusals."""
    base = f"http://{collector.address('http')}"

    assert httpx.get(f"{base}/readyz", trust_env=False).text == "ready\n"
    assert httpx.get(f"{base}/healthz", trust_env=False).text == "alive\n"
    assert httpx.get(f"{base}/", trust_env=False).status_code == 404
    metrics = httpx.get(f"{base}/metrics", trust_env=False).text
    assert "wolkenzicht_collector_tls_refusals_total" in metrics
    assert "wolkenzicht_collector_refusals_total" in metrics


def test_a_port_in_use_is_one_line(collector: Running, tmp_path: Path) -> None:
    """A second collector on the same ports says which key to change."""
    config = found(tmp_path)

    for key in ("grpc", "http"):
        second = run(config, "serve", f"--listen-{key}", collector.address(key))

        assert second.returncode == 1
        assert second.stderr == (
            f"Error: listen_{key}: {collector.address(key)} is in use by another process; "
            f"stop that process, or set listen_{key} to a free port\n"
        )
