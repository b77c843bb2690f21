"""Feeds: addresses at which what one asker may see is read without a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collector.store.base.registry import CertificateRecord


@dataclass(frozen=True, slots=True)
class Feed:
    """An address, and the asker whose sight it gives; `feed_id` names it, and is no secret."""

    feed_id: str
    role: str
    organisation: str
    name: str
    created: datetime
    withdrawn: datetime | None = None


class Feeds(Protocol):
    """Which feeds there are. A token is known by its SHA-256 only, in hexadecimal."""

    def add(self, feed: Feed, digest: str) -> None:
        """Keep a feed and the digest of its token."""

    def admitted(self, digest: str, now: datetime) -> tuple[Feed, CertificateRecord] | None:
        """The feed with this token, and the certificate of its asker that is valid longest.

        None where there is no such token, it was withdrawn, or its asker has no valid certificate.
        """

    def listed(self) -> list[Feed]:
        """All, newest first."""

    def withdraw(self, feed_id: str, now: datetime) -> Feed:
        """End a feed for good; raises `ConfigurationError` where none of this name is left."""

    def withdraw_of(self, asker: CertificateRecord, now: datetime) -> list[Feed]:
        """End all feeds of an asker for good; returns those that were left."""
