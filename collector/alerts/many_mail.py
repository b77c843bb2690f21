"""What a mail says of many findings at once: the counts, then some of them, the gravest first."""

from __future__ import annotations

from collector.alerts.cloudevent import rfc3339, summary
from collector.alerts.mail_texts import MailTexts
from collector.alerts.many_texts import TEXTS
from collector.store.base import Event, Many
from policy.ruleset import finding_texts
from wolkenzicht.model import Severity


def many_content(
    event: Event, many: Many, texts: MailTexts, language: str
) -> tuple[str, list[tuple[str, str]]]:
    """The heading and the lines; what a cloud's user can choose is not cleaned yet."""
    words, finding = TEXTS[language], event.finding
    kinds = {each.finding.kind for each in many.listed}
    rows = [
        (texts.fields["severity"], texts.severities[finding.severity]),
        (texts.fields["organisation"], finding.organisation),
        (words.count, str(many.count)),
        *((texts.happened.get(name, name), str(count)) for name, count in many.types.items()),
        *((texts.severities[Severity(name)], str(count)) for name, count in many.severities.items()),
        *((name, str(count)) for name, count in many.providers.items()),
        (texts.fields["opened"], rfc3339(many.first)),
        *((str(number), _line(each, texts, language)) for number, each in enumerate(many.listed, 1)),
        ("…", words.left_out.format(count=left) if (left := many.count - len(many.listed)) else ""),
        *((texts.fields["remedy"], finding_texts(kind, language).remedy) for kind in sorted(kinds)),
        (texts.fields["finding"], finding.finding_id),
        (texts.fields["event"], event.event_id),
    ]
    return f"{words.title}: {summary(event, language)}", rows


def _line(event: Event, texts: MailTexts, language: str) -> str:
    """One of them: what happened to it, by name and identifier."""
    happened = texts.happened.get(event.type, event.type)
    return f"{happened}: {summary(event, language)} ({event.finding.subject})"
