"""What the store keeps of policy bundles: all that were ever in force, and who put each in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from policy.bundle import Bundle


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """That a bundle was put in force: its number, version and title, when, and by whom."""

    serial: int
    version: str
    title: str
    activated: datetime
    activated_by: str


class Bundles(Protocol):
    """Policy bundles by serial number; the highest is the one in force. None is ever removed.

    The store vouches for nothing: signatures are verified by whoever takes a bundle from it.
    """

    def put(self, record: BundleRecord, bundle: Bundle) -> None:
        """Keep a bundle and put it in force, in one transaction.

        Raises `ConfigurationError`, and changes nothing, where its number is not above that of the bundle in
        force.
        """

    def serial(self) -> int:
        """The number of the bundle in force; 0 where there is none."""

    def bundle(self, serial: int) -> Bundle | None:
        """A bundle by its number, None where it never was in force. Raises `StorageError` if damaged."""

    def history(self) -> list[BundleRecord]:
        """All, newest first; the first is in force."""
