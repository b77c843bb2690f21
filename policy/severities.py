"""How urgent findings are that are about no asset, so that neither its use nor its data say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy.findings import FindingDraft
from wolkenzicht.model import FindingKind, Severity

#: By kind; the other kinds are as urgent as what is judged of the asset.
SEVERITIES: Mapping[FindingKind, Severity] = {
    FindingKind.DUTY_MISSING: Severity.HIGH,
    FindingKind.UNDECLARED_USE: Severity.HIGH,
    FindingKind.AGENT_SILENT: Severity.HIGH,
    FindingKind.SIGHT_DENIED: Severity.HIGH,
    FindingKind.NEVER_REPORTED: Severity.MEDIUM,
    FindingKind.INVENTORY_OLD: Severity.MEDIUM,
    FindingKind.MARKET_CONCENTRATION: Severity.MEDIUM,
    FindingKind.INTEGRITY_ALARM: Severity.CRITICAL,
    FindingKind.ROUTE_DEAD: Severity.HIGH,
}


def draft(kind: FindingKind, clause: str, details: Sequence[tuple[str, str]]) -> FindingDraft:
    """A finding of a kind that is always as urgent."""
    return FindingDraft(kind, SEVERITIES[kind], clause, tuple(details))
