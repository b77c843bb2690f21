"""Which resource kinds the demo's API server can answer for."""

from __future__ import annotations

from connectors.aws.kinds import KINDS

#: moto answers these with less than AWS does, or cannot be reached under the name that they need.
NOT_SERVED = frozenset({"rds-automated-backup", "s3-multi-region-access-point"})


def kinds() -> tuple[str, ...]:
    """The names of the kinds that are read in the demo and the benchmarks."""
    return tuple(kind.name for kind in KINDS if kind.name not in NOT_SERVED)
