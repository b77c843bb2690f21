"""Reads scopes of an AWS source as the agent's scope runner does, and keeps what came out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from connectors.aws.source import AwsSource
from connectors.base import Covers, Gap, ReadError, Rejected, outcome_of
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


def read(source: AwsSource, scope: Scope) -> Reading:
    """Read the scope to its end and finish its group."""
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
        source.finish_group(source.group(scope))
    return reading


@contextlib.contextmanager
def clean_aws_environment() -> Iterator[pytest.MonkeyPatch]:
    """An environment without the caller's AWS settings, with credentials that open nothing."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield patch
