"""The custom role that an agent needs in a Google Cloud organisation: get and list, no data."""

from __future__ import annotations

from agent import catalogue
from wolkenzicht.errors import WolkenzichtError

TITLE = "Wolkenzicht Reader"

#: How a permission that only reads metadata does so; one more names whose quota is used.
_READING = ("get", "list", "searchAll")
_QUOTA = "serviceusage.services.use"

#: What the inventory needs, whatever the kinds: to list, to search, and to count against a quota.
#: Source: https://cloud.google.com/asset-inventory/docs/access-control
SESSION = ("cloudasset.assets.listResource", "cloudasset.assets.searchAllResources", _QUOTA)
#: Permissions that get or list, and still show what a resource holds; never granted.
#: Source: https://cloud.google.com/iam/docs/permissions-reference
CONTENTS = frozenset(
    {
        "artifactregistry.files.get",
        "artifactregistry.files.list",
        "bigquery.tables.getData",
        "compute.instances.getSerialPortOutput",
        "compute.instances.getScreenshot",
        "datastore.entities.get",
        "datastore.entities.list",
        "logging.logEntries.list",
        "logging.privateLogEntries.list",
        "storage.objects.get",
        "storage.objects.list",
    }
)


def included(declared: tuple[str, ...]) -> list[str]:
    """The permissions of the role, sorted, each once.

    Raises `WolkenzichtError` for a permission that could do more than read metadata: a defect.
    """
    found = {*declared, *SESSION}
    for each in found:
        reads = each == _QUOTA or each.rpartition(".")[2].startswith(_READING)
        if not reads or "*" in each or each in CONTENTS:
            raise WolkenzichtError(f"kind of gcp: permission {each!r} does more than read metadata")
    return sorted(found)


def role_text() -> str:
    """The role as `gcloud iam roles create --file` takes it. Raises `ConfigurationError`."""
    lines = [
        f"title: {TITLE}",
        "description: Reads where resources are, never what they hold. Generated.",
        "stage: GA",
        "includedPermissions:",
        *(f"- {each}" for each in included(catalogue.permissions("gcp"))),
    ]
    return "\n".join(lines) + "\n"
