"""How questions come in over gRPC: who asks is checked first, the database is read off the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, TypeVar

import grpc
import grpc.aio

from collector.identity.peer import Gate, Peer
from collector.identity.spiffe import ASKER
from collector.query import watching
from collector.query.answers import Answers
from collector.query.errors import BadQueryError, NotAllowedError, NotFoundError
from collector.query.exemptions import ExemptionAnswers
from collector.query.handling import Handlings
from collector.query.past_answers import PastAnswers
from collector.query.watching import Watching
from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.store.base import Exemptions, Handling, Reading, Registry
from wolkenzicht import logs
from wolkenzicht.errors import ContractError, StorageError, WolkenzichtError
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.overview_service_pb2_grpc import OverviewServiceServicer

#: Names of the events that are logged here.
QUERY_REFUSED = "query.refused"
QUERY_FAILED = "query.failed"

_THREADS = 4
_LOGGER = logging.getLogger(__name__)

_CODES: tuple[tuple[type[WolkenzichtError], grpc.StatusCode], ...] = (
    (BadQueryError, grpc.StatusCode.INVALID_ARGUMENT),
    (NotFoundError, grpc.StatusCode.NOT_FOUND),
    (NotAllowedError, grpc.StatusCode.PERMISSION_DENIED),
    (StorageError, grpc.StatusCode.UNAVAILABLE),
    (ContractError, grpc.StatusCode.DATA_LOSS),
)

Question = TypeVar("Question")
Answer = TypeVar("Answer")
_Context = grpc.aio.ServicerContext[Any, Any]


class OverviewServicer(OverviewServiceServicer):
    """Answers askers; close it after the server has stopped."""

    def __init__(
        self,
        reading: Reading,
        registry: Registry,
        in_force: InForce,
        gate: Gate,
        handling: Handling,
        exemptions: Exemptions,
        *,
        contexts: Contexts | None = None,
        threads: int = _THREADS,
    ) -> None:
        self._answers = Answers(reading, registry, in_force, contexts)
        self._past = PastAnswers(self._answers)
        self._handlings = Handlings(self._answers, handling)
        self._exemptions = ExemptionAnswers(self._answers, exemptions)
        self._watching = Watching(self._answers)
        self._gate = gate
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="query")

    def close(self) -> None:
        """Wait for the questions in hand and end the threads."""
        self._threads.shutdown()

    async def GetOverview(  # noqa: N802  # the contract's name
        self, request: wire.GetOverviewRequest, context: _Context
    ) -> wire.GetOverviewResponse:
        """Counts assets by group."""
        return await self._answer(self._answers.overview, request, context)

    async def ListAssets(  # noqa: N802  # the contract's name
        self, request: wire.ListAssetsRequest, context: _Context
    ) -> wire.ListAssetsResponse:
        """Lists assets, page by page."""
        return await self._answer(self._answers.assets, request, context)

    async def GetAsset(  # noqa: N802  # the contract's name
        self, request: wire.GetAssetRequest, context: _Context
    ) -> wire.GetAssetResponse:
        """Gets one asset."""
        return await self._answer(self._answers.asset, request, context)

    async def ExplainAsset(  # noqa: N802  # the contract's name
        self, request: wire.ExplainAssetRequest, context: _Context
    ) -> wire.ExplainAssetResponse:
        """Says why an asset has its verdict."""
        return await self._answer(self._answers.explanation, request, context)

    async def ListAssetVersions(  # noqa: N802  # the contract's name
        self, request: wire.ListAssetVersionsRequest, context: _Context
    ) -> wire.ListAssetVersionsResponse:
        """Lists the versions of an asset."""
        return await self._answer(self._past.versions, request, context)

    async def ListDifferences(  # noqa: N802  # the contract's name
        self, request: wire.ListDifferencesRequest, context: _Context
    ) -> wire.ListDifferencesResponse:
        """Compares the estate at two times."""
        return await self._answer(self._past.differences, request, context)

    async def ListFindings(  # noqa: N802  # the contract's name
        self, request: wire.ListFindingsRequest, context: _Context
    ) -> wire.ListFindingsResponse:
        """Lists findings, page by page."""
        return await self._answer(self._answers.findings, request, context)

    async def GetFinding(  # noqa: N802  # the contract's name
        self, request: wire.GetFindingRequest, context: _Context
    ) -> wire.GetFindingResponse:
        """Gets one finding, with its history."""
        return await self._answer(self._handlings.finding, request, context)

    async def WatchFindings(  # noqa: N802  # the contract's name
        self, request: wire.WatchFindingsRequest, context: _Context
    ) -> AsyncIterator[wire.WatchFindingsResponse]:
        """Tells what becomes of findings, as it comes; ends soon where the certificate is revoked."""
        peer = await self._gate.authenticate(context, ASKER)
        after = await self._work(self._watching.start, peer, request, context)
        while True:
            found = await self._work(self._watching.since, peer, (after, request.language), context)
            for each in found:
                after = int(each.position)
                yield each
            if len(found) < watching.MOST_EVENTS:
                await asyncio.sleep(watching.LOOK_SECONDS)
            denial = await self._gate.denial(peer)
            if denial is not None:
                await self._gate.refuse_peer(context, peer, denial)

    async def AcknowledgeFindings(  # noqa: N802  # the contract's name
        self, request: wire.AcknowledgeFindingsRequest, context: _Context
    ) -> wire.AcknowledgeFindingsResponse:
        """Says of findings that somebody took them up."""
        return await self._answer(self._handlings.acknowledge, request, context)

    async def ReopenFindings(  # noqa: N802  # the contract's name
        self, request: wire.ReopenFindingsRequest, context: _Context
    ) -> wire.ReopenFindingsResponse:
        """Says of findings that nobody has them in hand any more."""
        return await self._answer(self._handlings.reopen, request, context)

    async def CreateExemption(  # noqa: N802  # the contract's name
        self, request: wire.CreateExemptionRequest, context: _Context
    ) -> wire.CreateExemptionResponse:
        """Records a decision that lets findings stand until a day."""
        return await self._answer(self._exemptions.create, request, context)

    async def EndExemption(  # noqa: N802  # the contract's name
        self, request: wire.EndExemptionRequest, context: _Context
    ) -> wire.EndExemptionResponse:
        """Ends an exemption before its day."""
        return await self._answer(self._exemptions.end, request, context)

    async def ListExemptions(  # noqa: N802  # the contract's name
        self, request: wire.ListExemptionsRequest, context: _Context
    ) -> wire.ListExemptionsResponse:
        """Lists exemptions, the first to end first."""
        return await self._answer(self._exemptions.listed, request, context)

    async def ListCoverage(  # noqa: N802  # the contract's name
        self, request: wire.ListCoverageRequest, context: _Context
    ) -> wire.ListCoverageResponse:
        """Lists scopes, blind spots first."""
        return await self._answer(self._answers.coverage, request, context)

    async def ListSightChanges(  # noqa: N802  # the contract's name
        self, request: wire.ListSightChangesRequest, context: _Context
    ) -> wire.ListSightChangesResponse:
        """Lists what changed in what can be seen, newest first."""
        return await self._answer(self._answers.sight_changes, request, context)

    async def ListGaps(  # noqa: N802  # the contract's name
        self, request: wire.ListGapsRequest, context: _Context
    ) -> wire.ListGapsResponse:
        """Lists gaps in what agents sent, newest first."""
        return await self._answer(self._answers.gaps, request, context)

    async def ListDiscrepancies(  # noqa: N802  # the contract's name
        self, request: wire.ListDiscrepanciesRequest, context: _Context
    ) -> wire.ListDiscrepanciesResponse:
        """Lists what inventories and readings do not agree about."""
        return await self._answer(self._answers.discrepancies, request, context)

    async def _answer(
        self,
        answer: Callable[[Peer, Question], Answer],
        question: Question,
        context: _Context,
    ) -> Answer:
        peer = await self._gate.authenticate(context, ASKER)
        return await self._work(answer, peer, question, context)

    async def _work(
        self,
        answer: Callable[[Peer, Question], Answer],
        peer: Peer,
        question: Question,
        context: _Context,
    ) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, answer, peer, question)
        except WolkenzichtError as error:
            await _refuse(error, peer, context)


async def _refuse(error: WolkenzichtError, peer: Peer, context: _Context) -> NoReturn:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), grpc.StatusCode.INTERNAL)
    expected = isinstance(error, BadQueryError | NotFoundError | NotAllowedError)
    logs.event(
        _LOGGER,
        logging.INFO if expected else logging.ERROR,
        QUERY_REFUSED if expected else QUERY_FAILED,
        asker=peer.name,
        serial=peer.serial,
        code=code.name,
        reason=str(error),
    )
    await context.abort(code, str(error))
