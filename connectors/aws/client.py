"""One service's API in one region: pages as they come, and every failure as a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError

from connectors.aws.errors import CALL_ERRORS, ENDPOINT_ERRORS, code_of, gap_of
from connectors.aws.kind import Call
from connectors.base import Gap, ReadError

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession

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
        self._client = session.make_client(service, region)
        self._unreachable: Gap | None = None
        self._elsewhere: dict[str, ServiceClient] = {}

    def close(self) -> None:
        """Close the connections, those in other regions too."""
        for other in self._elsewhere.values():
            other.close()
        self._elsewhere.clear()
        self._client.close()

    def in_region(self, region: str) -> ServiceClient:
        """The same service in another region; those used last are kept."""
        if region == self.region:
            return self
        client = self._elsewhere.pop(region, None) or ServiceClient(self._session, self.service, region)
        self._elsewhere[region] = client
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
            yield self.answer(call, **parameters)
            return
        size = {"PaginationConfig": {"PageSize": call.page_size}} if call.page_size else {}
        pages = iter(self._client.get_paginator(name).paginate(**parameters, **size))
        while True:
            try:
                with self._session.large_answers:
                    page: dict[str, Any] = next(pages)
            except StopIteration:
                return
            except CALL_ERRORS as error:
                if isinstance(error, ClientError) and code_of(error) in call.absent:
                    return
                raise ReadError(self._gap(error, call)) from error
            yield page

    def items(self, call: Call, **parameters: Any) -> Iterator[Any]:
        """The items of a listing, page by page. Raises `ReadError`."""
        for page in self.pages(call, **parameters):
            yield from page.get(call.items) or ()

    def side_listing(self, call: Call, **parameters: Any) -> list[Any] | Gap:
        """A whole short listing that tells about resources (tags, replicas), or the gap."""
        if self._unreachable is not None:
            return self._unreachable
        try:
            return list(self.items(call, **parameters))
        except ReadError as error:
            return error.gap

    def try_out(self, call: Call) -> None:
        """Ask for the first few items of a listing. Raises `ReadError`."""
        for _ in self.pages(replace(call, page_size=min(call.page_size, _FEW))):
            return

    def _call(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._session.large_answers:
            answer: dict[str, Any] = getattr(self._client, xform_name(call.operation))(**parameters)
        return answer

    def _gap(self, error: Exception, call: Call) -> Gap:
        return gap_of(error, call, self.region, listed=lambda: self._session.lists(self.service, self.region))
