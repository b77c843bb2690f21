"""Why an asset has its verdict: the steps of the policy, and what the last look at its scope was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from collector.query import texts
from collector.query.as_of import Held
from collector.store.base import AssetRow, CoverageRow, Times
from policy.context import NOTHING_KNOWN, Context
from policy.ruleset import Policy
from policy.steps import Fact, Step
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
    return [*_judged(policy, row, language, context), _encoded(coverage_step(row, scope, language))]


def steps_on(
    policy: Policy,
    held: Held,
    scope: CoverageRow | None,
    days: tuple[date, date, date],
    language: str,
    context: Context = NOTHING_KNOWN,
) -> list[wire.Explanation]:
    """The steps on a version of a day, judged by the rules of one; the first says both days.

    `days` are that of the rules, that of the estate, and today. These are the days that were asked for: the
    policy may be that of an earlier one, with no change between.
    """
    rules, day, today = days
    facts_of = rules if rules == day else None
    return [
        _encoded(_rules_step(policy, held, rules, day, today, language)),
        *_judged(policy, held.row, language, context, facts_of),
        _encoded(_earlier_step(held, language) if held.until else coverage_step(held.row, scope, language)),
    ]


def steps_known(
    policy: Policy,
    row: AssetRow,
    scope: CoverageRow | None,
    rules: date,
    times: Times,
    language: str,
    context: Context = NOTHING_KNOWN,
) -> list[wire.Explanation]:
    """The steps on an asset as it was at a time, as far as another knew it, judged by the rules of a day."""
    facts_of = rules if rules == times.as_of.date() else None
    statement = texts.RULES[language]["known"].format(
        rules=rules, name=policy.settings.name, moment=_when(times.as_of), known=_when(times.known_at)
    )
    return [
        _encoded(Step("rules", statement, "rules.known_at", policy.settings.title, ())),
        *_judged(policy, row, language, context, facts_of),
        _encoded(coverage_step(row, scope, language)),
    ]


def _judged(
    policy: Policy, row: AssetRow, language: str, context: Context, as_at: date | None = None
) -> Iterator[wire.Explanation]:
    """The steps of the policy; `as_at` is the day that its facts were asked for."""
    classified = decode_classified(row.record)
    for step in policy.explain(classified.asset, classified.verdict, language, context):
        facts = (replace(each, as_at=as_at or each.as_at) for each in step.facts)
        yield _encoded(replace(step, facts=tuple(facts)))


def judged_by(policy: Policy, row: AssetRow, context: Context = NOTHING_KNOWN) -> AssetRow:
    """The row as it would be under another policy: the asset as it is known, judged again."""
    asset = decode_classified(row.record).asset
    return replace(row, record=encode_classified(asset, policy.classify(asset, context)))


def _rules_step(policy: Policy, held: Held, rules: date, day: date, today: date, language: str) -> Step:
    """By the rules and facts of which day the steps after it are, and on the asset as it was when."""
    words = texts.RULES[language]
    version = words["earlier" if held.until else "present"].format(
        since=_when(held.since), until=_when(held.until) if held.until else ""
    )
    statement = words["was" if day <= today else "will_be"].format(
        rules=rules, day=day, name=policy.settings.name, version=version
    )
    rule = "rules.as_of" if rules == day else "rules.todays"
    return Step("rules", statement, rule, policy.settings.title, ())


def _earlier_step(held: Held, language: str) -> Step:
    return Step(SUBJECT, texts.COVERAGE[language]["earlier"], "coverage.earlier", _source(held.row), ())


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
        facts=[_fact(each) for each in step.facts],
    )


def _fact(fact: Fact) -> wire.Fact:
    return wire.Fact(
        name=fact.name,
        source=fact.source,
        valid_from=str(fact.valid_from or ""),
        valid_until=str(fact.valid_until or ""),
        confidence=fact.confidence,
        as_at=str(fact.as_at),
    )
