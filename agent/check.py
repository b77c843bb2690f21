"""Whether this agent would work: one opening of the stream, and one cheap call for each kind."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import grpc

from agent import VERSION
from agent.config import AgentConfig
from agent.diagnosis import explained
from agent.guard import guarded, one_line
from agent.planning import NO_PLACE
from agent.session import METHOD
from connectors.base import Gap, Source, outcome_of
from wolkenzicht.errors import TransportError
from wolkenzicht.model import Scope, ScopeOutcome
from wolkenzicht.transport import CALL_TIMEOUT_SECONDS, client_options
from wolkenzicht.v1 import collector_service_pb2 as pb

#: A spool of this name is never written to: the collector keeps nothing of it.
_SPOOL = "check"


def check_collector(config: AgentConfig) -> pb.StreamAccepted:
    """Open a stream and close it again; what the collector answered. Raises `WolkenzichtError`."""
    address, credentials = config.collector.address, config.collector.credentials
    start = pb.StreamStart(tenant=config.tenant, spool_id=_SPOOL, agent_version=VERSION)
    requests: queue.SimpleQueue[pb.ReportRequest | None] = queue.SimpleQueue()
    requests.put(pb.ReportRequest(stream_start=start))
    with grpc.secure_channel(address, credentials.client(), client_options()) as channel:
        report = channel.stream_stream(
            METHOD, pb.ReportRequest.SerializeToString, pb.ReportResponse.FromString
        )
        call = report(iter(requests.get, None), timeout=CALL_TIMEOUT_SECONDS)
        try:
            for response in call:
                if response.HasField("stream_accepted"):
                    return response.stream_accepted
        except grpc.RpcError as error:
            raise explained(error, address, credentials) from error
        finally:
            requests.put(None)
            call.cancel()
    raise TransportError(f"collector {address} ended the stream without a word; see its log", retryable=True)


def check_source(source: Source) -> Iterator[ScopeOutcome]:
    """What became of one cheap call for each kind; a failure of the whole source is an outcome too."""
    for item in guarded(source.check, f"{source.connector} check"):
        if isinstance(item, Gap):
            scope = Scope(NO_PLACE, NO_PLACE, source.connector)
            outcome = outcome_of(scope, 0, [item])
            yield ScopeOutcome(
                scope, outcome.outcome, 0, item.permission, item.denied_by, one_line(item.message)
            )
        else:
            yield item
