"""What an alert mail says: one message for several events, as plain text and as HTML.

Subject and headers hold nothing that a cloud's user can choose (no names of assets), so that they
cannot be forged or leak; the body holds what a person needs, control characters taken out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from collector.alerts.cloudevent import SAMPLE_TYPE, rfc3339, summary
from collector.alerts.heartbeat import Heartbeat, heartbeat_text
from collector.alerts.mail_texts import TEXTS, MailTexts
from collector.alerts.many_mail import many_content
from collector.store.base import Event
from policy import clauses
from policy.detail_texts import all_details
from policy.ruleset import finding_texts
from policy.texts import CLASSES
from wolkenzicht.model import Severity, SubjectKind

#: The event identifiers in the message, separated by spaces: the same at every delivery.
EVENT_IDS_HEADER = "X-Wolkenzicht-Event-Ids"

#: Control characters, surrogates and characters that turn the reading direction.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PAGE_STYLE = "font-family:sans-serif;color:#1a1a1a;background:#ffffff;max-width:46em;line-height:1.5"
_TITLE_STYLE = "font-size:1.1em;margin:1.5em 0 .5em;padding-left:.6em;border-left:.4em solid {colour}"
_LABEL_STYLE = "text-align:left;vertical-align:top;padding:.15em 1em .15em 0;white-space:nowrap;color:#535353"
_VALUE_STYLE = "vertical-align:top;padding:.15em 0;overflow-wrap:anywhere"
_SMALL_STYLE = "font-size:.85em;color:#535353"
#: Beside the word, never instead of it.
_COLOURS = {
    Severity.LOW: "#6f6f6f",
    Severity.MEDIUM: "#b8860b",
    Severity.HIGH: "#c65102",
    Severity.CRITICAL: "#b00020",
}
_RANK = {severity: place for place, severity in enumerate(Severity)}


def message_id(events: Sequence[Event], sender: str) -> str:
    """The Message-ID of a mail with these events in this order; the same whenever it is made."""
    digest = hashlib.sha256("\n".join(event.event_id for event in events).encode()).hexdigest()
    return f"<{digest[:32]}@{sender.rpartition('@')[2]}>"


def compose(
    events: Sequence[Event], *, sender: str, to: Sequence[str], language: str, now: datetime
) -> EmailMessage:
    """The mail about one or more events; `sender` and `to` are plain ASCII addresses."""
    texts = TEXTS[language]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = _subject(events, texts)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(events, sender)
    message["Auto-Submitted"] = "auto-generated"
    message[EVENT_IDS_HEADER] = " ".join(_clean(event.event_id) for event in events)
    # Quoted-printable survives servers that know 7 bits only, and the lines keep their length.
    message.set_content(_plain(events, texts, language), cte="quoted-printable")
    message.add_alternative(_html(events, texts, language), subtype="html", cte="quoted-printable")
    # Set before, it would move into the first part.
    message["Content-Language"] = language
    return message


def heartbeat_mail(beat: Heartbeat, *, sender: str, to: Sequence[str], language: str) -> EmailMessage:
    """The mail that says that the collector lives."""
    title, stands = heartbeat_text(beat, language)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = f"[wolkenzicht] {title}"
    message["Date"] = format_datetime(beat.created)
    message["Message-ID"] = f"<{beat.event_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message[EVENT_IDS_HEADER] = beat.event_id
    message.set_content(f"{title}\n\n{stands}\n", cte="quoted-printable")
    message["Content-Language"] = language
    return message


def _subject(events: Sequence[Event], texts: MailTexts) -> str:
    if len(events) == 1 and events[0].many is not None:
        count = texts.several.format(count=events[0].many.count)
    elif len(events) == 1:
        count = texts.happened.get(events[0].type, texts.one)
    else:
        count = texts.several.format(count=len(events))
    worst = max((event.finding.severity for event in events), key=_RANK.__getitem__)
    return f"[wolkenzicht] {count}, {texts.worst.format(severity=texts.severities[worst])}"


def _plain(events: Sequence[Event], texts: MailTexts, language: str) -> str:
    blocks = [_intro(events, texts)]
    for event in events:
        title, rows = _content(event, texts, language)
        width = max(len(label) for label, _value in rows) + 1
        lines = [
            title,
            "-" * min(len(title), 78),
            *(f"{label + ':':<{width}} {value}" for label, value in rows),
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, texts.footer]) + "\n"


def _html(events: Sequence[Event], texts: MailTexts, language: str) -> str:
    parts = []
    for event in events:
        title, rows = _content(event, texts, language)
        body = "".join(
            f'<tr><th scope="row" style="{_LABEL_STYLE}">{escape(label)}</th>'
            f'<td style="{_VALUE_STYLE}">{escape(value)}</td></tr>'
            for label, value in rows
        )
        style = _TITLE_STYLE.format(colour=_COLOURS[event.finding.severity])
        parts.append(
            f'<h2 style="{style}">{escape(title)}</h2><table style="border-collapse:collapse">{body}</table>'
        )
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(_subject(events, texts))}</title></head>"
        f'<body style="{_PAGE_STYLE}"><p>{escape(_intro(events, texts))}</p>'
        f'{"".join(parts)}<p style="{_SMALL_STYLE}">{escape(texts.footer)}</p></body></html>'
    )


def _intro(events: Sequence[Event], texts: MailTexts) -> str:
    return texts.sample if any(event.type == SAMPLE_TYPE for event in events) else texts.intro


def _content(event: Event, texts: MailTexts, language: str) -> tuple[str, list[tuple[str, str]]]:
    """The heading and the lines about one event; lines without a value are left out."""
    if event.many is not None:
        title, rows = many_content(event, event.many, texts, language)
        return _clean(title), [(_clean(label), _clean(value)) for label, value in rows if value]
    finding = event.finding
    about_asset = finding.subject_kind is SubjectKind.ASSET
    about_place = about_asset or finding.subject_kind is SubjectKind.REGION
    values = {
        "severity": texts.severities[finding.severity],
        "organisation": finding.organisation,
        "tenant": finding.tenant,
        finding.subject_kind.value: finding.subject,
        "type": f"{event.asset_type} ({event.provider})" if about_asset else "",
        "location_class": CLASSES[language][event.location_class] if about_place else "",
        "details": all_details(finding.details, language),
        "clause": clauses.shown(finding.clause, language),
        "owner": finding.owner,
        "opened": rfc3339(finding.opened),
        "resolved": "" if finding.resolved is None else rfc3339(finding.resolved),
        "by": event.by,
        "note": event.note,
        "remedy": finding_texts(finding.kind, language).remedy,
        "finding": finding.finding_id,
        "event": event.event_id,
    }
    title = f"{texts.happened.get(event.type, event.type)}: {summary(event, language)}"
    return _clean(title), [(texts.fields[key], _clean(value)) for key, value in values.items() if value]


def _clean(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
