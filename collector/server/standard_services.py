"""gRPC's own services beside ours: health checking and reflection."""

from __future__ import annotations

import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection


class StandardServices:
    """`grpc.health.v1.Health` and reflection over the given services, on one server."""

    def __init__(self, server: grpc.aio.Server, services: tuple[str, ...]) -> None:
        self._services = services
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = (*services, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)

    async def serving(self) -> None:
        """Say that every service is up."""
        for service in self._services:
            await self._health.set(service, health_pb2.HealthCheckResponse.SERVING)

    async def stopping(self) -> None:
        """Say that every service goes down, to those who watch as well."""
        await self._health.enter_graceful_shutdown()
