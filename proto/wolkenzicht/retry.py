"""How the collector says when to come back: google.rpc.RetryInfo in the details of a status."""

from __future__ import annotations

from collections.abc import Iterable

import grpc
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped] # generated without types
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # generated without types

#: Where gRPC carries the details of a status.
DETAILS_KEY = "grpc-status-details-bin"
#: Seconds that nobody is asked to wait for longer than; what is told beyond counts as this.
LONGEST_SECONDS = 3600.0


def retry_details(code: grpc.StatusCode, message: str, seconds: float) -> tuple[str, bytes]:
    """Metadata of a status that asks to come back after so many seconds."""
    told = RetryInfo()
    told.retry_delay.FromNanoseconds(round(seconds * 1e9))
    status = Status(code=code.value[0], message=message)
    status.details.add().Pack(told)
    return DETAILS_KEY, status.SerializeToString()


def told_seconds(metadata: Iterable[tuple[str, str | bytes]]) -> float | None:
    """After how many seconds a status asks to come back; None where it does not say."""
    told = RetryInfo()
    for key, value in metadata:
        if key != DETAILS_KEY or not isinstance(value, bytes):
            continue
        try:
            details = Status.FromString(value).details
            found = [each for each in details if each.Unpack(told)]
        except DecodeError:
            return None
        if found:
            seconds = float(told.retry_delay.ToNanoseconds()) / 1e9
            return min(max(seconds, 0.0), LONGEST_SECONDS)
    return None
