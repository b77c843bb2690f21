"""Which rules are in force for an organisation right now; replaced as a whole, never halfway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from collector.store.base import Organisation
from policy.rule_book import RuleBook
from policy.ruleset import Policy


class InForce:
    """The edition in force, with the tree of organisations; safe to use from several threads.

    `clock` tells the day: rules and facts that begin or end today do so from midnight (UTC) on.
    """

    def __init__(self, book: RuleBook, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._clock = clock
        self._parents: dict[str, str] = {}

    @property
    def book(self) -> RuleBook:
        """The edition in force."""
        return self._book

    def replace(self, book: RuleBook) -> None:
        """Put another edition in force."""
        self._book = book

    def know(self, organisations: Iterable[Organisation]) -> None:
        """Take the tree of organisations, whose rules count for those below them too."""
        self._parents = {each.organisation: each.parent for each in organisations}

    def chain(self, organisation: str) -> tuple[str, ...]:
        """An organisation and those above it, nearest first."""
        parents, found = self._parents, [organisation]
        while (parent := parents.get(found[-1], "")) and parent not in found:
            found.append(parent)
        return tuple(found)

    def now(self) -> datetime:
        """The moment that it is."""
        return self._clock()

    def today(self) -> date:
        """The day that it is."""
        return self._clock().date()

    def policy(self, organisation: str = "") -> Policy:
        """The policy of today for an organisation; without one, the rules that hold for all."""
        chain = self.chain(organisation) if organisation else ()
        return self._book.on(self.today(), chain)
