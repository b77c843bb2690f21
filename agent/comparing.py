"""Asking the collector what it holds, and believing that where the base says otherwise.

From the tenant down to the accounts, scopes, buckets and assets that differ, and no further. So an agent with
an empty disk, and a collector that lost its store or was given an older one, cost what they differ by.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import grpc

from agent.base import Base
from agent.told import Told
from wolkenzicht.digests import HASH_BYTES, bits_for, decode_digest, from_bytes
from wolkenzicht.errors import ContractError, IdentityError, TransportError
from wolkenzicht.logs import event
from wolkenzicht.model import Scope
from wolkenzicht.transport import CALL_TIMEOUT_SECONDS, Credentials, client_options
from wolkenzicht.v1 import collector_service_pb2
from wolkenzicht.v1 import compare_pb2 as pb
from wolkenzicht.wire import decode_scope, encode_scope

#: Full name of the method, taken from the contract itself.
METHOD = f"/{collector_service_pb2.DESCRIPTOR.services_by_name['CollectorService'].full_name}/Compare"

#: Asks one question.
Ask = Callable[[pb.CompareRequest], pb.CompareResponse]

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Adopted:
    """What was taken over from the collector."""

    accounts: int = 0
    scopes: int = 0
    assets: int = 0
    outcomes_forgotten: bool = False
    plan_forgotten: bool = False


class Comparison:
    """One comparison of what is believed with what the collector has, over `ask`."""

    def __init__(self, base: Base, told: Told, tenant: str, ask: Ask) -> None:
        self._base = base
        self._told = told
        self._tenant = tenant
        self._ask = ask
        self._adopted = Adopted()

    def run(self) -> Adopted:
        """Take over what differs. Raises `grpc.RpcError`, `ContractError`, `StorageError`."""
        theirs = self._ask(self._question(of_tenant=pb.TenantQuestion())).tenant
        adopted = self._adopted
        if decode_digest(theirs.outcomes, "tenant.outcomes") != self._told.outcomes():
            self._told.forget_outcomes()
            adopted.outcomes_forgotten = True
        if theirs.plan != self._told.plan():
            self._told.forget_plan()
            adopted.plan_forgotten = True
        if decode_digest(theirs.assets, "tenant.assets") != self._base.digest():
            self._accounts()
        return adopted

    def _accounts(self) -> None:
        named: set[str] = set()
        after = ""
        while True:
            page = self._ask(self._question(of_accounts=pb.AccountsQuestion(after=after)))
            for each in page.accounts:
                named.add(each.account)
                if decode_digest(each.assets, "accounts.assets") != self._base.account_digest(each.account):
                    self._account(each.account)
            if not page.next_page_token:
                break
            after = page.next_page_token
        for account in self._base.accounts():
            if account not in named:
                self._account(account)

    def _account(self, account: str) -> None:
        self._adopted.accounts += 1
        named: set[Scope] = set()
        token = ""
        while True:
            page = self._ask(self._question(of_scopes=pb.ScopesQuestion(account=account, page_token=token)))
            for each in page.scopes:
                scope = decode_scope(each.scope)
                named.add(scope)
                theirs = decode_digest(each.assets, "scopes.assets")
                if theirs != self._base.scope_digest(scope):
                    self._scope(scope, theirs.count)
            if not page.next_page_token:
                break
            token = page.next_page_token
        for scope in self._base.scopes(account):
            if scope not in named:
                self._adopted.scopes += 1
                self._base.drop(scope)

    def _scope(self, scope: Scope, count: int) -> None:
        self._adopted.scopes += 1
        ours = self._base.count(scope)
        bits = bits_for(max(count, ours)) if ours else 0
        differing = self._differing(scope, bits) if bits else None
        self._base.drop(scope, bits, differing)
        for held in self._entries(scope, bits, differing):
            self._adopted.assets += len(held)
            self._base.adopt(scope, held)

    def _differing(self, scope: Scope, bits: int) -> frozenset[int]:
        question = pb.BucketsQuestion(scope=encode_scope(scope), bits=bits)
        sums = self._ask(self._question(of_buckets=question)).bucket_sums
        if len(sums) != HASH_BYTES << bits:
            raise ContractError("bucket_sums", f"is {len(sums)} bytes for {1 << bits} buckets")
        return frozenset(
            number
            for number, ours in enumerate(self._base.bucket_sums(scope, bits))
            if from_bytes(sums[number * HASH_BYTES : (number + 1) * HASH_BYTES]) != ours
        )

    def _entries(
        self, scope: Scope, bits: int, buckets: frozenset[int] | None
    ) -> Iterator[list[pb.HeldAsset]]:
        wanted = b"" if buckets is None else _bitmap(bits, buckets)
        question = pb.EntriesQuestion(scope=encode_scope(scope), bits=bits, buckets=wanted)
        while buckets is None or buckets:
            page = self._ask(self._question(of_entries=question))
            if page.assets:
                yield list(page.assets)
            if not page.next_page_token:
                return
            question.page_token = page.next_page_token

    def _question(self, **question: object) -> pb.CompareRequest:
        return pb.CompareRequest(tenant=self._tenant, **question)  # type: ignore[arg-type]  # one of the oneof


def compare(base: Base, told: Told, tenant: str, address: str, credentials: Credentials) -> Adopted:
    """Compare with the collector at an address. Raises `TransportError`, `ContractError`, `StorageError`."""
    try:
        options = [*client_options(), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.secure_channel(address, credentials.client(), options) as channel:
            call = channel.unary_unary(
                METHOD, pb.CompareRequest.SerializeToString, pb.CompareResponse.FromString
            )

            def ask(question: pb.CompareRequest) -> pb.CompareResponse:
                answer: pb.CompareResponse = call(question, timeout=CALL_TIMEOUT_SECONDS)
                return answer

            adopted = Comparison(base, told, tenant, ask).run()
    except IdentityError as error:
        raise TransportError(str(error), retryable=False) from error
    except grpc.RpcError as error:
        # The stream to the same collector says at length what is wrong.
        code = error.code().name if isinstance(error, grpc.Call) else str(error)
        raise TransportError(f"collector {address}: {code}", retryable=True) from error
    event(
        _log,
        logging.INFO,
        "base.compared",
        accounts=adopted.accounts,
        scopes=adopted.scopes,
        adopted=adopted.assets,
        outcomes_told_again=adopted.outcomes_forgotten,
        plan_told_again=adopted.plan_forgotten,
    )
    return adopted


def _bitmap(bits: int, buckets: frozenset[int]) -> bytes:
    found = bytearray(((1 << bits) + 7) // 8)
    for bucket in buckets:
        found[bucket >> 3] |= 1 << (bucket & 7)
    return bytes(found)
