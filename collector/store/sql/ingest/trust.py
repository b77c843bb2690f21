"""Whether an agent's verdict is taken, and what it means where the collector judges otherwise.

A sample of what comes is judged here too. One difference is enough to judge all that this agent sends, until
a whole scan had none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from zlib import crc32

from collector.store.base import Rules
from collector.store.sql.database import Connection
from collector.store.sql.ingest.findings import Findings, Subject
from collector.store.sql.ingest.frame import Frame
from policy.ruleset import FindingDraft
from policy.texts import OLDER_RULES
from wolkenzicht import wire
from wolkenzicht.model import FindingKind, LocationClass, Severity, SubjectKind, Verdict
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

#: What of a verdict is shown where it differs; the first that does is named.
_FIELDS = (
    "location_class", "material", "custody", "law_reach", "prohibitions", "conflicts", "takeovers",
    "jurisdictions", "locations", "material_rule", "material_reason", "custody_rule", "contract_countries",
    "forbidden",
)  # fmt: skip
#: So many examples stand in the finding, the first in order of their identifiers.
_EXAMPLES = 5
_SHOWN = 200
#: An agent takes new rules with its next connection; this long after they came into force it had that.
_TIME_TO_FOLLOW = 3600 * 1_000_000
_RANK = {severity: place for place, severity in enumerate(Severity)}
_WHOLE = 2**32

_LOAD = """
    SELECT scan_id, judged, differing, stale, severity, examples, withdrawn FROM agent_trust WHERE tenant = ?
"""
_KEEP = """
    INSERT INTO agent_trust (tenant, scan_id, judged, differing, stale, severity, examples, withdrawn)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant) DO UPDATE SET scan_id = excluded.scan_id, judged = excluded.judged,
        differing = excluded.differing, stale = excluded.stale, severity = excluded.severity,
        examples = excluded.examples, withdrawn = excluded.withdrawn
