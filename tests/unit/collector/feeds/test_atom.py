"""The Atom feed has what RFC 4287 asks, and is well-formed whatever an asset is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.feeds.atom import rendered
from collector.store.base import Feed, FindingRow
from wolkenzicht.model import FindingKind, FindingState, Severity, SubjectKind

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FEED = Feed("f1", "department", "bzk", "desk", NOON)
FINDING = FindingRow(
    finding_id="4f3c9ad2",
    tenant="bzk-aws",
    organisation="bzk",
    subject_kind=SubjectKind.ASSET,
    subject="arn:aws:s3:::copies",
    kind=FindingKind.DATA_OUTSIDE_EEA,
    severity=Severity.HIGH,
    state=FindingState.OPEN,
    clause="RCB2026 4.6",
    details=(("replicated", "eu-west-2"),),
    owner="team",
    opened=NOON,
    asset_name="copies <&>",
)
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(document: bytes) -> ET.Element:
    """The feed."""
    return ET.fromstring(document)  # noqa: S314 - our own


def text(element: ET.Element, name: str) -> str:
    """What stands in the one child of a name."""
    [child] = element.findall(ATOM + name)
    return child.text or ""


@pytest.mark.parametrize(
    ("language", "title", "label"),
    [
        ("nl", "copies <&>: gegevens buiten de EER op eu-west-2 (gerepliceerd)", "hoog"),
        ("en", "copies <&>: data outside the EER at eu-west-2 (replicated)", "high"),
    ],
)
def test_an_entry(language: str, title: str, label: str) -> None:
    """Identifier, title, times, a link to the finding, categories, and what to do."""
    feed = parsed(rendered(FEED, [(FINDING, NOON + timedelta(hours=1))], language))

    [entry] = feed.findall(f"{ATOM}entry")
    assert text(entry, "id") == "tag:wolkenzicht.nl,2026:bevinding:4f3c9ad2"
    assert text(entry, "title") == title
    assert text(entry, "updated") == text(feed, "updated") == "2026-11-22T13:00:00.000000Z"
    assert text(entry, "published") == "2026-11-22T12:00:00.000000Z"
    assert {each.get("rel"): each.get("href") for each in entry.findall(f"{ATOM}link")} == {
        "alternate": "/v1/findings/4f3c9ad2"
    }
    categories = [(each.get("scheme"), each.get("term")) for each in entry.findall(f"{ATOM}category")]
    assert categories == [
        ("tag:wolkenzicht.nl,2026:kind", "data_outside_eea"),
        ("tag:wolkenzicht.nl,2026:severity", "high"),
        ("tag:wolkenzicht.nl,2026:state", "open"),
    ]
    assert entry.findall(f"{ATOM}category")[1].get("label") == label
    assert "RCB2026 4.6" in text(entry, "summary")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_a_feed_without_findings() -> None:
    """It changed last when it was made, and is a feed."""
    feed = parsed(rendered(FEED, [], "nl"))

    assert text(feed, "updated") == "2026-11-22T12:00:00.000000Z"
    assert text(feed, "id") == "tag:wolkenzicht.nl,2026:bevindingen:f1"
    assert feed.findall(f"{ATOM}author/{ATOM}name")[0].text == "wolkenzicht"
    assert feed.findall(f"{ATOM}entry") == []


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_can_be_read(name: str) -> None:
    """What XML has no sign for is shown as missing; nothing else changes but the ends of lines."""
    document = rendered(FEED, [(replace(FINDING, asset_name=name), NOON)], "en")

    [entry] = parsed(document).findall(f"{ATOM}entry")
    assert len(text(entry, "title").replace("\r\n", "\n")) >= len(": data outside the EER at")
    assert text(entry, "title").endswith("data outside the EER at eu-west-2 (replicated)")
