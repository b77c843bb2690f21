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

_KEEPALIVE_MS = 30_000
_KEEPALIVE_TIMEOUT_MS = 10_000

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
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.initial_reconnect_backoff_ms", 1_000),
        ("grpc.max_reconnect_backoff_ms", 120_000),
        ("grpc.enable_http_proxy", 0),
    ]


def server_options() -> ChannelOptions:
    """Options of the collector's server; refuses a port that another process listens on."""
    return [
        ("grpc.max_receive_message_length", MAX_RECEIVE_BYTES),
        ("grpc.max_send_message_length", MAX_RECEIVE_BYTES),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.http2.min_ping_interval_without_data_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.max_concurrent_streams", 1_000),
        ("grpc.so_reuseport", 0),
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
