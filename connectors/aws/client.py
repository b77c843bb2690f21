"""One service's API in one region: pages as they come, and every failure as a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from botocore import xform_name
from botocore.exceptions import ClientError, PaginationError

from connectors.aws.errors import CALL_ERRORS, ENDPOINT_ERRORS, code_of, gap_of
from connectors.aws.kind import Call
from connectors.base import Gap, ReadError

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession

Item = TypeVar("Item")
Found = TypeVar("Found")

#: Clients for other regions that are kept: buckets are listed by name, so their regions alternate.
_MOST_ELSEWHERE = 8

#: RDS, Redshift and ElastiCache accept no smaller page.
_FEW = 20


class ServiceClient:
    """The calls that a fetch may make; made for a group of scopes and closed with it.

    Not to be shared between groups: it remembers that its endpoint could not be reached, so that
    details of a thousand resources do not each wait for the same time-out.
    """

    def __init__(self, session: AwsSession, service: str, region: str) -> None:
        self._session = session
        self.service = service
        self.region = region
        self._client = session.clients.take(service, region)
        self._unreachable: Gap | None = None
        self._elsewhere: dict[tuple[str, str], ServiceClient] = {}

    @property
    def partition(self) -> str:
        """The partition that the source is configured for."""
        return self._session.partition

    def close(self) -> None:
        """Give back what calls the service, here and in other regions."""
        for other in self._elsewhere.values():
            other.close()
        self._elsewhere.clear()
        self._session.clients.give_back(self.service, self.region)

    def in_region(self, region: str) -> ServiceClient:
        """The same service in another region; those used last are kept."""
        return self.of(self.service, region)

    def of(self, service: str, region: str) -> ServiceClient:
        """A service in a region; those used last are kept."""
        where = service, region
        if where == (self.service, self.region):
            return self
        client = self._elsewhere.pop(where, None) or ServiceClient(self._session, service, region)
        self._elsewhere[where] = client
        if len(self._elsewhere) > _MOST_ELSEWHERE:
            self._elsewhere.pop(next(iter(self._elsewhere))).close()
        return client

    def answer(self, call: Call, **parameters: Any) -> dict[str, Any]:
        """What the operation answers. Raises `ReadError`."""
        try:
            answer = self._call(call, parameters)
        except CALL_ERRORS as error:
            raise ReadError(self._gap(error, call)) from error
        return answer

    def detail(self, call: Call, **parameters: Any) -> dict[str, Any] | Gap | None:
        """What the operation answers about one resource, `None` where it has none, or the gap."""
        if self._unreachable is not None:
            return self._unreachable
        try:
            answer = self._call(call, parameters)
        except CALL_ERRORS as error:
            if isinstance(error, ClientError) and code_of(error) in call.absent:
                return None
            gap = self._gap(error, call)
            if isinstance(error, ENDPOINT_ERRORS):
                self._unreachable = gap
            return gap
        return answer

    def header(self, call: Call, name: str, **parameters: Any) -> str | Gap:
        """A header of the answer, also where the answer is a refusal; empty where it is missing."""
        try:
            answer = self._call(call, parameters)
        except ClientError as error:
            found = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(name)
            return str(found) if found else self._gap(error, call)
        except CALL_ERRORS as error:
            return self._gap(error, call)
        return str(answer["ResponseMetadata"]["HTTPHeaders"].get(name, ""))

    def pages(self, call: Call, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The pages of a listing, each as it comes. Raises `ReadError` where one cannot be had."""
        name = xform_name(call.operation)
        if not self._client.can_paginate(name):
            yield from self._counted_pages(call, parameters)
            return
        size = {"PaginationConfig": {"PageSize": call.page_size}} if call.page_size else {}
        asked = dict(call.parameters) | parameters | size
        pages = iter(self._client.get_paginator(name).paginate(**asked))
        while True:
            try:
                with self._session.signing(), self._session.large_answers:
                    page: dict[str, Any] = next(pages)
            except StopIteration:
                return
            except CALL_ERRORS as error:
                if isinstance(error, ClientError) and code_of(error) in call.absent:
                    return
                raise ReadError(self._gap(error, call)) from error
            yield page

    def _counted_pages(self, call: Call, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The pages of a listing that the SDK has no paginator for: one, or those that its token tells."""
        token: Any = None
        while True:
            further = {} if call.token is None or token is None else {call.token[0]: token}
            try:
                page = self._call(call, parameters | further)
            except CALL_ERRORS as error:
                if isinstance(error, ClientError) and code_of(error) in call.absent:
                    return
                raise ReadError(self._gap(error, call)) from error
            yield page
            following = page.get(call.token[1]) if call.token else None
            if not following:
                return
            if following == token:
                raise ReadError(self._gap(PaginationError(message="the same token twice"), call))
            token = following

    def items(self, call: Call, **parameters: Any) -> Iterator[Any]:
        """The items of a listing, page by page. Raises `ReadError`."""
        for page in self.pages(call, **parameters):
            yield from page.get(call.items) or ()

    def each(self, items: Iterable[Item], ask: Callable[[Item], Found | None]) -> Iterator[Found]:
        """What `ask` tells about each item, in their order, several asked about at once.

        An item of which `ask` tells `None` is left out. `ask` runs in another thread and may make calls of
        this client; it must not ask for further clients, nor come back here.
        """
        return self._session.details.each(items, ask)

    def side_listing(self, call: Call, **parameters: Any) -> list[Any] | Gap:
        """A whole short listing that tells about resources (tags, replicas), or the gap."""
        if self._unreachable is not None:
            return self._unreachable
        try:
            return list(self.items(call, **parameters))
        except ReadError as error:
            return error.gap

    def try_out(self, call: Call, account: str = "") -> None:
        """Ask for the first few items of a listing. Raises `ReadError`."""
        parameters = {call.account: account} if call.account else {}
        for _ in self.pages(replace(call, page_size=min(call.page_size, _FEW)), **parameters):
            return

    def _call(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._session.signing(), self._session.large_answers:
            operation = getattr(self._client, xform_name(call.operation))
            answer: dict[str, Any] = operation(**dict(call.parameters) | parameters)
        return answer

    def _gap(self, error: Exception, call: Call) -> Gap:
        return gap_of(error, call, self.region)
