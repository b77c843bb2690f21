"""What ends, for one asker: exemptions, decisions on material use, and entries of the register of systems."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from hashlib import sha256

from collector.client.texts import load
from collector.feeds.calendar import Ending
from collector.feeds.texts import TEXTS
from collector.store.base import DecisionRow, System
from policy.words import fold
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import FINDING_KINDS

_KINDS = {number: kind.value for kind, number in FINDING_KINDS.encode.items()}


def of_exemptions(found: Iterable[wire.Exemption], language: str) -> Iterator[Ending]:
    """The last days of exemptions that hold."""
    texts, words = TEXTS[language], load(language)
    for each in found:
        named = {"decision": each.decision, "organisation": each.organisation}
        kinds = ", ".join(words.word("kind", _KINDS[kind]) for kind in each.kinds)
        yield Ending(
            uid=f"exemption-{each.exemption_id}@wolkenzicht",
            day=date.fromisoformat(each.last_day),
            told=each.record_time.ToDatetime(UTC),
            title=texts.exemption.format(**named),
            detail=texts.exemption_detail.format(
                findings=each.findings,
                kinds=kinds,
                reason=each.reason,
                by=each.decided_by,
                scope=each.scope,
                id=each.exemption_id,
            ),
            ahead=texts.exemption_ahead.format(**named),
            category="exemption",
        )


def of_decisions(
    rows: Iterable[DecisionRow], organisations: Collection[str] | None, today: date, language: str
) -> Iterator[Ending]:
    """The last days of decisions on material use, of these organisations."""
    texts, words = TEXTS[language], load(language)
    last: dict[Hashable, DecisionRow] = {}
    for row in rows:
        known = last.get(row.subject)
        if known is None or known.decision.decided_on < row.decision.decided_on:
            last[row.subject] = row
    for row in last.values():
        day = row.decision.valid_until
        if day is None or not _shown(row.subject.organisation, organisations, day, today):
            continue
        about = row.subject
        named = {"subject": about.system or about.asset_id, "organisation": about.organisation}
        yield Ending(
            uid=_uid("decision", about.organisation, about.tenant, about.asset_id, fold(about.system)),
            day=day,
            told=row.recorded,
            title=texts.decision.format(**named),
            detail=texts.decision_detail.format(
                material=words.word("material", row.decision.material.value),
                reason=row.decision.reason,
                by=row.decision.decided_by,
            ),
            ahead=texts.decision_ahead.format(**named),
            category="decision",
        )


def of_systems(
    rows: Iterable[System], organisations: Collection[str] | None, today: date, language: str
) -> Iterator[Ending]:
    """The last days of the entries of systems behind which no other follows, of these organisations."""
    texts = TEXTS[language]
    last: dict[Hashable, System] = {}
    for row in rows:
        key = (row.entry.organisation, fold(row.entry.system))
        if key not in last or last[key].valid_from < row.valid_from:
            last[key] = row
    for row in last.values():
        entry, day = row.entry, row.valid_until
        if day is None or not _shown(entry.organisation, organisations, day, today):
            continue
        named = {"subject": entry.system, "organisation": entry.organisation}
        yield Ending(
            uid=_uid("system", entry.organisation, fold(entry.system)),
            day=day,
            told=row.recorded or datetime.combine(row.valid_from, time(), UTC),
            title=texts.system.format(**named),
            detail=texts.system_detail.format(name=entry.name or "-", contract=row.contract or "-"),
            ahead=texts.system_ahead.format(**named),
            category="system",
        )


def _shown(organisation: str, organisations: Collection[str] | None, day: date, today: date) -> bool:
    return day >= today and (organisations is None or organisation in organisations)


def _uid(kind: str, *about: str) -> str:
    """The same while what ends is the same, whenever it ends."""
    named = sha256("\0".join(about).encode()).hexdigest()[:32]
    return f"{kind}-{named}@wolkenzicht"
