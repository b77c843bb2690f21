"""Every property known to move data elsewhere is read, and becomes a data location with its evidence.

`tests/data/replication_rows.csv` holds a row for each: the property, the kind that reads it, and the
operation and place that it must give, over the wire or from a recording. What cannot be read stands in
`docs/unread-properties.md` with the reason.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.aws.kind import GLOBAL
from connectors.aws.kinds import KINDS
from connectors.aws.source import AwsSettings, AwsSource
from connectors.base import Gap
from tests.servers.aws_answers import supply_recorded
from tests.servers.aws_estate import ACCOUNT, IRELAND, Estate
from tests.servers.aws_reading import clean_aws_environment, read
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto
from wolkenzicht.model import Asset, Outcome, Scope

_TESTS = Path(__file__).parents[1]
_ROWS = _TESTS / "data" / "replication_rows.csv"
_RECORDINGS = _TESTS / "replay" / "aws"
_UNREAD = _TESTS.parent / "docs" / "unread-properties.md"
_FEATURES = _TESTS.parents[1] / "shared" / "data" / "replication_features.csv"

_KINDS = {kind.name: kind for kind in KINDS}
#: Kind, property, operation and place.
Statement = tuple[str, str, str, str]


def _rows() -> list[dict[str, str]]:
    with _ROWS.open(newline="") as file:
        return list(csv.DictReader(file))


def _unread() -> dict[tuple[str, str], str]:
    """Type and property of each row of the table of what is not read, with its reason."""
    found = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (.+?) \|$", _UNREAD.read_text(), re.MULTILINE)
    return {(type_name, path): reason for type_name, path, reason in found}


def _statements(kind: str, asset: Asset) -> Iterator[Statement]:
    for place in asset.locations:
        for evidence in place.evidence:
            yield kind, evidence.path, place.operation.value, place.location


def _with_gaps(value: dict[str, Any]) -> Any:
    return Gap(Outcome(value["$gap"]), "refused") if "$gap" in value else value


def _recorded() -> Iterator[Statement]:
    for path in sorted(_RECORDINGS.glob("*.json")):
        for case in json.loads(path.read_text(), object_hook=_with_gaps):
            kind = _KINDS[case["kind"]]
            context = kind.context(ACCOUNT, case.get("partition", "aws"), case["region"])
            yield from _statements(kind.name, kind.normalise(case["raw"], context))


def _read_over_the_wire(source: AwsSource) -> Iterator[Statement]:
    for name in sorted({row["kind"] for row in _rows() if row["shown"] == "wire"}):
        kind = _KINDS[name]
        for asset in read(source, Scope(ACCOUNT, _location(name), kind.type)).assets:
            yield from _statements(name, asset)


def _location(name: str) -> str:
    return GLOBAL if _KINDS[name].scope == GLOBAL else IRELAND


@pytest.fixture(scope="module")
def stated() -> dict[str, set[Statement]]:
    """What is stated of the assets of an API server, and of those of the recordings."""
    with clean_aws_environment(), running_moto() as url, FaultProxy(url) as proxy:
        Estate(url).seed()
        supply_recorded(proxy)
        proxy.supply("efs", "DescribeReplicationConfigurations", {"Replications": []})
        settings = AwsSettings(regions=(IRELAND,), endpoint_url=proxy.url, max_attempts=1, quota_share=0)
        wire = set(_read_over_the_wire(AwsSource(settings)))
    return {"wire": wire, "recording": set(_recorded())}


@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row['type']}: {row['property']}")
def test_property_gives_a_data_location(row: dict[str, str], stated: dict[str, set[Statement]]) -> None:
    """The property is the evidence of a data location with the expected operation and place."""
    expected = (row["kind"], row["property"], row["operation"], row["location"])
    assert expected in stated[row["shown"]]


def test_declared_operations() -> None:
    """A kind declares every operation that a row says it states."""
    missing = [row for row in _rows() if row["operation"] not in _KINDS[row["kind"]].states]
    assert missing == []


def test_unread_properties_have_a_reason() -> None:
    """The table of what is not read has rows, none of them read after all, each with its reason."""
    unread = _unread()
    assert unread
    assert [key for key, reason in unread.items() if not reason.strip()] == []
    assert set(unread) & {(row["type"], row["property"]) for row in _rows()} == set()


@pytest.mark.skipif(not _FEATURES.is_file(), reason=f"NOT TESTED: the shared list is not at {_FEATURES}")
def test_every_known_property_is_accounted_for() -> None:
    """No property of the shared list of AWS's features is neither read nor listed as unread."""
    with _FEATURES.open(newline="") as file:
        known = {
            (row["resource_type"], row["property_path"])
            for row in csv.DictReader(file)
            if row["provider"] == "aws"
        }
    read_or_listed = {(row["type"], row["property"]) for row in _rows()} | set(_unread())
    assert known - read_or_listed == set()
    assert known
