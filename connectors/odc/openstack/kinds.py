"""Which resources of OpenStack are read, the policy rule that each needs, and how each becomes an asset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.odc.answer import Answer
from connectors.odc.openstack import facts
from connectors.odc.openstack.facts import HEADERS
from connectors.odc.place import DOCS, PROVIDER, Place, properties
from connectors.odc.values import urn
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation

#: Values of `replication_status` of a volume that has no second copy.
_NOT_REPLICATED = {"", "disabled", "not-capable"}


@dataclass(frozen=True, slots=True)
class Context:
    """What all resources of a project in a region share.

    `endpoint` is the host that serves them; `backups` is where volumes are backed up to, if anybody said.
    """

    project: str
    region: str
    place: Place
    endpoint: str = ""
    backups: Place | None = None

    def location(self, operation: Operation) -> DataLocation:
        """Where something is done with data. A backup may be in any cloud: Cinder tells only in which bucket.

        Source: https://docs.openstack.org/cinder/latest/configuration/block-storage/backup-drivers.html
        """
        if operation is not Operation.BACKED_UP:
            return self.place.location(operation)
        if self.backups is not None:
            return self.backups.location(operation)
        return DataLocation(operation, "", Certainty.UNKNOWN, (Evidence("agent.toml:backups", ""),))


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
    holds: Holds = Holds.CONTENT
    docs_url: str = DOCS

    def asset(self, item: Answer, context: Context) -> Asset:
        """The asset that a resource is. Raises `UnfitError`."""
        identifier = item.required(self.marker)
        identity = (context.project, identifier) if self.marker == "name" else (identifier,)
        kept = self.facts(item) | {"region": context.region, "endpoint": context.endpoint}
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
            locations=(context.location(self.operation), *_copies(item)),
            tags=item.pairs(self.tags) if self.tags else tuple((tag, "") for tag in item.texts("tags")),
            properties=properties(kept | context.place.facts()),
            created=item.moment(self.created),
        )


def _copies(item: Answer) -> tuple[DataLocation, ...]:
    """Where a container or volume is kept in step with another: neither answer tells in which place.

    Sources: https://docs.openstack.org/swift/latest/overview_container_sync.html and
    https://docs.openstack.org/cinder/latest/contributor/replication.html
    """
    found = {
        "X-Container-Sync-To": item.part(HEADERS).text("x-container-sync-to"),
        "replication_status": item.text("replication_status"),
    }
    return tuple(
        DataLocation(Operation.REPLICATED, "", Certainty.UNKNOWN, (Evidence(path, value),))
        for path, value in found.items()
        if value not in _NOT_REPLICATED
    )


_BLOCK_STORAGE = ("block-storage", "volumev3", "volume")
#: The projects of the cloud: read where a user is configured, to say which of them could be read.
PROJECT = OpenstackKind(
    title="Project",
    type="ODC::Project",
    service="identity",
    catalogue=("identity",),
    path="/v3/projects",
    key="projects",
    permission="identity:list_projects",
    operation=Operation.PROCESSED,
    facts=facts.project,
    tags="",
    holds=Holds.NOTHING,
)
IN_PROJECT = (
    OpenstackKind(
        title="Server",
        type="ODC::VirtualMachine",
        service="compute",
        catalogue=("compute",),
        path="/servers/detail",
        key="servers",
        permission="os_compute_api:servers:detail",
        operation=Operation.PROCESSED,
        facts=facts.server,
        created="created",
    ),
    OpenstackKind(
        title="Volume",
        type="ODC::Volume",
        service="block_storage",
        catalogue=_BLOCK_STORAGE,
        path="/volumes/detail",
        key="volumes",
        permission="volume:get_all",
        operation=Operation.STORED,
        facts=facts.volume,
    ),
    OpenstackKind(
        title="Snapshot of a volume",
        type="ODC::VolumeSnapshot",
        service="block_storage",
        catalogue=_BLOCK_STORAGE,
        path="/snapshots/detail",
        key="snapshots",
        permission="volume:get_all_snapshots",
        operation=Operation.STORED,
        facts=facts.snapshot,
    ),
    OpenstackKind(
        title="Backup of a volume",
        type="ODC::VolumeBackup",
        service="block_storage",
        catalogue=_BLOCK_STORAGE,
        path="/backups/detail",
        key="backups",
        permission="backup:get_all",
        operation=Operation.BACKED_UP,
        facts=facts.backup,
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
        facts=facts.image,
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
        facts=facts.container,
        marker="name",
        created="last_modified",
        query=(("format", "json"),),
    ),
)
KINDS = (PROJECT, *IN_PROJECT)
BY_TYPE = {kind.type: kind for kind in KINDS}
