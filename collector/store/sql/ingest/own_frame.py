"""The frame of what no agent sent: the collector judges again, or a person does something."""

from __future__ import annotations

from collector.store.sql.database import Connection
from collector.store.sql.ingest.frame import Frame, RegionRules
from collector.store.sql.ingest.sync import Sync
from collector.store.sql.rollup import Counts
from policy.ruleset import FindingDraft
from wolkenzicht.model import Asset, FindingKind, Verdict


def own_frame(
    connection: Connection, tenant: str, now: int, region_findings_of: RegionRules | None = None
) -> Frame:
    """What every step of ingest knows, for what no agent sent."""
    row = connection.execute("SELECT organisation FROM tenant WHERE tenant = ?", (tenant,)).fetchone()
    return Frame(
        connection=connection,
        counts=Counts(connection),
        sync=Sync(connection, tenant),
        findings_of=_no_findings,
        region_findings_of=region_findings_of or _no_region_findings,
        clause_of=_no_clause,
        tenant=tenant,
        organisation=row[0] if row else "",
        spool_id="",
        agent_version="",
        sequence=0,
        scan_id="",
        moment=now,
        received=now,
    )


def _no_clause(kind: FindingKind) -> str:
    del kind
    return ""


def _no_findings(asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
    del asset, verdict
    return ()


def _no_region_findings(provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
    del provider, code, enabled
    return ()
