"""How the collector is asked over gRPC, and what its refusals mean to the person who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Self, TypeVar

import grpc

from collector.client.settings import AskerSettings
from wolkenzicht.errors import IdentityError, TransportError, WolkenzichtError
from wolkenzicht.transport import CALL_TIMEOUT_SECONDS, client_options
from wolkenzicht.v1.overview_service_pb2_grpc import OverviewServiceStub

Question = TypeVar("Question")
Answer = TypeVar("Answer")

#: Pieces of what gRPC's TLS layer says, and the error that each means.
_TLS_FAULTS = (
    ("CERTIFICATE_VERIFY_FAILED", "untrusted"),
    ("Hostname Verification Check failed", "wrong_name"),
    ("Peer name", "wrong_name"),
    ("WRONG_VERSION_NUMBER", "no_tls"),
    ("security handshaker", "unusable"),
    # With TLS 1.3 a collector refuses a certificate after the handshake: the connection just ends.
    ("Socket closed", "closed"),
    ("Connection reset", "closed"),
    ("Broken pipe", "closed"),
    ("handshake", "closed"),
    ("Handshake", "closed"),
)

_CODES = {
    grpc.StatusCode.UNAUTHENTICATED: "refused",
    grpc.StatusCode.PERMISSION_DENIED: "forbidden",
    grpc.StatusCode.NOT_FOUND: "not_found",
    grpc.StatusCode.INVALID_ARGUMENT: "invalid",
    grpc.StatusCode.INTERNAL: "collector_failed",
    grpc.StatusCode.DATA_LOSS: "collector_failed",
}


class Collector:
    """A collector to ask; use it in a `with` block. Raises `ConfigurationError` and `IdentityError`."""

    def __init__(self, settings: AskerSettings) -> None:
        self._settings = settings
        self._texts = settings.texts()
        credentials = settings.credentials()
        self._channel = grpc.secure_channel(settings.collector, credentials.client(), client_options())
        self.stub = OverviewServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._channel.close()

    def ask(self, call: Callable[..., Answer], question: object) -> Answer:
        """The answer to one question; raises `TransportError` or `IdentityError` in the asker's language."""
        try:
            return call(question, timeout=CALL_TIMEOUT_SECONDS)
        except grpc.RpcError as error:
            raise self._meaning(error) from error

    def listen(self, call: Callable[..., Iterator[Answer]], question: object) -> Iterator[Answer]:
        """The answers to a question, as they come, for as long as the collector lives; raises likewise."""
        try:
            yield from call(question)
        except grpc.RpcError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: grpc.RpcError) -> WolkenzichtError:
        code, details = error.code(), " ".join((error.details() or "").split())
        address = self._settings.collector
        if code == grpc.StatusCode.UNAVAILABLE:
            return self._unavailable(address, details)
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            text = self._texts.error("slow", address=address, seconds=CALL_TIMEOUT_SECONDS)
            return TransportError(text, retryable=True)
        text = self._texts.error(_CODES.get(code, "other"), reason=details, address=address, code=code.name)
        if code == grpc.StatusCode.UNAUTHENTICATED:
            return IdentityError(text)
        return TransportError(text, retryable=False)

    def _unavailable(self, address: str, details: str) -> WolkenzichtError:
        for piece, key in _TLS_FAULTS:
            if piece in details:
                files = self._settings
                return IdentityError(
                    self._texts.error(
                        key, address=address, ca=files.ca, certificate=files.certificate, key=files.key
                    )
                )
        reason = details.rpartition("last error: ")[2].removeprefix("UNKNOWN: ")
        return TransportError(
            self._texts.error("unreachable", address=address, reason=reason), retryable=True
        )
