"""What people said about an asset: a decision on its material use, and its system in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wolkenzicht.model import DataLocation, MaterialUse


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision on material use: who decided, when, why, and until when it holds (included)."""

    material: MaterialUse
    decided_by: str
    decided_on: date
    reason: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class SystemEntry:
    """A system as the register knows it; empty texts mean that nothing is stated.

    `places` are the locations that a contract proves (managed, viewed, edited, processed), each with
    declared countries and the contract's reference as evidence. `source` says where the entry is from.
    """

    system: str
    name: str
    organisation: str
    material: str = ""
    personal_data: str = ""
    base_registry: str = ""
    tbb: str = ""
    marking: str = ""
    places: tuple[DataLocation, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about one asset besides what its own source states.

    `linked_material` names an asset or system of material use that this one stands behind.
    """

    decision: Decision | None = None
    system: SystemEntry | None = None
    linked_material: str = ""


#: What an agent knows: nothing but the asset.
NOTHING_KNOWN = Context()
