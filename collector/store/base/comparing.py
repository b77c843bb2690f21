"""What an agent may ask of its own tenant, to see where it takes the store to hold something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wolkenzicht.digests import Digest
from wolkenzicht.model import Scope


@dataclass(frozen=True, slots=True)
class TenantState:
    """A tenant as a whole: its assets, the outcomes that stand without being told again, its plan."""

    assets: Digest
    outcomes: Digest
    plan: bytes


class Comparing(Protocol):
    """Digests of what is held of one tenant, from the whole to single assets. Raises `StorageError`."""

    def tenant(self, tenant: str) -> TenantState:
        """The tenant as a whole."""

    def accounts(self, tenant: str, after: str, limit: int) -> list[tuple[str, Digest]]:
        """Its accounts that hold assets, in order of name."""

    def scopes(
        self, tenant: str, account: str, after: tuple[str, str], limit: int
    ) -> list[tuple[Scope, Digest]]:
        """The scopes of an account that hold assets, in order of location and type."""

    def bucket_sums(self, tenant: str, scope: Scope, bits: int) -> list[int]:
        """The sum of every bucket of a scope, in order."""

    def entries(self, tenant: str, scope: Scope, after: int, limit: int) -> list[tuple[int, str, bytes]]:
        """The next assets of a scope after a number: number, identifier and fingerprint."""
