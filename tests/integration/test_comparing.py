"""The comparison over the wire: who may ask, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from agent.diagnosis import metadata
from tests.integration.collector_process import Running, found, serving
from wolkenzicht import reasons
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1 import compare_pb2 as pb
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A serving collector."""
    place: Path = tmp_path_factory.mktemp("comparing")
    with serving(found(place)) as running:
        yield running


def ask(collector: Running, credentials: Credentials, request: pb.CompareRequest) -> pb.CompareResponse:
    """One question."""
    address = collector.address("grpc")
    with grpc.secure_channel(address, credentials.client(), client_options()) as channel:
        answer: pb.CompareResponse = CollectorServiceStub(channel).Compare(request, timeout=60)
        return answer


def test_an_agent_asks_about_its_own_tenant_only(collector: Running) -> None:
    """Its certificate says which; another, and an asker, are refused on the record."""
    own = collector.agent("mvz-aws", "agent")
    whole = pb.CompareRequest(tenant="mvz-aws", of_tenant=pb.TenantQuestion())
    assert ask(collector, own, whole).tenant.assets.count == 0

    for credentials, request, code, reason in (
        (
            own,
            pb.CompareRequest(tenant="mvz-odc", of_tenant=pb.TenantQuestion()),
            grpc.StatusCode.PERMISSION_DENIED,
            reasons.TENANT_MISMATCH,
        ),
        (
            collector.asker("cio"),
            whole,
            grpc.StatusCode.PERMISSION_DENIED,
            reasons.ASKER_CANNOT_REPORT,
        ),
        (
            own,
            pb.CompareRequest(tenant="mvz-aws"),
            grpc.StatusCode.INVALID_ARGUMENT,
            reasons.QUESTION_UNANSWERABLE,
        ),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            ask(collector, credentials, request)
        assert refused.value.code() is code
        assert metadata(refused.value)[reasons.REASON_KEY] == reason
