"""The rules in force as the store wants them: what it judges by, on arrival and again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version as version_of

from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.rulebook.likeness import Likeness
from collector.store.base import Judgement, Link
from policy.context import NOTHING_KNOWN
from policy.ruleset import FindingDraft, Policy
from wolkenzicht.model import Asset, FindingKind, Verdict
from wolkenzicht.v1 import asset_pb2


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """One policy as the store wants it; see `collector.store.base.Rules`."""

    policy: Policy
    organisation: str = ""
    contexts: Contexts | None = None
    _likeness: Likeness = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Know what the policy reads."""
        object.__setattr__(self, "_likeness", Likeness(self.policy))

    @property
    def version(self) -> str:
        """The policy version."""
        return self.policy.version

    def as_agent(self, asset: Asset) -> Verdict:
        """What an agent with these rules says."""
        return self.policy.classify(asset)

    def linked(self, tenant: str, asset_ids: Sequence[str]) -> Mapping[str, Link]:
        """Which of these assets stand behind a material use."""
        return self.contexts.linked(tenant, asset_ids) if self.contexts else {}

    def likeness(self, asset: asset_pb2.Asset, tenant: str, link: Link | None) -> Hashable | None:
        """What was read of an asset; None where people said something about it. Raises `ContractError`."""
        if self.contexts is not None:
            context = self.contexts.context_of(tenant, self.organisation, asset, link=link)
            if context is not NOTHING_KNOWN:
                return None
        return self._likeness.of(asset)

    def judge(self, asset: Asset, tenant: str, link: Link | None) -> Judgement:
        """The verdict to keep: the one place that it comes from where the collector judges all it holds."""
        by_agent, context = self.policy.classify(asset), NOTHING_KNOWN
        if self.contexts is not None:
            context = self.contexts.context_of(tenant, self.organisation, asset, link=link)
        if context is NOTHING_KNOWN:
            return Judgement(by_agent, by_agent, self.policy.findings(asset, by_agent))
        verdict = self.policy.classify(asset, context)
        return Judgement(by_agent, verdict, self.policy.findings(asset, verdict, context))

    def findings(self, asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
        """The findings about an asset."""
        return self.policy.findings(asset, verdict)

    def region_findings(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """The findings about a region."""
        return self.policy.region_findings(provider, code, enabled=enabled)

    def clause(self, kind: FindingKind) -> str:
        """The clause that a kind of finding rests on."""
        return self.policy.clause(kind)


class InForceRules:
    """The rules in force at the moment of asking, with what people said where `contexts` are given."""

    def __init__(self, in_force: InForce, contexts: Contexts | None = None) -> None:
        self._in_force = in_force
        self._contexts = contexts

    def rules(self, organisation: str) -> PolicyRules:
        """The rules in force now for an organisation."""
        return PolicyRules(self._in_force.policy(organisation), organisation, self._contexts)


def stands_at(policy_version: str) -> str:
    """What verdicts stand at: rules and the version of the product that applied them."""
    return f"{policy_version} ({version_of('wolkenzicht')})"
