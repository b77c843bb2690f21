"""What is set up to bring data somewhere while nothing of it is there: rules, schedules, failover groups.

Connectors tell where such a rule points as a place that content is copied or backed up to. Of most types
that is a place where copies are; of those here it is one where copies may come to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wolkenzicht.model import Asset, DataLocation, Holds, Operation

#: By what a rule points elsewhere; from where it is managed or where it is kept itself is another matter.
_POINTING = frozenset({Operation.REPLICATED, Operation.BACKED_UP})

#: Types that hold no content: what they copy or back up is that of other assets, which are read apart.
RULES = frozenset(
    {
        "Microsoft.Sql/servers",
        "backupdr.googleapis.com/BackupPlan",
        "gkebackup.googleapis.com/BackupPlan",
        "compute.googleapis.com/ResourcePolicy",
        "storagetransfer.googleapis.com/TransferJob",
    }
)

#: Types that count as what they copy, each with the property that says whether anything was copied yet, and
#: when it was not.
IDLE: Mapping[str, tuple[str, Callable[[str | None], bool]]] = {
    "AWS::Backup::BackupPlan": ("last_run", lambda value: not value),
    "AWS::DLM::LifecyclePolicy": ("state", lambda value: value == "DISABLED"),
}


def properties_of(kind: str) -> frozenset[str]:
    """The properties of a type that are read here."""
    return frozenset({IDLE[kind][0]}) if kind in IDLE else frozenset()


def sets_up(asset: Asset) -> bool:
    """Whether the places that an asset points to are ones where nothing is yet."""
    if asset.holds is not Holds.CONTENT:
        return asset.type in RULES
    if asset.type not in IDLE:
        return False
    key, idle = IDLE[asset.type]
    return idle(dict(asset.properties).get(key))


def points(place: DataLocation) -> bool:
    """Whether a place is one that a rule points to."""
    return place.operation in _POINTING
