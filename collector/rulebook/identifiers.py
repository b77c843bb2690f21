"""Which resources an asset names: providers write one resource in several ways, and only sure ones count."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote

from wolkenzicht.v1 import asset_pb2

#: To be raised whenever other identifiers are found in the same record: then what is kept is read again.
_VERSION = 1

#: Azure: an identifier of Resource Manager is the same whatever its case; the connector writes small letters.
#: Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
_ARM = "/"
#: Google Cloud: a full resource name is the service and the relative name; a self link has the service in its
#: host or behind it, and a version. A relative name is one of the service that says it.
#: Source: https://google.aip.dev/122 and https://docs.cloud.google.com/asset-inventory/docs/asset-names
_SELF_LINK = re.compile(
    r"https://(?:www\.googleapis\.com/([a-z]+)|(?!www\.)([a-z0-9-]+)\.googleapis\.com(?:/[a-z]+)?)"
    r"/(?:v\d+[a-z0-9]*|alpha|beta)/(projects/.+)"
)
_BUCKET_LINK = re.compile(r"https://(?:www|storage)\.googleapis\.com/storage/v1/b/([^/]+)")
_RELATIVE = re.compile(r"(?:projects|folders|organizations)/[^/]+/.+")
_WITH_SERVICE = re.compile(r"[a-z0-9-]+\.googleapis\.com/.+")
_FULL_NAME = re.compile(r"//([a-z0-9-]+)\.googleapis\.com/.+")
#: AWS: what a database instance calls by its name alone is in its own account and region.
#: Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
_RDS = {"cluster": "cluster", "replica_of": "db"}
_RDS_INSTANCE = "AWS::RDS::DBInstance"
_ARN_PARTS = 7
#: OpenStack: a server and its volumes are in one region, and name each other by their UUIDs.
_OPENSTACK = "urn:wolkenzicht:openstack:"
_OPENSTACK_TYPES = {
    "server": "virtualmachine",
    "servers": "virtualmachine",
    "volume": "volume",
    "volumes": "volume",
}


def reading(properties: Iterable[str]) -> str:
    """What the identifiers that are found in a record depend on, besides the record."""
    listed = "\n".join(sorted(properties))
    return f"{_VERSION}:{sha256(listed.encode()).hexdigest()[:16]}"


def named(asset: asset_pb2.Asset, properties: Container[str]) -> tuple[str, ...]:
    """The identifiers that an asset names in these properties, as they stand and as the provider writes them.

    Whether there are such assets is not looked at.
    """
    found: dict[str, None] = {}
    # The values of a message are read one by one, and few properties name anything.
    for key in asset.properties:
        if key in properties:
            value = asset.properties[key]
            for each in (value, *value.split(",")):
                text = each.strip()
                found[text] = None
                found.update(dict.fromkeys(_also(asset, key, text)))
    return tuple(each for each in found if each and each != asset.asset_id)


def _also(asset: asset_pb2.Asset, key: str, text: str) -> Iterator[str]:
    rule = _RULES.get(asset.provider)
    return rule(asset, key, text) if rule and text else iter(())


def _azure(asset: asset_pb2.Asset, key: str, text: str) -> Iterator[str]:
    del asset, key
    if text.startswith(_ARM):
        yield text.lower()


def _gcp(asset: asset_pb2.Asset, key: str, text: str) -> Iterator[str]:
    del key
    if link := _SELF_LINK.fullmatch(text):
        yield f"//{link[1] or link[2]}.googleapis.com/{link[3]}"
    elif bucket := _BUCKET_LINK.fullmatch(text):
        yield f"//storage.googleapis.com/{bucket[1]}"
    elif _WITH_SERVICE.fullmatch(text):
        yield f"//{text}"
    elif _RELATIVE.fullmatch(text) and (own := _FULL_NAME.fullmatch(asset.asset_id)):
        yield f"//{own[1]}.googleapis.com/{text}"


def _aws(asset: asset_pb2.Asset, key: str, text: str) -> Iterator[str]:
    own = asset.asset_id.split(":")
    if asset.type == _RDS_INSTANCE and key in _RDS and len(own) == _ARN_PARTS and ":" not in text:
        yield ":".join((*own[:5], _RDS[key], text))


def _odc(asset: asset_pb2.Asset, key: str, text: str) -> Iterator[str]:
    if asset.asset_id.startswith(_OPENSTACK) and key in _OPENSTACK_TYPES and "," not in text:
        region = asset.asset_id.removeprefix(_OPENSTACK).split(":")[0]
        yield f"{_OPENSTACK}{region}:{_OPENSTACK_TYPES[key]}:{quote(text, safe='')}"


_RULES: dict[str, Callable[[asset_pb2.Asset, str, str], Iterator[str]]] = {
    "aws": _aws,
    "azure": _azure,
    "gcp": _gcp,
    "odc": _odc,
}
