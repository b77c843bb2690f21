"""What is said about VMware's objects, whether an export or vCenter itself tells it.

Both give an object the same identifier, so that an estate keeps its history when the source changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.odc.place import DOCS, PROVIDER, Place, properties
from connectors.odc.values import UnfitError, urn
from wolkenzicht.model import Asset, Holds, Operation

VIRTUAL_MACHINE = "ODC::VirtualMachine"
DATASTORE = "ODC::Datastore"
SERVER = "ODC::Server"

#: What is done with the data in an object of a type.
OPERATIONS = {
    VIRTUAL_MACHINE: Operation.PROCESSED,
    DATASTORE: Operation.STORED,
    SERVER: Operation.PROCESSED,
}


@dataclass(frozen=True, slots=True)
class VmwareKind:
    """One kind of object: its name in the source that is read, its title and type, what is kept of it.

    `kept` gives by column or property path what each is called here.
    """

    name: str
    title: str
    type: str
    kept: tuple[tuple[str, str], ...]
    holds: Holds = Holds.CONTENT
    permission: str = ""
    docs_url: str = DOCS

    @property
    def operation(self) -> Operation:
        """What is done with data in it."""
        return OPERATIONS[self.type]


@dataclass(frozen=True, slots=True)
class VmwareObject:
    """One object of a vCenter.

    `vcenter` is the vCenter's instance UUID, `reference` the object's managed object reference in it
    (`vm-42`); together they are unique, and stay when the object moves to another host or cluster.
    `replica` marks a placeholder of Site Recovery Manager: its data are copied here from another site.
    """

    type: str
    vcenter: str
    reference: str
    name: str
    facts: dict[str, str]
    replica: bool = False


def asset(thing: VmwareObject, place: Place, account: str) -> Asset:
    """The asset that an object is. Raises `UnfitError` where it has no identity."""
    for field, value in (
        ("vCenter UUID", thing.vcenter),
        ("reference", thing.reference),
        ("name", thing.name),
    ):
        if not value:
            raise UnfitError(field, "is empty; every object needs it")
    operation = Operation.REPLICATED if thing.replica else OPERATIONS[thing.type]
    return Asset(
        asset_id=urn("vmware", thing.vcenter.lower(), thing.reference),
        provider=PROVIDER,
        partition=place.site,
        account=account,
        service="vmware",
        type=thing.type,
        name=thing.name,
        location=place.site,
        holds=Holds.CONTENT,
        locations=(place.location(operation),),
        properties=properties(thing.facts | place.facts()),
    )
