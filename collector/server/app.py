"""The running collector: the one place where its parts are put together, started and stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

import grpc
import grpc.aio

from collector.alerts.deliverer import Deliverer
from collector.alerts.metrics import AlertMetrics
from collector.config import Address, CollectorConfig
from collector.feeds.serving import serving
from collector.identity.peer import Gate
from collector.query.service import OverviewServicer
from collector.retention.thinning import Thinning
from collector.rulebook.contexts import Contexts
from collector.rulebook.editions import Editions
from collector.rulebook.ending import EndingDecisions
from collector.rulebook.evaluation import Reevaluation
from collector.rulebook.exempting import EndingExemptions
from collector.rulebook.in_force import InForce
from collector.rulebook.judging import PeoplesJudge
from collector.rulebook.rules import InForceRules
from collector.server import credentials, descriptors, received
from collector.server.admission import Streams
from collector.server.distribution import Distribution, Watch
from collector.server.handshakes import RefusedHandshakes
from collector.server.http import HttpEndpoint, listening_failed
from collector.server.metrics import Metrics
from collector.server.report import ReportService
from collector.server.search import Following
from collector.server.standard_services import StandardServices
from collector.server.stderr_tap import StderrTap, ignore
from collector.server.writer import Writer, bounds_of
from collector.store.base import Store
from collector.store.closing import closing
from collector.store.opening import name_of, open_store
from collector.watching.look import SightWatch
from policy import rule_book
from wolkenzicht import logs
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.settings import seconds
from wolkenzicht.signatures import load_public_keys
from wolkenzicht.transport import server_options
from wolkenzicht.v1 import collector_service_pb2, overview_service_pb2
from wolkenzicht.v1.overview_service_pb2_grpc import add_OverviewServiceServicer_to_server

#: Seconds that calls and streams get to end by themselves, and alerts under way to arrive.
GRACE_SECONDS = 10.0

_SERVICES = (
    collector_service_pb2.DESCRIPTOR.services_by_name["CollectorService"].full_name,
    overview_service_pb2.DESCRIPTOR.services_by_name["OverviewService"].full_name,
)
_log = logging.getLogger("collector.server")


def now() -> datetime:
    """The clock of everything that the collector writes down."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a running collector listens, with the real ports."""

    grpc: Address
    http: Address
    feeds: Address | None = None


