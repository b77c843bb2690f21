"""Core's lines about handshakes become events; all other lines pass unchanged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collector.server import tls_log
from collector.server.tls_log import HandshakeLines, Other, Refused

FAILED = (
    "I1122 06:21:14.104307    {thread} ssl_transport_security.cc:2563] "
    "Handshake failed with error SSL_ERROR_SSL: "
    "error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: {said}"
)
TRACED = (
    (
        "I1122 06:21:14.104321    {thread} handshaker.cc:155] CallNextHandshakerLocked: error=UNKNOWN: "
        "Ssl handshake failed (TSI_PROTOCOL_FAILURE): SSL_ERROR_SSL: error:1000007d:SSL routines:"
        "OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: {said}: OK"
    ),
    "=== Source Location Trace: ===",
    "src/core/util/status_helper.cc:68",
    (
        " shutdown=false index=2, args={{grpc.internal.endpoint_local_address="
        "ipv4:127.0.0.1:8443, grpc.internal.endpoint_peer_address={address}, grpc.so_reuseport=0}}"
    ),
)
AFTER = (
    "I1122 06:21:14.104329    {thread} channel_trace.h:396] handshake manager 0x7f75: Failed with error: …",
    "=== Source Location Trace: ===",
    "src/core/util/status_helper.cc:68",
    "",
)
EXPIRED = "the certificate has expired"


def fed(lines: HandshakeLines, *texts: str, address: str = "", **values: object) -> list[Refused | Other]:
    """What these lines complete."""
    filled = {"thread": 1, "said": "certificate has expired", "address": address} | values
    return [found for text in texts for found in lines.feed(text.format(**filled))]


def test_a_refusal_gets_its_address_from_the_trace() -> None:
    """One event of two records, and nothing left over."""
    lines = HandshakeLines()

    found = fed(lines, FAILED, *TRACED, *AFTER, address="ipv4:192.0.2.1:4711")

    assert found == [Refused("ipv4:192.0.2.1:4711", EXPIRED)]
    assert not lines.waiting


def test_an_ipv6_address_is_readable() -> None:
    """Core writes it percent-encoded."""
    found = fed(HandshakeLines(), FAILED, *TRACED, address="ipv6:%5B2001:db8::1%5D:4711")

    assert found == [Refused("ipv6:[2001:db8::1]:4711", EXPIRED)]


def test_the_trace_may_come_from_another_thread() -> None:
    """Core goes on with a handshake wherever a thread is free; each refusal gets its own address."""
    lines = HandshakeLines()

    found = [
        *fed(lines, FAILED, thread=1),
        *fed(lines, FAILED, thread=2, said="certificate is not yet valid"),
        *fed(lines, *TRACED, thread=3, said="certificate is not yet valid", address="ipv4:192.0.2.2:2"),
        *fed(lines, *TRACED, *AFTER, thread=2, address="ipv4:192.0.2.1:1"),
    ]

    assert found == [
        Refused("ipv4:192.0.2.2:2", "the certificate is not valid yet; compare the clocks"),
        Refused("ipv4:192.0.2.1:1", EXPIRED),
    ]


def test_without_a_trace_the_refusal_is_told_all_the_same() -> None:
    """A refusal that has waited long enough for its address is told without."""
    moment = 0.0
    lines = HandshakeLines(lambda: moment)
    fed(lines, FAILED)

    assert lines.waiting
    assert list(lines.overdue(0.5)) == []
    moment = 0.5
    assert list(lines.overdue(0.5)) == [Refused("", EXPIRED)]
    assert not lines.waiting
    assert fed(lines, *TRACED, address="ipv4:192.0.2.1:1") == []


def test_a_handshake_that_succeeds_says_nothing() -> None:
    """The trace of a good connection, and the announcement of the trace itself, are swallowed."""
    found = fed(
        HandshakeLines(),
        "I1122 06:21:14.101580    1 handshaker.cc:80] handshake_manager 0x7f75: adding handshaker",
        "I1122 06:21:14.101617    1 channel_trace.h:396] handshake manager 0x7f75:  calling handshaker",
        "I1122 06:39:03.666591    1 trace.cc:91] gRPC Tracers: handshaker",
    )

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "",
        "E1122 06:21:14.101580    1 chttp2_server.cc:80] No address added",
        "I1122 06:21:14.101580    1 ssl_transport_security.cc:80] SSL Cipher Version",
        "src/core/util/status_helper.cc:68",
        '{"event": "Handshake failed with error X: y"}',
    ],
)
def test_another_line_passes(line: str) -> None:
    """Tracebacks, other words of core and our own log are nobody else's business."""
    assert list(HandshakeLines().feed(line)) == [Other(line)]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            "CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate",
            "the certificate is not signed by this collector's authority",
        ),
        (
            "PEER_DID_NOT_RETURN_A_CERTIFICATE: Invalid certificate verification context",
            "no client certificate",
        ),
        ("SOMETHING_NEW: words: OK", "SOMETHING_NEW: words"),
    ],
)
def test_reasons_are_put_in_words(reason: str, words: str) -> None:
    """A reason without words of ours is shown as it is."""
    assert tls_log.in_words(reason) == words


def test_the_operators_own_trace_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ours is added; a verbosity that would silence it is lifted, another is left."""
    monkeypatch.setenv("GRPC_TRACE", "http,handshaker")
    monkeypatch.setenv("GRPC_VERBOSITY", "error")

    tls_log.prepare()

    assert os.environ["GRPC_TRACE"] == "http,handshaker"
    assert "GRPC_VERBOSITY" not in os.environ
    monkeypatch.setenv("GRPC_VERBOSITY", "DEBUG")
    tls_log.prepare()
    assert os.environ["GRPC_VERBOSITY"] == "DEBUG"
