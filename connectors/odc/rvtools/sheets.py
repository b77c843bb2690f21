"""Which sheets and columns of an RVTools export are read, and how a row becomes an object.

The names of sheets and columns are those that RVTools 4 writes into its XLSX export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.odc import vmware
from connectors.odc.values import UnfitError, fit
from connectors.odc.vmware import VmwareKind, VmwareObject

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_VCENTER = "VI SDK UUID"


@dataclass(frozen=True, slots=True)
class Sheet(VmwareKind):
    """One sheet: the columns that name a row, and those that are kept; reading a file needs no permission.

    A column that an older RVTools lacks is left out.
    """

    label: str = ""
    reference: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which no row can be told from another."""
        return (self.label, self.reference, _VCENTER)


SHEETS = (
    Sheet(
        "vInfo",
        "Virtual machine of an RVTools export",
        vmware.VIRTUAL_MACHINE,
        (
            ("Powerstate", "power_state"),
            ("Template", "template"),
            ("SRM Placeholder", "srm_placeholder"),
            ("DNS Name", "dns_name"),
            ("Datacenter", "datacenter"),
            ("Cluster", "cluster"),
            ("Host", "host"),
            ("Folder", "folder"),
            ("Path", "path"),
            ("In Use MiB", "in_use_mib"),
            ("OS according to the configuration file", "operating_system"),
            ("VM UUID", "instance_uuid"),
            ("VI SDK Server", "vcenter"),
        ),
        label="VM",
        reference="VM ID",
    ),
    Sheet(
        "vDatastore",
        "Datastore of an RVTools export",
        vmware.DATASTORE,
        (
            ("Type", "kind"),
            ("Address", "address"),
            ("Accessible", "accessible"),
            ("Capacity MiB", "capacity_mib"),
            ("In Use MiB", "in_use_mib"),
            ("Cluster name", "datastore_cluster"),
            ("URL", "url"),
            ("VI SDK Server", "vcenter"),
        ),
        label="Name",
        reference="Object ID",
    ),
    Sheet(
        "vHost",
        "Host of an RVTools export",
        vmware.SERVER,
        (
            ("Datacenter", "datacenter"),
            ("Cluster", "cluster"),
            ("Vendor", "vendor"),
            ("Model", "model"),
            ("ESX Version", "version"),
            ("in Maintenance Mode", "maintenance"),
            ("VI SDK Server", "vcenter"),
        ),
        label="Host",
        reference="Object ID",
    ),
)
BY_TYPE = {sheet.type: sheet for sheet in SHEETS}


def columns(titles: Iterable[Cell]) -> dict[str, int]:
    """The place of each column from 0; of two with one name the first."""
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        found.setdefault(str(title).strip(), place)
    return found


def object_in(cells: list[Cell], places: dict[str, int], sheet: Sheet) -> VmwareObject:
    """The object that a row describes. Raises `UnfitError`, naming the column."""
    named = {title: fit(_text(cells[places[title]]), title, naming=True) for title in sheet.required}
    for title, value in named.items():
        if not value:
            raise UnfitError(title, "is empty; every row needs it")
    facts = {key: fit(_text(cells[places[title]]), title) for title, key in sheet.kept if title in places}
    return VmwareObject(
        type=sheet.type,
        vcenter=named[_VCENTER],
        reference=named[sheet.reference],
        name=named[sheet.label],
        facts=facts,
        replica=facts.get("srm_placeholder") == "true",
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return text.lower() if text in {"True", "False"} else text
