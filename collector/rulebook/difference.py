"""What would change, by organisation, if other rules came into force; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from collector.rulebook.contexts import Contexts
from collector.rulebook.in_force import InForce
from collector.rulebook.rules import InForceRules
from collector.store.base import Held, Link, Rules, Store
from policy import leaving
from policy.findings import out_of_sight
from wolkenzicht import wire
from wolkenzicht.errors import ContractError
from wolkenzicht.model import FindingKind
from wolkenzicht.v1 import asset_pb2

#: Assets that are read at once.
_SET = 1000

LOCATION_CLASS, MATERIAL, PROHIBITED, LAW_REACH, CUSTODY = (
    "location_class", "material", "prohibited", "law_reach", "custody",
)  # fmt: skip
#: What stands before and after for a finding of a kind that opens or ends; `what` is then its kind.
NONE, OPEN = "no finding", "finding"


@dataclass(frozen=True, slots=True)
class Change:
    """What some assets of an organisation would change to: how many assets, and a few of them."""

    organisation: str
    what: str
    before: str
    after: str
    assets: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Difference:
    """What other rules would change; `judged` assets were looked at, `unreadable` could not be."""

    examples: int
    judged: int = 0
    unreadable: int = 0
    changed: int = 0
    _counts: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    _named: dict[tuple[str, str, str, str], list[str]] = field(default_factory=dict)

    def changes(self) -> list[Change]:
        """By organisation, then by what changes, the most assets first."""
        found = [
            Change(*key, assets, tuple(self._named.get(key, ()))) for key, assets in self._counts.items()
        ]
        return sorted(found, key=lambda each: (each.organisation, each.what, -each.assets, each.before))

    def count(self, organisation: str, asset_id: str, changes: Iterable[tuple[str, str, str]]) -> None:
        """Count what changes about one asset."""
        self.judged += 1
        any_change = False
        for change in changes:
            any_change = True
            key = (organisation, *change)
            self._counts[key] = self._counts.get(key, 0) + 1
            named = self._named.setdefault(key, [])
            if len(named) < self.examples:
                named.append(asset_id)
        self.changed += any_change


def difference(
    store: Store,
    rules: InForce,
    contexts: Contexts,
    *,
    organisations: frozenset[str] | None = None,
    examples: int = 3,
) -> Difference:
    """Compare what is kept with what other rules say; of these organisations, of all where None."""
    in_force, found = InForceRules(rules, contexts), Difference(examples)
    for tenant in store.registry.tenants():
        if organisations is None or tenant.organisation in organisations:
            rules_of_tenant = in_force.rules(tenant.organisation)
            for held in _sets(store, tenant.tenant):
                _compare(store, tenant.tenant, tenant.organisation, rules_of_tenant, held, found)
    return found


def _sets(store: Store, tenant: str) -> Iterator[list[Held]]:
    position = 0
    while held := store.evaluation.read(tenant, position, _SET):
        yield held
        position = held[-1].asset_no


def _compare(
    store: Store, tenant: str, organisation: str, rules: Rules, held: Iterable[Held], found: Difference
) -> None:
    messages = []
    for each in held:
        message = asset_pb2.ClassifiedAsset()
        try:
            message.ParseFromString(each.record)
        except DecodeError:
            found.unreadable += 1
        else:
            messages.append((message, each.has_findings))
    flagged = [message.asset.asset_id for message, has_findings in messages if has_findings]
    standing = store.evaluation.open_findings(tenant, flagged)
    links = rules.linked(tenant, [message.asset.asset_id for message, _ in messages])
    for message, _ in messages:
        asset_id = message.asset.asset_id
        try:
            before = standing.get(asset_id, {})
            changes = tuple(_changes(message, rules, tenant, links.get(asset_id), before))
        except ContractError:
            found.unreadable += 1
        else:
            found.count(organisation, asset_id, changes)


def _changes(
    message: asset_pb2.ClassifiedAsset,
    rules: Rules,
    tenant: str,
    link: Link | None,
    before: Mapping[FindingKind, frozenset[str]],
) -> Iterator[tuple[str, str, str]]:
    """What changes about one asset: (what, before, after); raises `ContractError` where it cannot be read.

    `before` are its open findings, with the operations that they name: one of what is out of sight stays.
    """
    asset, kept = wire.decode_asset(message.asset), message.verdict
    judgement = rules.judge(asset, tenant, link)
    verdict = judgement.verdict
    pairs = (
        (LOCATION_CLASS, wire.LOCATION_CLASSES.decode(kept.location_class, "verdict.location_class"),
         verdict.location_class),
        (MATERIAL, wire.MATERIAL_USES.decode(kept.material, "verdict.material"), verdict.material),
        (PROHIBITED, _yes_or_no(kept.prohibitions), _yes_or_no(verdict.prohibitions)),
        (LAW_REACH, wire.law_reach_of(kept), verdict.law_reach),
        (CUSTODY, wire.custody_of(kept), verdict.custody),
    )  # fmt: skip
    for what, old, new in pairs:
        if old != new:
            yield what, str(old), str(new)
    after = {each.kind for each in judgement.drafts}
    operations = (each.operation for each in asset.locations)
    unseen = out_of_sight(judgement.drafts) | leaving.hidden(asset.type, verdict.location_class, operations)
    for kind in sorted(after - before.keys()):
        yield str(kind), NONE, OPEN
    for kind in sorted(before.keys() - after):
        if unseen.isdisjoint(before[kind]):
            yield str(kind), OPEN, NONE


def _yes_or_no(rules: Iterable[str]) -> str:
    return "yes" if tuple(rules) else "no"
