"""Recorded answers about private clouds, one for each kind, and what becomes of each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyVmomi import vim

from connectors.odc import vmware
from connectors.odc.answer import Answer
from connectors.odc.kubernetes.kinds import BY_TYPE as CLUSTER_KINDS
from connectors.odc.kubernetes.kinds import Context as ClusterContext
from connectors.odc.kubernetes.nodes import Nodes
from connectors.odc.netbox.kinds import BY_TYPE as NETBOX_KINDS
from connectors.odc.netbox.kinds import FIELDS
from connectors.odc.netbox.kinds import Context as NetboxContext
from connectors.odc.netbox.places import NetboxPlace, Places
from connectors.odc.openstack.kinds import BY_TYPE as OPENSTACK_KINDS
from connectors.odc.openstack.kinds import Context as OpenstackContext
from connectors.odc.place import Place
from connectors.odc.rvtools.sheets import BY_TYPE as SHEETS
from connectors.odc.rvtools.sheets import columns, object_in
from connectors.odc.source import OdcCsvSettings, OdcCsvSource
from connectors.odc.vcenter.kinds import BY_TYPE as VCENTER_KINDS
from tests.servers.vcenter import UUID, content
from wolkenzicht.model import Asset, Certainty, Evidence, Scope

FOLDER = Path(__file__).parents[1] / "replay" / "odc"
SITE = Place("odc-noord", "NL", operator="Operator BV")


@dataclass(frozen=True, slots=True)
class Recording:
    """What a source said of one thing, and the facts that were written down about it."""

    connector: str
    kind: str
    title: str
    entry: dict[str, Any]
    expected: dict[str, Any]


def recordings() -> Iterator[Recording]:
    """Every recording, by file."""
    for path in sorted(FOLDER.glob("*.json")):
        for each in json.loads(path.read_text("utf-8")):
            yield Recording(path.stem, each["kind"], each["title"], each["entry"], each["expected"])


def replayed(recording: Recording, folder: Path) -> Asset:
    """The asset that the connector makes of a recording. `folder` is for files."""
    return _REPLAYS[recording.connector](recording.kind, recording.entry, folder)


def facts(asset: Asset) -> dict[str, Any]:
    """What is written down about an asset."""
    return {
        "asset_id": asset.asset_id,
        "name": asset.name,
        "holds": asset.holds.value,
        "locations": [
            {
                "operation": place.operation.value,
                "location": place.location,
                "countries": list(place.declared_countries),
                "certainty": place.certainty.value,
                "evidence": [f"{each.path}={each.value}" for each in place.evidence],
            }
            for place in asset.locations
        ],
        "tags": dict(asset.tags),
        "properties": dict(asset.properties),
    }


def _netbox(kind: str, entry: dict[str, Any], _: Path) -> Asset:
    place = NetboxPlace("odc-noord", "NL", Certainty.DECLARED, Evidence("site.custom_fields.country", "NL"))
    ids = {str(number) for number in range(1, 100)}
    places = Places(dict.fromkeys(ids, place), {}, {each: each for each in ids})
    return NETBOX_KINDS[kind].asset(Answer(entry), NetboxContext("cmdb", places, FIELDS))


def _openstack(kind: str, entry: dict[str, Any], _: Path) -> Asset:
    context = OpenstackContext("zaak", "RegionOne", SITE, "openstack.example.nl:8776")
    return OPENSTACK_KINDS[kind].asset(Answer(entry), context)


def _kubernetes(kind: str, entry: dict[str, Any], _: Path) -> Asset:
    nodes = Nodes()
    nodes.add(Answer({"metadata": {"name": "n1", "labels": {}}, "spec": {}}))
    return CLUSTER_KINDS[kind].asset(Answer(entry), ClusterContext("prod", SITE, nodes))


def _vcenter(kind: str, entry: dict[str, Any], _: Path) -> Asset:
    known = VCENTER_KINDS[kind]
    found = content(getattr(vim, known.name)(entry["reference"]), entry["properties"])
    return vmware.asset(known.read(found, UUID), SITE, "odc-noord")


def _rvtools(kind: str, entry: dict[str, Any], _: Path) -> Asset:
    found = object_in(list(entry.values()), columns(entry), SHEETS[kind])
    return vmware.asset(found, SITE, "odc-noord")


def _csv(kind: str, entry: dict[str, Any], folder: Path) -> Asset:
    path = folder / "inventory.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, entry)
        writer.writeheader()
        writer.writerow(entry)
    source = OdcCsvSource(OdcCsvSettings(path, "odc-noord"))
    (asset,) = source.read(Scope("odc-noord", "odc", kind))
    source.finish_group("odc-noord")
    if not isinstance(asset, Asset):
        message = f"the recording of {kind} is no row"
        raise TypeError(message)
    return asset


_REPLAYS: dict[str, Callable[[str, dict[str, Any], Path], Asset]] = {
    "odc-netbox": _netbox,
    "odc-openstack": _openstack,
    "kubernetes": _kubernetes,
    "odc-vcenter": _vcenter,
    "odc-rvtools": _rvtools,
    "odc-csv": _csv,
}
