"""How a scope's resources come in: through Resource Graph where that proves something, else listed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking
from connectors.azure.graph import GraphRows
from connectors.azure.kind import MALFORMED, Call, Raw, ResourceKind
from connectors.azure.lookups import Lookups
from connectors.azure.rights import Rights
from connectors.base import Gap, ReadError
from wolkenzicht.model import Depth, Outcome

#: So many resources in a row of which a detail could not be had, and the rest is not asked for it.
_MOST_REFUSED = 5


class GroupReader:
    """Reads one kind in a batch of subscriptions, in their order; not to be shared between threads."""

    def __init__(
        self, client: ArmClient, rights: Rights, kind: ResourceKind, subscriptions: Sequence[str]
    ) -> None:
        self._client = client
        self._rights = rights
        self._kind = kind
        self._batch = frozenset(subscriptions)
        self._rows = GraphRows(client, kind.type, subscriptions)
        self._lookups = Lookups(client)
        self._refusals: dict[tuple[str, str], list[Gap]] = {}

    def fetch(self, subscription: str) -> Iterator[Raw | Gap]:
        """Yield each resource of the subscription with its details. Raises `ReadError`."""
        for raw in self._listed(subscription):
            if isinstance(raw, Gap):
                yield raw
                continue
            if isinstance(raw.get("id"), str):
                self._ask_further(raw, subscription)
            yield raw

    def _ask_further(self, raw: Raw, subscription: str) -> None:
        """Add the details, and the places of the resources that it names; a gap where it cannot be read."""
        try:
            if self._kind.asks(raw):
                for call in self._kind.details:
                    raw[call.name] = self._detail(call, raw, subscription)
            if self._kind.lookup is not None:
                call = self._kind.lookup.call
                raw["found"] = {
                    identifier.lower(): self._lookups.place(call, identifier)
                    for identifier in self._kind.lookup.ids(raw)
                }
        except MALFORMED:
            what = f"{self._kind.type} in {subscription}: {raw['id']}"
            raw["unread"] = Gap(Outcome.FAILED, f"{what} is not of the form that Azure documents")

    def _detail(self, call: Call, raw: Raw, subscription: str) -> list[Raw] | Gap | None:
        """A detail of a resource; where it keeps being refused in a subscription, the refusal that stands."""
        refusals = self._refusals.setdefault((subscription, call.name), [])
        if len(refusals) >= _MOST_REFUSED or any(each.outcome is Outcome.THROTTLED for each in refusals):
            return refusals[-1]
        found = self._client.side_listing(call, raw, subscription)
        if isinstance(found, Gap):
            refusals.append(found)
        else:
            refusals.clear()
        return found

    def _listed(self, subscription: str) -> Iterator[Raw | Gap]:
        permission = self._kind.listing[-1].permission
        missing = self._rights.missing(subscription, permission)
        if missing is None or subscription not in self._batch:
            yield from self._client.chain(self._kind.listing, subscription)
            if missing is None and self._kind.depth is Depth.SHALLOW:
                yield Gap(
                    Outcome.FAILED,
                    f"{self._kind.type} in {subscription}: Azure does not tell what the agent's role allows, "
                    "and the general list leaves out what it does not; allow Microsoft.Authorization/*/read",
                )
        if missing:
            # What Resource Graph shows is then what a narrower role allows: assets, but not all of them.
            yield lacking(permission, f"{self._kind.type} in {subscription}")
        if missing is not None and subscription in self._batch:
            yield from self._queried(subscription)

    def _queried(self, subscription: str) -> Iterator[Raw]:
        if self._rows.changed:
            rest = [each for each in self._batch if each >= subscription]
            self._rows = GraphRows(self._client, self._kind.type, rest)
        elif not self._rows.ahead(subscription):
            self._rows = GraphRows(self._client, self._kind.type, (subscription,))
        try:
            yield from self._rows.of(subscription)
        except ReadError as error:
            if error.gap.outcome is not Outcome.DENIED:
                raise
            yield from self._client.chain(self._kind.listing, subscription)


class Readers:
    """The readers of the groups that are being read, each made when its first scope comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, GroupReader] = {}

    def get(self, group: str) -> GroupReader | None:
        """The reader of a group, if it has one."""
        with self._lock:
            return self._readers.get(group)

    def put(self, group: str, reader: GroupReader) -> GroupReader:
        """Keep a group's reader."""
        with self._lock:
            return self._readers.setdefault(group, reader)

    def drop(self, group: str) -> None:
        """Forget a group's reader."""
        with self._lock:
            self._readers.pop(group, None)
