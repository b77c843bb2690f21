"""How accounts stand, and what is news about them: new, suspended, closed, gone, regions in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collector.store.sql.database import chunks
from collector.store.sql.ingest import sight
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.sight import Change
from wolkenzicht.model import AccountStanding, AccountState, SightChangeKind
from wolkenzicht.standings import decode_standings
from wolkenzicht.v1.account_pb2 import AccountStandings

#: What was before, where an account that is listed again was not.
GONE = "gone"

_KNOWN = """
    SELECT account, state, regions, other_regions, gone FROM account_standing
    WHERE tenant = ? AND account IN ({values})
"""
_PUT = """
    INSERT INTO account_standing (tenant, account, provider, state, regions, other_regions, gone,
        listed_scan, told)
    VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
    ON CONFLICT (tenant, account) DO UPDATE SET provider = excluded.provider, state = excluded.state,
        regions = excluded.regions, other_regions = excluded.other_regions, gone = 0,
        listed_scan = excluded.listed_scan, told = excluded.told
"""
_TOLD = "UPDATE scan SET accounts_told = 1 WHERE tenant = ? AND scan_id = ?"
#: Of a provider of which a scan named no account at all nothing is said to be gone; nor of an account
#: that it plans to read: there is one, and only how it stands was not told.
_MISSING = """
    SELECT account, state FROM account_standing AS a
    WHERE tenant = :tenant AND listed_scan <> :scan_id AND gone = 0
        AND EXISTS (SELECT 1 FROM scan WHERE tenant = :tenant AND scan_id = :scan_id AND accounts_told = 1)
        AND provider IN
            (SELECT provider FROM account_standing WHERE tenant = :tenant AND listed_scan = :scan_id)
        AND NOT EXISTS (SELECT 1 FROM scope
            WHERE tenant = :tenant AND account = a.account AND planned = 1 AND planned_scan = :scan_id)
    ORDER BY account
"""
_BASELINE = """
    INSERT INTO standing_baseline (tenant, provider, moment)
    SELECT DISTINCT tenant, provider, ? FROM account_standing WHERE tenant = ? AND listed_scan = ?
    ON CONFLICT (tenant, provider) DO NOTHING
"""

#: What it is called when an account comes into a state from another.
_INTO = {
    AccountState.ACTIVE: SightChangeKind.ACCOUNT_REOPENED,
    AccountState.SUSPENDED: SightChangeKind.ACCOUNT_SUSPENDED,
    AccountState.CLOSED: SightChangeKind.ACCOUNT_CLOSED,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """How an account stood until now."""

    state: str
    regions: frozenset[str]
    other_regions: frozenset[str]
    gone: bool


def take(frame: Frame, message: AccountStandings) -> None:
    """Keep how accounts stand and write what changed; raises `ContractError` before anything is written."""
    standings = {each.account: each for each in decode_standings(message)}
    known = _known(frame, list(standings))
    told_before = _told_before(frame)
    changes: list[Change] = []
    rows = []
    for account, standing in standings.items():
        before = known.get(account)
        if before is None:
            if standing.provider in told_before:
                changes.append(
                    Change(SightChangeKind.ACCOUNT_NEW, frame.moment, account, before=standing.state)
                )
        else:
            changes.extend(_changes(frame, standing, before))
        rows.append(_row(frame, standing, before))
    sight.write(frame, frame.scan_id, changes)
    frame.connection.executemany(_PUT, rows)
    if message.last:
        scan = (frame.tenant, frame.scan_id)
        frame.connection.execute(_TOLD, scan)
        frame.connection.execute(_BASELINE, (frame.moment, *scan))


def _changes(frame: Frame, now: AccountStanding, before: _Known) -> Iterator[Change]:
    if before.gone or now.state != before.state:
        kind = _INTO[now.state]
        yield Change(kind, frame.moment, now.account, before=GONE if before.gone else before.state)
    if not (_tells(now) and (before.regions or before.other_regions)):
        return
    regions = frozenset(now.regions)
    for kind, codes in (
        (SightChangeKind.NEWLY_OPTED_IN, regions - before.regions),
        (SightChangeKind.OPTED_OUT, before.regions - regions),
    ):
        for code in sorted(codes):
            yield Change(kind, frame.moment, now.account, code)


def _tells(standing: AccountStanding) -> bool:
    """Whether the provider said which regions there are; if not, the latest that it said stand."""
    return bool(standing.regions or standing.other_regions)


def _row(frame: Frame, standing: AccountStanding, before: _Known | None) -> tuple[str | int, ...]:
    regions, others = frozenset(standing.regions), frozenset(standing.other_regions)
    if before is not None and not _tells(standing):
        regions, others = before.regions, before.other_regions
    return (
        *(frame.tenant, standing.account, standing.provider, standing.state),
        *(json.dumps(sorted(regions)), json.dumps(sorted(others)), frame.scan_id, frame.moment),
    )


def end_plan(frame: Frame) -> None:
    """After the last frame of the plan: accounts that the scan neither named nor plans to read are gone."""
    scan = {"tenant": frame.tenant, "scan_id": frame.scan_id}
    missing = frame.connection.execute(_MISSING, scan).fetchall()
    changes = [
        Change(SightChangeKind.ACCOUNT_GONE, frame.moment, account, before=state)
        for account, state in missing
    ]
    sight.write(frame, frame.scan_id, changes)
    frame.connection.executemany(
        "UPDATE account_standing SET gone = 1 WHERE tenant = ? AND account = ?",
        [(frame.tenant, account) for account, _ in missing],
    )


def _known(frame: Frame, accounts: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for part in chunks(accounts):
        rows = frame.connection.among(_KNOWN, frame.tenant, part)
        for account, state, regions, others, gone in rows:
            found[account] = _Known(
                state, frozenset(json.loads(regions)), frozenset(json.loads(others)), bool(gone)
            )
    return found


def _told_before(frame: Frame) -> frozenset[str]:
    """Providers of which every account was named by an earlier scan."""
    rows = frame.connection.execute(
        "SELECT provider FROM standing_baseline WHERE tenant = ?", (frame.tenant,)
    )
    return frozenset(provider for (provider,) in rows)
