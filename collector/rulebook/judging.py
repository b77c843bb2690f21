"""When the collector judges an asset itself: where people said something that its agent cannot know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collector.rulebook import identifiers
from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.store.base.ingest import Judged
from collector.store.base.people import Link
from policy.context import NOTHING_KNOWN
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.wire import decode_asset


@dataclass(frozen=True, slots=True)
class PeoplesJudge:
    """Judges by the rules in force with what people said."""

    in_force: InForce
    contexts: Contexts

    def know(self, generation: int) -> None:
        """What people said up to this generation counts from now on; raises `StorageError`."""
        self.contexts.know(generation)

    def named(self, messages: Iterable[ClassifiedAsset]) -> dict[str, tuple[str, ...]]:
        """The identifiers that assets' own records name; whether such assets exist is not looked at."""
        properties = self.in_force.book.base.settings.vocabulary.links
        assets = (each.asset for each in messages)
        return {each.asset_id: named for each in assets if (named := identifiers.named(each, properties))}

    def anything_said(self) -> bool:
        """Whether anybody said anything about any asset; raises `StorageError`."""
        return self.contexts.anything_said()

    def judge(
        self, tenant: str, organisation: str, message: ClassifiedAsset, link: Link | None
    ) -> Judged | None:
        """The asset's verdict and findings; None where the agent's stand, for nobody said anything.

        Raises `ContractError` where the message cannot be decoded.
        """
        context = self.contexts.context_of(tenant, organisation, message.asset, link=link)
        if context is NOTHING_KNOWN:
            return None
        asset = decode_asset(message.asset)
        policy = self.in_force.policy(organisation)
        verdict = policy.classify(asset, context)
        return Judged(asset, verdict, policy.findings(asset, verdict, context))
