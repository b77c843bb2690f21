"""Which objects of NetBox are read, the permission that each needs, and how each becomes an asset."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from connectors.odc.answer import Answer
from connectors.odc.netbox.places import LOCATIONS, NOWHERE, REGIONS, SITES, NetboxPlace, Places
from connectors.odc.place import DOCS, PROVIDER, facts, properties
from connectors.odc.values import urn
from wolkenzicht.model import Asset, Declarations, Holds, Operation

#: Custom fields whose value is declared about an object, by what they declare.
FIELDS = {
    "country": "country",
    "operator": "operator",
    "system": "system",
    "owner": "owner",
    "material": "material",
    "personal_data": "personal_data",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What all objects of a NetBox share: account, places, custom fields, roles of devices without data."""

    account: str
    places: Places
    fields: Mapping[str, str]
    roles_without_data: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class NetboxKind:
    """One kind: its listing, the object permission that it needs, and where an object of it stands.

    `needs` names the listings that tell its place. `texts` and `named` become properties: fields with a
    value, and fields with an object that has a name.
    """

    title: str
    type: str
    endpoint: str
    permission: str
    holds: Holds
    place: Callable[[Answer, Context], NetboxPlace]
    needs: tuple[str, ...] = (SITES, REGIONS)
    texts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    docs_url: str = DOCS
    #: NetBox records machines and where they stand.
    operation: Operation = Operation.PROCESSED

    def asset(self, item: Answer, context: Context) -> Asset:
        """The asset that an object is. Raises `UnfitError`."""
        place = self.place(item, context)
        identifier = item.required("id")
        name = item.text("name", naming=True) or item.text("display", naming=True) or identifier
        custom, tenant = item.part("custom_fields"), item.part("tenant").text("name")
        found = {key: item.text(key) for key in self.texts}
        found |= {key: item.part(key).text("name") or item.part(key).text("display") for key in self.named}
        found |= {"status": item.part("status").text("value"), "tenant": tenant}
        without_data = item.part("role").text("slug") in context.roles_without_data
        return Asset(
            asset_id=urn("netbox", context.account, self.endpoint.partition("/")[2], identifier),
            provider=PROVIDER,
            partition=place.site or context.account,
            account=context.account,
            service="netbox",
            type=self.type,
            name=name,
            location=place.site,
            holds=Holds.NOTHING if without_data else self.holds,
            locations=(place.location(self.operation),),
            tags=tuple(sorted((tag.required("name"), "") for tag in item.parts("tags"))),
            properties=properties(found | facts(place.operator, place.owner)),
            declarations=Declarations(
                system=custom.text(context.fields["system"]),
                owner=custom.text(context.fields["owner"]) or tenant,
                material=custom.text(context.fields["material"]),
                personal_data=custom.text(context.fields["personal_data"]),
            ),
            created=item.moment("created"),
        )


def _itself(item: Answer, context: Context) -> NetboxPlace:
    return context.places.of("dcim.site", item.required("id"))


def _by_site(item: Answer, context: Context) -> NetboxPlace:
    site = item.part("site").text("id")
    return context.places.of("dcim.site", site) if site else NOWHERE


def _by_scope(item: Answer, context: Context) -> NetboxPlace:
    """A cluster's scope; before NetBox 4.2 it had a site instead."""
    if item.has("scope_type"):
        return context.places.of(item.text("scope_type"), item.text("scope_id"))
    return _by_site(item, context)


KINDS = (
    NetboxKind(
        title="Site",
        type="ODC::Site",
        endpoint="dcim/sites",
        permission="dcim.view_site",
        holds=Holds.NOTHING,
        place=_itself,
        texts=("facility", "physical_address"),
        named=("region", "group"),
    ),
    NetboxKind(
        title="Location within a site",
        type="ODC::Location",
        endpoint="dcim/locations",
        permission="dcim.view_location",
        holds=Holds.NOTHING,
        place=_by_site,
        texts=("facility",),
        named=("parent",),
    ),
    NetboxKind(
        title="Device",
        type="ODC::Device",
        endpoint="dcim/devices",
        permission="dcim.view_device",
        holds=Holds.CONTENT,
        place=_by_site,
        texts=("serial", "asset_tag"),
        named=("role", "device_type", "platform", "location", "rack", "cluster"),
    ),
    NetboxKind(
        title="Virtual machine",
        type="ODC::VirtualMachine",
        endpoint="virtualization/virtual-machines",
        permission="virtualization.view_virtualmachine",
        holds=Holds.CONTENT,
        place=_by_site,
        texts=("serial", "disk", "memory", "vcpus"),
        named=("role", "platform", "cluster", "device"),
    ),
    NetboxKind(
        title="Cluster",
        type="ODC::Cluster",
        endpoint="virtualization/clusters",
        permission="virtualization.view_cluster",
        holds=Holds.METADATA,
        place=_by_scope,
        needs=(SITES, REGIONS, LOCATIONS),
        named=("type", "group"),
    ),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
