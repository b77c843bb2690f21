"""Why an asset has its verdict: the steps of the policy, and what the last look at its scope was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from collector.query import texts
from collector.store.base import AssetRow, CoverageRow
from policy.context import NOTHING_KNOWN, Context
from policy.explain import Step
from policy.ruleset import Policy
from wolkenzicht.model import INVENTORY_TYPE, Evidence, Outcome
from wolkenzicht.v1 import asset_pb2
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import decode_classified, encode_classified

SUBJECT = "coverage"

_NOTHING_THERE = (Outcome.UNSUPPORTED, Outcome.NOT_ENABLED)


def steps(
    policy: Policy,
    row: AssetRow,
    scope: CoverageRow | None,
    language: str,
    context: Context = NOTHING_KNOWN,
) -> list[wire.Explanation]:
    """The steps, conclusions first and coverage last.

    `context` is what people said. `scope` is the one that the asset was read in, None for one that vanished.
    """
    classified = decode_classified(row.record)
    explained = policy.explain(classified.asset, classified.verdict, language, context)
    return [_encoded(each) for each in (*explained, coverage_step(row, scope, language))]


def judged_by(policy: Policy, row: AssetRow, context: Context = NOTHING_KNOWN) -> AssetRow:
    """The row as it would be under another policy: the asset as it is known, judged again."""
    asset = decode_classified(row.record).asset
    return replace(row, record=encode_classified(asset, policy.classify(asset, context)))


def rules_step(policy: Policy, language: str) -> wire.Explanation:
    """By which rules and facts the steps after it are: those of a day, on the asset as it is known now."""
    statement = texts.RULES[language].format(day=policy.settings.as_at, name=policy.settings.name)
    return _encoded(Step("rules", statement, "rules.as_of", policy.settings.title, ()))


def coverage_step(row: AssetRow, scope: CoverageRow | None, language: str) -> Step:
    """What the last look at the asset's scope was, and what that means for the verdict."""
    words, outcomes = texts.COVERAGE[language], texts.OUTCOMES[language]
    if row.removed is not None:
        statement = words["vanished"].format(removed=_when(row.removed))
        return Step(SUBJECT, statement, "coverage.vanished", _source(row), ())
    if scope is None or scope.outcome is None or scope.looked is None:
        place = _place(row, scope, words)
        return Step(SUBJECT, words["waiting"].format(scope=place), "coverage.waiting", _source(row), ())
    outcome = scope.outcome.outcome
    kind = "complete" if outcome == Outcome.COMPLETE else "nothing" if outcome in _NOTHING_THERE else "blind"
    last = scope.last_complete
    statement = words[kind].format(
        scope=_place(row, scope, words),
        looked=_when(scope.looked),
        outcome=outcomes[outcome],
        age=words["age"].format(last=_when(last)) if last else words["never"],
    )
    return Step(SUBJECT, statement, f"coverage.{outcome}", _source(row), _evidence(scope))


def _evidence(scope: CoverageRow) -> tuple[Evidence, ...]:
    result = scope.outcome
    if result is None:
        return ()
    facts = (
        ("outcome", result.outcome.value),
        ("asset_count", str(result.asset_count)),
        ("permission", result.permission),
        ("denied_by", result.denied_by.value if result.denied_by else ""),
        ("message", result.message),
        ("last_complete", _when(scope.last_complete) if scope.last_complete else ""),
    )
    return tuple(Evidence(path, value) for path, value in facts if value)


def _place(row: AssetRow, scope: CoverageRow | None, words: Mapping[str, str]) -> str:
    if scope is None:
        asset = row.record.asset
        return words["scope"].format(account=asset.account, location=asset.location, type=asset.type)
    template = words["inventory" if scope.type == INVENTORY_TYPE else "scope"]
    return template.format(account=scope.account, location=scope.location, type=scope.type)


def _source(row: AssetRow) -> str:
    return f"agent, tenant {row.tenant}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _encoded(step: Step) -> wire.Explanation:
    return wire.Explanation(
        subject=step.subject,
        statement=step.statement,
        rule=step.rule,
        source=step.source,
        evidence=[asset_pb2.Evidence(path=each.path, value=each.value) for each in step.evidence],
    )
