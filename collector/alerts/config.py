"""What `[alerts]` in the collector's configuration may say: the routes, and what each of them needs.

    [alerts]
    source = "urn:nld:oin:00000001234567890000:systeem:wolkenzicht"

    [[alerts.route]]
    kind = "smtp"
    ...

A route is known to the outbox by its name: renamed, it is a new route, which starts with the findings
that are open then.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from collector.alerts.checks import HOST, check_interval, check_source, check_timeout, check_url
from collector.alerts.hours import hours_of, latest, moment_of, zone_of
from collector.alerts.sections import FlappingConfig, GroupingConfig
from collector.store.base import Wanted
from wolkenzicht.model import FindingKind, Severity
from wolkenzicht.settings import seconds

#: The CloudEvents source where none is configured.
DEFAULT_SOURCE = "urn:nld:wolkenzicht:collector"

Language = Literal["nl", "en"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MAX_PORT = 65535
_TIMEZONE = "Europe/Amsterdam"


class RouteBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every route has.

    `name` is the kind and a number (`webhook-1`) where it is not given. `min_severity` is the least
    severity that the route is told of, `organisations` are those it is told of, each with all below it,
    and `kinds` the kinds of finding; where none are named it is told of all. With `heartbeat` it is told
    at that interval that the collector lives. With `hours` it is told of events in these only, with `digest`
    at that time of day of all that came before, in that `timezone` (Europe/Amsterdam where none is given).
    With `escalate_after` it is told so long after the others, of findings only that nobody took up.
    """

    name: str = ""
    min_severity: Severity = Severity.LOW
    organisations: tuple[str, ...] = ()
    kinds: tuple[FindingKind, ...] = ()
    heartbeat: str = ""
    hours: str = ""
    digest: str = ""
    escalate_after: str = ""
    timezone: str = ""

    def __post_init__(self) -> None:
        if self.name and not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name[:70]!r}: use lower-case letters, digits, - and _, 63 at most")
        if not all(each.strip() for each in self.organisations):
            raise ValueError("organisations: an empty name; leave the key out for all organisations")
        if self.heartbeat:
            check_interval("heartbeat", self.heartbeat)
        if self.escalate_after:
            check_interval("escalate_after", self.escalate_after, most=30 * 86_400.0)
        if self.hours and self.digest:
            raise ValueError("hours and digest: give one of them")
        for key, read in (("hours", hours_of), ("digest", moment_of), ("timezone", zone_of)):
            if text := getattr(self, key):
                try:
                    read(text)
                except ValueError as error:
                    raise ValueError(f"{key} {error}") from error

    def told_until(self, now: datetime) -> datetime | None:
        """Until when events were committed that the route is told of now; None for none of them."""
        if not self.hours and not self.digest:
            return now
        zone = zone_of(self.timezone or _TIMEZONE)
        if self.digest:
            return latest(moment_of(self.digest), now, zone)
        return now if hours_of(self.hours).include(now.astimezone(zone)) else None

    @property
    def beats(self) -> float:
        """Seconds between two heartbeats; 0 for none."""
        return seconds(self.heartbeat) if self.heartbeat else 0.0

    @property
    def repeats(self) -> float:
        """Seconds after which what stands is told again; 0 where it is told once."""
        return 0.0

    @property
    def wanted(self) -> Wanted:
        """Which events the route is told of."""
        after = seconds(self.escalate_after) if self.escalate_after else 0.0
        return Wanted(self.min_severity, frozenset(self.organisations), frozenset(self.kinds), after)


class LogRoute(RouteBase, frozen=True, tag="log"):
    """Alerts in the collector's own log."""

    kind: ClassVar[str] = "log"


class WebhookRoute(RouteBase, frozen=True, kw_only=True, tag="webhook"):
    """One HTTP POST per event, CloudEvents 1.0 in structured mode.

    With `secret_file` each request has a header `X-Wolkenzicht-Signature: sha256=<hex>`, the
    HMAC-SHA256 of the body with the file's content (white space around it left out) as key. `ca` is a
    PEM file of the authorities trusted instead of the system's. `timeout` bounds one request.
    `source` is that of `[alerts]` where it is not given; `language` is that of the texts.
    """

    kind: ClassVar[str] = "webhook"

    url: str
    secret_file: Path | None = None
    ca: Path | None = None
    timeout: str = "10s"
    source: str = ""
    language: Language = "nl"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url(self.url)
        check_timeout(self.timeout)
        if self.source:
            check_source(self.source)


