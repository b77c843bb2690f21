"""What an explanation says about coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collector.query.explain import coverage_step, steps
from collector.store.base import AssetRow, CoverageRow
from policy import ruleset
from tests.askers.reports import bucket, classified, place
from wolkenzicht.model import (
    INVENTORY_TYPE,
    DeniedBy,
    Evidence,
    Operation,
    Outcome,
    Scope,
    ScopeOutcome,
)

EARLIER = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SCOPE = Scope("111122223333", "global", "AWS::S3::Bucket")


def row(outcome: Outcome | None, removed: datetime | None = None) -> AssetRow:
    """A bucket in Ireland, copied to London."""
    asset = bucket("b", place("eu-west-1"), place("eu-west-2", Operation.REPLICATED), account="111122223333")
    return AssetRow(classified(asset), "bzk-aws", "bzk", EARLIER, EARLIER, outcome, removed)


def scope(outcome: Outcome | None, last_complete: datetime | None = EARLIER) -> CoverageRow:
    """The scope of that bucket, last looked at now."""
    denied = outcome == Outcome.DENIED
    result = None
    if outcome:
        permission, denied_by = ("s3:ListAllMyBuckets", DeniedBy.IDENTITY_POLICY) if denied else ("", None)
        result = ScopeOutcome(SCOPE, outcome, permission=permission, denied_by=denied_by)
    place = (SCOPE.account, SCOPE.location, SCOPE.type)
    return CoverageRow("bzk-aws", "bzk", *place, result, NOW, last_complete, planned=True)


EN = "the scope (account 111122223333, location global, type AWS::S3::Bucket)"
NL = "het leesbereik (account 111122223333, locatie global, type AWS::S3::Bucket)"


@pytest.mark.parametrize(
    ("outcome", "language", "statement"),
    [
        (Outcome.COMPLETE, "en", f"{EN} was seen completely, last on 2026-11-22 06:00 UTC"),
        (Outcome.COMPLETE, "nl", f"{NL} is volledig gezien, het laatst op 2026-11-22 06:00 UTC"),
        (
            Outcome.DENIED,
            "en",
            (
                f"blind spot: {EN} was not seen completely on 2026-11-22 06:00 UTC (denied). What stands "
                "here is from the last complete look, on 2026-11-20 06:00 UTC, and may have changed since"
            ),
        ),
        (
            Outcome.THROTTLED,
            "nl",
            (
                f"blinde vlek: {NL} is op 2026-11-22 06:00 UTC niet volledig gezien (afgeknepen door de "
                "leverancier). Wat hier staat is van de laatste volledige blik, op 2026-11-20 06:00 UTC, en "
                "kan sindsdien veranderd zijn"
            ),
        ),
        (
            Outcome.NOT_ENABLED,
            "en",
            (
                f"the last look, on 2026-11-22 06:00 UTC, found for {EN}: the service or location is not "
                "enabled. This asset was not seen by it. What stands here is from the last complete look, on "
                "2026-11-20 06:00 UTC, and may have changed since"
            ),
        ),
        (None, "en", f"{EN} has not been read to its end yet: the asset was seen, the rest was not"),
    ],
)
def test_every_outcome_is_explained(outcome: Outcome | None, language: str, statement: str) -> None:
    """In whole sentences, with the times."""
    step = coverage_step(row(outcome), scope(outcome), language)
    assert (step.subject, step.statement) == ("coverage", statement)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("outcome", Outcome)
def test_no_outcome_lacks_words(outcome: Outcome, language: str) -> None:
    """Every outcome of the model has a statement and a rule in both languages."""
    step = coverage_step(row(outcome), scope(outcome, None), language)
    assert (step.rule, step.source) == (f"coverage.{outcome}", "agent, tenant bzk-aws")
    assert "{" not in step.statement


def test_an_asset_of_an_inventory_says_so() -> None:
    """Nothing else is known of it, and that is told with how the inventory was seen."""
    inventory = replace(scope(Outcome.COMPLETE), location="global", type=INVENTORY_TYPE)
    step = coverage_step(row(Outcome.COMPLETE), inventory, "nl")
    assert step.statement.startswith(
        "de inventaris van account 111122223333 (de enige bron voor dit middel) is volledig gezien"
    )


def test_a_denial_shows_its_permission() -> None:
    """The evidence names what was missing and which policy denied it."""
    step = coverage_step(row(Outcome.DENIED), scope(Outcome.DENIED), "en")
    assert step.evidence == (
        Evidence("outcome", "denied"),
        Evidence("asset_count", "0"),
        Evidence("permission", "s3:ListAllMyBuckets"),
        Evidence("denied_by", "identity_policy"),
        Evidence("last_complete", "2026-11-20 06:00 UTC"),
    )


def test_a_scope_never_seen_completely_says_so() -> None:
    """There is no earlier look to speak of."""
    step = coverage_step(row(Outcome.FAILED), scope(Outcome.FAILED, None), "en")
    assert step.statement.endswith("It was never seen completely")


def test_a_vanished_asset_says_when_it_was_missed() -> None:
    """Its verdict is that of its last version."""
    step = coverage_step(row(None, removed=NOW), None, "nl")
    assert step.rule == "coverage.vanished"
    assert "toen dat op 2026-11-22 06:00 UTC volledig werd gezien" in step.statement


def test_the_steps_lead_from_the_class_to_the_coverage() -> None:
    """Conclusions first, then a step for each location, what follows from them, and coverage last."""
    found = steps(ruleset.load(), row(Outcome.COMPLETE), scope(Outcome.COMPLETE), "nl")
    assert list(dict.fromkeys(each.subject for each in found)) == [
        *("location_class", "verb", "location", "law_reach", "jurisdiction", "custody", "material", "duty"),
        "coverage",
    ]
    places = [each for each in found if each.subject == "location"]
    assert [[(item.path, item.value) for item in each.evidence] for each in places][1:] == [
        [("LocationConstraint", "eu-west-2")]
    ]
