"""How Cloud Asset Inventory is reached: credentials, endpoint, quota, attempts, and time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import GoogleAuthError
from google.cloud.asset_v1 import AssetServiceClient
from google.cloud.asset_v1.services.asset_service.transports import AssetServiceGrpcTransport
from google.cloud.asset_v1.types import (
    ListAssetsRequest,
    ListAssetsResponse,
    SearchAllResourcesRequest,
    SearchAllResourcesResponse,
)

from connectors.base import Gap, ReadError
from connectors.gcp.errors import CALL_ERRORS, gap_of, is_exhausted, is_passing, one_line, retry_seconds
from connectors.gcp.kind import LIST_PERMISSION, SEARCH_PERMISSION
from connectors.gcp.quota import Clock, Quota
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Outcome

#: Calls per minute that Google allows a project; what it allows an organization (800 and 1,500) is
#: more than one agent's share of these.
#: Source: https://docs.cloud.google.com/asset-inventory/docs/quota
LISTS_PER_MINUTE = 100
SEARCHES_PER_MINUTE = 400

_TIMEOUT_SECONDS = 60.0
_LONGEST_BACKOFF_SECONDS = 32.0
#: Who is asked to wait longer than this gives up; the next scan comes.
_LONGEST_WAIT_SECONDS = 300.0
_NO_LIMIT = -1

_PLAINTEXT = re.compile(r"http://((?:127\.0\.0\.1|localhost|\[::1\]):\d+)/?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Method:
    """One method of the API, its quota, and the permission that it needs."""

    name: str
    permission: str
    quota: Quota
    call: Callable[[Any, Any], Any]


class GcpSession:
    """One channel to the API, shared by all threads; made at the first call.

    Raises `ConfigurationError` for an endpoint in plain text that is not on this machine.
    """

    def __init__(self, *, endpoint: str | None, quota_share: float, max_attempts: int, clock: Clock) -> None:
        self._endpoint = endpoint
        self._plaintext = _plaintext_address(endpoint)
        self._clock = clock
        self._max_attempts = max_attempts
        self._lock = threading.Lock()
        self._client: AssetServiceClient | None = None
        self._list = _Method(
            "ListAssets", LIST_PERMISSION, Quota(LISTS_PER_MINUTE, quota_share, clock), _call_list
        )
        self._search = _Method(
            "SearchAllResources",
            SEARCH_PERMISSION,
            Quota(SEARCHES_PER_MINUTE, quota_share, clock),
            _call_search,
        )

    def list_page(self, request: ListAssetsRequest, where: str) -> Any:
        """One page of `ListAssets`, as its protobuf message. Raises `ReadError`."""
        return ListAssetsResponse.pb(self._attempts(self._list, request, where))

    def search_page(self, request: SearchAllResourcesRequest, where: str) -> Any:
        """One page of `SearchAllResources`, as its protobuf message. Raises `ReadError`."""
        return SearchAllResourcesResponse.pb(self._attempts(self._search, request, where))

    def close(self) -> None:
        """Close the channel; the next call makes another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.transport.close()  # type: ignore[no-untyped-call] # the library leaves it untyped

    def _attempts(self, method: _Method, request: Any, where: str) -> Any:
        called = f"{method.name} of {where}"
        client = self._connected(called)
        attempt = 1
        while True:
            method.quota.take()
            try:
                return method.call(client, request)
            except CALL_ERRORS as error:
                seconds = _wait(error, attempt)
                if seconds is None or attempt >= self._max_attempts:
                    raise ReadError(gap_of(error, called, method.permission)) from error
                if is_exhausted(error):
                    method.quota.hold(seconds)
            self._clock.sleep(seconds)
            attempt += 1

    def _connected(self, called: str) -> AssetServiceClient:
        with self._lock:
            if self._client is None:
                try:
                    self._client = self._connect()
                except GoogleAuthError as error:
                    raise ReadError(gap_of(error, called, "")) from error
                except ValueError as error:  # a malformed endpoint, or settings that contradict
                    raise ReadError(
                        Gap(Outcome.FAILED, f"{called}: {one_line(str(error))}; check the GCP settings")
                    ) from error
            return self._client

    def _connect(self) -> AssetServiceClient:
        if self._plaintext:
            limits = [("grpc.max_receive_message_length", _NO_LIMIT)]
            channel = grpc.insecure_channel(self._plaintext, limits)
            return AssetServiceClient(transport=AssetServiceGrpcTransport(channel=channel))
        options = ClientOptions(api_endpoint=self._endpoint) if self._endpoint else None
        return AssetServiceClient(client_options=options)


def _call_list(client: AssetServiceClient, request: ListAssetsRequest) -> ListAssetsResponse:
    pager = client.list_assets(request=request, retry=None, timeout=_TIMEOUT_SECONDS)
    return next(iter(pager.pages))


def _call_search(
    client: AssetServiceClient, request: SearchAllResourcesRequest
) -> SearchAllResourcesResponse:
    pager = client.search_all_resources(request=request, retry=None, timeout=_TIMEOUT_SECONDS)
    return next(iter(pager.pages))


def _wait(error: Exception, attempt: int) -> float | None:
    """Seconds before the next attempt; None where another would not help."""
    if not (is_exhausted(error) or is_passing(error)):
        return None
    asked = retry_seconds(error)
    if asked is None:
        return min(2.0**attempt, _LONGEST_BACKOFF_SECONDS)
    return asked if asked <= _LONGEST_WAIT_SECONDS else None


def _plaintext_address(endpoint: str | None) -> str:
    """The address of an endpoint in plain text; empty for every other.

    No token is sent there, and none may be: it is for a test server on this machine.
    """
    if endpoint is None or "://" not in endpoint:
        return ""
    local = _PLAINTEXT.fullmatch(endpoint)
    if not local:
        raise ConfigurationError(
            f'endpoint: {endpoint!r} is no endpoint; write for instance "cloudasset.googleapis.com", '
            'or "http://127.0.0.1:PORT" for a test server on this machine'
        )
    return local[1]
