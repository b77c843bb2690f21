"""The rules in force as the store wants them: what it judges by, on arrival and again."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version as version_of

from collector.rulebook.in_force import InForce
from collector.store.base import Judgement
from policy.ruleset import FindingDraft, Policy
from wolkenzicht.model import Asset, FindingKind, Verdict


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """One policy as the store wants it; see `collector.store.base.Rules`."""

    policy: Policy
    organisation: str = ""

    @property
    def version(self) -> str:
        """The policy version."""
        return self.policy.version

    def as_agent(self, asset: Asset) -> Verdict:
        """What an agent with these rules says."""
        return self.policy.classify(asset)

    def judge(self, asset: Asset, tenant: str) -> Judgement:
        """The verdict to keep: the one place that it comes from where the collector judges all it holds."""
        del tenant  # what people of a tenant and its organisations said is not asked for yet
        by_agent = self.policy.classify(asset)
        return Judgement(by_agent, by_agent, self.policy.findings(asset, by_agent))

    def findings(self, asset: Asset, verdict: Verdict) -> tuple[FindingDraft, ...]:
        """The findings about an asset."""
        return self.policy.findings(asset, verdict)

    def region_findings(self, provider: str, code: str, *, enabled: bool) -> tuple[FindingDraft, ...]:
        """The findings about a region."""
        return self.policy.region_findings(provider, code, enabled=enabled)

    def clause(self, kind: FindingKind) -> str:
        """The clause that a kind of finding rests on."""
        return self.policy.settings.clauses[kind]


class InForceRules:
    """Judges by the rules that are in force at the moment of asking."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    def rules(self, organisation: str) -> PolicyRules:
        """The rules in force now for an organisation."""
        return PolicyRules(self._in_force.policy(organisation), organisation)


def stands_at(policy_version: str) -> str:
    """What verdicts stand at: rules and the version of the product that applied them."""
    return f"{policy_version} ({version_of('wolkenzicht')})"
