"""Answers of a collector, made by hand, that the tests of the command look at."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.askers.reports import bucket, classified, place
from wolkenzicht.model import DeniedBy, Operation, Outcome, Scope, ScopeOutcome
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.asset_pb2 import Evidence
from wolkenzicht.v1.discrepancy_pb2 import Discrepancy
from wolkenzicht.v1.finding_pb2 import Finding
from wolkenzicht.wire import OPERATIONS, encode_outcome, timestamp

EARLIER = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

COMPLETENESS = wire.Completeness(
    scopes_planned=357, scopes_complete=340, scopes_blind=17, oldest_look_time=timestamp(NOW)
)
FULL = wire.Completeness(scopes_planned=1, scopes_complete=1, oldest_look_time=timestamp(NOW))

FINDING = Finding(
    finding_id="f-1",
    kind="FINDING_KIND_DATA_OUTSIDE_EEA",
    severity="SEVERITY_HIGH",
    state="FINDING_STATE_OPEN",
    tenant="bzk-aws",
    organisation="bzk",
    asset_id="arn:aws:s3:::copies",
    subject_kind="SUBJECT_KIND_ASSET",
    subject="arn:aws:s3:::copies",
    owner="team-archief",
    clause="RCB2026 4.6",
    remedy="Move the data",
    summary="copies: data outside the EER",
    open_time=timestamp(NOW),
)

_SCOPE = Scope("111122223333", "us-east-1", "AWS::DynamoDB::Table")
DENIED = wire.CoverageRow(
    tenant="bzk-aws",
    organisation="bzk",
    outcome=encode_outcome(
        ScopeOutcome(
            _SCOPE,
            Outcome.DENIED,
            permission="dynamodb:ListTables",
            denied_by=DeniedBy.SERVICE_CONTROL_POLICY,
            message="AccessDenied",
        )
    ),
    look_time=timestamp(NOW),
    last_complete_time=timestamp(EARLIER),
    planned=True,
)


def verbs() -> list[wire.VerbVerdict]:
    """What is known of the five verbs for the asset of `asset_view`: where it is stored."""
    stored = wire.VerbVerdict(
        verb="OPERATION_STORED",
        known=True,
        location_class="LOCATION_CLASS_OUTSIDE_EEA_ADEQUATE",
        countries=["GB", "IE"],
        operations=["OPERATION_STORED", "OPERATION_REPLICATED"],
        evidence=[Evidence(path="LocationConstraint", value=code) for code in ("eu-west-1", "eu-west-2")],
    )
    others = (Operation.MANAGED, Operation.VIEWED, Operation.PROCESSED, Operation.EDITED)
    return [
        stored,
        *(
            wire.VerbVerdict(verb=OPERATIONS.encode[each], location_class="LOCATION_CLASS_UNKNOWN")
            for each in others
        ),
    ]


def asset_view(
    outcome: str = "OUTCOME_COMPLETE", *, removed: bool = False, name: str = "copies"
) -> wire.AssetView:
    """A bucket in Ireland with a copy in London."""
    asset = bucket(
        name,
        place("eu-west-1"),
        place("eu-west-2", Operation.REPLICATED),
        account="111122223333",
        owner="team",
        materieel="ja",
    )
    return wire.AssetView(
        classified=classified(asset),
        tenant="bzk-aws",
        organisation="bzk",
        first_see_time=timestamp(EARLIER),
        last_see_time=timestamp(NOW),
        scope_outcome=None if removed else outcome,
        remove_time=timestamp(NOW) if removed else None,
    )


def overview(*classes: str) -> wire.GetOverviewResponse:
    """Counts by organisation, provider and class, or by organisation where no class is named."""
    items = [
        wire.OverviewCount(
            group={"class": each, "provider": "aws", "organisation": "bzk"}, assets=2, content=1, material=1
        )
        for each in classes
    ] or [wire.OverviewCount(group={"organisation": "bzk"}, assets=2, content=1, inside_eea=1, material=1)]
    return wire.GetOverviewResponse(
        items=items,
        total=wire.OverviewCount(assets=2, content=1, inside_eea=1, material=1),
        completeness=COMPLETENESS,
        open_findings=1,
    )


DISCREPANCY = wire.DiscrepancyRow(
    tenant="bzk-aws",
    organisation="bzk",
    account="111122223333",
    discrepancy=Discrepancy(
        kind="DISCREPANCY_KIND_NOT_READ",
        asset_id="arn:aws:s3:::hidden",
        type="AWS::S3::Bucket",
        location="eu-west-1",
        inventory="aws-resource-explorer",
    ),
    since_time=timestamp(EARLIER),
    last_see_time=timestamp(NOW),
)

CHANGE = wire.SightChange(
    tenant="bzk-aws",
    organisation="bzk",
    change_time=timestamp(NOW),
    kind="SIGHT_CHANGE_KIND_NEWLY_DENIED",
    account="111122223333",
    location="us-east-1",
    scopes=42,
    permissions=["dynamodb:ListTables"],
    denied_by="DENIED_BY_SERVICE_CONTROL_POLICY",
    detail="dynamodb:ListTables, door service control policy",
)

GAP = wire.Gap(
    tenant="bzk-aws",
    organisation="bzk",
    cause="GAP_CAUSE_COLLECTOR_BEHIND",
    start_time=timestamp(EARLIER),
    end_time=timestamp(NOW),
)
