"""NetBox's REST API: pages as they come, and every failure as a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pynetbox
import requests
from pynetbox.core.query import ContentError, Request, RequestError

from connectors.base import Gap, ReadError
from connectors.odc.calling import one_line
from connectors.odc.http_session import ReadingSession
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome

_FORBIDDEN = 403
_UNAUTHORISED = 401
_TOO_MANY = 429
_NOT_FOUND = 404

#: NetBox answers 403 to a token that it does not take, too; only the text tells the two apart.
_NO_CREDENTIALS = re.compile(r"token|credentials|inactive|expired", re.IGNORECASE)


class NotNetboxError(requests.RequestException):
    """A successful answer that is no page of NetBox's: a proxy's, or a portal's."""


def _check(answer: requests.Response, **_: Any) -> None:
    """Refuse a success that is not a page: pynetbox would take a bare list or object for one."""
    if not answer.ok:
        return
    try:
        page = answer.json()
    except ValueError as error:
        raise NotNetboxError("the answer is no JSON; check the URL and the proxy") from error
    if (
        not isinstance(page, dict)
        or not isinstance(page.get("results"), list)
        or not isinstance(page.get("count"), int)
    ):
        raise NotNetboxError("the answer is no page of NetBox's; check the URL and the proxy")


class NetboxClient:
    """The listings that a source reads; may be used from any thread in turn.

    Raises `ConfigurationError` where the token cannot be read or the URL is none.
    """

    def __init__(self, url: str, token_file: Path, ca: Path | None, page_size: int, attempts: int) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ConfigurationError(f"url: {url!r} is no URL; write for instance https://netbox.example.nl")
        try:
            token = token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"token_file: {token_file} cannot be read; give NetBox's token"
            ) from error
        self._api = pynetbox.api(url, token=token)
        session = ReadingSession(ca, attempts)
        session.hooks["response"].append(_check)
        self._api.http_session = session
        self._page_size = page_size

    def close(self) -> None:
        """Close the connections."""
        self._api.http_session.close()

    def items(self, endpoint: str, permission: str, *, most: int | None = None) -> Iterator[object]:
        """The items of a listing (`dcim/devices`) in the order of their ids, page by page.

        `most` ends the listing after that many. Raises `ReadError` also where the pages do not add up:
        something was added or removed meanwhile, and an item may have slipped between two pages.
        """
        seen, total, begun = 0, None, set[str]()
        while True:
            page, count = self._page(endpoint, permission, seen, most)
            if page and _start(page) in begun:
                raise _failed(endpoint, "repeats a page, so its end cannot be reached; check the proxy")
            begun.add(_start(page))
            if total is not None and count != total:
                raise _failed(
                    endpoint, f"changed while it was read ({total}, then {count} items); scan again"
                )
            total, seen = count, seen + len(page)
            if seen > total or (not page and seen < total):
                raise _failed(endpoint, f"tells of {total} items and lists {seen}; scan again")
            yield from page
            if seen == total or (most is not None and seen >= most):
                return

    def _page(
        self, endpoint: str, permission: str, offset: int, most: int | None
    ) -> tuple[list[object], int]:
        request = Request(
            base=f"{self._api.base_url}/{endpoint}/",
            http_session=self._api.http_session,
            token=self._api.token,
            filters={"ordering": "id"},
            limit=min(self._page_size, most or self._page_size),
            offset=offset,
        )
        try:
            page = list(request.get({"limit": request.limit, "offset": offset}))
        except RequestError as error:
            raise ReadError(_answered(error.req, endpoint, permission)) from error
        except NotNetboxError as error:
            raise _failed(endpoint, str(error)) from error
        except (ContentError, requests.RequestException) as error:
            raise _failed(endpoint, f"no answer ({type(error).__name__}); check network and TLS") from error
        return page, int(request.count)


def _start(page: list[object]) -> str:
    """The id of the first item of a page; a server that looks at no offset gives one twice."""
    first = page[0] if page else None
    return str(first.get("id")) if isinstance(first, dict) else ""


def _answered(answer: requests.Response, endpoint: str, permission: str) -> Gap:
    status = answer.status_code
    where = f"NetBox {endpoint}"
    if status == _TOO_MANY:
        return Gap(Outcome.THROTTLED, f"{where}: still throttled after all attempts (429)")
    if status == _UNAUTHORISED or (status == _FORBIDDEN and _NO_CREDENTIALS.search(answer.text)):
        return Gap(Outcome.FAILED, f"{where}: the token is refused ({status}); renew it")
    if status == _FORBIDDEN:
        return Gap(
            Outcome.DENIED,
            f"{where}: {permission} is denied (403); allow it for the agent's user, without constraints",
            permission=permission,
            denied_by=DeniedBy.NOT_TOLD,
        )
    if status == _NOT_FOUND:
        return Gap(Outcome.FAILED, f"{where}: this NetBox does not know it (404); check the URL")
    return Gap(Outcome.FAILED, f"{where}: {status}: {one_line(answer.text)}")


def _failed(endpoint: str, what: str) -> ReadError:
    return ReadError(Gap(Outcome.FAILED, f"NetBox {endpoint}: {what}"))
