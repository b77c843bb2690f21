"""How diagnostic settings come in: a question for each resource that logs, given up where it is of no use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.azure import diagnostics
from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking, nonsense
from connectors.azure.inventory import RESOURCES
from connectors.azure.kind import MALFORMED, Raw
from connectors.azure.lookups import Lookups
from connectors.azure.rights import Rights
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

#: So many resources in a row whose settings could not be had, and the rest is not asked.
_MOST_REFUSED = 5


class LogsReader:
    """Reads the diagnostic settings of one subscription; not to be shared between threads."""

    def __init__(self, client: ArmClient, rights: Rights) -> None:
        self._client = client
        self._rights = rights
        self._lookups = Lookups(client)
        self._refused = 0

    def fetch(self, subscription: str) -> Iterator[Raw | Gap]:
        """Yield each setting with the places of its destinations. Raises `ReadError`."""
        permission = diagnostics.ACTIVITY_LOG.permission
        where = f"{diagnostics.SETTINGS.type} in {subscription}"
        if self._rights.missing(subscription, permission):
            raise ReadError(lacking(permission, where))
        own: Raw = {"id": f"/subscriptions/{subscription}"}
        for answer in self._client.items(diagnostics.ACTIVITY_LOG, subscription):
            yield from self._setting(answer, own, where)
        for resource in self._client.items(RESOURCES, subscription):
            if not isinstance(resource.get("id"), str):
                raise nonsense(where, "a resource in the listing has no id")
            for identifier in diagnostics.logging(resource):
                yield from self._of(identifier, resource, subscription, where)
        yield from self._unlisted(subscription, where)

    def _of(self, identifier: str, resource: Raw, subscription: str, where: str) -> Iterator[Raw | Gap]:
        found = self._client.side_listing(diagnostics.OF_RESOURCE, {"id": identifier}, subscription)
        if not isinstance(found, Gap):
            self._refused = 0
            for answer in found or ():
                yield from self._setting(answer, resource, where)
            return
        self._refused += 1
        if found.outcome is Outcome.THROTTLED or self._refused >= _MOST_REFUSED:
            raise ReadError(found)
        yield replace(found, asset_id=resource["id"].lower())

    def _setting(self, answer: Raw, resource: Raw, where: str) -> Iterator[Raw | Gap]:
        try:
            raw = diagnostics.setting(answer, resource)
            raw["found"] = {
                identifier.lower(): self._lookups.place(call, identifier)
                for _, identifier, call in diagnostics.destinations(raw)
            }
        except MALFORMED:
            yield Gap(Outcome.FAILED, f"{where}: a setting of {resource['id']} is not of Azure's form")
            return
        yield raw

    def _unlisted(self, subscription: str, where: str) -> Iterator[Gap]:
        """A gap where the general list may have left out resources that log."""
        told = self._rights.reads_everything(subscription)
        if told:
            return
        if told is None:
            yield Gap(
                Outcome.FAILED,
                f"{where}: Azure does not tell which resources the list leaves out",
            )
            return
        for kind in sorted(diagnostics.LOGGING):
            if self._rights.missing(subscription, f"{kind}/read"):
                yield lacking(f"{kind}/read", where)
                return
