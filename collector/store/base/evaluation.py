"""How what is kept is judged again: which rules each tenant's verdicts stand at, set by set, resumably."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collector.store.base.people import Link
from policy.ruleset import FindingDraft
from wolkenzicht.model import Asset, FindingKind, Verdict
from wolkenzicht.v1 import asset_pb2


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is judged of an asset: the verdict to keep with its findings, and what an agent can know.

    `verdict` is `by_agent` itself where nobody said more about the asset.
    """

    by_agent: Verdict
    verdict: Verdict
    drafts: tuple[FindingDraft, ...]


class Rules(Protocol):
    """The rules in force for one organisation at one moment."""

    @property
    def version(self) -> str:
        """The policy version, as an agent with these rules names it."""

    def as_agent(self, asset: Asset) -> Verdict:
        """What an agent with these rules says: it knows nothing but the asset."""

    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """Which of these assets of a tenant stand behind a material use, by asset."""

    def likeness(self, asset: asset_pb2.Asset, tenant: str, link: Link | None) -> Hashable | None:
        """What was read of an asset: equal for two only where the judgements on them are.

        But for findings on what people declared of an asset. None where an asset must be judged by itself,
        for people said something about it elsewhere. Raises `ContractError`.
        """

    def judge(self, asset: Asset, tenant: str, link: Link | None) -> Judgement:
        """The verdict to keep, with what people said about the asset and the link that was found for it."""

    def findings(self, asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
        """The findings about an asset, at most one of each kind."""

    def region_findings(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """The findings about a region that a provider lists, at most one of each kind."""

    def clause(self, kind: FindingKind) -> str:
        """The clause that a kind of finding rests on."""


class RulesInForce(Protocol):
    """Gives the rules in force."""

    def rules(self, organisation: str) -> Rules:
        """The rules in force now for an organisation."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How the verdicts of a tenant stand.

    `version` is what all of them were judged under, empty where nobody knows; `target` what they are being
    judged under. `position` is the number of the last asset judged; `judged` and `changed` count since the
    start. `since` is when the target was first in force here, None where nothing was begun yet; `remaining`
    is told by `Evaluation.progress` only.
    """

    tenant: str
    organisation: str
    version: str
    target: str
    position: int = 0
    judged: int = 0
    changed: int = 0
    since: datetime | None = None
    finished: datetime | None = None
    remaining: int = 0

    @property
    def done(self) -> bool:
        """Whether all verdicts stand at the target."""
        return bool(self.target) and self.version == self.target


@dataclass(frozen=True, slots=True)
class Held:
    """An asset as it is kept, its record in wire form, and whether findings about it are open."""

    asset_no: int
    fingerprint: bytes
    record: bytes
    has_findings: bool


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What became of one asset that was judged again; those of which nothing changes are left out.

    `message` is what is to be kept from now on, None where the record stays as it is; `differs` says that
    the verdict is another one, so that the earlier stays as a version. `known` is the message that the
    findings are about. `fingerprint` is the one that was read: where it is another by now, the asset
    changed meanwhile, was judged on arrival, and is passed over.
    """

    asset_no: int
    fingerprint: bytes
    known: asset_pb2.ClassifiedAsset
    drafts: tuple[FindingDraft, ...]
    message: asset_pb2.ClassifiedAsset | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """How far a set brought its tenant: the number of its last asset, and how many it had."""

    target: str
    position: int
    judged: int


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a set brought about: assets with another verdict, assets passed over, and events."""

    changed: int
    skipped: int
    events: int


class Evaluation(Protocol):
    """What is kept, to be judged again; everything but reading belongs to the one writer."""

    def progress(self) -> list[Progress]:
        """How every tenant stands, sorted by name."""

    def standing(self) -> list[Progress]:
        """The same without counting what remains, which takes a look at every asset."""

    def begin(self, targets: Mapping[str, str], now: datetime) -> list[Progress]:
        """Say what the verdicts of each tenant are to stand at; returns those that do not yet.

        A tenant on its way to this target goes on where it was; on its way to another, or standing at
        another, it begins anew.
        """

    def doubt(self, tenants: Iterable[str], now: datetime) -> None:
        """Say that the verdicts of these tenants are to be judged again from the beginning."""

    def read(self, tenant: str, after: int, limit: int) -> list[Held]:
        """The next assets of a tenant after a position, in the order of their numbers."""

    def find(self, tenant: str, asset_id: str) -> list[Held]:
        """The present asset of a tenant with this identifier; empty where there is none."""

    def open_findings(
        self, tenant: str, asset_ids: Sequence[str]
    ) -> dict[str, dict[FindingKind, frozenset[str]]]:
        """The findings open about these assets, by asset and kind; assets without one are left out.

        Each with the operations that it names places of.
        """

    def write(
        self, tenant: str, assets: Sequence[Rejudged], now: datetime, done: Done | None = None
    ) -> Rewritten:
        """Keep what became of a set, with its findings and their events, in one transaction.

        With `done` how far it has come is kept with it; without, the set stands apart from the order.
        """

    def finish(self, tenant: str, target: str, rules: Rules, now: datetime) -> int:
        """Say that a tenant stands at its target, and judge its regions; returns how many events came."""
