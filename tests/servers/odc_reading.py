"""How each connector of a private cloud is read in tests: its server, its source, and how it is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.base import Gap, ReadError, Rejected, Source, outcome_of
from connectors.odc.kubernetes.kinds import KINDS as KUBERNETES_KINDS
from connectors.odc.kubernetes.source import KubernetesSettings, KubernetesSource
from connectors.odc.netbox.kinds import KINDS as NETBOX_KINDS
from connectors.odc.netbox.source import NetboxSettings, NetboxSource
from connectors.odc.openstack.kinds import IN_PROJECT
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.place import Place
from connectors.odc.vcenter.kinds import KINDS as VCENTER_KINDS
from connectors.odc.vcenter.source import VcenterSettings, VcenterSource
from tests.servers import kubernetes_api, netbox, openstack, vcenter
from tests.servers.json_server import Answered, Asked
from wolkenzicht.model import Asset, Outcome, Scope, ScopeOutcome

SITE = Place("odc-noord", "NL")
PAGE = 2


@dataclass(frozen=True, slots=True)
class Served:
    """A connector with a server for it.

    `asks` tells whether a request asks for a kind's list, `later` whether for another page than the
    first. `refusals` are the answers to who may not, and to whose token has run out.
    """

    connector: str
    kinds: tuple[Any, ...]
    api: Callable[[], Callable[[Asked], Answered]]
    source: Callable[[str, Path], Source]
    scope: Callable[[Any], Scope]
    asks: Callable[[Any, Asked], bool]
    later: Callable[[Asked], bool]
    denied: Answered
    expired: Answered
    nothing: Answered


class Faulty:
    """A server before another: what `strikes` says of a request is answered otherwise."""

    def __init__(self, api: Callable[[Asked], Answered]) -> None:
        self._api = api
        self.strikes: Callable[[Asked], bool] = lambda _: False
        self.answer: Callable[[Asked, Answered], Answered] = lambda _, good: good

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        good = self._api(asked)
        return self.answer(asked, good) if self.strikes(asked) else good


@dataclass(slots=True)
class Reading:
    """What became of one scope, and how long it took (seconds)."""

    outcome: ScopeOutcome
    seconds: float
    assets: list[Asset] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read(source: Source, scope: Scope) -> Reading:
    """Read one scope to its end; as for the agent, a rejected item keeps it from being complete."""
    assets, gaps, rejected = list[Asset](), list[Gap](), list[Rejected]()
    begun = time.monotonic()
    try:
        for item in source.read(scope):
            if isinstance(item, Asset):
                assets.append(item)
            elif isinstance(item, Gap):
                gaps.append(item)
            elif isinstance(item, Rejected):
                rejected.append(item)
                gaps.append(Gap(Outcome.FAILED, f"{item.origin} {item.field} {item.reason}"))
    except ReadError as error:
        gaps.append(error.gap)
    try:
        source.finish_group(source.group(scope))
    except ReadError as error:  # a session that a broken server does not end
        gaps.append(error.gap)
    return Reading(outcome_of(scope, len(assets), gaps), time.monotonic() - begun, assets, gaps, rejected)


def written(folder: Path, text: str) -> Path:
    """A file with a secret."""
    path = folder / "secret"
    path.write_text(text)
    return path


def _kubernetes(url: str, folder: Path) -> Source:
    config = kubernetes_api.kubeconfig(folder / "kubeconfig", url)
    return KubernetesSource(KubernetesSettings("prod", config, place=SITE, page_size=PAGE, max_attempts=2))


_LISTINGS = dict(zip((kind.type for kind in IN_PROJECT), openstack.LISTINGS.values(), strict=True))

SERVED = (
    Served(
        connector="odc-netbox",
        kinds=NETBOX_KINDS,
        api=lambda: netbox.Netbox(netbox.filled(sites=3, devices=3, machines=3)),
        source=lambda url, folder: NetboxSource(
            NetboxSettings(url, written(folder, netbox.TOKEN), account="cmdb", page_size=PAGE, max_attempts=2)
        ),
        scope=lambda kind: Scope("cmdb", "netbox", kind.type),
        asks=lambda kind, asked: asked.path == f"/api/{kind.endpoint}/",
        later=lambda asked: asked.query.get("offset", "0") != "0",
        denied=netbox.DENIED,
        expired=Answered(403, {"detail": "Token expired"}),
        nothing=Answered(body={}),
    ),
    Served(
        connector="odc-openstack",
        kinds=IN_PROJECT,
        api=lambda: openstack.filled(projects=1, regions=1, resources=3),
        source=lambda url, folder: OpenstackSource(
            OpenstackSettings(
                f"{url}/v3",
                openstack.CREDENTIAL,
                written(folder, openstack.SECRET),
                SITE,
                page_size=PAGE,
                max_attempts=2,
            )
        ),
        scope=lambda kind: Scope(openstack.PROJECT, "Region1", kind.type),
        asks=lambda kind, asked: (
            asked.method == "GET" and "limit" in asked.query and asked.path.endswith(_LISTINGS[kind.type][1])
        ),
        later=lambda asked: "marker" in asked.query,
        denied=Answered(403, {"forbidden": {"code": 403, "message": "Policy doesn't allow it."}}),
        expired=Answered(401, {"error": {"code": 401, "message": "Unauthorized"}}),
        nothing=Answered(body={}),
    ),
    Served(
        connector="odc-vcenter",
        kinds=VCENTER_KINDS,
        api=lambda: vcenter.filled(machines=3, datastores=3, hosts=3),
        source=lambda url, folder: VcenterSource(
            VcenterSettings(url, "agent", written(folder, vcenter.PASSWORD), SITE, page_size=PAGE + 1)
        ),
        scope=lambda kind: Scope("odc-noord", "vcenter", kind.type),
        asks=lambda _, asked: b"RetrievePropertiesEx" in asked.body,
        later=lambda asked: b"ContinueRetrievePropertiesEx" in asked.body,
        denied=vcenter.fault("NoPermission"),
        expired=vcenter.fault("NotAuthenticated"),
        nothing=vcenter.answer("RetrievePropertiesEx", None),
    ),
    Served(
        connector="kubernetes",
        kinds=KUBERNETES_KINDS,
        api=lambda: kubernetes_api.filled(nodes=3, volumes=3, services=3),
        source=_kubernetes,
        scope=lambda kind: Scope("prod", "kubernetes", kind.type),
        asks=lambda kind, asked: asked.path == f"/api/v1/{kind.resource}",
        later=lambda asked: "continue" in asked.query,
        denied=kubernetes_api.status(403, "Forbidden"),
        expired=kubernetes_api.status(401, "Unauthorized"),
        nothing=Answered(body={}),
    ),
)
