"""The rule file for key custody: what a rule may ask of an asset's provider, type and properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate

from policy.tables import Table, read_toml, subtables
from policy.words import shown
from wolkenzicht.model import Evidence, KeyCustody

FILE = "custody_rules.toml"

_KEYS = (
    "id", "provider", "type", "not_type", "when", "absent", "other_account",
    "custody", "reason_en", "reason_nl", "source",
)  # fmt: skip
_ACCOUNT = re.compile(r"\d{12}")
#: Where an ARN names the account: arn:partition:service:region:account:resource.
_ARN_ACCOUNT, _ARN_PARTS = 4, 6


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may read of an asset; `values` holds every value of each property that rules ask for."""

    account: str
    deep: bool
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CustodyRule:
    """One rule of the file; it matches where all that it asks holds."""

    identifier: str
    provider: str
    types: frozenset[str] | None
    not_types: frozenset[str]
    when: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
    absent: tuple[str, ...]
    other_account: str
    custody: KeyCustody
    reason_en: str
    reason_nl: str
    source: str

    @property
    def keys(self) -> frozenset[str]:
        """The properties that it reads."""
        other = {self.other_account} if self.other_account else set[str]()
        return frozenset({key for key, _ in self.when} | set(self.absent) | other)

    def concerns(self, provider: str, kind: str) -> bool:
        """Whether it can match an asset of a provider and type at all."""
        return (
            provider == self.provider
            and (self.types is None or kind in self.types)
            and kind not in self.not_types
        )

    def match(self, facts: Facts) -> tuple[Evidence, ...] | None:
        """The evidence of everything asked, or None where something does not hold.

        That a property is absent counts only where the asset's own properties were read.
        """
        evidence: dict[Evidence, None] = {}
        for key, patterns in self.when:
            found = [value for value in facts.values.get(key, ()) if _any(patterns, value)]
            if not found:
                return None
            evidence[_evidence(key, found[0])] = None
        for key in self.absent:
            if not facts.deep or facts.values.get(key):
                return None
            evidence[_evidence(key, "not set")] = None
        if self.other_account:
            found = [
                value
                for value in facts.values.get(self.other_account, ())
                if _in_other_account(value, facts.account)
            ]
            if not found:
                return None
            evidence[_evidence(self.other_account, found[0])] = None
            evidence[Evidence("account", shown(facts.account, 200))] = None
        return tuple(evidence)


def read_custody_rules(content: bytes) -> tuple[CustodyRule, ...]:
    """Read the rules in their order; raises `PolicyDataError`."""
    root = read_toml(FILE, content)
    root.only("rule")
    rules: dict[str, CustodyRule] = {}
    for table in subtables(root, "rule"):
        rule = _rule(table)
        if rule.identifier in rules:
            table.fail("id", f"'{rule.identifier}' is taken; choose another")
        rules[rule.identifier] = rule
    return tuple(rules.values())


def _rule(table: Table) -> CustodyRule:
    table.only(*_KEYS)
    custody = table.text("custody")
    if custody not in tuple(KeyCustody):
        table.fail("custody", f"'{shown(custody)}' is not one of {', '.join(KeyCustody)}; choose one of them")
    rule = CustodyRule(
        identifier=table.text("id"),
        provider=table.text("provider"),
        types=frozenset(table.texts("type")) if "type" in table.values else None,
        not_types=frozenset(table.texts("not_type")) if "not_type" in table.values else frozenset(),
        when=_when(table),
        absent=table.texts("absent") if "absent" in table.values else (),
        other_account=table.text("other_account") if "other_account" in table.values else "",
        custody=KeyCustody(custody),
        reason_en=table.text("reason_en"),
        reason_nl=table.text("reason_nl"),
        source=table.text("source"),
    )
    if not rule.keys:
        table.fail("when", "the rule asks nothing of a property; give when, absent or other_account")
    if rule.absent and rule.types is None:
        table.fail("absent", "says something about a documented default only; name the types with type")
    return rule


def _when(table: Table) -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    when = table.values.get("when", {})
    if not isinstance(when, dict):
        table.fail("when", 'must name properties with patterns, such as { encryption = ["AES256"] }')
    inner = Table(table.file, table.lines, table.start, when)
    return tuple((key, tuple(_pattern(each) for each in inner.texts(key))) for key in sorted(when))


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of `*`, `?` and `[…]` without regard to case; such a pattern cannot run away."""
    return re.compile(translate(text.lower()))


def _any(patterns: tuple[re.Pattern[str], ...], value: str) -> bool:
    lower = value.lower()
    return any(each.match(lower) for each in patterns)


def _in_other_account(arn: str, account: str) -> bool:
    parts = arn.split(":")
    if len(parts) < _ARN_PARTS or not _ACCOUNT.fullmatch(account):
        return False
    owner = parts[_ARN_ACCOUNT]
    return bool(_ACCOUNT.fullmatch(owner)) and owner != account


def _evidence(key: str, value: str) -> Evidence:
    return Evidence(shown(f"properties.{key}", 200), shown(value, 200))
