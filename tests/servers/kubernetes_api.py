"""A Kubernetes API server: lists in chunks, made of the official client's own models, and its refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kubernetes import client

from tests.servers.by_hand import serve_by_hand
from tests.servers.json_server import Answered, Asked

TOKEN = "agent-token"  # noqa: S105 - of this server only
_KINDS = {
    "/api/v1/nodes": "NodeList",
    "/api/v1/persistentvolumes": "PersistentVolumeList",
    "/api/v1/persistentvolumeclaims": "PersistentVolumeClaimList",
    "/api/v1/services": "ServiceList",
}


class KubernetesApi:
    """Answers with the objects that it is given; `faults` gives by path and start what comes first."""

    def __init__(self, *objects: Any) -> None:
        self.denied: set[str] = set()
        self.faults: dict[tuple[str, int], list[Answered]] = {}
        self.items: dict[str, list[Any]] = {path: [] for path in _KINDS}
        make = client.ApiClient()
        for each in objects:
            path = f"/api/v1/{type(each).__name__.removeprefix('V1').lower()}s"
            self.items[path].append(make.sanitize_for_serialization(each))

    def __call__(self, asked: Asked) -> Answered:
        """The answer to a request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return status(401, "Unauthorized")
        if asked.path not in _KINDS:
            return status(404, "NotFound")
        if asked.path in self.denied:
            return status(403, "Forbidden")
        start = int(asked.query.get("continue", "0"))
        fault = self.faults.get((asked.path, start))
        if fault:
            return fault.pop(0)
        items, limit = self.items[asked.path], int(asked.query.get("limit", "500"))
        more = start + limit < len(items)
        return page(asked.path, items[start : start + limit], str(start + limit) if more else "")


def page(path: str, items: object, token: str = "") -> Answered:
    """One chunk of a list."""
    return Answered(
        body={
            "kind": _KINDS[path],
            "apiVersion": "v1",
            "metadata": {"resourceVersion": "42", "continue": token},
            "items": items,
        }
    )


def status(code: int, reason: str) -> Answered:
    """How the API refuses."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code}
    return Answered(code, body, {"Retry-After": "0"} if code == 429 else {})


def kubeconfig(path: Path, url: str, token: str = TOKEN) -> Path:
    """Write the file with which a client finds the server."""
    path.write_text(_kubeconfig(url, token))
    return path


def _kubeconfig(url: str, token: str) -> str:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": url}}],
        "users": [{"name": "test", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
    }
    return json.dumps(content)


def node(name: str, provider_id: str, region: str = "", zone: str = "") -> Any:
    """A node, with the labels that a cloud's controller gives it."""
    labels = {"kubernetes.io/hostname": name}
    labels |= {"topology.kubernetes.io/region": region} if region else {}
    labels |= {"topology.kubernetes.io/zone": zone} if zone else {}
    return client.V1Node(
        metadata=client.V1ObjectMeta(name=name, uid=f"uid-{name}", labels=labels),
        spec=client.V1NodeSpec(provider_id=provider_id or None),
    )


def volume(name: str, driver: str, topology: dict[str, list[str]] | None = None, **labels: str) -> Any:
    """A CSI volume that only nodes with the given labels may mount."""
    affinity = None
    if topology:
        expressions = [
            client.V1NodeSelectorRequirement(key=key, operator="In", values=values)
            for key, values in topology.items()
        ]
        affinity = client.V1VolumeNodeAffinity(
            required=client.V1NodeSelector(
                node_selector_terms=[client.V1NodeSelectorTerm(match_expressions=expressions)]
            )
        )
    return client.V1PersistentVolume(
        metadata=client.V1ObjectMeta(name=name, uid=f"uid-{name}", labels=labels or None),
        spec=client.V1PersistentVolumeSpec(
            capacity={"storage": "8Gi"},
            storage_class_name="fast",
            claim_ref=client.V1ObjectReference(namespace="zaak", name=f"claim-{name}"),
            csi=client.V1CSIPersistentVolumeSource(driver=driver, volume_handle="h") if driver else None,
            node_affinity=affinity,
        ),
    )


def claim(name: str) -> Any:
    """A claim on a volume."""
    return client.V1PersistentVolumeClaim(
        metadata=client.V1ObjectMeta(name=name, namespace="zaak", uid=f"uid-{name}"),
        spec=client.V1PersistentVolumeClaimSpec(storage_class_name="fast", volume_name="pv-1"),
    )


def service(name: str, kind: str, *addresses: str) -> Any:
    """A service, with the addresses of its load balancer."""
    ingress = [client.V1LoadBalancerIngress(ip=each) for each in addresses]
    return client.V1Service(
        metadata=client.V1ObjectMeta(name=name, namespace="zaak", uid=f"uid-{name}"),
        spec=client.V1ServiceSpec(type=kind),
        status=client.V1ServiceStatus(load_balancer=client.V1LoadBalancerStatus(ingress=ingress)),
    )


def filled(nodes: int, volumes: int, services: int) -> KubernetesApi:
    """A cluster with so many nodes, volumes with a claim on each, and load balancers."""
    return KubernetesApi(
        *(node(f"n{number}", "", zone=f"az-{number % 3}") for number in range(nodes)),
        *(volume(f"pv-{number}", "rook-ceph.rbd.csi.ceph.com") for number in range(volumes)),
        *(claim(f"claim-{number}") for number in range(volumes)),
        *(service(f"in-{number}", "LoadBalancer", "192.0.2.1") for number in range(services)),
    )


def main() -> None:
    """Serve a filled cluster until interrupted."""
    serve_by_hand(
        description=__doc__ or "",
        sizes={"nodes": 6, "volumes": 200, "services": 10},
        make=lambda sizes: filled(**sizes),
        secrets={"kubeconfig": _kubeconfig("{url}", TOKEN)},
        source='connector = "kubernetes"\ncluster = "prod"\nkubeconfig = "{folder}/kubeconfig"\n'
        'place = { site = "ODC-Noord", country = "NL" }',
    )


if __name__ == "__main__":
    main()
