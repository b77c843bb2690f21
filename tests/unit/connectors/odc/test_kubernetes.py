"""Kubernetes: where a cluster's volumes, nodes and entry points are, and how each refusal ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import Gap, ReadError, ReadItem, Rejected
from connectors.odc.kubernetes.source import KubernetesSettings, KubernetesSource
from connectors.odc.place import Place
from tests.servers.json_server import Answered, JsonServer
from tests.servers.kubernetes_api import (
    KubernetesApi,
    claim,
    kubeconfig,
    node,
    page,
    service,
    status,
    volume,
)
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Certainty, Holds, Operation, Outcome, Scope

NODES, VOLUMES, SERVICES = "/api/v1/nodes", "/api/v1/persistentvolumes", "/api/v1/services"
VOLUME, NODE, CLAIM = "Kubernetes::PersistentVolume", "Kubernetes::Node", "Kubernetes::PersistentVolumeClaim"
BALANCER = "Kubernetes::LoadBalancerService"
SITE = Place("odc-noord", "NL", operator="Operator BV")
AWS = node("n1", "aws:///eu-west-1a/i-1", "eu-west-1", "eu-west-1a")


def read(
    api: KubernetesApi, folder: Path, kind: str = VOLUME, *, place: Place | None = None, token: str = ""
) -> list[ReadItem]:
    """What one scope of a cluster yields, two objects at a time."""
    with JsonServer(api) as server:
        path = kubeconfig(folder / "config", server.url, *filter(None, [token]))
        source = KubernetesSource(KubernetesSettings("prod", path, place=place, page_size=2, max_attempts=2))
        try:
            return list(source.read(Scope("prod", "kubernetes", kind)))
        finally:
            source.finish_group("prod")


def assets(items: list[ReadItem]) -> list[Asset]:
    """The assets, where there is nothing else."""
    assert all(isinstance(item, Asset) for item in items)
    return [item for item in items if isinstance(item, Asset)]


def places(items: list[ReadItem]) -> list[tuple[str, str, str, Certainty]]:
    """Provider, partition, location code and certainty of each place."""
    return [
        (each.provider, each.partition, place.location, place.certainty)
        for each in assets(items)
        for place in each.locations
    ]


@pytest.mark.parametrize(
    ("provider_id", "region", "expected"),
    [
        ("aws:///eu-west-1a/i-1", "eu-west-1", ("aws", "aws", "eu-west-1", Certainty.DECLARED)),
        ("aws:///x/i-1", "eusc-de-east-1", ("aws", "aws-eusc", "eusc-de-east-1", Certainty.DECLARED)),
        ("aws:///x/i-1", "cn-north-1", ("aws", "aws-cn", "cn-north-1", Certainty.DECLARED)),
        ("azure:///subscriptions/s", "westeurope", ("azure", "AzureCloud", "westeurope", Certainty.DECLARED)),
        (
            "azure:///subscriptions/s",
            "chinaeast2",
            ("azure", "AzureChinaCloud", "chinaeast2", Certainty.DECLARED),
        ),
        (
            "gce://p/europe-west4-a/n",
            "europe-west4",
            ("gcp", "googleapis.com", "europe-west4", Certainty.DECLARED),
        ),
        ("aws:///eu-west-1a/i-1", "", ("aws", "aws", "", Certainty.UNKNOWN)),
        ("openstack:///u", "RegionOne", ("odc", "odc-noord", "odc-noord", Certainty.DECLARED)),
        ("vsphere://u", "", ("odc", "odc-noord", "odc-noord", Certainty.DECLARED)),
        ("", "eu-west-1", ("odc", "odc-noord", "odc-noord", Certainty.DECLARED)),
    ],
)
def test_a_node_is_with_the_cloud_that_runs_it(
    tmp_path: Path, provider_id: str, region: str, expected: tuple[str, str, str, Certainty]
) -> None:
    """Its identifier says which cloud, its label which region; any other node is at the site."""
    found = read(KubernetesApi(node("n1", provider_id, region)), tmp_path, NODE, place=SITE)

    assert places(found) == [expected]


def test_a_node_of_no_cloud_and_no_site_is_nowhere(tmp_path: Path) -> None:
    """A region label of some datacentre's own invention is no place that anybody knows."""
    found = read(KubernetesApi(node("n1", "openstack:///u", "RegionOne")), tmp_path, NODE)

    assert places(found) == [("odc", "prod", "RegionOne", Certainty.UNKNOWN)]


