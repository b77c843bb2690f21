"""How Azure is reached: credentials, cloud, quotas, and when a request is made again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure.core import PipelineClient
from azure.core.credentials import TokenCredential
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from connectors.azure.clouds import CLOUDS
from connectors.azure.quota import Quotas
from wolkenzicht.errors import ConfigurationError

_CONNECT_TIMEOUT_SECONDS = 10
_READ_TIMEOUT_SECONDS = 60
_HTTP_TOO_MANY = 429
_HTTP_SERVER_ERROR = 500

#: What the provider asks to wait longer for is left for the next scan.
_LONGEST_WAIT_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class AzureSettings:
    """What a tenant's configuration says about an Entra tenant.

    `subscriptions` and `kinds` of `None` mean all: the subscriptions of this tenant that the credentials
    see, the kinds of `KINDS` by name. `authority` and `endpoint` replace the cloud's own addresses, `ca`
    is a file with the certificates that both are checked against. `quota_share` is the part of the
    request quota that may be used; 0 leaves the quota alone and obeys only what Azure asks.
    `management_group` is the id of the group whose subscriptions alone are read; without it, those of the
    whole tenant. `diagnostic_settings` costs one request for each resource that logs (four for most
    storage accounts). Credentials come from the environment: `AZURE_CLIENT_ID` with
    `AZURE_CLIENT_SECRET`, else what azure-identity's default chain finds.
    """

    tenant_id: str
    subscriptions: tuple[str, ...] | None = None
    cloud: str = "AzureCloud"
    authority: str | None = None
    endpoint: str | None = None
    ca: Path | None = None
    quota_share: float = 0.3
    kinds: tuple[str, ...] | None = None
    max_attempts: int = 5
    management_group: str | None = None
    diagnostic_settings: bool = True


class AzureSession:
    """One pipeline with its credential and quotas, shared by every thread.

    The SDK's own pipeline for Resource Manager is not used: it registers resource providers in a
    subscription where one is missing, which is a write. Here is nothing that writes.
    Raises `ConfigurationError` for settings that cannot be.
    """

    def __init__(self, settings: AzureSettings) -> None:
        cloud = CLOUDS[settings.cloud]
        self.endpoint = (settings.endpoint or cloud.endpoint).rstrip("/")
        if not self.endpoint.startswith("https://"):
            raise ConfigurationError(f"endpoint: {self.endpoint!r} must begin with https://")
        if settings.ca is not None and not settings.ca.is_file():
            raise ConfigurationError(f"ca: file {settings.ca} does not exist; give a file of certificates")
        self.quotas = Quotas(settings.quota_share)
        self._max_attempts = settings.max_attempts
        verify: dict[str, Any] = {} if settings.ca is None else {"connection_verify": str(settings.ca)}
        self._credential = _credential(settings, settings.authority or cloud.authority, verify)
        self._client: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            self.endpoint,
            policies=[
                UserAgentPolicy("wolkenzicht"),
                BearerTokenCredentialPolicy(self._credential, cloud.token_scope),
            ],
            transport=RequestsTransport(connection_timeout=_CONNECT_TIMEOUT_SECONDS, **verify),
        )

    def get(self, url: str, subscription: str) -> HttpResponse:
        """GET an address of Resource Manager. Raises `AzureError`."""

        def turn() -> None:
            self.quotas.read(subscription)

        return self._send(HttpRequest("GET", url), turn)

    def query(self, url: str, body: dict[str, Any]) -> HttpResponse:
        """POST a query, which changes nothing. Raises `AzureError`."""
        return self._send(HttpRequest("POST", url, json=body), self.quotas.graph)

    def _send(self, request: HttpRequest, turn: Any) -> HttpResponse:
        attempt = 0
        while True:
            attempt += 1
            turn()
            try:
                response = self._client.send_request(request, read_timeout=_READ_TIMEOUT_SECONDS)
            except (ServiceRequestError, ServiceResponseError):
                if attempt >= self._max_attempts:
                    raise
                time.sleep(_backoff(attempt))
                continue
            wait = _wait(response, attempt)
            if wait is None or attempt >= self._max_attempts:
                return response
            time.sleep(wait)


def _wait(response: HttpResponse, attempt: int) -> float | None:
    """For how many seconds to wait before asking again; `None` where that is of no use."""
    status = response.status_code
    if status != _HTTP_TOO_MANY and status < _HTTP_SERVER_ERROR:
        return None
    asked = response.headers.get("Retry-After") or ""
    try:
        wait = float(asked) if asked else _backoff(attempt)
    except ValueError:  # a date: rare, and our own pace will do
        wait = _backoff(attempt)
    return wait if 0 <= wait <= _LONGEST_WAIT_SECONDS else None


def _backoff(attempt: int) -> float:
    return float(min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempt - 1)))


def _credential(settings: AzureSettings, authority: str, verify: dict[str, Any]) -> TokenCredential:
    # Another authority than Microsoft's cannot be looked up at Microsoft.
    own = {"disable_instance_discovery": True} if settings.authority else {}
    client, secret = os.environ.get("AZURE_CLIENT_ID"), os.environ.get("AZURE_CLIENT_SECRET")
    try:
        if client and secret:
            return ClientSecretCredential(
                settings.tenant_id, client, secret, authority=authority, **own, **verify
            )
        return DefaultAzureCredential(authority=authority, **own, **verify)
    except ValueError as error:
        raise ConfigurationError(
            f"tenant_id {settings.tenant_id!r} or authority {authority!r}: {error}".splitlines()[0]
        ) from error
