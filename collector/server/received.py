"""Frames as they come: only their head is read on arrival, for parsed a frame takes three times its size.

The head is the same message as `wolkenzicht.v1.ReportRequest`, made from it, in which whatever may be large
stays bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from collector.store.base import Incoming
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceServicer
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse

#: Frames that are read whole on arrival: they are small, and the stream answers to what they say.
_READ_WHOLE = frozenset({"stream_start", "scan_start"})


def _head_class() -> Any:
    """The class of heads; whatever `ReportRequest` may come to have, heads have too."""
    file = descriptor_pb2.FileDescriptorProto(
        name="collector/frame_head.proto", package="collector", syntax="proto3"
    )
    described = pb.ReportRequest.DESCRIPTOR
    file.dependency.extend([described.file.name, "google/protobuf/timestamp.proto"])
    message = file.message_type.add()
    described.CopyToProto(message)
    message.name = "FrameHead"
    for field in message.field:
        if field.HasField("oneof_index") and field.name not in _READ_WHOLE:
            field.type = field.TYPE_BYTES
            field.ClearField("type_name")
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("collector.FrameHead"))


_Head = _head_class()


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message of a stream: its head, in which what may be large is bytes, and the whole in wire form."""

    head: Any
    body: bytes

    @classmethod
    def of(cls, body: bytes) -> Arrived:
        """Read the head; raises `google.protobuf.message.DecodeError` where it is none."""
        return cls(_Head.FromString(body), body)


@dataclass(frozen=True, slots=True)
class Received:
    """One frame of a tenant's stream, in wire form until the writer takes it; `Incoming` tells the rest."""

    tenant: str
    spool_id: str
    agent_version: str
    body: bytes
    gap_cause: int = 0

    def parsed(self) -> Incoming:
        """What the store takes; raises `google.protobuf.message.DecodeError` where it is no frame."""
        frame = pb.ReportRequest.FromString(self.body)
        return Incoming(self.tenant, self.spool_id, self.agent_version, frame, self.gap_cause)


def add_to_server(service: CollectorServiceServicer, server: grpc.aio.Server) -> None:
    """Serve `CollectorService`, as the generated function does, except that frames arrive as `Arrived`."""
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "Report": grpc.stream_stream_rpc_method_handler(
            service.Report,
            request_deserializer=Arrived.of,
            response_serializer=pb.ReportResponse.SerializeToString,
        ),
        "Compare": grpc.unary_unary_rpc_method_handler(
            service.Compare,
            request_deserializer=CompareRequest.FromString,
            response_serializer=CompareResponse.SerializeToString,
        ),
    }
    name = pb.DESCRIPTOR.services_by_name["CollectorService"].full_name
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
