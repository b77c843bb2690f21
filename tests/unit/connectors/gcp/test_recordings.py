"""What becomes of each recorded entry, read through the API: the facts that were written down by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.gcp.kinds import KINDS
from policy import ruleset
from policy.location import NOT_IN_CATALOGUE
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import PROJECT, Recording, recorded, recordings
from tests.servers.gcp_reading import read, source_of
from wolkenzicht.model import Asset, Depth
from wolkenzicht.wire import check_classified, encode_classified

_KINDS = {kind.name: kind for kind in KINDS}
_RECORDINGS = list(recordings())


@pytest.fixture(scope="module")
def assets() -> Iterator[dict[str, Asset]]:
    """Every asset of the recorded estate, by its name."""
    with GcpServer(recorded()) as server:
        source = source_of(server)
        try:
            yield {asset.asset_id: asset for kind in KINDS for asset in read(source, kind).assets}
        finally:
            source.close()


@pytest.mark.parametrize("recording", _RECORDINGS, ids=[f"{r.kind}: {r.title}" for r in _RECORDINGS])
def test_recording(recording: Recording, assets: dict[str, Asset]) -> None:
    """Locations with their evidence, home, properties and what the asset holds are as written down."""
    kind = _KINDS[recording.kind]
    asset = assets[recording.entry.name]
    found = tuple(
        (
            place.operation.value,
            place.location,
            place.certainty.value,
            *(text for evidence in place.evidence for text in (evidence.path, evidence.value)),
        )
        for place in asset.locations
    )
    assert found == recording.locations
    assert asset.location == recording.location
    assert dict(asset.properties) == recording.properties
    assert (asset.type, asset.account, asset.depth) == (kind.type, PROJECT, Depth.DEEP)
    assert asset.holds.value == (recording.holds or kind.holds.value)


def test_every_asset_can_be_classified_and_sent(assets: dict[str, Asset]) -> None:
    """The contract takes every asset, and the catalogue knows every place but another provider's cloud."""
    policy = ruleset.load()
    unknown_places = set()
    for asset in assets.values():
        verdict = policy.classify(asset)
        check_classified(encode_classified(asset, verdict))
        for place, judged in zip(asset.locations, verdict.locations, strict=True):
            if judged.rule == NOT_IN_CATALOGUE:
                unknown_places.add(place.location)
    assert unknown_places == {"bigquery/aws-eu-west-1"}


def test_every_deep_kind_has_a_recording() -> None:
    """No kind is read in depth without an entry that shows what becomes of it."""
    deep = {kind.name for kind in KINDS if kind.depth is Depth.DEEP}
    assert {recording.kind for recording in _RECORDINGS} == deep
