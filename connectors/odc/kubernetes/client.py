"""A cluster's API: lists as they come, chunk by chunk, and every failure as a gap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubernetes import client, config
from urllib3.exceptions import HTTPError

from connectors.base import Gap, ReadError
from connectors.odc.calling import CONNECT_SECONDS, READ_SECONDS, one_line
from connectors.odc.http_session import retries
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome

_OK = 200

#: What is listed, over all namespaces, and the client's method for it. Secrets are not among them.
_METHODS = {
    "nodes": "list_node",
    "persistentvolumes": "list_persistent_volume",
    "persistentvolumeclaims": "list_persistent_volume_claim_for_all_namespaces",
    "services": "list_service_for_all_namespaces",
}


class ClusterClient:
    """The lists that a source reads. Raises `ConfigurationError` where the cluster cannot be told.

    Without `kubeconfig` the agent runs in the cluster and uses its own service account.
    """

    def __init__(self, kubeconfig: Path | None, context: str, page_size: int, attempts: int) -> None:
        settings = client.Configuration()
        settings.retries = retries(attempts)
        try:
            if kubeconfig is None:
                config.load_incluster_config(client_configuration=settings)
            else:
                config.load_kube_config(
                    config_file=str(kubeconfig),
                    context=context or None,
                    client_configuration=settings,
                    persist_config=False,
                )
        except config.ConfigException as error:
            raise ConfigurationError(f"kubeconfig: {one_line(str(error))}") from error
        except OSError as error:
            raise ConfigurationError(f"kubeconfig: {kubeconfig} cannot be read ({error.strerror})") from error
        self._client = client.ApiClient(settings)
        self._api = client.CoreV1Api(self._client)
        self._page_size = page_size

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def items(self, resource: str, *, most: int | None = None) -> Iterator[object]:
        """The objects of a list, chunk by chunk, as the API's JSON; `most` ends it after that many.

        The chunks are one snapshot of the cluster. Raises `ReadError`, also where it expired meanwhile.
        """
        token, used, begun, seen = "", set[str](), set[str](), 0
        while True:
            page = self._page(resource, token, most)
            items = page.get("items") or []
            if not isinstance(items, list) or not str(page.get("kind", "")).endswith("List"):
                raise _failed(
                    resource, "the answer is no list of Kubernetes'; check the address and the proxy"
                )
            if items and _identity(items[0]) in begun:
                raise _failed(resource, "the list repeats a chunk, so its end cannot be reached")
            begun.update(_identity(each) for each in items[:1])
            yield from items
            seen += len(items)
            token = str((page.get("metadata") or {}).get("continue") or "")
            if not token or (most is not None and seen >= most):
                return
            if token in used:
                raise _failed(resource, "the list repeats a continue token, so its end cannot be reached")
            used.add(token)

    def _page(self, resource: str, token: str, most: int | None) -> dict[str, Any]:
        options = {"_continue": token} if token else {}
        try:
            answer = getattr(self._api, _METHODS[resource])(
                limit=min(self._page_size, most or self._page_size),
                _preload_content=False,
                _request_timeout=(CONNECT_SECONDS, READ_SECONDS),
                **options,
            )
            status, body = answer.status, answer.data
        except client.ApiException as error:
            status, body = error.status, error.body or b""
            if not status:
                raise _failed(resource, "no answer; check certificates and network") from error
        except HTTPError as error:
            raise _failed(resource, f"no answer ({type(error).__name__}); check network and TLS") from error
        if status != _OK:
            raise ReadError(_answered(resource, status, body))
        try:
            page = json.loads(body)
        except ValueError as error:
            raise _failed(resource, "the answer is no JSON; check the address and the proxy") from error
        if not isinstance(page, dict):
            raise _failed(resource, "the answer is no list of Kubernetes'; check the address and the proxy")
        return page


def _identity(item: object) -> str:
    metadata = item.get("metadata") if isinstance(item, dict) else None
    return str(metadata.get("uid")) if isinstance(metadata, dict) else str(item)


def _answered(resource: str, status: int, body: bytes | str) -> Gap:
    where, permission = f"Kubernetes {resource}", f"list {resource}"
    match status:
        case 401:
            return Gap(Outcome.FAILED, f"{where}: the credentials are refused (401); renew them")
        case 403:
            return Gap(
                Outcome.DENIED,
                f"{where}: '{permission}' is denied (403); bind the agent to a cluster role that allows it",
                permission=permission,
                denied_by=DeniedBy.IDENTITY_POLICY,
            )
        case 404:
            return Gap(Outcome.FAILED, f"{where}: this API does not know it (404); check the address")
        case 410:
            return Gap(Outcome.FAILED, f"{where}: the list expired while it was read (410); scan again")
        case 429:
            return Gap(Outcome.THROTTLED, f"{where}: still throttled after all attempts (429)")
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    return Gap(Outcome.FAILED, f"{where}: {status}: {one_line(text)}")


def _failed(resource: str, what: str) -> ReadError:
    return ReadError(Gap(Outcome.FAILED, f"Kubernetes {resource}: {what}"))
