"""Cloud KMS key rings and keys, at the place of their ring."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, Holds, Operation


def key_ring(raw: Raw, kind: ResourceKind) -> Asset:
    """The ring; `global` is no place, and its keys may be anywhere.

    Source: https://docs.cloud.google.com/kms/docs/locations
    """
    return kind.asset(raw, (facts.by_name(Operation.STORED, kind.service, raw.name, "name"),))


def crypto_key(raw: Raw, kind: ResourceKind) -> Asset:
    """The key, at the place of its ring."""
    template = facts.mapping(raw.data.get("versionTemplate"))
    return kind.asset(
        raw,
        (facts.by_name(Operation.STORED, kind.service, raw.name, "name"),),
        properties=facts.properties(
            protection_level=template.get("protectionLevel"), purpose=raw.data.get("purpose")
        ),
    )


KEY_RINGS = ResourceKind(
    name="kms-key-ring",
    title="Cloud KMS key ring",
    service="cloudkms",
    type="cloudkms.googleapis.com/KeyRing",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=key_ring,
    docs_url="https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings",
)

KEYS = ResourceKind(
    name="kms-crypto-key",
    title="Cloud KMS key",
    service="cloudkms",
    type="cloudkms.googleapis.com/CryptoKey",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=crypto_key,
    docs_url="https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys",
)
