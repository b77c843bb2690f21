"""Resource Manager's API: pages as they come, and every failure as a gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from azure.core.rest import HttpResponse

from connectors.azure.errors import CALL_ERRORS, GONE, code_of, nonsense, refused, unanswered
from connectors.azure.kind import Call, Raw
from connectors.azure.session import AzureSession
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

_HTTP_OK = 200
_HTTPS_PORT = 443

#: A listing without end is given up: so many pages, or so many in a row that hold nothing. A page of
#: Resource Manager holds up to 1,000 resources, so that no subscription comes near.
_MOST_PAGES = 20_000
_MOST_EMPTY = 50


class ArmClient:
    """The calls that a reading may make; shared by threads, keeps nothing."""

    def __init__(self, session: AzureSession) -> None:
        self.session = session

    def pages(self, call: Call, subscription: str = "", **names: str) -> Iterator[list[Raw]]:
        """The pages of a listing, each as it comes. Raises `ReadError` where one cannot be had."""
        path = call.path.format(subscription=subscription, **names)
        url = f"{self.session.endpoint}{path}?api-version={call.api_version}{call.query}"
        where = _where(call, subscription)
        seen: set[str] = set()
        empty = 0
        while url:
            seen.add(url)
            body = self._body(url, call, subscription, where)
            items = body.get("value")
            if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
                raise nonsense(where, "the answer has no list of resources")
            yield items
            empty = 0 if items else empty + 1
            url = body.get("nextLink") or ""
            if not isinstance(url, str):
                raise nonsense(where, "the address of the listing's next page is no text")
            if url and (empty >= _MOST_EMPTY or len(seen) >= _MOST_PAGES):
                raise nonsense(where, f"the listing has no end ({len(seen)} pages)")
            if url in seen:
                raise nonsense(where, "the listing repeats a page's address, so its end cannot be reached")
            if url and not self._own(url):
                raise nonsense(where, "the listing's next page is at another address than the endpoint")

    def items(self, call: Call, subscription: str = "", **names: str) -> Iterator[Raw]:
        """The items of a listing, page by page. Raises `ReadError`."""
        for page in self.pages(call, subscription, **names):
            yield from page

    def chain(self, calls: tuple[Call, ...], subscription: str) -> Iterator[Raw]:
        """What the last call lists under everything that the calls before it listed. Raises `ReadError`."""
        first, *rest = calls
        return self._under(self.items(first, subscription), tuple(rest), subscription)

    def _under(self, parents: Iterator[Raw], calls: tuple[Call, ...], subscription: str) -> Iterator[Raw]:
        if not calls:
            yield from parents
            return
        for parent in parents:
            found = self.items(calls[0], subscription, id=_identifier(parent, calls[0]))
            try:
                yield from self._under(found, calls[1:], subscription)
            except _AbsentError:
                continue  # the parent went away since it was listed, and what it held with it

    def side_listing(self, call: Call, raw: Raw, subscription: str) -> list[Raw] | Gap | None:
        """A whole short listing about a resource, `None` where it has none, or the gap."""
        identifier = raw["id"]
        names = {
            "id": identifier,
            "group": "/".join(identifier.split("/")[:5]),
            "location": "".join((raw.get("location") or "").lower().split()),
        }
        try:
            return list(self.items(call, subscription, **names))
        except _AbsentError:
            return None
        except ReadError as error:
            return error.gap

    def resource(self, call: Call, identifier: str) -> Raw | Gap:
        """What a resource named by id says of itself, or the gap."""
        owner = identifier.split("/")
        subscription = owner[2].lower() if len(owner) > 2 else ""  # noqa: PLR2004 - /subscriptions/{id}
        url = f"{self.session.endpoint}{identifier}?api-version={call.api_version}"
        where = _where(call, subscription)
        if not identifier.startswith("/subscriptions/"):
            return Gap(Outcome.FAILED, f"{where}: {identifier[:80]!r} is no id of a resource")
        try:
            return self._body(url, call, subscription, where)
        except _AbsentError:
            return {}  # what is named no longer exists, so its place cannot be known
        except ReadError as error:
            return error.gap

    def answer(self, call: Call, subscription: str = "") -> Raw:
        """One answer as it stands. Raises `ReadError`."""
        url = f"{self.session.endpoint}{call.path.format(subscription=subscription)}"
        where = _where(call, subscription)
        return self._body(f"{url}?api-version={call.api_version}", call, subscription, where)

    def graph(self, body: dict[str, Any], call: Call, where: str) -> tuple[Raw, HttpResponse]:
        """What Resource Graph answers, with the response for its headers. Raises `ReadError`."""
        url = f"{self.session.endpoint}{call.path}?api-version={call.api_version}"
        try:
            response = self.session.query(url, body)
        except CALL_ERRORS as error:
            raise unanswered(error, where) from error
        return _decoded(response, call, where), response

    def _body(self, url: str, call: Call, subscription: str, where: str) -> Raw:
        try:
            response = self.session.get(url, subscription)
        except CALL_ERRORS as error:
            raise unanswered(error, where) from error
        return _decoded(response, call, where)

    def _own(self, url: str) -> bool:
        """Whether an address is the endpoint's: the token goes with the request.

        Some services write the port of https into the address of the next page.
        """
        try:
            return _host(url) == _host(self.session.endpoint)
        except ValueError:
            return False


def _host(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _HTTPS_PORT


class _AbsentError(ReadError):
    """The resource has none of what was asked about it, or is gone itself."""


def _decoded(response: HttpResponse, call: Call, where: str) -> Raw:
    try:
        body = msgspec.json.decode(response.content)
    except msgspec.DecodeError as error:
        if response.status_code == _HTTP_OK:
            raise nonsense(where, "the answer is no JSON") from error
        body = {}
    if response.status_code != _HTTP_OK:
        gap = refused(response.status_code, body, call.permission, where)
        absent = code_of(body)[0] in (*call.absent, *GONE)
        raise (_AbsentError if absent else ReadError)(gap)
    if not isinstance(body, dict):
        raise nonsense(where, "the answer is no object")
    return body


def _identifier(parent: Raw, call: Call) -> str:
    identifier = parent.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise nonsense(_where(call, ""), "a resource in the listing has no id")
    return identifier


def _where(call: Call, subscription: str) -> str:
    what = call.permission.removesuffix("/read") or call.path
    return f"{what} in {subscription}" if subscription else what
