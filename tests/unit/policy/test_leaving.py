"""What is set up to bring data outside the EER is told before anything is there, and as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.findings import FindingDraft, may_need_a_person
from policy.leaving import IDLE, RULES
from policy.ruleset import Policy
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    FindingKind,
    Holds,
    LocationClass,
    Operation,
    Severity,
)

MakeAsset = Callable[..., Asset]
LEAVES, OUTSIDE = FindingKind.ABOUT_TO_LEAVE, FindingKind.DATA_OUTSIDE_EEA
MATERIAL = Declarations(material="ja")
PLAN = "AWS::Backup::BackupPlan"


def pointing(code: str, operation: Operation = Operation.BACKED_UP) -> tuple[DataLocation, ...]:
    """At home in Ireland, and pointing there."""
    return (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(operation, code, Certainty.DECLARED),
    )


def told(policy: Policy, asset: Asset) -> list[tuple[FindingKind, Severity]]:
    """Kind and urgency of the findings about an asset; none that ingest would not ask for."""
    verdict = policy.classify(asset)
    found: tuple[FindingDraft, ...] = policy.findings(asset, verdict)
    assert not found or may_need_a_person(asset.holds, verdict.location_class, flagged=False, kind=asset.type)
    return [(each.kind, each.severity) for each in found]


@pytest.mark.parametrize("kind", sorted(RULES))
@pytest.mark.parametrize("operation", [Operation.REPLICATED, Operation.BACKED_UP])
def test_a_rule_that_holds_nothing_itself(
    policy: Policy, make_asset: MakeAsset, kind: str, operation: Operation
) -> None:
    """A failover group, a schedule or a transfer that points outside is told, where content is elsewhere."""

    def rule(code: str, **fields: Any) -> Asset:
        return make_asset(locations=pointing(code, operation), type=kind, holds=Holds.METADATA, **fields)

    assert told(policy, rule("us-east-1")) == [(LEAVES, Severity.MEDIUM)]
    assert told(policy, rule("us-east-1", declarations=MATERIAL)) == [(LEAVES, Severity.HIGH)]
    assert told(policy, rule("eu-west-2")) == [(LEAVES, Severity.LOW)]
    assert told(policy, rule("eu-north-1")) == []


@pytest.mark.parametrize(
    ("kind", "idle", "busy"),
    [
        (PLAN, (), (("last_run", "2026-11-01T02:00:00Z"),)),
        ("AWS::DLM::LifecyclePolicy", (("state", "DISABLED"),), (("state", "ENABLED"),)),
    ],
)
def test_a_plan_that_never_copied(
    policy: Policy,
    make_asset: MakeAsset,
    kind: str,
    idle: tuple[tuple[str, str], ...],
    busy: tuple[tuple[str, str], ...],
) -> None:
    """It is about to; from the first copy on data is there, and one finding says so, not both."""
    assert kind in IDLE
    places = pointing("us-east-1")
    assert told(policy, make_asset(locations=places, type=kind, properties=idle)) == [
        (LEAVES, Severity.MEDIUM)
    ]
    assert told(policy, make_asset(locations=places, type=kind, properties=busy)) == [
        (OUTSIDE, Severity.HIGH)
    ]


def test_where_a_plan_itself_is_kept_is_no_direction(policy: Policy, make_asset: MakeAsset) -> None:
    """A plan in London that copies to Ireland is outside itself, and brings nothing there."""
    places = (
        DataLocation(Operation.STORED, "eu-west-2", Certainty.DECLARED),
        DataLocation(Operation.BACKED_UP, "eu-west-1", Certainty.DECLARED),
    )
    assert told(policy, make_asset(locations=places, type=PLAN)) == [
        (FindingKind.DATA_OUTSIDE_EEA_ADEQUATE, Severity.MEDIUM)
    ]


def test_the_detail_says_where_to(policy: Policy, make_asset: MakeAsset) -> None:
    """With the operation, and with what the rule set allows."""
    asset = make_asset(locations=pointing("eu-central-2"), type=PLAN)
    (found,) = policy.findings(asset, policy.classify(asset))
    assert found.details == (("backed_up", "eu-central-2 (CH): not EER, but allowed by RCB2026 4.6 [C]"),)
    assert (found.kind, found.severity) == (LEAVES, Severity.LOW)


def test_what_copies_its_own_is_there(policy: Policy, make_asset: MakeAsset) -> None:
    """A bucket that replicates, and metadata of which the copy is the asset's own, are not about to."""
    bucket = make_asset(locations=pointing("us-east-1", Operation.REPLICATED))
    assert told(policy, bucket) == [(OUTSIDE, Severity.HIGH)]
    key = make_asset(
        locations=pointing("us-east-1", Operation.REPLICATED), type="AWS::KMS::Key", holds=Holds.METADATA
    )
    assert told(policy, key) == []


def test_a_place_that_is_not_known_hides_none_that_is(policy: Policy, make_asset: MakeAsset) -> None:
    """A policy that allows London and all else is told of London; one that names no place is no finding."""
    kind = "orgpolicy.googleapis.com/Policy"
    anywhere = DataLocation(Operation.REPLICATED, "", Certainty.UNKNOWN)

    def allows(*places: DataLocation) -> Asset:
        return make_asset(locations=places, type=kind, provider="gcp", holds=Holds.METADATA)

    london = DataLocation(Operation.REPLICATED, "europe-west2", Certainty.DERIVED)
    verdict = policy.classify(allows(london, anywhere))
    assert verdict.location_class is LocationClass.UNKNOWN
    assert told(policy, allows(london, anywhere)) == [(LEAVES, Severity.LOW)]
    assert told(policy, allows(anywhere)) == []
    assert told(policy, allows()) == []


@pytest.mark.parametrize(
    ("group", "severity"),
    [
        ("us-locations", Severity.MEDIUM),
        ("europe-locations", Severity.LOW),
        ("northamerica-locations", Severity.MEDIUM),
        ("eu-locations", None),
        ("mars-locations", None),
    ],
)
def test_a_group_of_places_is_as_bad_as_its_worst(
    policy: Policy, make_asset: MakeAsset, group: str, severity: Severity | None
) -> None:
    """Of Europe London and Zurich count; of the Union none; a group that is not known is no place."""
    place = DataLocation(Operation.REPLICATED, f"orgpolicy/{group}", Certainty.DERIVED)
    asset = make_asset(
        locations=(place,), type="orgpolicy.googleapis.com/Policy", provider="gcp", holds=Holds.METADATA
    )
    assert told(policy, asset) == ([(LEAVES, severity)] if severity else [])
    inside = policy.classify(asset).location_class is LocationClass.INSIDE_EEA
    assert inside is (group == "eu-locations")
