"""Types that are listed and no more: name, project and place, as a search of the inventory shows them."""

from __future__ import annotations

from connectors.gcp import listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, Depth, Holds, Operation

_DOCS = "https://docs.cloud.google.com/asset-inventory/docs/asset-types"
_C, _M = Holds.CONTENT, Holds.METADATA
#: Copies are not listed, so that a region alone is no "inside the EER".
_COPIES = Unseen(Operation.STORED, "copies", in_regions=True)

#: Asset type, name, title, what it holds. A type that holds content is a candidate for reading in depth.
#: Source: https://docs.cloud.google.com/asset-inventory/docs/asset-types
_TYPES = (
    ("apigee.googleapis.com/Instance", "apigee-instance", "Apigee instance", _C),
    ("appengine.googleapis.com/Application", "appengine-application", "App Engine application", _C),
    ("bigquerydatatransfer.googleapis.com/TransferConfig", "bigquery-transfer", "BigQuery transfer", _M),
    ("cloudbuild.googleapis.com/BuildTrigger", "build-trigger", "Cloud Build trigger", _M),
    ("cloudtasks.googleapis.com/Queue", "tasks-queue", "Cloud Tasks queue", _C),
    ("composer.googleapis.com/Environment", "composer-environment", "Cloud Composer environment", _C),
    ("compute.googleapis.com/BackendBucket", "compute-backend-bucket", "Backend bucket (Cloud CDN)", _M),
    ("compute.googleapis.com/Network", "compute-network", "VPC network", _M),
    ("compute.googleapis.com/Subnetwork", "compute-subnetwork", "VPC subnet", _M),
    ("dataflow.googleapis.com/Job", "dataflow-job", "Dataflow job", _C),
    ("dataform.googleapis.com/Repository", "dataform-repository", "Dataform repository", _C),
    ("datafusion.googleapis.com/Instance", "datafusion-instance", "Cloud Data Fusion instance", _C),
    ("dataplex.googleapis.com/Lake", "dataplex-lake", "Dataplex lake", _M),
    ("datastream.googleapis.com/Stream", "datastream-stream", "Datastream stream", _M),
    ("dialogflow.googleapis.com/Agent", "dialogflow-agent", "Dialogflow agent", _C),
    ("discoveryengine.googleapis.com/DataStore", "discoveryengine-store", "Discovery Engine data store", _C),
    ("dlp.googleapis.com/InspectTemplate", "dlp-template", "Sensitive Data Protection template", _M),
    ("dns.googleapis.com/ManagedZone", "dns-zone", "Cloud DNS zone", _M),
    ("documentai.googleapis.com/Processor", "documentai-processor", "Document AI processor", _C),
    ("healthcare.googleapis.com/Dataset", "healthcare-dataset", "Cloud Healthcare dataset", _C),
    ("iam.googleapis.com/ServiceAccount", "iam-service-account", "Service account", _M),
    ("looker.googleapis.com/Instance", "looker-instance", "Looker instance", _C),
    ("managedkafka.googleapis.com/Cluster", "managedkafka-cluster", "Managed Kafka cluster", _C),
    ("metastore.googleapis.com/Service", "metastore-service", "Dataproc Metastore service", _C),
    ("monitoring.googleapis.com/AlertPolicy", "monitoring-policy", "Alert policy", _M),
    ("netapp.googleapis.com/Backup", "netapp-backup", "NetApp volume backup", _C),
    ("notebooks.googleapis.com/Instance", "notebooks-instance", "Notebooks instance", _C),
    ("oracledatabase.googleapis.com/AutonomousDatabase", "oracle-autonomous", "Autonomous Database", _C),
    ("pubsub.googleapis.com/Snapshot", "pubsub-snapshot", "Pub/Sub snapshot", _C),
    ("workstations.googleapis.com/Workstation", "workstation", "Cloud Workstation", _C),
)


def listed(raw: Raw, kind: ResourceKind) -> Asset:
    """The asset as the search shows it."""
    return kind.shallow(raw)


def kind_of(asset_type: str, name: str, title: str, holds: Holds) -> ResourceKind:
    """A kind that is listed and no more."""
    return ResourceKind(
        name=name,
        title=title,
        service=asset_type.partition("/")[0].removesuffix(".googleapis.com"),
        type=asset_type,
        holds=holds,
        normalise=listed,
        docs_url=_DOCS,
        fetch=listing.searched,
        operations=(Operation.STORED,),
        depth=Depth.SHALLOW,
        unseen=(_COPIES,) if holds is Holds.CONTENT else (),
    )


KINDS: tuple[ResourceKind, ...] = tuple(kind_of(*each) for each in _TYPES)
