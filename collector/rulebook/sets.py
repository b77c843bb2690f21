"""What becomes of kept assets under other rules: the same pure code, asset by asset, over a set of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from google.protobuf.message import DecodeError

from collector.store.base import Held, Judgement, Rejudged, Rules
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Asset, Verdict
from wolkenzicht.v1 import asset_pb2

_REMEMBERED = 4096
_ENCODED: dict[int, tuple[Verdict, bytes]] = {}


@dataclass(frozen=True, slots=True)
class Judged:
    """A set that was judged: what is to be written, and the numbers of assets that cannot be read."""

    assets: list[Rejudged]
    unreadable: list[int]


def judge_set(held: Iterable[Held], rules: Rules, tenant: str) -> Judged:
    """Judge a set again; what cannot be read is told, and stays as it is."""
    judged, unreadable, parsed = [], [], []
    for each in held:
        message = asset_pb2.ClassifiedAsset()
        try:
            message.ParseFromString(each.record)
        except DecodeError:
            unreadable.append(each.asset_no)
        else:
            parsed.append((each, message))
    links = rules.linked(tenant, [message.asset.asset_id for _, message in parsed])
    for each, message in parsed:
        try:
            asset = wire.decode_asset(message.asset)
            judgement = rules.judge(asset, tenant, links.get(asset.asset_id))
            again = _compared(each, message, asset, judgement)
        except ContractError:
            unreadable.append(each.asset_no)
        else:
            if again.message is not None or again.drafts or each.has_findings:
                judged.append(again)
    return Judged(judged, unreadable)


def _compared(held: Held, message: asset_pb2.ClassifiedAsset, asset: Asset, judgement: Judgement) -> Rejudged:
    by_agent, verdict, drafts = judgement.by_agent, judgement.verdict, judgement.drafts
    alike = verdict is by_agent or verdict == by_agent
    if alike and _encoded(verdict) == _stripped(message):
        return Rejudged(held.asset_no, held.fingerprint, message, drafts)
    kept = wire.encode_classified(asset, verdict)
    differs = not same(wire.decode_verdict(message.verdict), verdict)
    if not alike:
        # What an agent sends is compared with the fingerprint of what it can know.
        kept.fingerprint = wire.encode_classified(asset, by_agent).fingerprint
        if not differs and kept.fingerprint == held.fingerprint:
            return Rejudged(held.asset_no, held.fingerprint, message, drafts)
    return Rejudged(held.asset_no, held.fingerprint, kept, drafts, kept, differs)


def same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts say the same, whatever version says it."""
    return replace(one, policy_version="") == replace(other, policy_version="")


def _encoded(verdict: Verdict) -> bytes:
    """A verdict as it is kept, without its version: most assets share theirs with others.

    Found by identity, for the hash of a verdict costs as much as the rest of the comparison.
    """
    found = _ENCODED.get(id(verdict))
    if found is not None:
        return found[1]
    encoded = wire.encode_verdict(verdict).SerializeToString(deterministic=True)
    if len(_ENCODED) >= _REMEMBERED:
        _ENCODED.clear()
    # Kept with the verdict, so that no other one can have its identity.
    _ENCODED[id(verdict)] = (verdict, encoded)
    return encoded


def _stripped(message: asset_pb2.ClassifiedAsset) -> bytes:
    """The bytes of a message's verdict without its version, which the message keeps."""
    verdict = message.verdict
    version = verdict.policy_version
    verdict.policy_version = ""
    stripped = verdict.SerializeToString(deterministic=True)
    verdict.policy_version = version
    return stripped
