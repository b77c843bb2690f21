"""Whether this agent would work: one opening of the stream, and what became of each permission."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import grpc

from agent import VERSION
from agent.config import AgentConfig
from agent.diagnosis import explained
from agent.guard import guarded, one_line
from agent.planning import NO_PLACE
from agent.session import METHOD
from connectors.base import GAP_ORDER, Gap, PermissionTried, Source, tried
from wolkenzicht.errors import TransportError
from wolkenzicht.model import DeniedBy, Outcome, Scope
from wolkenzicht.transport import CALL_TIMEOUT_SECONDS, client_options
from wolkenzicht.v1 import collector_service_pb2 as pb

#: A spool of this name is never written to: the collector keeps nothing of it.
_SPOOL = "check"


def check_collector(config: AgentConfig, address: str, policy_serial: int = 0) -> pb.StreamAccepted:
    """Open a stream at an address and close it again; what the collector answered. Raises `WolkenzichtError`.

    The agent has the policy bundle of this number.
    """
    credentials = config.collector.credentials
    start = pb.StreamStart(
        tenant=config.tenant, spool_id=_SPOOL, agent_version=VERSION, policy_serial=policy_serial
    )
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


def check_source(source: Source) -> Iterator[PermissionTried]:
    """What became of each permission; a failure of the whole source is told as one too."""
    for item in guarded(source.check, f"{source.connector} check"):
        if isinstance(item, Gap):
            yield tried("", Scope(NO_PLACE, NO_PLACE, source.connector), item)
        else:
            yield item


@dataclass(frozen=True, slots=True)
class PermissionResult:
    """What is known of one permission of a connector, over all that it was tried for.

    `outcome` is the worst there is of what was tried, None where it could not be tried. `scopes` are those
    that say so, in which denial and message are those of the first.
    """

    connector: str
    permission: str
    outcome: Outcome | None
    denied_by: DeniedBy | None
    scopes: tuple[Scope, ...]
    message: str


#: What a permission comes to where its trials differ: the first that is among them. It is also the order
#: in which results are shown.
_ORDER = (*GAP_ORDER[:3], None, Outcome.NOT_ENABLED, Outcome.UNSUPPORTED, Outcome.COMPLETE)
_TOLD_BEFORE = (*GAP_ORDER[:3], Outcome.COMPLETE, Outcome.NOT_ENABLED, Outcome.UNSUPPORTED, None)


def results(connector: str, trials: Iterable[PermissionTried]) -> list[PermissionResult]:
    """One result for each permission, denied ones first; where none is needed, one for each scope."""
    grouped: dict[tuple[str, Scope | None], list[PermissionTried]] = {}
    for each in trials:
        grouped.setdefault((each.permission, None if each.permission else each.scope), []).append(each)
    found = [_result(connector, members) for members in grouped.values()]
    return sorted(found, key=lambda each: (_ORDER.index(each.outcome), each.permission.lower()))


def _result(connector: str, members: Sequence[PermissionTried]) -> PermissionResult:
    outcome = min((each.outcome for each in members), key=_TOLD_BEFORE.index)
    saying = [each for each in members if each.outcome is outcome]
    first = saying[0]
    return PermissionResult(
        connector,
        first.permission,
        outcome,
        first.denied_by,
        tuple(dict.fromkeys(each.scope for each in saying)),
        one_line(first.message),
    )
