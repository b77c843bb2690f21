"""What an alert mail says, and that nothing from a cloud can forge it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from collector.alerts.mail import EVENT_IDS_HEADER, compose, message_id
from collector.alerts.sample import sample_event
from collector.store.base import Event
from tests.unit.collector.alerts.samples import EVENT, NOON, event, many_event, region_event
from wolkenzicht.model import Severity


def mail(*events: Event, language: str = "nl") -> EmailMessage:
    """The mail as a receiver reads it."""
    made = compose(
        events, sender="w@example.nl", to=["a@example.nl", "b@example.nl"], language=language, now=NOON
    )
    read = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def body(message: EmailMessage, kind: str) -> str:
    """The plain or the HTML text."""
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def test_the_headers() -> None:
    """Who, to whom, what, when, and which events."""
    message = mail(EVENT)

    assert message["From"] == "w@example.nl"
    assert message["To"] == "a@example.nl, b@example.nl"
    assert message["Subject"] == "[wolkenzicht] Nieuwe bevinding, ernst: hoog"
    assert message["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"
    assert message[EVENT_IDS_HEADER] == EVENT.event_id


def test_a_mail_about_a_region_has_no_lines_about_an_asset() -> None:
    """It names the region and whether an account may use it."""
    plain = body(mail(region_event()), "plain")
    labels = {line.partition(":")[0] for line in plain.splitlines() if ":" in line}

    assert {"Regio", "Waar", "Wat te doen"} <= labels
    assert labels.isdisjoint({"Middel", "Type", "Eigenaar"})
    assert "ingeschakeld voor een account: eu-atlantis-1" in " ".join(plain.split())


def test_both_texts_hold_what_a_person_needs() -> None:
    """Plain text and HTML say the same, in Dutch."""
    message = mail(EVENT)

    for text in (body(message, "plain"), body(message, "html")):
        for expected in (
            "Nieuwe bevinding: geheim-dossier: gegevens buiten de EER op us-east-1, eu-west-2",
            "hoog",
            "rdv",
            "arn:aws:s3:::geheim-dossier",
            "gerepliceerd: us-east-1, opgeslagen: eu-west-2",
            "RCB2026 4.6",
            "team voorbeeld",
            "Verplaats de gegevens naar een regio binnen de EER",
            EVENT.event_id,
        ):
            assert expected in text
    assert '<html lang="nl">' in body(message, "html")


def test_english() -> None:
    """The other language."""
    message = mail(EVENT, language="en")

    assert message["Subject"] == "[wolkenzicht] New finding, severity: high"
    assert "replicated: us-east-1" in body(message, "plain")
    assert "Move the data to a region inside the EER" in body(message, "html")


def test_several_events_are_one_message() -> None:
    """The subject counts them and names the worst severity; all stand in the text."""
    message = mail(event(1), event(2, severity=Severity.CRITICAL), event(3, severity=Severity.LOW))

    assert message["Subject"] == "[wolkenzicht] 3 meldingen, ernst: kritiek"
    assert message[EVENT_IDS_HEADER] == "event-1 event-2 event-3"
    assert [name in body(message, "plain") for name in ("event-1", "event-2", "event-3")] == [True] * 3


def test_two_hundred_events_keep_their_identifiers() -> None:
    """A long header is folded, and comes out as it went in."""
    events = [replace(event(number), event_id=f"{number:036d}") for number in range(200)]

    message = mail(*events)

    assert message[EVENT_IDS_HEADER].split() == [each.event_id for each in events]


def test_the_message_id_follows_from_the_events() -> None:
    """The same events make the same identifier, others another one."""
    once, again = (message_id([event(1), event(2)], "w@example.nl") for _ in range(2))

    assert once == again
    assert once.endswith("@example.nl>")
    assert len({once, message_id([event(1)], "w@example.nl"), message_id([event(2)], "w@example.nl")}) == 3


def test_a_sample_says_that_it_is_one() -> None:
    """Nobody is alarmed by a test."""
    message = mail(sample_event(NOON))

    assert message["Subject"] == "[wolkenzicht] Proefmelding, ernst: laag"
    assert "Dit is een proefmelding: er is niets aan de hand." in body(message, "plain")


def test_names_cannot_forge_html() -> None:
    """A bucket may be called anything."""
    forged = replace(EVENT, asset_name="<script>alert(1)</script>")

    assert "<script>" not in body(mail(forged), "html")
    assert "&lt;script&gt;" in body(mail(forged), "html")


def test_names_cannot_forge_lines() -> None:
    """A line break in a name makes no second line, and no header."""
    forged = replace(EVENT, asset_name="x\r\nBcc: all@example.nl\nErnst: laag")

    message = mail(forged)

    assert message["Bcc"] is None
    assert "\nErnst: laag" not in body(message, "plain")


@given(st.text(), st.text(), st.sampled_from(["nl", "en"]))
def test_every_name_can_be_mailed(name: str, owner: str, language: str) -> None:
    """No text that a cloud may hold keeps an alert from being composed, in lines that SMTP takes."""
    odd = event(owner=owner, subject=f"arn:{name}", details=(("stored", name),))
    made = compose(
        [replace(odd, asset_name=name)],
        sender="w@example.nl",
        to=["a@example.nl"],
        language=language,
        now=NOON,
    ).as_bytes()

    assert made.isascii()
    assert max(map(len, made.split(b"\r\n"))) <= 998


def test_a_mail_about_many_findings_counts_them() -> None:
    """Counts first, then some of them, and where the rest is; nothing in it can be forged by a name."""
    told = many_event()
    assert told.many is not None
    listed = tuple(replace(each, asset_name="evil\r\nX: 1") for each in told.many.listed)
    message = mail(replace(told, many=replace(told.many, listed=listed)))
    plain = " ".join(body(message, "plain").split())

    assert message["Subject"] == "[wolkenzicht] 10000 meldingen, ernst: hoog"
    assert message[EVENT_IDS_HEADER] == "event-many"
    assert "Samenvatting: 10000 keer: gegevens buiten de EER op us-east-1, eu-west-2" in plain
    assert "Nieuwe bevinding: 9990 Opgeloste bevinding: 10" in plain
    assert "1: Nieuwe bevinding: evil" in plain
    assert "En nog 9998; zie wolkenzicht findings list." in plain
    assert "\nX: 1" not in body(message, "plain")
    assert "evil" in body(message, "html")
