"""How both ends speak gRPC: message limits, keepalive, backoff and TLS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import grpc

from wolkenzicht.errors import IdentityError

#: Frames stay below this (bytes); gRPC's own default limit is four times as much.
MAX_FRAME_BYTES = 1024 * 1024
#: What either end accepts (bytes): a frame and room for its envelope.
MAX_RECEIVE_BYTES = 2 * 1024 * 1024
#: Assets in one batch: larger ones were measured to bring nothing.
MAX_BATCH_ASSETS = 500
#: Seconds that a unary call may take before the asker gives up.
CALL_TIMEOUT_SECONDS = 30.0

#: Seconds of silence after which an end asks whether the other is still there, and a third of it to answer.
KEEPALIVE_SECONDS = 30.0
_MIN_PING_MS = 10_000
#: A connection that does not get through TLS in this time, or has no call for this long, is closed.
_HANDSHAKE_MS = 20_000
_IDLE_MS = 600_000

ChannelOptions = list[tuple[str, int | str]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Paths of the PEM files that identify one end and whom it trusts."""

    ca: Path
    certificate: Path
    key: Path

    def client(self) -> grpc.ChannelCredentials:
        """Channel credentials; raises `IdentityError` naming the file that cannot be read."""
        return grpc.ssl_channel_credentials(
            root_certificates=_read(self.ca, "ca"),
            private_key=_read(self.key, "key"),
            certificate_chain=_read(self.certificate, "certificate"),
        )

    def server(self) -> grpc.ServerCredentials:
        """Server credentials that demand a client certificate of `ca`; raises `IdentityError`."""
        return grpc.ssl_server_credentials(
            [(_read(self.key, "key"), _read(self.certificate, "certificate"))],
            root_certificates=_read(self.ca, "ca"),
            require_client_auth=True,
        )


def client_options() -> ChannelOptions:
    """Options of a channel to the collector; reconnects back off from 1 s to 2 minutes."""
    return [
        ("grpc.max_receive_message_length", MAX_RECEIVE_BYTES),
        ("grpc.max_send_message_length", MAX_RECEIVE_BYTES),
        *_keepalive(KEEPALIVE_SECONDS),
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.initial_reconnect_backoff_ms", 1_000),
        ("grpc.max_reconnect_backoff_ms", 120_000),
        ("grpc.enable_http_proxy", 0),
    ]


def server_options(keepalive: float = KEEPALIVE_SECONDS) -> ChannelOptions:
    """Options of the collector's server; refuses a port that another process listens on.

    A peer that does not answer within `keepalive` seconds and a third is taken to be gone.
    """
    return [
        ("grpc.max_receive_message_length", MAX_RECEIVE_BYTES),
        ("grpc.max_send_message_length", MAX_RECEIVE_BYTES),
        *_keepalive(keepalive),
        ("grpc.http2.min_ping_interval_without_data_ms", _MIN_PING_MS),
        ("grpc.server_handshake_timeout_ms", _HANDSHAKE_MS),
        ("grpc.max_connection_idle_ms", _IDLE_MS),
        ("grpc.max_concurrent_streams", 1_000),
        ("grpc.so_reuseport", 0),
    ]


def _keepalive(seconds: float) -> ChannelOptions:
    """Asking again and again, and not waiting long for an answer; what is on its way stays little.

    Unless told otherwise gRPC asks a stream without data twice only, and waits a minute for each answer,
    whatever the keepalive's own timeout says (grpcio 1.85). It also probes how much the way holds, and then
    takes megabytes for each stream: on a slow way an answer behind them would come too late. Without probes
    it takes 64 KiB, and the rest of a frame that is asked for.
    """
    answer_ms = round(seconds * 1000 / 3)
    return [
        ("grpc.keepalive_time_ms", round(seconds * 1000)),
        ("grpc.keepalive_timeout_ms", answer_ms),
        ("grpc.http2.ping_timeout_ms", answer_ms),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.bdp_probe", 0),
    ]


def _read(path: Path, role: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IdentityError(
            f"{role} file {path} cannot be read ({error.strerror}); give the path of a readable PEM file"
        ) from error
    if b"-----BEGIN " not in content:
        raise IdentityError(f"{role} file {path} is not PEM; give the file that `agents issue` wrote")
    return content
