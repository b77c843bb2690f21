"""The datacentres of an invented government, in the shape of each source that can tell of them."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from pyVmomi import vim

from connectors.odc.place import Place
from tests.servers import kubernetes_api, netbox, openstack, vcenter

HERE = Path(__file__).parent
REGISTER = HERE / "register.csv"

#: Each of these stands in somebody's building; the site, who runs the building and who owns it are apart.
NOORD = Place("ODC-Noord", "NL", operator="KPN", owner="Staat der Nederlanden")
AMSTERDAM = Place("ODC Amsterdam", "NL", operator="Equinix", owner="Staat der Nederlanden")
KRALENDIJK = Place("Kralendijk", "BQ")
LONDEN = Place("Londen", "GB")

_EXPORTED = "42000000-0000-4000-8000-00000000a5d0"


def write_export(path: Path) -> None:
    """An RVTools export of a vCenter in Amsterdam; one machine is a placeholder for another site's."""
    sheets: dict[str, list[tuple[object, ...]]] = {
        "vInfo": [
            ("VM", "Powerstate", "SRM Placeholder", "VM ID", "VI SDK UUID"),
            *((f"zaak-{each}", "poweredOn", each == 4, f"vm-{each}", _EXPORTED) for each in range(1, 6)),
        ],
        "vDatastore": [
            ("Name", "Type", "Object ID", "VI SDK UUID"),
            ("san-1", "VMFS", "datastore-1", _EXPORTED),
            ("san-2", "NFS", "datastore-2", _EXPORTED),
        ],
        "vHost": [
            ("Host", "Vendor", "Object ID", "VI SDK UUID"),
            ("esx-1.example.nl", "Dell Inc.", "host-1", _EXPORTED),
            ("esx-2.example.nl", "Dell Inc.", "host-2", _EXPORTED),
        ],
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)


def vcenter_of_kralendijk() -> vcenter.VcenterEstate:
    """A vCenter on Bonaire, with a placeholder for a machine of the European Netherlands."""
    manager = vim.ext.ManagedByInfo(extensionKey="com.vmware.vcDr", type="placeholderVm")
    return vcenter.VcenterEstate(
        vcenter.machine(1),
        vcenter.machine(2),
        vcenter.machine(3, **{"config.managedBy": manager}),
        vcenter.datastore(1),
        vcenter.host(1),
    )


#: The country of NetBox's regions by slug, as the agent's configuration gives it.
COUNTRIES = {"nederland": "NL", "caribisch-nederland": "BQ"}


def netbox_of_all() -> netbox.Netbox:
    """A NetBox whose sites say where they are by a field, by a region, in words, or not at all."""
    country = netbox.brief(10, "Nederland", "nederland")
    islands = netbox.brief(11, "Caribisch Nederland", "caribisch-nederland")
    kingdom = netbox.brief(12, "Koninkrijk", "koninkrijk")
    sites = [
        netbox.site(1, "ODC Rijswijk", custom_fields={"country": "nl"}, region=country),
        netbox.site(2, "Saba", region=islands),
        netbox.site(3, "Zürich", custom_fields={"country": "CH", "operator": "Operator AG"}),
        netbox.site(4, "Londen", custom_fields={"country": "Verenigd Koninkrijk"}),
        netbox.site(5, "Willemstad", region=kingdom),
    ]
    return netbox.Netbox(
        {
            "dcim/regions": [
                {**kingdom, "parent": None},
                {**country, "parent": kingdom},
                {**islands, "parent": country},
            ],
            "dcim/sites": sites,
            "dcim/locations": [
                {**netbox.brief(1, "Zaal 1"), "site": netbox.brief(1, "ODC Rijswijk")},
                {**netbox.brief(2, "Zaal 2"), "site": netbox.brief(3, "Zürich")},
            ],
            "dcim/devices": [
                *(netbox.device(number, f"srv-{number}", number) for number in range(1, 6)),
                netbox.device(6, None, 3),
            ],
            "virtualization/virtual-machines": [
                *(netbox.device(number, f"vm-{number}", number) for number in range(1, 5)),
                {**netbox.device(5, "vm-5", 1), "custom_fields": {"material": "nee"}, "site": None},
            ],
            "virtualization/clusters": [
                netbox.cluster(1, scope_type="dcim.site", scope_id=1),
                netbox.cluster(2, scope_type="dcim.location", scope_id=2),
                netbox.cluster(3, scope_type="dcim.region", scope_id=11),
            ],
        }
    )


def openstack_of_noord() -> openstack.Openstack:
    """A cloud whose second region stands in London."""
    api = openstack.Openstack(
        ("RegionOne", "RegionTwo"),
        servers=[openstack.server(1)],
        volumes=[openstack.volume(1), openstack.volume(2, replication_status="enabled")],
        snapshots=[openstack.snapshot(1)],
        backups=[openstack.backup(1)],
        images=[openstack.image(1)],
        containers=[openstack.container(1), openstack.container(2)],
    )
    api.headers["dossiers-2"] = {"X-Container-Sync-To": "//realm/elders/AUTH_x/copy"}
    api.items[openstack.PROJECT, "RegionTwo", "servers"] = [openstack.server(2)]
    api.items[openstack.PROJECT, "RegionTwo", "volumes"] = [openstack.volume(3)]
    return api


def cluster_of_several() -> kubernetes_api.KubernetesApi:
    """A cluster with nodes in a datacentre and in a cloud, and volumes in clouds of three countries."""
    zone = "topology.kubernetes.io/zone"
    return kubernetes_api.KubernetesApi(
        kubernetes_api.node("n1", ""),
        kubernetes_api.node("n2", "aws:///eu-central-2a/i-2", "eu-central-2", "eu-central-2a"),
        kubernetes_api.node("n3", "aws:///eu-west-1a/i-3", "eu-west-1", "eu-west-1a"),
        kubernetes_api.node("n4", "azure:///subscriptions/s/vm", "uksouth"),
        kubernetes_api.volume("pv-1", "ebs.csi.aws.com", {zone: ["eu-west-1a"]}),
        kubernetes_api.volume("pv-2", "ebs.csi.aws.com", {zone: ["eu-central-2a"]}),
        kubernetes_api.volume("pv-3", "local.csi.example.nl", {"kubernetes.io/hostname": ["n1"]}),
        kubernetes_api.volume("pv-4", "disk.csi.azure.com", {"topology.kubernetes.io/region": ["uksouth"]}),
        kubernetes_api.volume("pv-5", "nfs.csi.k8s.io"),
        kubernetes_api.claim("data"),
        kubernetes_api.service("in", "LoadBalancer", "192.0.2.1"),
    )
