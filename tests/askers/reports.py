"""Reports as an agent would send them, committed to a store through its own ingest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from collector.store.base import Incoming
from collector.store.sql.ingest import SqlIngest
from policy import ruleset
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    DeniedBy,
    Evidence,
    Holds,
    Operation,
    Outcome,
    Scope,
    ScopeOutcome,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, ReportRequest, ScanEnd, ScanPlan, ScanStart
from wolkenzicht.wire import encode_classified, encode_outcome, encode_scope, timestamp

Look = tuple[Scope, Outcome, Sequence[Asset]]


class Agent:
    """An agent of one tenant: every `scan` is planned, read, reported and committed."""

    def __init__(self, ingest: SqlIngest, tenant: str) -> None:
        self._ingest = ingest
        self._tenant = tenant
        self._sequence = 0
        self._scans = 0
        self._spool = f"spool-{tenant}"

    def lose_disk(self) -> None:
        """Go on with a new spool."""
        self._sequence, self._spool = 0, f"{self._spool}-anew"

    def scan(self, moment: datetime, *looks: Look, end: bool = True) -> None:
        """Report a scan at `moment`; a scope whose outcome is denied lacks `s3:ListAllMyBuckets`."""
        self._scans += 1
        self._send(moment, scan_start=ScanStart(policy_version=ruleset.load().version, connectors=["test"]))
        self._send(moment, scan_plan=ScanPlan(scopes=[encode_scope(scope) for scope, *_ in looks], last=True))
        for scope, outcome, assets in looks:
            batch = AssetBatch(scope=encode_scope(scope), attempt=1, assets=[classified(a) for a in assets])
            self._send(moment, asset_batch=batch)
            if end:
                self._send(moment, scope_outcome=encode_outcome(_result(scope, outcome, len(assets))))
        if end:
            self._send(moment, scan_end=ScanEnd())

    def _send(self, moment: datetime, **frame: Any) -> None:
        self._sequence += 1
        request = ReportRequest(
            sequence=self._sequence,
            scan_id=f"{self._tenant}-{self._scans}",
            observe_time=timestamp(moment),
            **frame,
        )
        incoming = Incoming(self._tenant, self._spool, "0.0.1", request)
        [committed] = self._ingest.commit([incoming], moment + timedelta(seconds=1))
        assert (committed.refused, committed.rejected) == ("", ())


def classified(asset: Asset) -> ClassifiedAsset:
    """An asset with the packaged policy's verdict, in wire form."""
    return encode_classified(asset, ruleset.load().classify(asset))


def place(
    code: str, operation: Operation = Operation.STORED, *, countries: tuple[str, ...] = ()
) -> DataLocation:
    """A data location that the source declares."""
    evidence = (Evidence("LocationConstraint", code),)
    return DataLocation(operation, code, Certainty.DECLARED, evidence, countries)


def bucket(name: str, *places: DataLocation, account: str, **tags: str) -> Asset:
    """An S3 bucket with its data at these places; the first is its home."""
    return Asset(
        asset_id=f"arn:aws:s3:::{name}",
        provider="aws",
        partition="aws",
        account=account,
        service="s3",
        type="AWS::S3::Bucket",
        name=name,
        location=places[0].location,
        holds=Holds.CONTENT,
        locations=places,
        tags=tuple(sorted(tags.items())),
    )


def topic(name: str, region: str, account: str) -> Asset:
    """An SNS topic: metadata at one place."""
    return Asset(
        asset_id=f"arn:aws:sns:{region}:{account}:{name}",
        provider="aws",
        partition="aws",
        account=account,
        service="sns",
        type="AWS::SNS::Topic",
        name=name,
        location=region,
        holds=Holds.METADATA,
        locations=(place(region),),
    )


def table(name: str, region: str, account: str) -> Asset:
    """A DynamoDB table at one place."""
    return Asset(
        asset_id=f"arn:aws:dynamodb:{region}:{account}:table/{name}",
        provider="aws",
        partition="aws",
        account=account,
        service="dynamodb",
        type="AWS::DynamoDB::Table",
        name=name,
        location=region,
        holds=Holds.CONTENT,
        locations=(place(region),),
    )


def server(site: str, name: str, *, country: str, owner: str = "", material: str = "") -> Asset:
    """A server in a datacentre; an empty country means that the inventory names none."""
    known = Certainty.DECLARED if country else Certainty.UNKNOWN
    countries = (country,) if country else ()
    evidence = (Evidence("country", country),)
    return Asset(
        asset_id=f"urn:odc:{site}:{name}",
        provider="odc",
        partition=site,
        account="hal-1",
        service="inventory",
        type="odc:server",
        name=name,
        location=site,
        holds=Holds.CONTENT,
        locations=(DataLocation(Operation.STORED, site, known, evidence, countries),),
        declarations=Declarations(owner=owner, material=material),
    )


def _result(scope: Scope, outcome: Outcome, count: int) -> ScopeOutcome:
    if outcome == Outcome.DENIED:
        return ScopeOutcome(
            scope,
            outcome,
            count,
            permission="dynamodb:ListTables",
            denied_by=DeniedBy.SERVICE_CONTROL_POLICY,
            message="AccessDenied: explicit deny in a service control policy",
        )
    return ScopeOutcome(scope, outcome, count)
