"""Reads scopes of an Azure source as the agent's scope runner does, and keeps what came out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from connectors.azure import quota
from connectors.azure.source import AzureSettings, AzureSource
from connectors.base import Covers, Gap, ReadError, Rejected, outcome_of
from tests.servers.azure import CLIENT_ID, CLIENT_SECRET, AzureServer
from tests.servers.azure_estate import TENANT
from wolkenzicht.model import Asset, Scope, ScopeOutcome


@dataclass(slots=True)
class Reading:
    """What one scope gave, and its outcome."""

    scope: Scope
    assets: list[Asset] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    covers: list[Covers] = field(default_factory=list)

    @property
    def outcome(self) -> ScopeOutcome:
        """The one outcome of the scope."""
        return outcome_of(self.scope, len(self.assets), self.gaps)

    def named(self, name: str) -> Asset:
        """The one asset with this name."""
        (asset,) = (each for each in self.assets if each.name == name)
        return asset


def read(source: AzureSource, scope: Scope, *, finish: bool = True) -> Reading:
    """Read the scope to its end, and finish its group unless more of it is to come."""
    reading = Reading(scope)
    try:
        for item in source.read(scope):
            if isinstance(item, Gap):
                reading.gaps.append(item)
            elif isinstance(item, Rejected):
                reading.rejected.append(item)
            elif isinstance(item, Covers):
                reading.covers.append(item)
            else:
                reading.assets.append(item)
    except ReadError as error:
        reading.gaps.append(error.gap)
    finally:
        if finish:
            source.finish_group(source.group(scope))
    return reading


def source_of(server: AzureServer, **settings: object) -> AzureSource:
    """The server's tenant, read without second attempts unless asked for."""
    given: dict[str, object] = {
        "tenant_id": TENANT,
        "authority": server.url,
        "endpoint": server.url,
        "ca": server.ca,
        "max_attempts": 1,
        "quota_share": 1.0,
        **settings,
    }
    return AzureSource(AzureSettings(**given))  # type: ignore[arg-type] # the settings check themselves


@contextlib.contextmanager
def clean_azure_environment() -> Iterator[pytest.MonkeyPatch]:
    """The server's credentials instead of the caller's, and no waiting for the real service's quota."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AZURE_", "IDENTITY_", "MSI_"))]:
            patch.delenv(name)
        patch.setenv("AZURE_CLIENT_ID", CLIENT_ID)
        patch.setenv("AZURE_CLIENT_SECRET", CLIENT_SECRET)
        patch.setattr(quota, "GRAPH", quota.Allowance(100_000, 100_000))
        patch.setattr(quota, "READS", quota.Allowance(100_000, 100_000))
        yield patch
