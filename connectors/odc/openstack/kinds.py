"""Which resources of OpenStack are read, the policy rule that each needs, and how each becomes an asset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.odc.answer import Answer
from connectors.odc.place import DOCS, PROVIDER, Place, properties
from connectors.odc.values import urn
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation

#: Key under which a container's headers stand beside its entry in the listing.
HEADERS = "headers"


@dataclass(frozen=True, slots=True)
class Context:
    """What all resources of a project in a region share."""

    project: str
    region: str
    place: Place


@dataclass(frozen=True, slots=True)
class OpenstackKind:
    """One kind: its service in the SDK and in the catalogue, its listing, and what is kept of it.

    `marker` is the field by which the listing goes on. `permission` is the service's policy rule.
    """

    title: str
    type: str
    service: str
    catalogue: tuple[str, ...]
    path: str
    key: str
    permission: str
    operation: Operation
    facts: Callable[[Answer], dict[str, str]]
    marker: str = "id"
    tags: str = "metadata"
    created: str = "created_at"
    query: tuple[tuple[str, str], ...] = ()
    own_only: bool = False

    @property
    def holds(self) -> Holds:
        """All that is read of OpenStack holds data."""
        return Holds.CONTENT

    @property
    def docs_url(self) -> str:
        """Where the kind is described."""
        return DOCS

    def asset(self, item: Answer, context: Context) -> Asset:
        """The asset that a resource is. Raises `UnfitError`."""
        identifier = item.required(self.marker)
        identity = (context.project, identifier) if self.marker == "name" else (identifier,)
        facts = self.facts(item) | {"region": context.region} | context.place.facts()
        return Asset(
            asset_id=urn("openstack", context.region, self.type.partition("::")[2].lower(), *identity),
            provider=PROVIDER,
            partition=context.place.site,
            account=context.project,
            service=self.service,
            type=self.type,
            name=item.text("name", naming=True) or identifier,
            location=context.place.site,
            holds=self.holds,
            locations=(context.place.location(self.operation), *_copies(item)),
            tags=item.pairs(self.tags) if self.tags else tuple((tag, "") for tag in item.texts("tags")),
            properties=properties(facts),
            created=item.moment(self.created),
        )


def _copies(item: Answer) -> tuple[DataLocation, ...]:
    """Where a container is kept in step with another: a cluster whose place its URL does not tell.

    Source: https://docs.openstack.org/swift/latest/overview_container_sync.html
    """
    target = item.part(HEADERS).text("x-container-sync-to")
    if not target:
        return ()
    return (
        DataLocation(Operation.REPLICATED, "", Certainty.UNKNOWN, (Evidence("X-Container-Sync-To", target),)),
    )


def _server_facts(item: Answer) -> dict[str, str]:
    volumes = [each.text("id") for each in item.parts("os-extended-volumes:volumes_attached")]
    return {
        "status": item.text("status"),
        "availability_zone": item.text("OS-EXT-AZ:availability_zone"),
        "flavor": item.part("flavor").text("original_name") or item.part("flavor").text("id"),
        "volumes": ", ".join(volumes),
    }


def _volume_facts(item: Answer) -> dict[str, str]:
    servers = [each.text("server_id") for each in item.parts("attachments")]
    return {
        "status": item.text("status"),
        "availability_zone": item.text("availability_zone"),
        "size_gib": item.text("size"),
        "volume_type": item.text("volume_type"),
        "encrypted": item.text("encrypted"),
        "replication_status": item.text("replication_status"),
        "servers": ", ".join(servers),
    }


def _image_facts(item: Answer) -> dict[str, str]:
    return {
        "status": item.text("status"),
        "visibility": item.text("visibility"),
        "size_bytes": item.text("size"),
        "stores": item.text("stores"),
    }


def _container_facts(item: Answer) -> dict[str, str]:
    headers = item.part(HEADERS)
    return {
        "objects": item.text("count"),
        "size_bytes": item.text("bytes"),
        "storage_policy": headers.text("x-storage-policy"),
        "versions": headers.text("x-versions-location") or headers.text("x-history-location"),
    }


KINDS = (
    OpenstackKind(
        title="Server",
        type="ODC::VirtualMachine",
        service="compute",
        catalogue=("compute",),
        path="/servers/detail",
        key="servers",
        permission="os_compute_api:servers:detail",
        operation=Operation.PROCESSED,
        facts=_server_facts,
        created="created",
    ),
    OpenstackKind(
        title="Volume",
        type="ODC::Volume",
        service="block_storage",
        catalogue=("block-storage", "volumev3", "volume"),
        path="/volumes/detail",
        key="volumes",
        permission="volume:get_all",
        operation=Operation.STORED,
        facts=_volume_facts,
    ),
    OpenstackKind(
        title="Image of the project's own",
        type="ODC::Image",
        service="image",
        catalogue=("image",),
        path="/images",
        key="images",
        permission="get_images",
        operation=Operation.STORED,
        facts=_image_facts,
        tags="",
        own_only=True,
    ),
    OpenstackKind(
        title="Object container",
        type="ODC::ObjectContainer",
        service="object_store",
        catalogue=("object-store",),
        path="",
        key="",
        permission="container listing",
        operation=Operation.STORED,
        facts=_container_facts,
        marker="name",
        created="last_modified",
        query=(("format", "json"),),
    ),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
