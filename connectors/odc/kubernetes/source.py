"""One cluster as a source: a scope for each kind of object, read chunk by chunk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.base import Gap, PermissionTried, ReadError, ReadItem, Rejected
from connectors.odc import checking
from connectors.odc.answer import Answer
from connectors.odc.kubernetes.client import ClusterClient
from connectors.odc.kubernetes.kinds import BY_TYPE, KINDS, ClusterKind, Context
from connectors.odc.kubernetes.nodes import Nodes
from connectors.odc.place import Place
from connectors.odc.values import UnfitError, fault
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Asset, Outcome, Scope

LOCATION = "kubernetes"
_NODES = "nodes"


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """What a tenant's configuration says about a cluster.

    `cluster` is the name under which the assets are kept: it stays when the API's address changes.
    `place` is the site of nodes that no known cloud runs. Without `kubeconfig` the agent runs in the
    cluster and uses its service account.
    """

    cluster: str
    kubeconfig: Path | None = None
    context: str = ""
    place: Place | None = None
    page_size: int = 500
    max_attempts: int = 5

    def __post_init__(self) -> None:
        """Check what the types cannot say. Raises `ConfigurationError`."""
        if not self.cluster.strip() or fault(self.cluster, naming=True):
            raise ConfigurationError("cluster: is no name; write one on a line, which stays the same")
        if self.page_size < 1:
            raise ConfigurationError(f"page_size: is {self.page_size}; give at least 1")
        if self.max_attempts < 1:
            raise ConfigurationError(f"max_attempts: {self.max_attempts} is too few; give at least 1")


class KubernetesSource:
    """One cluster, read with the rights of a cluster role. Raises `ConfigurationError`."""

    def __init__(self, settings: KubernetesSettings) -> None:
        self._settings = settings
        self._client = ClusterClient(
            settings.kubeconfig, settings.context, settings.page_size, settings.max_attempts
        )
        self._lock = threading.Lock()
        self._nodes: tuple[Nodes, Gap | None] | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "kubernetes"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind of object."""
        for kind in KINDS:
            yield Scope(self._settings.cluster, LOCATION, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group: its scopes share where the nodes are."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the objects of one kind, chunk by chunk. Raises `ReadError`.

        Where the nodes cannot be read, places that depend on them are unknown and a gap says so.
        """
        yield from self._read(BY_TYPE[scope.type], None)

    def finish_group(self, group: str) -> None:
        """Forget the nodes and close the connections."""
        del group  # there is one
        with self._lock:
            self._nodes = None
            self._client.close()

    def check(self) -> Iterator[PermissionTried]:
        """Ask for the first object of each kind and say what became of it."""
        for scope in self.plan():
            yield checking.reading(BY_TYPE[scope.type].permission, scope, self._read(BY_TYPE[scope.type], 1))
        self.finish_group(self._settings.cluster)

    def _read(self, kind: ClusterKind, most: int | None) -> Iterator[ReadItem]:
        if kind.resource == _NODES:
            nodes, gap = Nodes(), None
        else:
            with self._lock:
                if self._nodes is None:
                    self._nodes = self._read_nodes()
                nodes, gap = self._nodes
        context = Context(self._settings.cluster, self._settings.place, nodes)
        for raw in self._client.items(kind.resource, most=most):
            item = self._item(raw, kind, context)
            if item is not None:
                yield item
        if gap is not None:
            yield gap

    def _item(self, raw: object, kind: ClusterKind, context: Context) -> Asset | Rejected | None:
        """The asset of an object, None for one of another kind in the same list."""
        try:
            item = Answer(raw)
            return kind.asset(item, context) if kind.wanted(item) else None
        except UnfitError as unfit:
            return Rejected("", f"{self._settings.cluster} {kind.resource}", unfit.column, str(unfit))

    def _read_nodes(self) -> tuple[Nodes, Gap | None]:
        nodes = Nodes()
        try:
            for raw in self._client.items(_NODES):
                nodes.add(Answer(raw))
        except ReadError as error:
            return nodes, error.gap
        except UnfitError as unfit:
            return nodes, Gap(Outcome.FAILED, f"Kubernetes {_NODES}: {unfit.column} {unfit}")
        return nodes, None