"""
_SINCE = "SELECT since, target FROM evaluation WHERE tenant = ?"
_STANDS_AT = "SELECT version FROM evaluation WHERE tenant = ? AND version = target"
_STARTED = "SELECT started FROM scan WHERE tenant = ? AND scan_id = ?"


@dataclass(frozen=True, slots=True)
class Sample:
    """Which share of what comes is judged here too; `secret` keeps agents from knowing which."""

    share: float
    secret: bytes


@dataclass(slots=True)
class _Scan:
    """What the scan in hand gave cause to think of its agent."""

    scan_id: str = ""
    judged: int = 0
    differing: int = 0
    stale: int = 0
    severity: Severity = Severity.LOW
    examples: list[tuple[str, str]] = field(default_factory=list)

    def note(self, severity: Severity, example: tuple[str, str]) -> None:
        """Remember a difference."""
        self.severity = max(self.severity, severity, key=_RANK.__getitem__)
        if example not in self.examples:
            self.examples = sorted([*self.examples, example], key=lambda each: each[::-1])[:_EXAMPLES]


class Trust:
    """How the items of one tenant are judged in one transaction."""

    def __init__(self, connection: Connection, tenant: str, rules: Rules, sample: Sample) -> None:
        self._rules = rules
        self._version = rules.version
        self._tenant = tenant
        self._sample = sample
        self._limit = round(sample.share * _WHOLE)
        self._scan = _Scan()
        self._withdrawn: int | None = None
        self._seed = 0
        self._news = False
        row = connection.execute(_LOAD, (tenant,)).fetchone()
        if row is not None:
            scan_id, judged, differing, stale, severity, examples, self._withdrawn = row
            examples = [tuple(each) for each in json.loads(examples)]
            self._scan = _Scan(scan_id, judged, differing, stale, Severity(severity), examples)
            self._seed = self._seed_of(scan_id)
        self._before = self._state()

    def keep(self, connection: Connection) -> None:
        """Write down what is thought of the agent by now, where that is something else than before."""
        if self._state() != self._before:
            connection.execute(_KEEP, (self._tenant, *self._state()))

    def doubts(self, frame: Frame, message: ClassifiedAsset) -> bool:
        """Whether an item is judged here though it is what it was."""
        if self._withdrawn is not None:
            return True
        return self._chosen(self._of(frame), message) and message.verdict.policy_version == self._version

    def _chosen(self, scan: _Scan, message: ClassifiedAsset) -> bool:
        """Whether an item is of the sample; the first of a scan is, so that no scan goes by without."""
        if scan.judged and crc32(message.fingerprint, self._seed) >= self._limit:
            return False
        return bool(self._limit)

    def kept(self, frame: Frame, message: ClassifiedAsset) -> ClassifiedAsset:
        """The message to keep: as it came, or with the verdict of the rules in force where it was judged.

        Raises `ContractError` where it has to be judged and cannot be read.
        """
        scan = self._of(frame)
        own_rules = message.verdict.policy_version == self._version
        if own_rules and self._withdrawn is None and not self._chosen(scan, message):
            return message
        decoded = wire.decode_classified(message)
        by_agent = self._rules.as_agent(decoded.asset)
        scan.judged += 1
        field_name = _difference(decoded.verdict, by_agent)
        if field_name:
            self._note(frame, decoded.verdict, by_agent, field_name, decoded.asset.asset_id, own=own_rules)
        return wire.encode_classified(decoded.asset, by_agent) if field_name else message

    def tell(self, frame: Frame) -> None:
        """Open the finding at the first difference of a scan; what further came is told at its end."""
        if self._news:
            self._news = False
            findings = Findings(frame)
            if not findings.about_agent():
                findings.compare(self._subject(), self._drafts(), ())
                findings.write()

    def end_scan(self, frame: Frame, *, interrupted: bool, agreed: bool) -> None:
        """Tell what the scan gave cause for; trust comes back, and the finding ends, after a clean one.

        A scan that sent nothing to judge is clean where it `agreed` with what is held and was judged here.
        """
        scan = self._of(frame)
        judged = scan.judged or (agreed and self._all_judged(frame))
        clean = judged and not (scan.differing or scan.stale)
        if (clean and interrupted) or not judged:
            return
        if clean:
            self._withdrawn = None
        findings = Findings(frame)
        standing = findings.about_agent()
        drafts = () if clean else self._drafts()
        if drafts or standing:
            findings.compare(self._subject(), drafts, standing)
            findings.write()

    def _all_judged(self, frame: Frame) -> bool:
        """Whether all that is held of the tenant was judged here too, by the rules in force."""
        row = frame.connection.execute(_STANDS_AT, (self._tenant,)).fetchone()
        return row is not None and row[0].startswith(f"{self._version} ")

    def _of(self, frame: Frame) -> _Scan:
        if self._scan.scan_id != frame.scan_id:
            self._scan = _Scan(frame.scan_id)
            self._seed = self._seed_of(frame.scan_id)
        return self._scan

    def _seed_of(self, scan_id: str) -> int:
        return crc32(scan_id.encode() + self._sample.secret)

    def _note(
        self, frame: Frame, sent: Verdict, ours: Verdict, field_name: str, asset_id: str, *, own: bool
    ) -> None:
        if not own and not self._had_time(frame):
            return
        scan = self._scan
        self._news = True
        if own:
            scan.differing += 1
            better = sent.location_class.badness < ours.location_class.badness
            severity = Severity.CRITICAL if better else Severity.HIGH
            scan.note(severity, (field_name, f"{asset_id}: {_said(sent, ours, field_name)}"[:_SHOWN]))
            if self._withdrawn is None:
                self._withdrawn = frame.moment
                # What it sent before was taken as it came.
                doubt(frame.connection, [self._tenant])
        else:
            scan.stale += 1
            scan.note(Severity.MEDIUM, (OLDER_RULES, sent.policy_version[:_SHOWN]))

    def _had_time(self, frame: Frame) -> bool:
        """Whether the scan began so long after the rules came into force that its agent could have them."""
        since = frame.connection.execute(_SINCE, (self._tenant,)).fetchone()
        started = frame.connection.execute(_STARTED, (self._tenant, frame.scan_id)).fetchone()
        return bool(
            since
            and started
            and since[1].startswith(f"{self._version} ")
            and started[0] > since[0] + _TIME_TO_FOLLOW
        )

    def _drafts(self) -> tuple[FindingDraft, ...]:
        kind = FindingKind.VERDICT_MISMATCH
        examples = tuple(self._scan.examples)
        return (FindingDraft(kind, self._scan.severity, self._rules.clause(kind), examples),)

    def _subject(self) -> Subject:
        return Subject(
            kind=SubjectKind.TENANT,
            identifier=self._tenant,
            name="",
            type="",
            provider="",
            location_class=LocationClass.UNKNOWN,
            owner="",
        )

    def _state(self) -> tuple[object, ...]:
        scan = self._scan
        return (
            *(scan.scan_id, scan.judged, scan.differing, scan.stale, str(scan.severity)),
            *(json.dumps(scan.examples, ensure_ascii=False), self._withdrawn),
        )


def doubt(connection: Connection, tenants: Iterable[str]) -> None:
    """Let the verdicts of tenants be judged again from the beginning, in the transaction that is open."""
    connection.executemany(
        # Without a target, what is under way ends without saying that all was judged.
        "UPDATE evaluation SET version = '', target = '' WHERE tenant = ?",
        [(each,) for each in tenants],
    )


def _difference(sent: Verdict, ours: Verdict) -> str:
    """The first field in which two verdicts differ, empty where they say the same."""
    if replace(sent, policy_version="") == replace(ours, policy_version=""):
        return ""
    return next(each for each in _FIELDS if getattr(sent, each) != getattr(ours, each))


def _said(sent: Verdict, ours: Verdict, field_name: str) -> str:
    return f"{_short(getattr(sent, field_name))} → {_short(getattr(ours, field_name))}"


def _short(value: object) -> str:
    if isinstance(value, str):
        return value or "-"
    return ", ".join(_short_part(each) for each in value) or "-" if isinstance(value, tuple) else str(value)


def _short_part(part: object) -> str:
    return part if isinstance(part, str) else str(getattr(part, "rule", getattr(part, "country", part)))
