"""Which objects of a vCenter are read, and which of their properties are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.odc import vmware
from connectors.odc.values import fit
from connectors.odc.vmware import VmwareKind, VmwareObject

#: Who manages a virtual machine that Site Recovery Manager keeps ready.
_PLACEHOLDER = "config.managedBy"
_PLACEHOLDER_TYPE = "placeholderVm"


@dataclass(frozen=True, slots=True)
class VcenterKind(VmwareKind):
    """One kind: its managed object type and, by property path, what each property is called here."""

    permission: str = "System.Read"

    @property
    def paths(self) -> tuple[str, ...]:
        """Every property that is asked for."""
        more = (_PLACEHOLDER,) if self.type == vmware.VIRTUAL_MACHINE else ()
        return ("name", *(path for path, _ in self.kept), *more)

    def read(self, found: Any, vcenter: str) -> VmwareObject:
        """The object that the property collector found. Raises `UnfitError`."""
        values = {each.name: each.val for each in found.propSet}
        manager = values.get(_PLACEHOLDER)
        return VmwareObject(
            type=self.type,
            vcenter=vcenter,
            reference=str(found.obj._GetMoId()),  # noqa: SLF001 - pyVmomi's only way to the reference
            name=fit(str(values.get("name") or ""), "name", naming=True),
            facts={key: fit(_text(values.get(path)), path) for path, key in self.kept},
            replica=manager is not None and manager.type == _PLACEHOLDER_TYPE,
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


KINDS = (
    VcenterKind(
        "VirtualMachine",
        "Virtual machine of a vCenter",
        vmware.VIRTUAL_MACHINE,
        (
            ("runtime.powerState", "power_state"),
            ("config.template", "template"),
            ("config.guestFullName", "operating_system"),
            ("config.instanceUuid", "instance_uuid"),
            ("config.files.vmPathName", "path"),
            ("guest.hostName", "dns_name"),
        ),
    ),
    VcenterKind(
        "Datastore",
        "Datastore of a vCenter",
        vmware.DATASTORE,
        (
            ("summary.type", "kind"),
            ("summary.url", "url"),
            ("summary.capacity", "capacity_bytes"),
            ("summary.accessible", "accessible"),
        ),
    ),
    VcenterKind(
        "HostSystem",
        "Host of a vCenter",
        vmware.SERVER,
        (
            ("summary.hardware.vendor", "vendor"),
            ("summary.hardware.model", "model"),
            ("summary.config.product.fullName", "version"),
            ("runtime.inMaintenanceMode", "maintenance"),
        ),
    ),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
