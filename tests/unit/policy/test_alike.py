"""Assets alike in what the rules read share a verdict, and whatever was judged before makes no difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.alike import Alike
from policy.asset_facts import ASSET
from policy.context import NOTHING_KNOWN, Context, SystemEntry
from policy.first_match import FirstMatch
from policy.judging import Policy
from policy.language.expression import Expression, compile_expression
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


def test_the_order_of_tags_and_properties_makes_no_other_asset(policy: Policy) -> None:
    """Two tags, or two properties that rules read, the other way round: one verdict, not two equal ones."""
    tagged = replace(BUCKET, tags=(("environment", "productie"), ("tbb", "1")))
    assert policy.classify(replace(tagged, tags=tagged.tags[::-1])) is policy.classify(tagged)
    read = replace(BUCKET, properties=(("encryption", "aws:kms"), ("kms_key", "een")))
    assert policy.classify(replace(read, properties=read.properties[::-1])) is policy.classify(read)


@dataclass(frozen=True)
class Rule:
    """A rule that is nothing but its condition."""

    when: Expression


def alike_by(text: str, *tag_keys: str) -> Alike:
    """What is compared where there is but one rule."""
    return Alike([FirstMatch([Rule(compile_expression(text, ASSET, {}))])], tag_keys)


@pytest.mark.parametrize(
    ("text", "tags", "properties"),
    [
        ('name == "een"', False, False),
        ('tags.exists(t, t.value == "geheim")', True, False),
        ('properties.exists(p, p.value == "geheim")', False, True),
        ('tags.exists(t, t.key == "label")', True, False),
        ('properties.exists(p, p.key == "label")', False, True),
    ],
)
def test_what_any_tag_or_property_may_say_is_compared(text: str, *, tags: bool, properties: bool) -> None:
    """A rule that looks at the values of all of them makes all matter; one of a key, that key."""
    alike = alike_by(text)

    def key(**other: object) -> object:
        return alike.key(replace(BUCKET, tags=(), properties=(), **other), ())  # type: ignore[arg-type]  # by name

    said = (("label", "geheim"),)
    assert (alike.key(replace(BUCKET, tags=said, properties=()), ()) != key()) is tags
    assert (alike.key(replace(BUCKET, tags=(), properties=said), ()) != key()) is properties


def test_a_key_that_other_parts_read_is_compared_however_it_is_written() -> None:
    """Besides what rules read: keys of tags that say something on use, folded."""
    alike = alike_by('tags.exists(t, t.key == "label")', "omgeving")
    keys = [
        alike.key(replace(BUCKET, tags=((each, "test"),)), ())
        for each in ("naam", "plaats", "Omgeving", "OMGEVING", "Label")
    ]
    assert [each == keys[0] for each in keys] == [True, True, False, False, False]


def test_a_rule_of_one_type_makes_its_property_matter_for_that_type_alone() -> None:
    """What a rule of buckets reads is compared of buckets, and of nothing else."""
    alike = alike_by('type == "AWS::S3::Bucket" && properties.exists(p, p.key == "versioning")')

    def differ(kind: str) -> bool:
        with_it = replace(BUCKET, type=kind, properties=(("versioning", "on"),))
        return alike.key(with_it, ()) != alike.key(replace(with_it, properties=()), ())

    assert [differ("AWS::S3::Bucket"), differ("AWS::RDS::DBInstance")] == [True, False]


def test_takeovers_are_part_of_the_key() -> None:
    """Which takeovers touch an asset makes its verdict another one."""
    alike = alike_by('name == "een"')
    taken = ("leafcloud/leafcloud@2026-09-01",)
    assert alike.key(BUCKET, taken) == alike.key(BUCKET, taken) != alike.key(BUCKET, ())


def test_no_more_than_so_many_verdicts_are_kept(policy: Policy) -> None:
    """One more than 4096, and all that were kept before are let go."""
    alike, verdict = alike_by('name == "een"'), policy.classify(BUCKET)
    for number in range(4096):
        alike.keep((number,), verdict)
    assert (alike.verdict((0,)), alike.verdict((4095,))) == (verdict, verdict)
    alike.keep((4096,), verdict)
    assert (alike.verdict((0,)), alike.verdict((4095,)), alike.verdict((4096,))) == (None, None, verdict)


@pytest.mark.parametrize(("found", "rests"), [(2048, False), (2047, True)])
def test_comparing_goes_on_where_as_many_are_found(policy: Policy, found: int, *, rests: bool) -> None:
    """It is counted anew after every 2048 that were kept."""
    alike, verdict = alike_by('name == "een"'), policy.classify(BUCKET)
    for _ in range(2):
        for number in range(2047):
            alike.keep((number,), verdict)
        for _ in range(found):
            assert alike.verdict((0,)) is verdict
        assert alike.pays()
        alike.keep((2047,), verdict)
        assert alike.pays() is not rests
        while not alike.pays():
            pass


def test_what_people_said_of_one_asset_is_not_shared(policy: Policy) -> None:
    """An asset alike, of which nobody said anything, is judged without it, whichever comes first."""
    asset = replace(BUCKET, tags=())
    context = Context(system=SystemEntry("zaaksysteem", "Zaaksysteem", "mvz", material="ja"))
    found = [policy.classify(asset, each) for each in (context, NOTHING_KNOWN, context, NOTHING_KNOWN)]
    apart = [build(packaged_contents()).classify(asset, each) for each in (context, NOTHING_KNOWN)]
    assert found == apart * 2
    assert apart[0] != apart[1]
    assert found[1] is found[3]
