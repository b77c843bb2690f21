"""Assets alike in what the rules read share a verdict, and whatever was judged before makes no difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.context import NOTHING_KNOWN
from policy.judging import Policy
from policy.ruleset import build, load, packaged_contents
from tests.unit.policy.strategies import ASSETS
from wolkenzicht.model import Asset, Certainty, DataLocation, Depth, Holds, KeyCustody, Operation

#: Shared by all tests here: it has judged others before.
WARM = load()

BUCKET = Asset(
    asset_id="arn:aws:s3:::een",
    provider="aws",
    partition="aws",
    account="111122223333",
    service="s3",
    type="AWS::S3::Bucket",
    name="een",
    location="eu-west-1",
    holds=Holds.CONTENT,
    locations=(DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),),
    tags=(("environment", "productie"), ("naam", "een")),
    properties=(("encryption", "aws:kms"), ("versioning", "on")),
)


@pytest.fixture
def policy() -> Policy:
    """The packaged rules with nothing remembered."""
    return build(packaged_contents())


@given(ASSETS)
def test_what_was_judged_before_makes_no_difference(asset: Asset) -> None:
    """A verdict that is shared is the one that judging anew gives."""
    law = WARM.jurisdictions.of(asset.provider, asset.partition, asset.location)
    assert WARM.classify(asset) == WARM._judged(asset, NOTHING_KNOWN, law)


def test_assets_alike_share_a_verdict(policy: Policy) -> None:
    """Name, evidence and tags that no rule reads do not matter."""
    other = replace(
        BUCKET,
        asset_id="arn:aws:s3:::twee",
        name="twee",
        tags=(("environment", "productie"), ("naam", "twee")),
        properties=(("encryption", "aws:kms"), ("versioning", "off")),
    )
    assert policy.classify(other) is policy.classify(BUCKET)


@pytest.mark.parametrize(
    "change",
    [
        {"partition": "aws-eusc"},
        {"depth": Depth.SHALLOW, "properties": ()},
        {"tags": (("environment", "test"),)},
        {"tags": (("tbb", "1"),)},
        {"properties": (("encryption", "AES256"),)},
        {"locations": (DataLocation(Operation.STORED, "eu-west-2", Certainty.DECLARED),)},
        {"locations": (DataLocation(Operation.MANAGED, "eu-west-1", Certainty.DECLARED),)},
        {"locations": (DataLocation(Operation.STORED, "eu-west-1", Certainty.UNKNOWN),)},
        {"locations": (DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED, (), ("GB",)),)},
    ],
)
def test_what_is_read_tells_assets_apart(policy: Policy, change: dict[str, object]) -> None:
    """A verdict is never taken from an asset that differs in what a rule reads."""
    policy.classify(BUCKET)
    changed = replace(BUCKET, **change)  # type: ignore[arg-type]  # fields by name
    assert policy.classify(changed) == build(packaged_contents()).classify(changed)
    assert policy.classify(changed) != policy.classify(BUCKET)


def test_when_an_asset_was_made_matters_where_an_owner_changed() -> None:
    """Of two assets alike, the one made after the takeover has none of it."""
    contents = dict(packaged_contents())
    old = b"leafcloud,leafcloud,,,Leafcloud B.V.,NL,its founder and The Sharing Group,NL,,,"
    assert old in contents["operators.csv"]
    before = old + b"2026-08-31"
    after = b"leafcloud,leafcloud,,,Leafcloud B.V.,NL,another owner,NL,,2026-09-01,"
    lines = contents["operators.csv"].split(b"\n")
    place = next(number for number, line in enumerate(lines) if line.startswith(old))
    rest = lines[place][len(old) :]
    lines[place : place + 1] = [before + rest, after + rest]
    contents["operators.csv"] = b"\n".join(lines)
    policy = build(contents)
    asset = replace(BUCKET, provider="leafcloud", partition="leafcloud", type="server")
    known = replace(asset, created=datetime(2025, 1, 1, tzinfo=UTC))
    later = replace(asset, created=datetime(2026, 10, 1, tzinfo=UTC))
    takeover = ("leafcloud/leafcloud@2026-09-01",)
    assert [policy.classify(each).takeovers for each in (known, later, asset)] == [takeover, (), takeover]


@given(st.permutations([("environment", "productie"), ("Environment", "test"), ("naam", "een")]))
def test_the_order_of_tags_is_not_compared(tags: list[tuple[str, str]]) -> None:
    """However a source lists them, it is one verdict."""
    expected = WARM.classify(replace(BUCKET, tags=(("Environment", "test"), ("environment", "productie"))))
    assert WARM.classify(replace(BUCKET, tags=tuple(tags))) == expected


def test_comparing_rests_where_no_asset_is_like_another(policy: Policy) -> None:
    """Thousands of assets with nothing in common are judged without looking for their like."""
    alike = policy.alike
    tried = 0
    while alike.pays():
        policy.classify(replace(BUCKET, tags=(("environment", f"omgeving {tried}"),)))
        tried += 1
    rested = 1
    while not alike.pays():
        rested += 1
    assert (tried, rested) == (2048, 4 * 2048)
    for _ in range(3 * tried):
        assert policy.classify(BUCKET) is policy.classify(replace(BUCKET, name="twee"))
    assert alike.pays()


def test_whose_account_it_is_matters_where_a_rule_compares_it_with_a_key(policy: Policy) -> None:
    """A key of another account is the customer's; of an own one that is not known, whoever came before."""
    key = (("kms_key", "arn:aws:kms:eu-west-1:444455556666:key/een"),)
    other = replace(BUCKET, type="AWS::RDS::DBInstance", properties=key)
    own = replace(other, account="444455556666")
    found = [policy.classify(each).custody for each in (other, own, other)]
    assert found == [KeyCustody.CUSTOMER_MANAGED, KeyCustody.UNKNOWN, KeyCustody.CUSTOMER_MANAGED]
