"""Whether this agent would work: one opening of the stream, and one cheap call for each kind."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import grpc

from agent import VERSION, catalogue
from agent.config import AgentConfig
from agent.diagnosis import explained
from agent.guard import guarded, one_line
from agent.planning import NO_PLACE
from agent.session import METHOD
from connectors.base import Gap, Source, outcome_of
from wolkenzicht.errors import TransportError
from wolkenzicht.model import Outcome, Scope, ScopeOutcome
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


@dataclass(frozen=True, slots=True)
class RightsTried:
    """Permissions of the kinds that answered: those that were tried, those denied, and the others."""

    tried: frozenset[str]
    denied: frozenset[str]
    untried: frozenset[str]


def rights_tried(connector: str, outcomes: Iterable[ScopeOutcome]) -> RightsTried:
    """What the outcomes of a check say about permissions.

    A kind's listing tries the first permission of the kind; the others are about single resources. A
    listing that came to no answer (no network, no credentials) tells nothing, and is not counted.
    """
    declared = catalogue.permissions_by_type(connector)
    tried: set[str] = set()
    denied: set[str] = set()
    needed: set[str] = set()
    for each in outcomes:
        if each.outcome is Outcome.DENIED and each.permission:
            denied.add(each.permission)
        if each.outcome in {Outcome.COMPLETE, Outcome.DENIED}:
            permissions = declared.get(each.scope.type, ())
            tried.update(permissions[:1])
            needed.update(permissions)
    tried |= denied
    return RightsTried(frozenset(tried), frozenset(denied), frozenset(needed - tried))
