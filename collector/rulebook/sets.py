"""What becomes of kept assets under other rules: the same pure code, asset by asset, over a set of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from google.protobuf.message import DecodeError

from collector.store.base import Held, Judgement, Link, Rejudged, Rules
from policy.ruleset import FindingDraft
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Asset, Verdict
from wolkenzicht.v1 import asset_pb2

_REMEMBERED = 4096
#: So many messages are in hand at once: what was parsed is still in the processor's cache when it is judged.
_IN_HAND = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """A set that was judged: what is to be written, and the numbers of assets that cannot be read."""

    assets: list[Rejudged]
    unreadable: list[int]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was made of an asset: its verdict as it is kept, without its version, and its findings."""

    encoded: bytes
    drafts: tuple[FindingDraft, ...]


class SetJudge:
    """Judges sets of one tenant's kept assets by the rules of one moment.

    Most assets are like one that was judged before and are kept with that verdict already: these are not
    even decoded.
    """

    def __init__(self, rules: Rules, tenant: str) -> None:
        self._rules = rules
        self._tenant = tenant
        self._known: dict[Hashable, _Known] = {}

    def judge(self, held: Sequence[Held]) -> Judged:
        """Judge a set again; what cannot be read is told, and stays as it is."""
        found = Judged([], [])
        for start in range(0, len(held), _IN_HAND):
            self._judge(held[start : start + _IN_HAND], found)
        return found

    def _judge(self, held: Sequence[Held], found: Judged) -> None:
        parsed = []
        for each in held:
            message = asset_pb2.ClassifiedAsset()
            try:
                message.ParseFromString(each.record)
            except DecodeError:
                found.unreadable.append(each.asset_no)
            else:
                parsed.append((each, message))
        links = self._rules.linked(self._tenant, [message.asset.asset_id for _, message in parsed])
        for each, message in parsed:
            try:
                again = self._again(each, message, links.get(message.asset.asset_id) if links else None)
            except ContractError:
                found.unreadable.append(each.asset_no)
            else:
                if again is not None:
                    found.assets.append(again)

    def _again(self, held: Held, message: asset_pb2.ClassifiedAsset, link: Link | None) -> Rejudged | None:
        """What became of an asset; None where there is nothing to write and nothing to look after."""
        likeness = self._rules.likeness(message.asset, self._tenant, link)
        known = None if likeness is None else self._known.get(likeness)
        if known is not None and known.encoded == _stripped(message):
            if not known.drafts and not held.has_findings:
                return None
            return Rejudged(held.asset_no, held.fingerprint, message, known.drafts)
        asset = wire.decode_asset(message.asset)
        judgement = self._rules.judge(asset, self._tenant, link)
        if known is None and likeness is not None:
            self._remember(likeness, judgement)
        found = _compared(held, message, asset, judgement)
        return found if found.message is not None or found.drafts or held.has_findings else None

    def _remember(self, likeness: Hashable, judgement: Judgement) -> None:
        verdict = judgement.verdict
        if verdict.prohibitions or verdict.conflicts:
            # What findings tell of these is read from more of the asset.
            return
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[likeness] = _Known(_encoded(verdict), judgement.drafts)


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
    """A verdict as it is kept, without its version."""
    return wire.encode_verdict(verdict).SerializeToString(deterministic=True)


def _stripped(message: asset_pb2.ClassifiedAsset) -> bytes:
    """The bytes of a message's verdict without its version, which the message keeps."""
    verdict = message.verdict
    version = verdict.policy_version
    verdict.policy_version = ""
    stripped = verdict.SerializeToString(deterministic=True)
    verdict.policy_version = version
    return stripped
