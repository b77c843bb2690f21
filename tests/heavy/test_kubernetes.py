"""A real kube-apiserver over etcd, filled and read; see docs/testing-heavy.md."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from connectors.odc.kubernetes.client import ClusterClient
from connectors.odc.kubernetes.kinds import KINDS
from connectors.odc.kubernetes.source import KubernetesSettings, KubernetesSource
from connectors.odc.place import Place
from tests.servers.kubernetes_api import claim, node, service, volume
from tests.servers.odc_reading import read
from wolkenzicht.model import Outcome, Scope

pytestmark = pytest.mark.heavy

SITE = Place("odc-noord", "NL")
COUNT = 7
#: Stands in every cluster; one that the test made could not be deleted, for want of a controller.
NAMESPACE = "default"


@pytest.fixture(scope="module")
def api() -> client.CoreV1Api:
    """The cluster that the environment names, with rights to write: only this test uses them."""
    path = os.environ.get("WOLKENZICHT_TEST_KUBECONFIG_ADMIN")
    if not path:
        pytest.skip("WOLKENZICHT_TEST_KUBECONFIG_ADMIN names no cluster; see docs/testing-heavy.md")
    return client.CoreV1Api(config.new_client_from_config(path))


@pytest.fixture(scope="module")
def filled(api: client.CoreV1Api) -> Iterator[client.CoreV1Api]:
    """The agent's role; nodes of a cloud and of a datacentre, volumes, claims and services."""
    with ExitStack() as made:
        _bind_agent(client.RbacAuthorizationV1Api(api.api_client), made)
        for number in range(COUNT):
            provider, region = ("aws:///eu-central-2a/i-1", "eu-central-2") if number == 0 else ("", "")
            api.create_node(_new(node(f"n{number}", provider, region)))
            made.callback(api.delete_node, f"n{number}")
            kept = _new(volume(f"pv-{number}", "rook-ceph.rbd.csi.ceph.com"))
            kept.spec.access_modes = ["ReadWriteOnce"]
            kept.spec.claim_ref = None
            api.create_persistent_volume(kept)
            made.callback(api.delete_persistent_volume, f"pv-{number}")
            wanted = _new(claim(f"claim-{number}"))
            wanted.spec.access_modes = ["ReadWriteOnce"]
            wanted.spec.resources = client.V1VolumeResourceRequirements(requests={"storage": "1Gi"})
            api.create_namespaced_persistent_volume_claim(NAMESPACE, wanted)
            made.callback(api.delete_namespaced_persistent_volume_claim, f"claim-{number}", NAMESPACE)
        for name, kind in (("in", "LoadBalancer"), ("inner", "ClusterIP")):
            exposed = _new(service(name, kind))
            exposed.spec.ports = [client.V1ServicePort(port=443)]
            api.create_namespaced_service(NAMESPACE, exposed)
            # before 1.22 the answer is a Status, which the client takes for the service's own
            made.callback(api.delete_namespaced_service, name, NAMESPACE, _preload_content=False)
        yield api


@pytest.fixture
def settings(filled: client.CoreV1Api) -> KubernetesSettings:
    """Settings with the agent's own rights, two objects in a chunk."""
    del filled  # it must be there
    path = Path(os.environ["WOLKENZICHT_TEST_KUBECONFIG"])
    return KubernetesSettings("prod", path, place=SITE, page_size=2)


def _new(made: Any) -> Any:
    """The object without what the server gives it."""
    made.metadata.uid = None
    made.metadata.namespace = None
    made.status = None
    return made


def _bind_agent(api: client.RbacAuthorizationV1Api, made: ExitStack) -> None:
    """A cluster role that allows the permissions of the kinds and no other, for the user `agent`."""
    resources = [kind.resource for kind in KINDS]
    assert [kind.permission for kind in KINDS] == [f"list {each}" for each in resources]
    named = client.V1ObjectMeta(name="wolkenzicht-agent")
    rule = client.V1PolicyRule(api_groups=[""], resources=resources, verbs=["list"])
    api.create_cluster_role(client.V1ClusterRole(metadata=named, rules=[rule]))
    made.callback(api.delete_cluster_role, named.name)
    group = "rbac.authorization.k8s.io"
    binding = client.V1ClusterRoleBinding(
        metadata=named,
        subjects=[client.RbacV1Subject(kind="User", name="agent", api_group=group)],
        role_ref=client.V1RoleRef(kind="ClusterRole", name=named.name, api_group=group),
    )
    api.create_cluster_role_binding(binding)
    made.callback(api.delete_cluster_role_binding, named.name)


def scope(kind: str) -> Scope:
    """The one scope of a kind."""
    return Scope("prod", "kubernetes", kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_every_kind_is_read_whole(settings: KubernetesSettings, kind: Any) -> None:
    """All chunks of each list; of the services those with a load balancer."""
    reading = read(KubernetesSource(settings), scope(kind.type))

    assert reading.outcome.message == ""
    assert reading.outcome.outcome is Outcome.COMPLETE
    expected = 1 if kind.type == "Kubernetes::LoadBalancerService" else COUNT
    assert len({each.asset_id for each in reading.assets}) == expected == len(reading.assets)


def test_a_node_of_a_cloud_is_in_its_region(settings: KubernetesSettings) -> None:
    """The others stand at the configured site."""
    found = {each.name: each.locations[0].location for each in
             read(KubernetesSource(settings), scope("Kubernetes::Node")).assets}  # fmt: skip

    assert found.pop("n0") == "eu-central-2"
    assert set(found.values()) == {"odc-noord"}


def test_the_cluster_role_is_enough(settings: KubernetesSettings) -> None:
    """Every permission that the check names is allowed by a role of these permissions."""
    found = {each.permission: each.outcome for each in KubernetesSource(settings).check()}

    assert found == dict.fromkeys((kind.permission for kind in KINDS), Outcome.COMPLETE)


def test_what_the_agent_may_not_read_is_denied(settings: KubernetesSettings) -> None:
    """The permission that is named is the cluster role's own word; secrets the agent cannot ask for."""
    nobody = os.environ["WOLKENZICHT_TEST_KUBECONFIG_NOBODY"]
    source = KubernetesSource(KubernetesSettings("prod", Path(nobody), place=SITE))

    found = {each.permission: each.outcome for each in source.check()}

    assert found == dict.fromkeys((kind.permission for kind in KINDS), Outcome.DENIED)


def test_a_list_that_expires_half_way_is_not_complete(
    settings: KubernetesSettings, filled: client.CoreV1Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server compacts its history every few seconds here: it answers 410 to the second chunk."""
    wait = float(os.environ.get("WOLKENZICHT_TEST_COMPACTION_SECONDS", "0"))
    if not wait:
        pytest.skip("WOLKENZICHT_TEST_COMPACTION_SECONDS is not set; see docs/testing-heavy.md")
    fetch, calls = ClusterClient._page, list[str]()

    def slowly(self: ClusterClient, resource: str, token: str, most: int | None) -> dict[str, Any]:
        calls.append(token)
        if len(calls) == 2:
            for number in range(int(3 * wait)):
                labels = {"metadata": {"labels": {"changed": str(number)}}}
                filled.patch_node("n1", labels)
                time.sleep(1)
        return fetch(self, resource, token, most)

    monkeypatch.setattr(ClusterClient, "_page", slowly)
    reading = read(KubernetesSource(settings), scope("Kubernetes::Node"))

    assert len(reading.assets) == 2
    assert reading.outcome.outcome is Outcome.FAILED
    assert "expired while it was read (410)" in reading.outcome.message
    assert len(calls) == 2
