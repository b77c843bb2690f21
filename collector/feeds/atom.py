"""Findings as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from collector.client.texts import load
from collector.feeds.texts import TEXTS
from collector.query import views
from collector.store.base import Feed, FindingRow

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
#: Authority and day of the identifiers (RFC 4151): an entry stays the same in every feed.
TAG = "tag:wolkenzicht.nl,2026:"

_NAMESPACE = "http://www.w3.org/2005/Atom"
#: What XML 1.0 has no sign for.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("", _NAMESPACE)


def rendered(feed: Feed, found: Sequence[tuple[FindingRow, datetime]], language: str) -> bytes:
    """The feed of findings, each with the moment of its last change; the same bytes for the same findings.

    Addresses are relative to the feed's own, as `dataref` in a CloudEvent is: the collector need not know
    under which name it is reached, and no token stands in the document.
    """
    texts = TEXTS[language]
    root = ET.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(root, "id", f"{TAG}bevindingen:{feed.feed_id}")
    _add(root, "title", texts.findings.format(name=feed.name))
    _add(root, "updated", _moment(max((moment for _, moment in found), default=feed.created)))
    _add(root, "link", rel="self", href="findings.atom", type="application/atom+xml")
    _add(ET.SubElement(root, _name("author")), "name", "wolkenzicht")
    _add(root, "generator", "wolkenzicht")
    for row, moment in found:
        _entry(ET.SubElement(root, _name("entry")), row, moment, language)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(entry: ET.Element, row: FindingRow, moment: datetime, language: str) -> None:
    finding = views.finding(row, language)
    words = load(language)
    labels = {section: words.word(section, value) for section, value in _told(row).items()}
    _add(entry, "id", f"{TAG}bevinding:{row.finding_id}")
    _add(entry, "title", finding.summary)
    _add(entry, "updated", _moment(moment))
    _add(entry, "published", _moment(row.opened))
    place = f"/v1/findings/{quote(row.finding_id, safe='')}"
    _add(entry, "link", rel="alternate", href=place, type="application/json")
    for section, value in _told(row).items():
        _add(entry, "category", term=value, scheme=f"{TAG}{section}", label=labels[section])
    whose = f"{row.organisation}, {row.tenant}"
    said = f"{labels['severity']}, {labels['state']}. {whose}. {finding.remedy} ({finding.clause})"
    _add(entry, "summary", said, type="text")


def _told(row: FindingRow) -> dict[str, str]:
    return {"kind": row.kind.value, "severity": row.severity.value, "state": row.state.value}


def _add(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> None:
    added = ET.SubElement(parent, _name(name), {key: _plain(value) for key, value in attributes.items()})
    added.text = _plain(text) or None


def _name(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
