"""Which rule set is in force on a day: one on each day from the first on, in order of time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from policy.periods import Span, check
from policy.rule_files import RuleSet, read_rule_set
from policy.tables import read_toml, subtable
from wolkenzicht.errors import ConfigurationError


def read_rule_sets(contents: Mapping[str, bytes]) -> tuple[RuleSet, ...]:
    """The rule sets in order of time; raises `PolicyDataError`, also where two overlap or a day has none."""
    read = [read_rule_set(file, content) for file, content in contents.items()]
    first = min(rules.valid_from for rules, _ in read)
    check("rule set", (Span.of(rules.valid_from, rules.valid_until, root) for rules, root in read), first)
    return tuple(sorted((rules for rules, _ in read), key=lambda each: each.valid_from))


def rule_set_of(rule_sets: Sequence[RuleSet], day: date, name: str | None) -> RuleSet:
    """The rule set of a name, or the one in force on a day; raises `ConfigurationError`.

    Before the first rule set there are neither rules nor facts.
    """
    if day < rule_sets[0].valid_from:
        first = rule_sets[0]
        message = f"no rule set was in force on {day}; ask from {first.valid_from} on ({first.name})"
        raise ConfigurationError(message)
    if name is None:
        return max((each for each in rule_sets if each.valid_from <= day), key=lambda each: each.valid_from)
    for each in rule_sets:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in rule_sets)
    raise ConfigurationError(f"there is no rule set '{name[:40]}'; use {names}")


def check_countries(
    contents: Mapping[str, bytes], rule_sets: Sequence[RuleSet], known: Collection[str]
) -> None:
    """Refuse a permitted or excluded country that countries.csv lacks; raises `PolicyDataError`."""
    for rules in rule_sets:
        for key, codes in (("countries", rules.permitted.countries), ("excluded", rules.permitted.excluded)):
            for code in sorted(codes - set(known)):
                file = f"rulesets/{rules.name}.toml"
                table = subtable(read_toml(file, contents[file]), "permitted")
                table.fail(key, f"'{code[:40]}' is no code of countries.csv; correct the code")
