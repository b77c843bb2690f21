"""What goes over the wire comes back as it was, and what breaks the contract is named."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    DeniedBy,
    Depth,
    Discrepancy,
    DiscrepancyKind,
    Evidence,
    Holds,
    Jurisdiction,
    KeyCustody,
    LocationClass,
    LocationVerdict,
    MaterialUse,
    Operation,
    Outcome,
    Scope,
    ScopeOutcome,
    Verdict,
)
from wolkenzicht.v1 import asset_pb2, discrepancy_pb2

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-:/", min_size=1, max_size=30)
PAIRS = st.dictionaries(WORD, TEXT, max_size=4).map(lambda pairs: tuple(sorted(pairs.items())))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive

LOCATIONS = st.builds(
    DataLocation,
    operation=st.sampled_from(Operation),
    location=TEXT,
    certainty=st.sampled_from(Certainty),
    evidence=st.lists(st.builds(Evidence, TEXT, TEXT), max_size=2).map(tuple),
    declared_countries=st.lists(st.sampled_from(["NL", "GB", "US"]), max_size=2).map(tuple),
)
ASSETS = st.builds(
    Asset,
    asset_id=WORD,
    provider=WORD,
    partition=TEXT,
    account=WORD,
    service=WORD,
    type=WORD,
    name=TEXT,
    location=TEXT,
    holds=st.sampled_from(Holds),
    locations=st.lists(LOCATIONS, max_size=3).map(tuple),
    depth=st.sampled_from(Depth),
    tags=PAIRS,
    properties=PAIRS,
    declarations=st.builds(Declarations, TEXT, TEXT, TEXT, TEXT),
    created=st.none() | MOMENTS,
)


def verdict_for(
    asset: Asset, version: str = "v1", custody: KeyCustody = KeyCustody.CUSTOMER_MANAGED
) -> Verdict:
    """A verdict with one entry for each of the asset's locations."""
    return Verdict(
        location_class=LocationClass.UNKNOWN,
        locations=tuple(LocationVerdict(("NL",), LocationClass.INSIDE_EEA, "r") for _ in asset.locations),
        jurisdictions=(Jurisdiction("US", ("a", "b"), ("law",)),),
        material=MaterialUse.UNDETERMINED,
        material_rule="rule",
        material_reason="reason",
        policy_version=version,
        custody=custody,
        custody_rule="custody.rule",
    )


@given(ASSETS, st.sampled_from(KeyCustody))
def test_an_asset_comes_back_as_it_was(asset: Asset, custody: KeyCustody) -> None:
    """Encoding, serialising and decoding gives the same facts and verdict."""
    verdict = verdict_for(asset, custody=custody)

    sent = wire.encode_classified(asset, verdict).SerializeToString()
    got = wire.decode_classified(asset_pb2.ClassifiedAsset.FromString(sent))

    assert (got.asset, got.verdict) == (asset, verdict)


@given(ASSETS)
def test_the_fingerprint_does_not_depend_on_the_policy_version(asset: Asset) -> None:
    """A new policy version that judges the same does not make an asset look changed."""
    first = wire.encode_classified(asset, verdict_for(asset, "v1"))
    second = wire.encode_classified(asset, verdict_for(asset, "v2"))

    assert first.fingerprint == second.fingerprint
    assert first.verdict.policy_version == "v1"


def one_asset(**changes: object) -> Asset:
    """A small asset, with fields replaced."""
    fields: dict[str, object] = {
        "asset_id": "arn:aws:s3:::a",
        "provider": "aws",
        "partition": "aws",
        "account": "1",
        "service": "s3",
        "type": "AWS::S3::Bucket",
        "name": "a",
        "location": "eu-west-1",
        "holds": Holds.CONTENT,
        "locations": (DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),),
    }
    return Asset(**{**fields, **changes})  # type: ignore[arg-type] # fields by name, as the test gives them


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "b"},
        {"tags": (("a", "b"),)},
        {"locations": (DataLocation(Operation.STORED, "eu-west-2", Certainty.DECLARED),)},
        {"declarations": Declarations(owner="x")},
    ],
)
def test_the_fingerprint_covers_every_fact(changes: dict[str, object]) -> None:
    """A changed fact changes the fingerprint."""
    before = one_asset()
    after = one_asset(**changes)

    assert (
        wire.encode_classified(before, verdict_for(before)).fingerprint
        != wire.encode_classified(after, verdict_for(after)).fingerprint
    )


def test_the_fingerprint_covers_the_verdict() -> None:
    """A changed verdict changes the fingerprint."""
    asset = one_asset()
    message = wire.encode_classified(asset, verdict_for(asset))
    other = wire.encode_classified(
        asset,
        Verdict(
            LocationClass.OUTSIDE_EEA,
            (LocationVerdict(("US",), LocationClass.OUTSIDE_EEA, "r"),),
            (),
            MaterialUse.MATERIAL,
            "",
            "",
            "v1",
        ),
    )

    assert message.fingerprint != other.fingerprint


def test_the_fingerprint_covers_who_holds_the_keys() -> None:
    """An asset whose keys changed hands is sent again."""
    asset = one_asset()
    fingerprints = {
        wire.encode_classified(asset, verdict_for(asset, custody=each)).fingerprint for each in KeyCustody
    }

    assert len(fingerprints) == len(KeyCustody)


