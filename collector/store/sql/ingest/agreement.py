"""Whether a scan of changes left the collector with what its agent takes it to hold, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.store.sql.ingest import times
from collector.store.sql.ingest.frame import Frame
from collector.store.sql.ingest.sync import ALL, Held
from wolkenzicht.digests import Digest, decode_digest, from_bytes, to_bytes
from wolkenzicht.v1.collector_service_pb2 import ScanEnd

_OTHERWISE = """
    INSERT INTO scan_otherwise (tenant, scan_id, account, assets, sum) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant, scan_id, account) DO UPDATE SET assets = excluded.assets, sum = excluded.sum
"""
_OF_SCAN = "SELECT account, assets, sum FROM scan_otherwise WHERE tenant = ? AND scan_id = ?"
_DIFFERS = """
    INSERT INTO account_differs (tenant, account, looked, since, recorded, reason) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, account) DO UPDATE SET since = excluded.since, recorded = excluded.recorded,
        reason = excluded.reason
"""

_ASSETS = (
    "the collector holds other assets than the agent takes it to; the agent compares and scans again at once"
)
_OUTCOMES = (
    "the collector was told other outcomes than the agent takes it to know; it tells them again at once"
)
_PLAN = "the collector was told another plan than the agent takes it to know; it tells its plan again at once"


def keep_otherwise(frame: Frame, items: Sequence[tuple[Held, Held | None]]) -> None:
    """Remember items, each as it was sent and as it is kept: the agent cannot know before it compares."""
    if not items or not frame.scan.changes:
        return
    known = dict(_otherwise(frame))
    for sent, kept in items:
        known.setdefault(sent.scope.account, Digest()).take(sent.hashed)
        if kept is not None:
            known.setdefault(kept.scope.account, Digest()).add(kept.hashed)
    frame.connection.executemany(
        _OTHERWISE,
        [
            (frame.tenant, frame.scan_id, account, digest.count, to_bytes(digest.value))
            for account, digest in known.items()
        ],
    )


def end_scan(frame: Frame, end: ScanEnd) -> str:
    """Compare what the agent believes with what is held, after all that the scan brought.

    Where they are the same, scopes that the scan did not name were looked at. Where not, those of the
    accounts that differ stay at their age and are blind. Returns what differs; empty where nothing does.
    Raises `ContractError`.
    """
    sync, state = frame.sync, frame.sync.state
    theirs = decode_digest(end.digest.assets, "scan_end.digest.assets")
    accounts = {each.account: decode_digest(each.assets, "scan_end.accounts.assets") for each in end.accounts}
    outcomes = decode_digest(end.digest.outcomes, "scan_end.digest.outcomes")
    otherwise = dict(_otherwise(frame))
    for change in otherwise.values():
        theirs.merge(change)
    differing: dict[str, str] = {}
    if theirs != sync.assets():
        for account, digest in accounts.items():
            digest.merge(otherwise.get(account, Digest()))
            if digest != sync.account(account):
                differing[account] = _ASSETS
        if not differing:
            differing[ALL] = _ASSETS
    if outcomes != state.outcomes:
        differing[ALL] = _OUTCOMES
    if frame.scan.plan_digest != state.plan:
        differing[ALL] = _PLAN
    _mark(frame, differing)
    if frame.scan.plan_digest:
        state.looked = max(state.looked, frame.scan.started)
    forget(frame)
    return "; ".join(f"{account or 'all accounts'}: {why}" for account, why in _first(differing))


def forget(frame: Frame) -> None:
    """Let go of what was kept otherwise in earlier scans, and in this one."""
    frame.connection.execute("DELETE FROM scan_otherwise WHERE tenant = ?", (frame.tenant,))


def _mark(frame: Frame, differing: dict[str, str]) -> None:
    looked = [(account, frame.sync.look_of(account), why) for account, why in differing.items()]
    standing: dict[str, str] = dict(
        frame.connection.execute(
            "SELECT account, reason FROM account_differs WHERE tenant = ?", (frame.tenant,)
        ).fetchall()
    )
    times.keep_differs(frame, [account for account, why in standing.items() if differing.get(account) != why])
    frame.connection.executemany(
        "DELETE FROM account_differs WHERE tenant = ? AND account = ?",
        [(frame.tenant, account) for account in standing if account not in differing],
    )
    frame.connection.executemany(
        _DIFFERS,
        [
            (frame.tenant, account, look, frame.moment, frame.received, why)
            for account, look, why in looked
            if standing.get(account) != why
        ],
    )
    frame.sync.forget_looks()


def _otherwise(frame: Frame) -> Iterator[tuple[str, Digest]]:
    rows = frame.connection.execute(_OF_SCAN, (frame.tenant, frame.scan_id)).fetchall()
    for account, count, value in rows:
        yield account, Digest(count, from_bytes(value))


def _first(differing: dict[str, str]) -> Sequence[tuple[str, str]]:
    """As many as a line takes."""
    return sorted(differing.items())[:5]