class SmtpRoute(RouteBase, frozen=True, kw_only=True, tag="smtp"):
    """Mail through one SMTP server.

    With `security` "starttls" nothing is sent before TLS stands, and with "none" no password is.
    `port` 0 means the usual one: 25, 587 for starttls, 465 for tls. `ca` as for a webhook.
    """

    kind: ClassVar[str] = "smtp"

    host: str
    sender: str = msgspec.field(name="from")
    to: tuple[str, ...]
    port: int = 0
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password_file: Path | None = None
    ca: Path | None = None
    timeout: str = "30s"
    language: Language = "nl"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not HOST.fullmatch(self.host):
            raise ValueError("host: give the name or address of the SMTP server")
        if not 0 <= self.port <= _MAX_PORT:
            raise ValueError(f"port {self.port}: give a number from 1 to {_MAX_PORT}, or leave it out")
        if not self.to:
            raise ValueError("to: give at least one address")
        for key, address in [("from", self.sender), *(("to", address) for address in self.to)]:
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"{key} {address[:80]!r}: give a plain address such as alerts@example.nl")
        if bool(self.username) != bool(self.password_file):
            raise ValueError("username and password_file: give both or neither")
        if not self.username.isascii() or not self.username.isprintable():
            raise ValueError("username: SMTP takes plain ASCII; give the name that the server knows")
        if self.username and self.security == "none":
            raise ValueError('security "none" would send the password in the clear; use "starttls" or "tls"')
        check_timeout(self.timeout)

    @property
    def effective_port(self) -> int:
        """The port to connect to."""
        return self.port or {"none": 25, "starttls": 587, "tls": 465}[self.security]


class AlertmanagerRoute(RouteBase, frozen=True, kw_only=True, tag="alertmanager"):
    """A Prometheus Alertmanager, by its own address; API v2.

    What stands is sent again each `resend`, and ends there by itself after three times as long. It knows us
    by the token in `token_file`, or by `username` and `password_file`; `ca` and `timeout` as for a webhook.
    """

    kind: ClassVar[str] = "alertmanager"

    url: str
    resend: str = "5m"
    username: str = ""
    password_file: Path | None = None
    token_file: Path | None = None
    ca: Path | None = None
    timeout: str = "10s"
    language: Language = "nl"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url(self.url, "https://alertmanager.example.nl", "give username and password_file")
        check_timeout(self.timeout)
        check_interval("resend", self.resend)
        if bool(self.username) != bool(self.password_file):
            raise ValueError("username and password_file: give both or neither")
        if self.token_file and self.username:
            raise ValueError("token_file and username: give one of them")

    @property
    def repeats(self) -> float:
        """Seconds after which what stands is told again."""
        return seconds(self.resend)


class ChatRoute(RouteBase, frozen=True, kw_only=True, tag="chat"):
    """A room of Mattermost, or of Matrix through matrix-hookshot, by the address of its webhook."""

    kind: ClassVar[str] = "chat"

    service: Literal["mattermost", "matrix"]
    url: str
    ca: Path | None = None
    timeout: str = "10s"
    language: Language = "nl"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url(self.url, "https://chat.example.nl/hooks/…", "the path of a webhook is its secret")
        check_timeout(self.timeout)


Route = LogRoute | WebhookRoute | SmtpRoute | AlertmanagerRoute | ChatRoute


class AlertsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[alerts]`.

    `source` is the CloudEvents source of every event; it SHOULD be
    `urn:nld:oin:<OIN>:systeem:<naam>` with the organisation's own OIN (NL GOV profile for CloudEvents).
    An event that was tried and is not accepted `late` after its commit makes a finding about the route.
    `flapping` says when a finding comes and goes, `grouping` what is told together.
    """

    route: tuple[Route, ...] = ()
    source: str = DEFAULT_SOURCE
    late: str = "1h"
    flapping: FlappingConfig = msgspec.field(default_factory=FlappingConfig)
    grouping: GroupingConfig = msgspec.field(default_factory=GroupingConfig)

    def __post_init__(self) -> None:
        check_interval("late", self.late, least=60.0)
        check_source(self.source)
        twice = [name for name, count in Counter(each.name for each in self.routes()).items() if count > 1]
        if twice:
            raise ValueError(f"route: the name {twice[0]!r} occurs more than once; give each its own")

    def routes(self) -> tuple[Route, ...]:
        """The routes in their order, each with its name and source filled in."""
        seen: Counter[str] = Counter()
        found = []
        for route in self.route:
            seen[route.kind] += 1
            named = msgspec.structs.replace(route, name=route.name or f"{route.kind}-{seen[route.kind]}")
            if isinstance(named, WebhookRoute) and not named.source:
                named = msgspec.structs.replace(named, source=self.source)
            found.append(named)
        return tuple(found)
