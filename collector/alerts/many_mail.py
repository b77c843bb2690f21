"""What messages say of many findings at once: the counts, then some of them, the gravest first."""

from __future__ import annotations

from collector.alerts.cloudevent import rfc3339, summary
from collector.alerts.mail_texts import TEXTS, MailTexts
from collector.alerts.many_texts import TEXTS as MANY_TEXTS
from collector.store.base import Event, Many
from policy.ruleset import finding_texts
from wolkenzicht.model import Severity

#: So many at most are listed in a notification.
MAX_LISTED = 100


def members(many: Many, language: str, most: int = MAX_LISTED) -> list[str]:
    """A line about each of the findings that are listed, of the first of them at most so many."""
    happened = TEXTS[language].happened
    listed = many.listed[:most]
    return [f"{happened.get(each.type, each.type)}: {summary(each, language)}" for each in listed]


def left_out(many: Many, language: str, most: int = MAX_LISTED) -> str:
    """How many `members` does not show; empty where that is none."""
    left = many.count - min(len(many.listed), most)
    return MANY_TEXTS[language].left_out.format(count=left) if left else ""


def remedies(many: Many, language: str) -> list[str]:
    """What to do, for each kind among those that are listed."""
    kinds = sorted({each.finding.kind for each in many.listed})
    return list(dict.fromkeys(finding_texts(kind, language).remedy for kind in kinds))


def many_content(
    event: Event, many: Many, texts: MailTexts, language: str
) -> tuple[str, list[tuple[str, str]]]:
    """The heading and the lines; what a cloud's user can choose is not cleaned yet."""
    words, finding = MANY_TEXTS[language], event.finding
    rows = [
        (texts.fields["severity"], texts.severities[finding.severity]),
        (texts.fields["organisation"], finding.organisation),
        (words.count, str(many.count)),
        *((texts.happened.get(name, name), str(count)) for name, count in many.types.items()),
        *((texts.severities[Severity(name)], str(count)) for name, count in many.severities.items()),
        *((name, str(count)) for name, count in many.providers.items()),
        (texts.fields["opened"], rfc3339(many.first)),
        *((str(number), member) for number, member in enumerate(members(many, language), 1)),
        ("…", left_out(many, language)),
        *((texts.fields["remedy"], remedy) for remedy in remedies(many, language)),
        (texts.fields["finding"], finding.finding_id),
        (texts.fields["event"], event.event_id),
    ]
    return f"{words.title}: {summary(event, language)}", rows
