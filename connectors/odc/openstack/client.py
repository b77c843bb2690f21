"""OpenStack's APIs within one scope of a token: pages as they come, and every failure as a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from keystoneauth1 import exceptions as keystone_errors
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity.base import BaseIdentityPlugin
from keystoneauth1.session import Session
from openstack.connection import Connection
from openstack.exceptions import SDKException

from connectors.base import Gap, ReadError
from connectors.odc.calling import READ_SECONDS, one_line
from connectors.odc.http_session import ReadingSession
from wolkenzicht.model import DeniedBy, Outcome

_OK = (200, 204)
_NO_CONTENT = 204
#: Nova's own word for "too many requests" before it took over 429.
_THROTTLED = (413, 429)


#: What an unusable credential leaves, where nothing more is known about it.
REFUSED = Gap(Outcome.FAILED, "OpenStack identity /v3/auth/tokens: the credential is refused; renew it")


class OpenstackClient:
    """The reading calls with one token. `refused` is the gap that is left where no token is given."""

    def __init__(
        self, auth: BaseIdentityPlugin, ca: Path | None, page_size: int, attempts: int, refused: Gap = REFUSED
    ) -> None:
        self._http = ReadingSession(ca, attempts)
        self._session = Session(
            auth=auth,
            session=self._http,
            verify=str(ca) if ca else True,
            timeout=READ_SECONDS,
            redirect=False,
        )
        self._connections: dict[str, Connection] = {}
        self._page_size, self._refused = page_size, refused

    def close(self) -> None:
        """Close the connections."""
        self._connections.clear()
        self._http.close()

    def project(self) -> str:
        """The project that the credential is for. Raises `ReadError`."""
        return str(self._identity(self._session.get_project_id) or "")

    def regions(self) -> dict[str, dict[str, str]]:
        """The regions of the catalogue, and by type of service the host of its public endpoint in each.

        The host is empty for a service with none that is public. Raises `ReadError`, also for no regions.
        """
        access = self._identity(lambda: self._session.auth.get_access(self._session))
        found: dict[str, dict[str, str]] = {}
        for service in access.service_catalog.catalog:
            for endpoint in service.get("endpoints") or ():
                region = str(endpoint.get("region_id") or endpoint.get("region") or "")
                hosts, kind = found.setdefault(region, {}), str(service.get("type", ""))
                hosts.setdefault(kind, "")
                if endpoint.get("interface") == "public":
                    hosts[kind] = urlsplit(str(endpoint.get("url", ""))).netloc.rpartition("@")[2]
        if not found:
            raise _failed("identity", "/v3/auth/tokens", "the catalogue is empty; give the project endpoints")
        return found

    def projects(self, url: str, permission: str) -> Iterator[object]:
        """The projects that a listing of Keystone's names, following its links. Raises `ReadError`.

        A Keystone that cuts its lists short says so, and need not link to the rest.
        """
        path, query, used = urlsplit(url).path, dict[str, str](), set[str]()
        while True:
            asked = dict(query)
            answer = self._identity(
                lambda: self._session.get(url, params=asked, raise_exc=False)  # noqa: B023 - called at once
            )
            if answer.status_code not in _OK:
                raise ReadError(_answered(answer.status_code, answer.text, "identity", path, permission))
            yield from _items(answer, "projects", path)
            body = answer.json()
            links = body.get("links")
            following = str((links if isinstance(links, dict) else {}).get("next") or "")
            if not following:
                if body.get("truncated"):
                    raise _failed("identity", path, "the list is cut short (list_limit); name the projects")
                return
            query = dict(parse_qsl(urlsplit(following).query))
            if following in used:
                raise _failed("identity", path, "the listing repeats a page, so its end cannot be reached")
            used.add(following)

    def pages(
        self, region: str, service: str, path: str, key: str, marker: str, permission: str, **query: str
    ) -> Iterator[list[object]]:
        """The pages of a listing; the next begins after the last item's `marker`. Raises `ReadError`.

        The listing ends with a page without items: servers may give fewer than were asked for.
        """
        after, used = "", set[str]()
        while True:
            options = query | {"limit": str(self._page_size)} | ({"marker": after} if after else {})
            answer = self._call(region, service, "GET", path, permission, options)
            page = _items(answer, key, path)
            if not page:
                return
            yield page
            last = page[-1]
            after = str(last.get(marker) or "") if isinstance(last, dict) else ""
            if not after or after in used:
                raise _failed(service, path, "the listing does not go on after a page; scan again")
            used.add(after)

    def headers(self, region: str, service: str, path: str, permission: str) -> dict[str, str] | Gap:
        """The headers of one object, in lower case, or the gap."""
        try:
            answer = self._call(region, service, "HEAD", path, permission, {})
        except ReadError as error:
            return error.gap
        return {name.lower(): value for name, value in answer.headers.items()}

    def _call(
        self, region: str, service: str, method: str, path: str, permission: str, query: dict[str, str]
    ) -> requests.Response:
        if region not in self._connections:
            self._connections[region] = Connection(session=self._session, region_name=region or None)
        proxy = getattr(self._connections[region], service)
        try:
            # The SDK's own `request` only adds metrics, and warns of its own code on every call.
            answer: requests.Response = Adapter.request(proxy, path, method, params=query, raise_exc=False)
        except (keystone_errors.ClientException, SDKException, requests.RequestException) as error:
            raise ReadError(self._unanswered(error, service, path)) from error
        if answer.status_code not in _OK:
            raise ReadError(_answered(answer.status_code, answer.text, service, path, permission))
        return answer

    def _identity(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (keystone_errors.ClientException, requests.RequestException) as error:
            raise ReadError(self._unanswered(error, "identity", "/v3/auth/tokens")) from error

    def _unanswered(self, error: Exception, service: str, path: str) -> Gap:
        if isinstance(error, keystone_errors.Unauthorized | keystone_errors.NotFound):
            return self._refused
        where = f"OpenStack {service} {path}"
        if isinstance(error, keystone_errors.HttpError) and error.http_status in _THROTTLED:
            return Gap(Outcome.THROTTLED, f"{where}: still throttled after all attempts")
        return Gap(
            Outcome.FAILED, f"{where}: no answer ({type(error).__name__}); check network, TLS and endpoint"
        )


def _items(answer: requests.Response, key: str, path: str) -> list[object]:
    """The items of a page: the list under `key`, or the answer itself where there is no key."""
    if answer.status_code == _NO_CONTENT:
        return []
    try:
        body = answer.json()
    except ValueError as error:
        raise _failed("", path, "the answer is no JSON; check the endpoint and the proxy") from error
    found = body.get(key) if key and isinstance(body, dict) else body
    if not isinstance(found, list):
        raise _failed("", path, "the answer is no listing of OpenStack's; check the endpoint")
    return found


def _answered(status: int, text: str, service: str, path: str, permission: str) -> Gap:
    where = f"OpenStack {service} {path}"
    if status in _THROTTLED:
        return Gap(Outcome.THROTTLED, f"{where}: still throttled after all attempts ({status})")
    match status:
        case 401:
            return Gap(Outcome.FAILED, f"{where}: the credential is refused (401); renew it")
        case 403:
            return Gap(
                Outcome.DENIED,
                f"{where}: {permission} is denied (403); give the credential the role reader",
                permission=permission,
                denied_by=DeniedBy.IDENTITY_POLICY,
            )
        case 404:
            return Gap(Outcome.FAILED, f"{where}: this service does not know it (404)")
    return Gap(Outcome.FAILED, f"{where}: {status}: {one_line(text)}")


def _failed(service: str, path: str, what: str) -> ReadError:
    return ReadError(Gap(Outcome.FAILED, " ".join(f"OpenStack {service} {path}: {what}".split())))
