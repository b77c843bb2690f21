"""What is checked of a route's settings; each check names the key and what to write."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from wolkenzicht.settings import seconds

#: A name of labels as DNS takes them, an IPv4 address, or an IPv6 address without its brackets.
HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


def check_url(
    url: str, such_as: str = "https://example.nl/hook", instead: str = "sign with secret_file"
) -> None:
    """Raise `ValueError` unless this is an address that alerts may be posted to.

    `such_as` is shown as an example, `instead` as what to do without a password in the address.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"url: is no address ({error}); give one such as {such_as}") from error
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host) or not url.isascii():
        raise ValueError(f"url: give an address such as {such_as}")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"url: must not hold a user name or password; {instead}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("url: http:// is for this machine only, alerts are sensitive; use https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_timeout(text: str) -> None:
    """Raise `ValueError` unless this is a length of time that a receiver may take."""
    try:
        length = seconds(text)
    except ValueError as error:
        raise ValueError(f"timeout: {error}") from error
    if not 0 < length <= 300:  # noqa: PLR2004 - five minutes, the longest pause between attempts
        raise ValueError(f"timeout {text!r}: give more than 0 and at most 5m")


def check_interval(key: str, text: str, least: float = 1.0, most: float = 86_400.0) -> None:
    """Raise `ValueError` unless this is a length of time at which something may be done again."""
    try:
        length = seconds(text)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error
    if not least <= length <= most:
        raise ValueError(f"{key} {text!r}: give {least:g}s or more, and at most {_shown(most)}")


def _shown(length: float) -> str:
    """Seconds in the largest unit of which they are whole."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "m")):
        if not length % unit:
            return f"{length / unit:g}{name}"
    return f"{length:g}s"


def check_source(source: str) -> None:
    """Raise `ValueError` unless this can be the source of a CloudEvent."""
    if not _URI.fullmatch(source):
        raise ValueError(
            f"source {source[:80]!r}: give an absolute URI such as urn:nld:oin:<OIN>:systeem:<naam>"
        )
