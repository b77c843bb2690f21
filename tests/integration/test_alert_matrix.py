"""Every channel with every trouble of its receiver: nothing is lost, and what comes twice is the same."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator

import pytest

from collector.alerts.config import AlertmanagerRoute, ChatRoute, Route
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, now, settled, state, to_hook, to_mail
from tests.servers.smtp_server import HANG_UP, SLOW, SmtpServer
from tests.servers.webhook_receiver import Reply, WebhookReceiver

#: What each trouble is over HTTP, and what comes nearest to it in SMTP.
TROUBLES = {
    "slow": (Reply(204, delay=1.5), SLOW),
    "500": (Reply(500), "451 4.3.0 local error"),
    "429": (Reply(429, headers={"Retry-After": "1"}), "421 4.7.0 too many messages, try again later"),
    "closing halfway": (Reply(200, body=b"x" * 1000, halfway=True), HANG_UP),
}


class Receiver(ABC):
    """Something that receives what one kind of channel brings."""

    @abstractmethod
    def start(self) -> object:
        """Be there."""

    @abstractmethod
    def stop(self) -> None:
        """Be away."""

    @abstractmethod
    def close(self) -> None:
        """Be away for good."""

    @abstractmethod
    def trouble(self, name: str, times: int) -> None:
        """Answer so, that many times."""

    @abstractmethod
    def route(self) -> Route:
        """The route to it."""

    @abstractmethod
    def messages(self) -> list[list[str]]:
        """The events in each message that arrived, also in those that were refused afterwards."""


class OverHttp(Receiver):
    """A webhook, an Alertmanager, or a room."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._server = WebhookReceiver()

    def start(self) -> object:
        """Be there."""
        return self._server.start()

    def stop(self) -> None:
        """Be away."""
        self._server.stop()

    def close(self) -> None:
        """Be away for good."""
        self._server.__exit__(None, None, None)

    def trouble(self, name: str, times: int) -> None:
        """Answer so, that many times."""
        self._server.reply_with(*[TROUBLES[name][0]] * times)

    def route(self) -> Route:
        """The route to it."""
        if self._kind == "webhook":
            return to_hook(self._server, name="route")
        if self._kind == "alertmanager":
            return AlertmanagerRoute(name="route", url=self._server.url, timeout="1s", resend="1h")
        if self._kind == "matrix":
            return ChatRoute(name="route", service="matrix", url=self._server.url, timeout="1s")
        return ChatRoute(name="route", service="mattermost", url=self._server.url, timeout="1s")

    def messages(self) -> list[list[str]]:
        """The events in each request."""
        bodies = [request.body.decode() for request in self._server.requests]
        # Matrix is told twice: as text and as HTML.
        return [list(dict.fromkeys(re.findall(r"event-\d+", body))) for body in bodies]


class OverSmtp(Receiver):
    """A mail server."""

    def __init__(self) -> None:
        self._server = SmtpServer()

    def start(self) -> object:
        """Be there."""
        return self._server.start()

    def stop(self) -> None:
        """Be away."""
        self._server.stop()

    def close(self) -> None:
        """Be away for good."""
        self._server.__exit__(None, None, None)

    def trouble(self, name: str, times: int) -> None:
        """Answer so, that many times."""
        self._server.replies += [TROUBLES[name][1]] * times

    def route(self) -> Route:
        """The route to it."""
        return to_mail(self._server, name="route", timeout="1s")

    def messages(self) -> list[list[str]]:
        """The events in each mail that was kept."""
        return [message["X-Wolkenzicht-Event-Ids"].split() for message in self._server.messages]


@pytest.fixture(params=["smtp", "webhook", "alertmanager", "mattermost", "matrix"])
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """A receiver that is there, for each kind of channel."""
    made = OverSmtp() if request.param == "smtp" else OverHttp(request.param)
    made.start()
    yield made
    made.close()


def opened(store: SqliteSeed) -> list[list[str]]:
    """Events of four findings, half of which are over already; by finding."""
    events = [[store.open(f"f{number}", created=now())] for number in range(4)]
    for number in (1, 3):
        events[number].append(store.resolve(f"f{number}", created=now()))
    return events


def check(receiver: Receiver, events: list[list[str]]) -> None:
    """Every event arrived, none that is not ours, and those of a finding in their order."""
    arrived = [event_id for message in receiver.messages() for event_id in message]
    assert set(arrived) == {event_id for finding in events for event_id in finding}
    for finding in events:
        assert list(dict.fromkeys(each for each in arrived if each in finding)) == finding


@pytest.mark.parametrize("trouble", TROUBLES)
def test_nothing_is_lost_in_trouble(store: SqliteSeed, receiver: Receiver, trouble: str) -> None:
    """Three times in a row, beginning with the first message."""
    with delivering(store.outbox, receiver.route()) as deliverer:
        eventually(settled(store.outbox, "route", delivered=0))
        receiver.trouble(trouble, 3)
        events = opened(store)
        deliverer.wake()
        eventually(settled(store.outbox, "route", delivered=6))

    check(receiver, events)


def test_nothing_is_lost_while_it_is_away(store: SqliteSeed, receiver: Receiver) -> None:
    """Connections are refused for a while, and more comes in meanwhile."""
    with delivering(store.outbox, receiver.route()) as deliverer:
        eventually(settled(store.outbox, "route", delivered=0))
        receiver.stop()
        events = opened(store)
        deliverer.wake()
        eventually(lambda: state(store.outbox, "route").last_error != "")
        events.append([store.open("later", created=now())])
        receiver.start()
        eventually(settled(store.outbox, "route", delivered=7))

    check(receiver, events)


def test_a_message_that_comes_twice_is_the_same(store: SqliteSeed, receiver: Receiver) -> None:
    """Where its answer was cut off it was taken already: the second has the same events, and no others."""
    for number in range(3):
        store.open(f"f{number}", created=now())
    receiver.trouble("closing halfway", 1)
    with delivering(store.outbox, receiver.route()):
        eventually(settled(store.outbox, "route", delivered=3))

    first, *others = receiver.messages()
    assert others.count(first) == 1
    assert sorted(event_id for message in others for event_id in message) == ["event-1", "event-2", "event-3"]
