"""What is set up to bring data somewhere while nothing of it is there: rules, schedules, failover groups.

Connectors tell where such a rule points as a place that content is copied or backed up to, and where a policy
or a default lets it be as one that it is copied to. Of most types that is a place where copies are; of those
here it is one where data may come to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wolkenzicht.model import Asset, DataLocation, Holds, LocationClass, Operation

#: By what a rule points elsewhere; from where it is managed or where it is kept itself is another matter.
_POINTING = frozenset({Operation.REPLICATED, Operation.BACKED_UP})

#: Types that hold no content: what they copy, back up or allow is that of other assets, which are read apart.
RULES = frozenset(
    {
        "AWS::Organizations::Policy",
        "Microsoft.Authorization/policyAssignments",
        "Microsoft.Sql/servers",
        "backupdr.googleapis.com/BackupPlan",
        "gkebackup.googleapis.com/BackupPlan",
        "compute.googleapis.com/ResourcePolicy",
        "storagetransfer.googleapis.com/TransferJob",
        "logging.googleapis.com/Settings",
        "orgpolicy.googleapis.com/Policy",
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


def hidden(kind: str, location_class: str, operations: Iterable[Operation]) -> frozenset[str]:
    """By what an asset of a type may still point outside, where no place of it is seen that is.

    `operations` are those of its places: one that points nowhere is seen to. What holds content has a finding
    about what is not known of it, which says so.
    """
    if kind not in RULES or location_class != LocationClass.UNKNOWN:
        return frozenset()
    return frozenset(operation.value for operation in _POINTING.intersection(operations))


def points(place: DataLocation) -> bool:
    """Whether a place is one that a rule points to."""
    return place.operation in _POINTING
