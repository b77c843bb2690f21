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

import ipaddress
import re
from collections import Counter
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import urlsplit

import msgspec

from wolkenzicht.model import Severity
from wolkenzicht.settings import seconds

#: The CloudEvents source where none is configured.
DEFAULT_SOURCE = "urn:nld:wolkenzicht:collector"

Language = Literal["nl", "en"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
#: A name of labels as DNS takes them, an IPv4 address, or an IPv6 address without its brackets.
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_MAX_PORT = 65535


class RouteBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every route has.

    `name` is the kind and a number (`webhook-1`) where it is not given. `min_severity` is the least
    severity that the route is told of.
    """

    name: str = ""
    min_severity: Severity = Severity.LOW

    def __post_init__(self) -> None:
        if self.name and not _NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name[:70]!r}: use lower-case letters, digits, - and _, 63 at most")


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
        _check_url(self.url)
        _check_timeout(self.timeout)
        if self.source:
            _check_source(self.source)


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
        if not _HOST.fullmatch(self.host):
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
        _check_timeout(self.timeout)

    @property
    def effective_port(self) -> int:
        """The port to connect to."""
        return self.port or {"none": 25, "starttls": 587, "tls": 465}[self.security]


Route = LogRoute | WebhookRoute | SmtpRoute


class AlertsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The section `[alerts]`.

    `source` is the CloudEvents source of every event; it SHOULD be
    `urn:nld:oin:<OIN>:systeem:<naam>` with the organisation's own OIN (NL GOV profile for CloudEvents).
    """

    route: tuple[Route, ...] = ()
    source: str = DEFAULT_SOURCE

    def __post_init__(self) -> None:
        _check_source(self.source)
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


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"url: is no address ({error}); give one such as https://example.nl/hook") from error
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or not url.isascii():
        raise ValueError("url: give an address such as https://example.nl/hook")
    if parts.username is not None or parts.password is not None:
        raise ValueError("url: must not hold a user name or password; sign with secret_file")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("url: http:// is for this machine only, alerts are sensitive; use https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_timeout(text: str) -> None:
    try:
        length = seconds(text)
    except ValueError as error:
        raise ValueError(f"timeout: {error}") from error
    if not 0 < length <= 300:  # noqa: PLR2004 - five minutes, the longest pause between attempts
        raise ValueError(f"timeout {text!r}: give more than 0 and at most 5m")


def _check_source(source: str) -> None:
    if not _URI.fullmatch(source):
        raise ValueError(
            f"source {source[:80]!r}: give an absolute URI such as urn:nld:oin:<OIN>:systeem:<naam>"
        )
