"""What is kept of an OpenStack resource beside its name and place; each function raises `UnfitError`."""

from __future__ import annotations

from connectors.odc.answer import Answer

#: Key under which a container's headers stand beside its entry in the listing.
HEADERS = "headers"


def server(item: Answer) -> dict[str, str]:
    """Of a server of Nova's."""
    volumes = [each.text("id") for each in item.parts("os-extended-volumes:volumes_attached")]
    return {
        "status": item.text("status"),
        "availability_zone": item.text("OS-EXT-AZ:availability_zone"),
        "flavor": item.part("flavor").text("original_name") or item.part("flavor").text("id"),
        "volumes": ", ".join(volumes),
    }


def volume(item: Answer) -> dict[str, str]:
    """Of a volume of Cinder's."""
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


def snapshot(item: Answer) -> dict[str, str]:
    """Of a snapshot."""
    return {"status": item.text("status"), "size_gib": item.text("size"), "volume": item.text("volume_id")}


def backup(item: Answer) -> dict[str, str]:
    """Of a backup."""
    return {
        "status": item.text("status"),
        "availability_zone": item.text("availability_zone"),
        "container": item.text("container"),
        "size_gib": item.text("size"),
        "volume": item.text("volume_id"),
        "incremental": item.text("is_incremental"),
    }


def project(item: Answer) -> dict[str, str]:
    """Of a project of Keystone's."""
    return {"enabled": item.text("enabled"), "domain": item.text("domain_id")}


def image(item: Answer) -> dict[str, str]:
    """Of an image of Glance's."""
    return {
        "status": item.text("status"),
        "visibility": item.text("visibility"),
        "size_bytes": item.text("size"),
        "stores": item.text("stores"),
    }


def container(item: Answer) -> dict[str, str]:
    """Of a container of Swift's, with its headers."""
    headers = item.part(HEADERS)
    return {
        "objects": item.text("count"),
        "size_bytes": item.text("bytes"),
        "storage_policy": headers.text("x-storage-policy"),
        "versions": headers.text("x-versions-location") or headers.text("x-history-location"),
    }
