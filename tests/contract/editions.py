"""Editions of the rules that differ from the packaged one in a row of the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime

from collector.rulebook.in_force import InForce
from collector.rulebook.rules import PolicyRules
from policy.rule_book import RuleBook, packaged
from policy.ruleset import packaged_contents

#: What the facts are of: on later days the packaged edition has the same rules.
DAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def moved(*rows: tuple[str, str], serial: int = 1) -> RuleBook:
    """The packaged edition in which regions of AWS lie elsewhere: (`eu-west-2,aws,London,GB`, `IE`)."""
    contents = dict(packaged_contents())
    catalogue = contents["aws_regions.csv"].decode()
    for row, country in rows:
        assert catalogue.count(f"\n{row},") == 1, row
        catalogue = catalogue.replace(f"\n{row},", f"\n{row.rsplit(',', 1)[0]},{country},")
    contents["aws_regions.csv"] = catalogue.encode()
    return RuleBook(contents, serial)


LONDON, DUBLIN = "eu-west-2,aws,London,GB", "eu-west-1,aws,Dublin,IE"


def in_force(book: RuleBook | None = None) -> InForce:
    """An edition in force on the day of the facts, the packaged one where none is given."""
    return InForce(book or packaged(), lambda: DAY)


def rules(book: RuleBook) -> PolicyRules:
    """Its rules on the day of the facts."""
    return PolicyRules(book.base)
