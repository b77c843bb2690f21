"""What a refused TLS handshake is called in the log: gRPC core's own lines turned into one event.

Core refuses a connection without asking anyone, and tells of it on file descriptor 2 only: the reason
in a line of `ssl_transport_security.cc`, then the reason again and the address in a record of the trace
`handshaker` (at times by another thread), which writes a few records per connection, none per message.
`docs/decisions/0004-tls-refusals-in-the-log.md` says why this way was taken. Read from grpcio 1.85;
where core's words change, the event lacks its address or the line passes as it is: nothing is lost.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

#: The trace that makes core name the peer's address.
TRACE = "handshaker"

_RECORD = re.compile(r"^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ (?P<source>[\w.]+):\d+\] (?P<text>.*)$")
_FAILED = re.compile(r"^Handshake failed with error \S+: (?P<reason>.*)$")
_TRACED = re.compile(r"error=\w+: Ssl handshake failed \([A-Z_]+\): \S+: (?P<reason>.*)$")
_LIBRARY = re.compile(r"^error:[0-9a-f]+:[^:]*:[^:]*:")
_ADDRESS = re.compile(r"grpc\.internal\.endpoint_peer_address=(?P<address>[^,}]+)")
_TRACE_SOURCES = frozenset({"handshaker.cc", "channel_trace.h"})
_CONTINUED = re.compile(r"^(?:=== Source Location Trace: ===\s*|src/core/\S+:\d+\s*| shutdown=.*|\s*)$")

#: BoringSSL's reasons in words for the operator; others are shown as they are.
_WORDS = (
    ("unable to get local issuer certificate", "the certificate is not signed by this collector's authority"),
    ("self signed certificate", "the certificate is not signed by this collector's authority"),
    ("certificate signature failure", "the certificate's signature is not of this collector's authority"),
    ("certificate has expired", "the certificate has expired"),
    ("certificate is not yet valid", "the certificate is not valid yet; compare the clocks"),
    ("unsupported certificate purpose", "the certificate is not for clients; use the one that was issued"),
    ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "no client certificate"),
    ("HTTP_REQUEST", "plain HTTP instead of TLS"),
    ("WRONG_VERSION_NUMBER", "no TLS, or a version too old"),
    ("UNSUPPORTED_PROTOCOL", "a TLS version too old"),
    ("ALERT_UNKNOWN_CA", "the other side does not trust this collector's authority"),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A handshake that failed; `address` is empty where core did not name it."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Other:
    """A line that is not about handshakes, to be passed on."""

    line: str


class HandshakeLines:
    """Recognises refused handshakes in what is written to file descriptor 2."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, str]] = []  # since when, and the reason
        self._in_record = False  # whether a record of the trace is being continued
        self._traced: str | None = None  # the reason in that record, until its address comes

    @property
    def waiting(self) -> bool:
        """Whether a refusal waits for its address."""
        return bool(self._waiting)

    def feed(self, line: str) -> Iterator[Refused | Other]:
        """What a line (without its end) completes."""
        record = _RECORD.match(line)
        if record is None:
            if self._in_record and _CONTINUED.match(line):
                yield from self._address(line)
            else:
                self._in_record = False
                yield Other(line)
            return
        source, text = record["source"], record["text"]
        self._in_record = False
        if source == "ssl_transport_security.cc" and (failed := _FAILED.match(text)):
            self._waiting.append((self._clock(), in_words(failed["reason"])))
        elif source in _TRACE_SOURCES and "handshake" in text.lower():
            self._in_record = True
            traced = _TRACED.search(text)
            self._traced = in_words(traced["reason"]) if traced else None
            yield from self._address(text)
        elif source != "trace.cc" or text != f"gRPC Tracers: {TRACE}":
            yield Other(line)

    def overdue(self, seconds: float) -> Iterator[Refused]:
        """The refusals that have waited this long for an address."""
        now = self._clock()
        late = [entry for entry in self._waiting if now - entry[0] >= seconds]
        for entry in late:
            self._waiting.remove(entry)
            yield Refused("", entry[1])

    def _address(self, text: str) -> Iterator[Refused]:
        found = _ADDRESS.search(text)
        if found is None or self._traced is None:
            return
        told = next((entry for entry in self._waiting if entry[1] == self._traced), None)
        if told is not None:
            self._waiting.remove(told)
            yield Refused(unquote(found["address"]), self._traced)
        self._traced = None


def in_words(reason: str) -> str:
    """BoringSSL's reason in words for the operator."""
    plain = _LIBRARY.sub("", reason).removesuffix(": OK")
    return next((words for token, words in _WORDS if token in plain), plain)


def prepare() -> None:
    """Make core tell of handshakes; must run before `grpc` is imported, core reads this once."""
    traces = [trace for trace in os.environ.get("GRPC_TRACE", "").split(",") if trace]
    os.environ["GRPC_TRACE"] = ",".join(dict.fromkeys([*traces, TRACE]))
    if os.environ.get("GRPC_VERBOSITY", "").upper() in {"NONE", "ERROR", "WARNING"}:
        del os.environ["GRPC_VERBOSITY"]
