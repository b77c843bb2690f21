"""Batches as an agent would send them: disks with six tags; one in fifty has a copy in London."""

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

REGIONS = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-3")
TYPE = "AWS::EC2::Volume"
ACCOUNT = "123456789012"
_COUNTRIES = dict(zip(REGIONS, ("DE", "SE", "IT", "IE", "FR"), strict=True))
#: One asset in so many has a copy outside the EER.
OUTSIDE_EVERY = 50
_LONDON = DataLocation(
    Operation.REPLICATED, "eu-west-2", Certainty.DECLARED, (Evidence("DestinationRegion", "eu-west-2"),)
)
_INSIDE, _ADEQUATE = LocationClass.INSIDE_EEA, LocationClass.OUTSIDE_EEA_ADEQUATE
_US = (
    Jurisdiction(
        "US", ("AWS EMEA SARL", "Amazon.com, Inc."), ("CLOUD Act (18 USC 2713)", "FISA s.702: lapsed")
    ),
)


def batches(
    assets: int, *, changed: float, generation: int, only_changed: bool = False
) -> Iterator[tuple[Scope, list[bytes]]]:
    """Scopes with their serialised batches; in `generation` > 0 a share `changed` of the assets differs.

    With `only_changed` the others are left out.
    """
    every = round(1 / changed) if changed else 0
    per_region = assets // len(REGIONS)
    for place, region in enumerate(REGIONS):
        scope = Scope(ACCOUNT, region, TYPE)
        frames = []
        numbers = range(place * per_region, (place + 1) * per_region)
        listed = [each for each in numbers if is_changed(each, every)] if only_changed else numbers
        for start in range(0, len(listed), MAX_BATCH_ASSETS):
            batch = pb.AssetBatch(scope=wire.encode_scope(scope), attempt=1)
            for number in listed[start : start + MAX_BATCH_ASSETS]:
                asset = asset_of(region, number, 100 + (generation if is_changed(number, every) else 0))
                batch.assets.append(wire.encode_classified(asset, verdict_on(asset)))
            frames.append(batch.SerializeToString())
        yield scope, frames


def is_changed(number: int, every: int) -> bool:
    """Whether a disk is one of those that change, one in `every` (0: none), whatever else repeats."""
    return every > 0 and number * 2_654_435_761 % 2**32 % every == 0


def changed_of(assets: int, every: int) -> int:
    """How many of so many disks change."""
    return sum(is_changed(number, every) for number in range(assets))


def asset_of(region: str, number: int, size: int = 100) -> Asset:
    """A disk; its size is what may change."""
    name = f"vol-{number:017x}"
    zone = (Evidence("AvailabilityZone", f"{region}a"),)
    home = DataLocation(Operation.STORED, region, Certainty.DECLARED, zone)
    copied = number % OUTSIDE_EVERY == 0
    return Asset(
        asset_id=f"arn:aws:ec2:{region}:{ACCOUNT}:volume/{name}",
        provider="aws",
        partition="aws",
        account=ACCOUNT,
        service="ec2",
        type=TYPE,
        name=name,
        location=region,
        holds=Holds.CONTENT,
        locations=(home, _LONDON) if copied else (home,),
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


def verdict_on(asset: Asset) -> Verdict:
    """Its verdict, made without any rules: they are measured elsewhere."""
    copied = len(asset.locations) > 1
    here = LocationVerdict((_COUNTRIES[asset.location],), _INSIDE, "location.region")
    there = LocationVerdict(("GB",), _ADEQUATE, "location.region")
    return Verdict(
        location_class=_ADEQUATE if copied else _INSIDE,
        locations=(here, there) if copied else (here,),
        jurisdictions=_US,
        material=MaterialUse.UNDETERMINED,
        material_rule="material.none",
        material_reason="nothing declares it",
        policy_version="bench",
    )