@pytest.mark.parametrize(
    ("driver", "topology", "expected"),
    [
        ("ebs.csi.aws.com", {"topology.ebs.csi.aws.com/zone": ["eu-west-1a"]}, ("aws", "aws", "eu-west-1")),
        ("ebs.csi.aws.com", {"topology.kubernetes.io/zone": ["us-east-1a"]}, ("aws", "aws", "us-east-1a")),
        (
            "disk.csi.azure.com",
            {"topology.kubernetes.io/region": ["uksouth"]},
            ("azure", "AzureCloud", "uksouth"),
        ),
        ("local.example", {"kubernetes.io/hostname": ["n1"]}, ("aws", "aws", "eu-west-1")),
    ],
)
def test_a_volume_is_where_its_topology_says(
    tmp_path: Path, driver: str, topology: dict[str, list[str]], expected: tuple[str, str, str]
) -> None:
    """By region, by zone through the nodes in it, or by the one node that has it."""
    found = read(KubernetesApi(AWS, volume("pv-1", driver, topology)), tmp_path)

    assert places(found) == [(*expected, Certainty.DECLARED)]


@pytest.mark.parametrize(
    ("driver", "topology"),
    [
        ("efs.csi.aws.com", None),
        ("disk.csi.azure.com", {"topology.disk.csi.azure.com/zone": ["westeurope-1"]}),
        ("local.example", {"kubernetes.io/hostname": ["gone"]}),
    ],
)
def test_a_volume_in_a_cloud_without_a_known_place_is_unknown(
    tmp_path: Path, driver: str, topology: dict[str, list[str]] | None
) -> None:
    """No topology, a zone in which no node is, a node that is no more: nothing is guessed."""
    (found,) = places(read(KubernetesApi(AWS, volume("pv-1", driver, topology)), tmp_path))

    assert found[2:] == ("", Certainty.UNKNOWN)


def test_a_volume_over_two_regions_has_two_places(tmp_path: Path) -> None:
    """A regional disk is stored in each of them."""
    both = volume(
        "pv-1", "pd.csi.storage.gke.io", {"topology.kubernetes.io/region": ["europe-west4", "us-east1"]}
    )

    (asset,) = assets(read(KubernetesApi(AWS, both), tmp_path))

    assert [(place.operation, place.location) for place in asset.locations] == [
        (Operation.STORED, "europe-west4"),
        (Operation.STORED, "us-east1"),
    ]


def test_what_is_known_of_a_volume(tmp_path: Path) -> None:
    """At a site of one's own: the configured place, the site's operator beside it."""
    (asset,) = assets(
        read(KubernetesApi(node("n1", ""), volume("pv-1", "rook", app="zaak")), tmp_path, place=SITE)
    )

    assert (asset.asset_id, asset.name) == (
        "urn:wolkenzicht:kubernetes:prod:persistentvolumes:uid-pv-1",
        "pv-1",
    )
    assert asset.locations == (SITE.location(Operation.STORED),)
    assert asset.tags == (("app", "zaak"),)
    assert asset.properties == (
        ("capacity", "8Gi"),
        ("claim", "zaak/claim-pv-1"),
        ("cluster", "prod"),
        ("driver", "rook"),
        ("site_operator", "Operator BV"),
        ("storage_class", "fast"),
        ("volume_id", "h"),
    )


def test_claims_and_entry_points_are_where_the_nodes_are(tmp_path: Path) -> None:
    """Claims hold no data of their own; of the services only load balancers are kept."""
    api = KubernetesApi(
        AWS,
        node("n2", "aws:///eu-central-1a/i-2", "eu-central-1"),
        claim("data"),
        service("in", "ClusterIP"),
        service("out", "LoadBalancer", "192.0.2.1", "192.0.2.2"),
    )

    (a_claim,) = assets(read(api, tmp_path, CLAIM))
    (balancer,) = assets(read(api, tmp_path, BALANCER))

    assert [place.location for place in a_claim.locations] == ["eu-central-1", "eu-west-1"]
    assert (a_claim.holds, dict(a_claim.properties)["storage_class"]) == (Holds.METADATA, "fast")
    assert (balancer.holds, dict(balancer.properties)["addresses"]) == (Holds.NOTHING, "192.0.2.1, 192.0.2.2")


def test_a_cluster_over_several_providers_has_no_one_place(tmp_path: Path) -> None:
    """What is the cluster's is with none of them for certain."""
    api = KubernetesApi(AWS, node("n2", "gce://p/z/n", "us-east1"), claim("data"))

    assert places(read(api, tmp_path, CLAIM)) == [("kubernetes", "prod", "", Certainty.UNKNOWN)]


def test_every_chunk_is_read(tmp_path: Path) -> None:
    """Five nodes in chunks of two."""
    api = KubernetesApi(*(node(f"n{number}", "") for number in range(5)))

    assert [each.name for each in assets(read(api, tmp_path, NODE))] == ["n0", "n1", "n2", "n3", "n4"]


def test_denied_nodes_leave_places_unknown_and_a_gap(tmp_path: Path) -> None:
    """The volumes are kept; the scope is not complete, and says which permission it lacks."""
    api = KubernetesApi(AWS, volume("pv-1", "ebs.csi.aws.com", {"kubernetes.io/hostname": ["n1"]}))
    api.denied.add(NODES)

    asset, gap = read(api, tmp_path)

    assert isinstance(asset, Asset)
    assert asset.locations[0].certainty is Certainty.UNKNOWN
    assert isinstance(gap, Gap)
    assert (gap.outcome, gap.permission) == (Outcome.DENIED, "list nodes")


