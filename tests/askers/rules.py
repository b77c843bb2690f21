"""The rules that answers are given with: the packaged ones, on the day that their facts carry."""

from __future__ import annotations

from datetime import UTC, datetime, time

from collector.rulebook.in_force import InForce
from policy import rule_book


def rules() -> InForce:
    """The packaged edition in force, on a clock that stands still."""
    book = rule_book.packaged()
    moment = datetime.combine(book.base.settings.as_at, time(12), UTC)
    return InForce(book, lambda: moment)
