"""What a channel is: it brings events to one receiver, or says why not and whether to try again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from collector.alerts.heartbeat import Heartbeat
from collector.store.base import Event
from wolkenzicht.errors import ConfigurationError, TransportError


class DeliveryError(TransportError):
    """A receiver did not accept. `retryable` False means that it never will.

    `retry_after` is what the receiver asked for (seconds), None where it did not.
    """

    def __init__(self, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message, retryable=retryable)
        self.retry_after = retry_after


class Channel(Protocol):
    """The way to one receiver; used by one thread at a time."""

    @property
    def batch(self) -> int:
        """How many events at most go in one delivery."""

    def deliver(self, events: Sequence[Event]) -> None:
        """Bring them; on return the receiver has accepted all of them. Raises `DeliveryError`."""

    def beat(self, beat: Heartbeat) -> None:
        """Say that the collector lives. Raises `DeliveryError`."""

    def close(self) -> None:
        """Let go of connections."""


#: Standing events with a higher number than this, so many at most, by number.
Read = Callable[[int, int], Sequence[Event]]


@runtime_checkable
class Repeating(Protocol):
    """A channel whose receiver forgets what it is not told again."""

    def repeat(self, read: Read) -> int:
        """Send again what stands; returns how many. Raises `DeliveryError`, and what `read` raises."""


def read_secret(path: Path, key: str) -> bytes:
    """The content of a secret's file, white space around it left out; raises `ConfigurationError`."""
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError(
            f"alerts.route {key}: {path} cannot be read ({error.strerror}); give the path of a readable file"
        ) from error
    if not content:
        raise ConfigurationError(f"alerts.route {key}: {path} is empty; put the secret in it")
    return content