@pytest.mark.parametrize(
    ("answer", "outcome", "message"),
    [
        (status(403, "Forbidden"), Outcome.DENIED, "'list nodes' is denied (403)"),
        (status(401, "Unauthorized"), Outcome.FAILED, "the credentials are refused (401)"),
        (status(404, "NotFound"), Outcome.FAILED, "does not know it (404)"),
        (status(410, "Expired"), Outcome.FAILED, "expired while it was read (410)"),
        (status(429, "TooManyRequests"), Outcome.THROTTLED, "still throttled after all attempts"),
        (Answered(500, b"etcd is down"), Outcome.FAILED, "500: etcd is down"),
        (Answered(body=b"<html>"), Outcome.FAILED, "the answer is no JSON"),
        (Answered(body=b""), Outcome.FAILED, "the answer is no JSON"),
        (Answered(body=[]), Outcome.FAILED, "no list of Kubernetes'"),
        (Answered(body={"items": []}), Outcome.FAILED, "no list of Kubernetes'"),
        (page(NODES, {"a": 1}), Outcome.FAILED, "no list of Kubernetes'"),
        (page(NODES, [], "2"), Outcome.FAILED, "repeats a continue token"),
    ],
)
@pytest.mark.parametrize("start", [0, 2])
def test_a_chunk_that_cannot_be_had_ends_the_scope(
    tmp_path: Path, answer: Answered, outcome: Outcome, message: str, start: int
) -> None:
    """First or later: never an empty cluster."""
    api = KubernetesApi(*(node(f"n{number}", "") for number in range(3)))
    api.faults[NODES, start] = [answer] * 4
    api.faults[NODES, 2] = [answer] * 4

    with pytest.raises(ReadError) as error:
        read(api, tmp_path, NODE)

    assert error.value.gap.outcome is outcome
    assert message in error.value.gap.message


def test_a_throttled_chunk_is_tried_again(tmp_path: Path) -> None:
    """`Retry-After` is obeyed, and nothing is lost."""
    api = KubernetesApi(AWS)
    api.faults[NODES, 0] = [status(429, "TooManyRequests")]

    assert len(assets(read(api, tmp_path, NODE))) == 1


def test_an_empty_list_is_an_answer(tmp_path: Path) -> None:
    """A server may write no items as null."""
    api = KubernetesApi()
    api.faults[NODES, 0] = [page(NODES, None)]

    assert read(api, tmp_path, NODE) == []


def test_an_object_of_another_shape_is_rejected(tmp_path: Path) -> None:
    """The rest of the chunk is kept."""
    api = KubernetesApi(AWS)
    api.items[NODES] += [
        {"metadata": {"name": "no uid"}},
        {"metadata": []},
        "text",
        {"metadata": {"labels": {"a": []}}},
    ]

    fields = [item.field for item in read(api, tmp_path, NODE) if isinstance(item, Rejected)]

    assert fields == ["metadata.uid", "metadata", "item", "metadata.uid"]


def test_wrong_credentials_are_no_denial(tmp_path: Path) -> None:
    """Nobody is asked for a permission when the token has run out."""
    with pytest.raises(ReadError) as error:
        read(KubernetesApi(AWS), tmp_path, NODE, token="wrong")

    assert error.value.gap.outcome is Outcome.FAILED


def test_a_check_tries_every_kind_and_reads_no_secrets(tmp_path: Path) -> None:
    """One call for each kind, and the nodes; nothing but lists of what is documented."""
    api = KubernetesApi(AWS)
    api.denied.add(SERVICES)
    with JsonServer(api) as server:
        source = KubernetesSource(KubernetesSettings("prod", kubeconfig(tmp_path / "config", server.url)))
        found = [(each.scope.type, each.outcome, each.permission) for each in source.check()]

    assert found == [
        (NODE, Outcome.COMPLETE, "list nodes"),
        (VOLUME, Outcome.COMPLETE, "list persistentvolumes"),
        (CLAIM, Outcome.COMPLETE, "list persistentvolumeclaims"),
        (BALANCER, Outcome.DENIED, "list services"),
    ]
    assert {(asked.method, asked.path) for asked in server.asked} == {
        ("GET", NODES),
        ("GET", VOLUMES),
        ("GET", "/api/v1/persistentvolumeclaims"),
        ("GET", SERVICES),
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cluster": " "}, "cluster: "),
        ({"cluster": "c", "page_size": 0}, "page_size: "),
        ({"cluster": "c", "max_attempts": 0}, "max_attempts: "),
        ({"cluster": "c", "kubeconfig": Path("/nowhere")}, "kubeconfig: "),
        ({"cluster": "c"}, "kubeconfig: "),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object], message: str) -> None:
    """The message begins with the key; without a file the agent must run in a cluster."""
    with pytest.raises(ConfigurationError, match=message):
        KubernetesSource(KubernetesSettings(**settings))  # type: ignore[arg-type]  # built from a table of cases
