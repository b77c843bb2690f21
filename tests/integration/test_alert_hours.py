"""Routes that are told in office hours only, or once a day: one mail with all that came before."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from collector.alerts.mail import EVENT_IDS_HEADER
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, settled, state, to_hook, to_mail
from tests.servers.smtp_server import SmtpServer
from tests.servers.webhook_receiver import WebhookReceiver
from wolkenzicht.model import Severity


class Clock:
    """A clock that a test sets; the 23rd of November 2026 is a Monday."""

    def __init__(self, clock: str) -> None:
        self.now = self.at(clock)

    def at(self, clock: str) -> datetime:
        """That time of day."""
        return datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


def test_a_digest_is_one_mail_at_its_moment(store: SqliteSeed) -> None:
    """With all that was committed before, and nothing that came after; the next comes a day later."""
    clock = Clock("07:00")
    with SmtpServer() as server:
        route = to_mail(server, digest="08:00", timezone="UTC")
        with delivering(store.outbox, route, clock=clock):
            early = [store.open(f"f{number}", created=clock.at("07:30")) for number in range(5)]
            clock.now = clock.at("07:59")
            eventually(lambda: state(store.outbox, "mail").due == 5)
            time.sleep(0.5)
            assert server.messages == []

            late = store.open("late", created=clock.at("08:00:01"))
            clock.now = clock.at("08:00:02")
            eventually(lambda: state(store.outbox, "mail").delivered == 5)
            time.sleep(0.5)
            assert [message[EVENT_IDS_HEADER].split() for message in server.messages] == [early]

            clock.now = clock.at("08:00").replace(day=24)
            eventually(settled(store.outbox, "mail", delivered=6))
        assert server.messages[1][EVENT_IDS_HEADER] == late


def test_office_hours_hold_back_what_comes_at_night(store: SqliteSeed) -> None:
    """And what is urgent goes over a route of its own."""
    clock = Clock("03:00")
    with WebhookReceiver() as desk, WebhookReceiver() as duty:
        routes = (
            to_hook(desk, name="desk", hours="mon-fri 08:00-18:00", timezone="UTC"),
            to_hook(duty, name="duty", min_severity=Severity.CRITICAL),
        )
        with delivering(store.outbox, *routes, clock=clock):
            store.open("slight", severity="low", created=clock.now)
            store.open("urgent", severity="critical", created=clock.now)
            eventually(settled(store.outbox, "duty", delivered=1))
            eventually(lambda: state(store.outbox, "desk").due == 2)
            time.sleep(0.5)
            assert desk.requests == []

            clock.now = clock.at("08:00")
            eventually(settled(store.outbox, "desk", delivered=2))
