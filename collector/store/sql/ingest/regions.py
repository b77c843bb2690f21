"""Which regions of a tenant the catalogue lacks: one finding for each, as long as that is so."""

from __future__ import annotations

import json
from collections.abc import Iterable

from collector.store.sql.database import chunks
from collector.store.sql.ingest.findings import Findings, Subject
from collector.store.sql.ingest.frame import Frame
from wolkenzicht.model import AccountState, LocationClass, Scope, SubjectKind

#: Locations of scopes that are no region: calls about the whole account, and sources without a plan.
_NO_REGION = frozenset({"global", "-"})

_PROVIDERS = """
    SELECT account, provider FROM account_standing
    WHERE tenant = ? AND state = 'active' AND account IN ({values})
"""
_PLAN = """
    INSERT INTO planned_region (tenant, provider, code, scan_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, provider, code) DO UPDATE SET scan_id = excluded.scan_id
"""
_TOLD = """
    SELECT DISTINCT provider, state, regions, other_regions FROM account_standing
    WHERE tenant = ? AND gone = 0
"""


def plan(frame: Frame, scopes: Iterable[Scope]) -> None:
    """Remember the regions of scopes in accounts that are in use, as far as it is told whose they are."""
    places = {(each.account, each.location) for each in scopes if each.location not in _NO_REGION}
    accounts = sorted({account for account, _ in places})
    provider: dict[str, str] = {}
    for part in chunks(accounts):
        provider.update(frame.connection.among(_PROVIDERS, frame.tenant, part))
    found = {(provider[account], code) for account, code in places if account in provider}
    frame.connection.executemany(_PLAN, [(frame.tenant, *each, frame.scan_id) for each in sorted(found)])


def end_plan(frame: Frame) -> None:
    """Forget regions that the plan does not name."""
    frame.connection.execute(
        "DELETE FROM planned_region WHERE tenant = ? AND scan_id <> ?", (frame.tenant, frame.scan_id)
    )


def judge(frame: Frame) -> None:
    """Open, change and resolve the findings about the regions that accounts have or could have."""
    findings = Findings(frame)
    standing = findings.about_regions()
    for (provider, code), enabled in sorted(_listed(frame).items()):
        drafts = frame.region_findings_of(provider, code, enabled=enabled)
        subject = _subject(provider, code)
        before = standing.pop(subject.identifier, ())
        if drafts or before:
            findings.compare(subject, drafts, before)
    for identifier, before in standing.items():
        findings.compare(_subject(*identifier.split(":", 1)), (), before)
    findings.write()


def _listed(frame: Frame) -> dict[tuple[str, str], bool]:
    """Every region that is told of, and whether it is enabled for an account in use."""
    found: dict[tuple[str, str], bool] = {}
    for provider, state, regions, others in frame.connection.execute(_TOLD, (frame.tenant,)):
        in_use = state == AccountState.ACTIVE
        for code in json.loads(others):
            found.setdefault((provider, code), False)
        for code in json.loads(regions):
            found[provider, code] = found.get((provider, code), False) or in_use
    planned = frame.connection.execute(
        "SELECT provider, code FROM planned_region WHERE tenant = ?", (frame.tenant,)
    )
    # A scope is planned where an account has the region.
    found.update(dict.fromkeys(planned, True))
    return found


def _subject(provider: str, code: str) -> Subject:
    return Subject(
        kind=SubjectKind.REGION,
        identifier=f"{provider}:{code}",
        name="",
        type="",
        provider=provider,
        location_class=LocationClass.UNKNOWN,
        owner="",
    )
