"""What becomes of a recorded answer of each kind: the facts that were written down about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import catalogue
from policy import ruleset
from tests.servers.odc_recordings import Recording, facts, recordings, replayed
from wolkenzicht.wire import check_classified, encode_classified

_RECORDINGS = list(recordings())


@pytest.mark.parametrize(
    "recording", _RECORDINGS, ids=[f"{each.connector} {each.kind}: {each.title}" for each in _RECORDINGS]
)
def test_recording(recording: Recording, tmp_path: Path) -> None:
    """Identity, name, places with their evidence, tags and properties are as written down."""
    asset = replayed(recording, tmp_path)
    assert facts(asset) == recording.expected
    check_classified(encode_classified(asset, ruleset.load().classify(asset)))


def test_every_kind_has_a_recording() -> None:
    """No kind is read without an answer that shows what becomes of it."""
    described = {(row.connector, row.type) for row in catalogue.rows("odc")}
    assert {(each.connector, each.kind) for each in _RECORDINGS} == described
