"""Frames as an agent would send them: assets of 25 fields, six tags and two or three locations."""

from __future__ import annotations

from collections.abc import Iterator

from wolkenzicht import wire
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Evidence,
    Holds,
    Jurisdiction,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Operation,
    Scope,
    Verdict,
)
from wolkenzicht.transport import MAX_BATCH_ASSETS
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3")
TYPE = "AWS::EC2::Volume"
ACCOUNT = "123456789012"
_COUNTRIES = {
    "eu-central-1": "DE",
    "eu-north-1": "SE",
    "eu-west-1": "IE",
    "eu-west-2": "GB",
    "eu-west-3": "FR",
}
_US = (
    Jurisdiction(
        "US", ("AWS EMEA SARL", "Amazon.com, Inc."), ("CLOUD Act (18 USC 2713)", "FISA s.702: lapsed")
    ),
)


def batches(assets: int, *, changed: float, generation: int) -> Iterator[tuple[Scope, list[bytes]]]:
    """Scopes with their serialised batches; in `generation` > 0 a share `changed` of the assets differs."""
    every = round(1 / changed) if changed else 0
    per_region = assets // len(REGIONS)
    for place, region in enumerate(REGIONS):
        scope = Scope(ACCOUNT, region, TYPE)
        frames = []
        for start in range(0, per_region, MAX_BATCH_ASSETS):
            batch = pb.AssetBatch(scope=wire.encode_scope(scope), attempt=1)
            for number in range(start, min(start + MAX_BATCH_ASSETS, per_region)):
                size = 100 + (generation if every and number % every == 0 else 0)
                batch.assets.append(_asset(region, place * per_region + number, size))
            frames.append(batch.SerializeToString())
        yield scope, frames


def _asset(region: str, number: int, size: int) -> ClassifiedAsset:
    name = f"vol-{number:017x}"
    asset = Asset(
        asset_id=f"arn:aws:ec2:{region}:{ACCOUNT}:volume/{name}",
        provider="aws",
        partition="aws",
        account=ACCOUNT,
        service="ec2",
        type=TYPE,
        name=name,
        location=region,
        holds=Holds.CONTENT,
        locations=(
            DataLocation(
                Operation.STORED, region, Certainty.DECLARED, (Evidence("AvailabilityZone", f"{region}a"),)
            ),
        ),
        tags=(
            ("beheer", f"team-{number % 40}"),
            ("eigenaar", f"directie-{number % 12}"),
            ("kostenplaats", f"{number % 900:04}"),
            ("omgeving", "productie"),
            ("organisatie", "mvz"),
            ("systeem", f"systeem-{number % 300}"),
        ),
        properties=(("encryption", "aws:kms"), ("size_gib", str(size)), ("state", "in-use")),
    )
    country = _COUNTRIES[region]
    place = LocationClass.OUTSIDE_EEA_ADEQUATE if country == "GB" else LocationClass.INSIDE_EEA
    verdict = Verdict(
        location_class=place,
        locations=(LocationVerdict((country,), place, "location.country"),),
        jurisdictions=_US,
        material=MaterialUse.UNDETERMINED,
        material_rule="material.none",
        material_reason="nothing declares it",
        policy_version="bench",
    )
    return wire.encode_classified(asset, verdict)
