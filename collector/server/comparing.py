"""How an agent's questions about its own tenant are answered: one step of a comparison each."""

from __future__ import annotations

import json
from collections.abc import Iterable

from collector.store.base import Comparing
from wolkenzicht.digests import MAX_BITS, bucket_of, to_bytes
from wolkenzicht.errors import ContractError
from wolkenzicht.v1 import compare_pb2 as pb
from wolkenzicht.wire import decode_scope, encode_scope

#: Bytes of one answer, about; a frame may have twice as much.
_ANSWER_BYTES = 512 * 1024
_ITEM_BYTES = 4
_ROWS = 5_000
#: Assets of a scope that one answer looks at, where few of them are in the buckets asked for.
_LOOKED_AT = 50_000


class Answers:
    """Answers questions over a store. Raises `ContractError` for what cannot be answered, `StorageError`."""

    def __init__(self, store: Comparing) -> None:
        self._store = store

    def answer(self, tenant: str, request: pb.CompareRequest) -> pb.CompareResponse:
        """The answer to one step."""
        match request.WhichOneof("question"):
            case "of_tenant":
                state = self._store.tenant(tenant)
                digest = pb.TenantDigest(
                    assets=state.assets.message(), outcomes=state.outcomes.message(), plan=state.plan
                )
                return pb.CompareResponse(tenant=digest)
            case "of_accounts":
                return self._accounts(tenant, request.of_accounts)
            case "of_scopes":
                return self._scopes(tenant, request.of_scopes)
            case "of_buckets":
                question = request.of_buckets
                bits = _bits(question.bits, "of_buckets.bits")
                sums = self._store.bucket_sums(tenant, decode_scope(question.scope), bits)
                return pb.CompareResponse(bucket_sums=b"".join(to_bytes(each) for each in sums))
            case "of_entries":
                return self._entries(tenant, request.of_entries)
            case _:
                raise ContractError("question", "is not set or not known here; upgrade the collector")

    def _accounts(self, tenant: str, question: pb.AccountsQuestion) -> pb.CompareResponse:
        found = self._store.accounts(tenant, question.after, _ROWS)
        items = [pb.AccountDigest(account=name, assets=digest.message()) for name, digest in found]
        answer, taken = pb.CompareResponse(), _fitting(items)
        answer.accounts.extend(items[:taken])
        if taken < len(items) or len(items) == _ROWS:
            answer.next_page_token = items[taken - 1].account
        return answer

    def _scopes(self, tenant: str, question: pb.ScopesQuestion) -> pb.CompareResponse:
        after = _place(question.page_token)
        found = self._store.scopes(tenant, question.account, after, _ROWS)
        items = [pb.ScopeDigest(scope=encode_scope(each), assets=digest.message()) for each, digest in found]
        answer, taken = pb.CompareResponse(), _fitting(items)
        answer.scopes.extend(items[:taken])
        if taken < len(items) or len(items) == _ROWS:
            last = found[taken - 1][0]
            answer.next_page_token = json.dumps([last.location, last.type])
        return answer

    def _entries(self, tenant: str, question: pb.EntriesQuestion) -> pb.CompareResponse:
        scope, bits = decode_scope(question.scope), _bits(question.bits, "of_entries.bits")
        wanted = question.buckets
        if wanted and len(wanted) != ((1 << bits) + 7) // 8:
            raise ContractError("of_entries.buckets", f"is {len(wanted)} bytes for {1 << bits} buckets")
        after, answer, size, looked_at = _number(question.page_token), pb.CompareResponse(), 0, 0
        while rows := self._store.entries(tenant, scope, after, _ROWS):
            for number, asset_id, fingerprint in rows:
                if not wanted or _is_in(wanted, bucket_of(asset_id, bits)):
                    item = answer.assets.add(asset_id=asset_id, fingerprint=fingerprint)
                    size += item.ByteSize() + _ITEM_BYTES
                after = number
                if size > _ANSWER_BYTES:
                    break
            looked_at += len(rows)
            if size > _ANSWER_BYTES or looked_at >= _LOOKED_AT:
                answer.next_page_token = str(after)
                break
        return answer


def _fitting(items: Iterable[pb.AccountDigest | pb.ScopeDigest]) -> int:
    """How many of the items one answer takes; at least one where there is one."""
    size = taken = 0
    for item in items:
        size += item.ByteSize() + _ITEM_BYTES
        taken += 1
        if size > _ANSWER_BYTES:
            break
    return taken


def _bits(bits: int, field: str) -> int:
    if bits > MAX_BITS:
        raise ContractError(field, f"is {bits}; at most {MAX_BITS} bits choose a bucket")
    return bits


def _is_in(bitmap: bytes, bucket: int) -> bool:
    return bool(bitmap[bucket >> 3] & 1 << (bucket & 7))


def _number(token: str) -> int:
    if not token:
        return 0
    if not token.isascii() or not token.isdigit() or len(token) > len(str(2**63)) - 1:
        raise ContractError("of_entries.page_token", "is not one that was given; begin with the first page")
    return int(token)


def _place(token: str) -> tuple[str, str]:
    if not token:
        return "", ""
    try:
        location, kind = json.loads(token)
    except (TypeError, ValueError) as error:
        raise ContractError(
            "of_scopes.page_token", "is not one that was given; begin with the first page"
        ) from error
    return str(location), str(kind)
