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

    def holds(self, on: date) -> bool:
        """Whether the decision holds on a day."""
        return self.decided_on <= on and (self.valid_until is None or on <= self.valid_until)


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

    `linked_material` names an asset of material use that this one stands behind, over so many links
    (`linked_hops`). `on` is the day that a decision must hold on; the policy's own where it is None.
    """

    decision: Decision | None = None
    system: SystemEntry | None = None
    linked_material: str = ""
    linked_hops: int = 1
    on: date | None = None


#: What an agent knows: nothing but the asset.
NOTHING_KNOWN = Context()