async def serve(config: CollectorConfig, tap: StderrTap | None = None) -> None:
    """Run a collector until SIGTERM or SIGINT, then let calls end, commit what came, and close.

    Raises `WolkenzichtError` where it cannot start: certificate, store or port.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    descriptors.make_room(config.limits.streams)
    async with running(config, tap):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await stop.wait()
        logs.event(_log, logging.INFO, "collector.stopping", grace_seconds=GRACE_SECONDS)
    logs.event(_log, logging.INFO, "collector.stopped")


@asynccontextmanager
async def running(config: CollectorConfig, tap: StderrTap | None = None) -> AsyncIterator[Endpoints]:
    """A collector that serves until the context is left; parts stop in the reverse order of their start."""
    identity = credentials.check(config)
    in_force = InForce(rule_book.packaged(), now)
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        store = stack.enter_context(closing(_store(config, in_force)))
        editions = _editions(config, store, in_force)
        watch = Watch(editions, distribution := Distribution(), metrics)
        contexts = _contexts(store, in_force)
        gate = Gate(store.registry, now, on_refusal=lambda reason: metrics.refusals.labels(reason).inc())
        deliverer = _deliverer(config, store, metrics)
        writer = Writer(store.ingest, now, metrics, deliverer.wake, bounds_of(config.limits.waiting_bytes))
        report = ReportService(
            store.ingest,
            store.comparing,
            store.registry,
            writer,
            gate,
            streams := Streams(gate, metrics, config.limits.streams),
            metrics,
            in_force,
            distribution,
        )
        overview = OverviewServicer(
            store.reading, store.registry, in_force, gate, store.handling, store.exemptions, contexts=contexts
        )
        _end_with(stack, report, overview)

        ready = Event()
        http = HttpEndpoint(config.http, metrics.registry, lambda: ready.is_set() and deliverer.alive())
        stack.push_async_callback(asyncio.to_thread, http.stop)
        feeds = serving(stack, config, identity, store, in_force, metrics.feed_answers)
        server = grpc.aio.server(options=server_options(config.limits.keepalive_seconds))
        received.add_to_server(report, server)
        add_OverviewServiceServicer_to_server(overview, server)
        standard = StandardServices(server, _SERVICES)
        grpc_port = _listen(server, config.grpc, identity.server())

        deliverer.start()
        stack.push_async_callback(asyncio.to_thread, deliverer.stop, GRACE_SECONDS)
        _begin(
            stack,
            EndingDecisions(store.people, now),
            SightWatch(store.sight_lost, config.sight.limits_of, now, deliverer.wake),
            EndingExemptions(store.exemptions, now, deliverer.wake),
        )
        writer.start()
        stack.push_async_callback(writer.stop)
        evaluation = Reevaluation(
            store, in_force, writer, metrics, now, deliverer.wake, store.people, contexts
        )
        stack.push_async_callback(evaluation.stop)
        stack.push_async_callback((following := Following(store.search, writer)).stop)
        _begin(stack, Thinning(store.retention, writer, metrics, now, config.retention.full))
        editions.on_replaced.append(lambda _edition: evaluation.wake())
        watch.start()
        stack.push_async_callback(watch.stop)
        if tap is not None:
            tap.on_refused = RefusedHandshakes(store.registry, metrics, now, asyncio.get_running_loop())
            stack.callback(setattr, tap, "on_refused", ignore)
        await server.start()
        stack.push_async_callback(server.stop, GRACE_SECONDS)
        stack.push_async_callback(standard.stopping)
        await stack.enter_async_context(streams)
        stack.callback(ready.clear)
        await standard.serving()
        ready.set()
        _start(evaluation, following)

        endpoints = Endpoints(
            Address(config.grpc.host, grpc_port), Address(config.http.host, http.port), feeds
        )
        _tell_ready(config, endpoints, in_force)
        yield endpoints


def _tell_ready(config: CollectorConfig, endpoints: Endpoints, in_force: InForce) -> None:
    logs.event(
        _log,
        logging.INFO,
        "collector.ready",
        grpc=endpoints.grpc,
        http=endpoints.http,
        **({} if endpoints.feeds is None else {"feeds": endpoints.feeds}),
        store=name_of(config.store_place),
        policy=in_force.policy().version,
    )


def _deliverer(config: CollectorConfig, store: Store, metrics: Metrics) -> Deliverer:
    return Deliverer(
        store.outbox,
        config.alerts.routes(),
        letters=store.letters,
        health=store.route_health,
        late=timedelta(seconds=seconds(config.alerts.late)),
        clock=now,
        metrics=AlertMetrics(metrics.registry),
    )


def _start(*works: Reevaluation | Following) -> None:
    """Start what goes on between the commits of frames."""
    for each in works:
        each.start()


def _begin(stack: AsyncExitStack, *works: EndingDecisions | EndingExemptions | Thinning | SightWatch) -> None:
    """Let work begin that stops where the stack is left."""
    for each in works:
        each.start()
        stack.push_async_callback(each.stop)


def _end_with(stack: AsyncExitStack, *services: ReportService | OverviewServicer) -> None:
    """Let the threads of services end where the stack is left."""
    for each in services:
        stack.callback(each.close)


def _store(config: CollectorConfig, in_force: InForce) -> Store:
    return open_store(
        config.store_place,
        rules=InForceRules(in_force),
        sample=config.policy.sample,
        grouping=config.alerts.grouping.grouping,
        damping=config.alerts.flapping.damping,
    )


def _editions(config: CollectorConfig, store: Store, in_force: InForce) -> Editions:
    """What puts the bundle of the store in force, now and from now on."""
    editions = Editions(store.bundles, store.registry, load_public_keys(config.policy.keys), in_force)
    editions.start()
    return editions


def _contexts(store: Store, in_force: InForce) -> Contexts:
    """What people said, which from now on counts for what agents send."""
    contexts = Contexts(store.people, store.registry, in_force, now)
    store.ingest.judge_with(PeoplesJudge(in_force, contexts))
    return contexts


def _listen(server: grpc.aio.Server, address: Address, identity: grpc.ServerCredentials) -> int:
    """The port listened on; raises `ConfigurationError` where it cannot be.

    gRPC does not say why it cannot, so a socket tries first.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
            trial.listen()
    except OSError as error:
        raise ConfigurationError(listening_failed("listen_grpc", address, error)) from error
    try:
        return server.add_secure_port(str(address), identity)
    except RuntimeError as error:
        raise ConfigurationError(f"listen_grpc: cannot listen on {address} ({error}); set another") from error