def test_a_verdict_from_before_keys_says_unknown() -> None:
    """A record of an earlier version is read; a value of a later one is refused by its field."""
    asset = one_asset()
    message = wire.encode_classified(asset, verdict_for(asset))
    message.verdict.ClearField("custody")
    message.verdict.ClearField("custody_rule")
    got = wire.decode_classified(message).verdict

    assert (got.custody, got.custody_rule) == (KeyCustody.UNKNOWN, "")
    message.verdict.custody = 99  # type: ignore[assignment]  # a newer agent's
    with pytest.raises(ContractError, match=r"verdict\.custody: value 99"):
        wire.decode_classified(message)


@pytest.mark.parametrize(
    ("members", "codec"),
    [
        (Operation, wire.OPERATIONS),
        (Certainty, wire.CERTAINTIES),
        (LocationClass, wire.LOCATION_CLASSES),
        (Holds, wire.HOLDS),
        (Depth, wire.DEPTHS),
        (MaterialUse, wire.MATERIAL_USES),
        (KeyCustody, wire.KEY_CUSTODIES),
        (Outcome, wire.OUTCOMES),
        (DeniedBy, wire.DENIED_BY),
        (DiscrepancyKind, wire.DISCREPANCY_KINDS),
    ],
)
def test_every_word_has_its_number(members: type[StrEnum], codec: wire.EnumCodec[StrEnum]) -> None:
    """Every member of a model enum has a value on the wire, and back."""
    assert [codec.decode(codec.encode[member], "field") for member in members] == list(members)


def test_an_outcome_comes_back_as_it_was() -> None:
    """A denied scope keeps its permission and what denied it."""
    outcome = ScopeOutcome(
        Scope("1", "eu-west-1", "AWS::S3::Bucket"),
        Outcome.DENIED,
        3,
        "s3:ListAllMyBuckets",
        DeniedBy.SERVICE_CONTROL_POLICY,
        "no",
    )

    assert wire.decode_outcome(wire.encode_outcome(outcome)) == outcome


def test_a_discrepancy_comes_back_as_it_was() -> None:
    """With the inventory that it was found by."""
    found = Discrepancy(DiscrepancyKind.NOT_READ, "arn:1", "AWS::S3::Bucket", "eu-west-1", "explorer")

    assert wire.decode_discrepancy(wire.encode_discrepancy(found)) == found


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (discrepancy_pb2.Discrepancy(asset_id="a"), "discrepancy.kind: value 0 is not set or not known"),
        (discrepancy_pb2.Discrepancy(kind="DISCREPANCY_KIND_NOT_READ"), "discrepancy.asset_id: is empty"),
        (
            discrepancy_pb2.Discrepancy(asset_id="a\0", kind="DISCREPANCY_KIND_NOT_READ"),
            "discrepancy.asset_id: holds a NUL byte",
        ),
    ],
)
def test_a_discrepancy_says_about_what(message: discrepancy_pb2.Discrepancy, said: str) -> None:
    """Which of the two lists lacks it, and its identifier."""
    with pytest.raises(ContractError, match=f"^{said}"):
        wire.decode_discrepancy(message)


def test_a_long_identifier_is_refused_by_name() -> None:
    """An identifier of 10 kB is a contract error that names the field and the limit."""
    asset = one_asset(asset_id="x" * 10_000)

    with pytest.raises(ContractError, match=r"asset\.asset_id: is 10000 bytes; at most 2048"):
        wire.check_classified(wire.encode_classified(asset, verdict_for(asset)))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("asset.asset_id", asset_pb2.ClassifiedAsset(fingerprint=b"x" * 16)),
        ("fingerprint", asset_pb2.ClassifiedAsset(asset={"asset_id": "a"})),
        ("verdict.location_class", asset_pb2.ClassifiedAsset(asset={"asset_id": "a"}, fingerprint=b"x" * 16)),
    ],
)
def test_what_is_not_set_is_named(field: str, message: asset_pb2.ClassifiedAsset) -> None:
    """A message that leaves out what it needs is refused with the name of the field."""
    with pytest.raises(ContractError) as caught:
        wire.check_classified(message)

    assert caught.value.field == field


def test_a_word_of_a_newer_contract_is_refused() -> None:
    """A value that this contract does not know is an error, not a guess."""
    with pytest.raises(ContractError, match="value 99"):
        wire.OUTCOMES.decode(99, "scope_outcome.outcome")


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(2**60, 0), (-(2**60), 0), (0, -1), (0, 1_000_000_000), (253_402_300_800, 0)]
)
def test_impossible_moment(seconds: int, nanos: int) -> None:
    """A number that is no moment is refused with its field, not with an error of a library."""
    with pytest.raises(ContractError, match=r"^asset\.create_time: is no moment \(.*\); leave it unset$"):
        wire.moment(Timestamp(seconds=seconds, nanos=nanos), "asset.create_time")


def test_asset_with_an_impossible_moment() -> None:
    """An asset whose moment of creation is none cannot be decoded."""
    asset = one_asset()
    message = wire.encode_classified(asset, verdict_for(asset))
    message.asset.create_time.seconds = 2**60
    with pytest.raises(ContractError) as caught:
        wire.decode_classified(message)
    assert caught.value.field == "asset.create_time"
