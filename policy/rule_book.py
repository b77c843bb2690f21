"""One edition of rules and facts, for any day and organisation: what agents and collector judge with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from policy.change_days import change_days, latest
from policy.department_files import file_of
from policy.ruleset import DATA_FILES, Policy, build, first_day, packaged_contents

#: So many policies (a day of change × organisations with rules of their own) are kept ready.
_KEPT = 32


class RuleBook:
    """One edition: its data files, checked. `serial` is 0 for the packaged one, else the bundle's number."""

    def __init__(self, contents: Mapping[str, bytes], serial: int = 0) -> None:
        """Raises `PolicyDataError` where a file is wrong."""
        self.serial = serial
        self.contents = dict(contents)
        #: The policy of the day that the facts carry, without rules of any department.
        self.base = build(self.contents)
        self._days = change_days({each: self.contents[each] for each in DATA_FILES})
        self._as_at = self.base.settings.as_at
        self._first = first_day(self.contents)
        self._built = lru_cache(maxsize=_KEPT)(self._build)
        self._days_of = lru_cache(maxsize=_KEPT)(self._days_with)

    def on(self, day: date, organisations: Sequence[str] = (), name: str | None = None) -> Policy:
        """The policy of a day for an organisation, given with those above it, nearest first.

        Days between which nothing changes have one policy, with one version, and so have organisations
        without rules of their own. With a name that rule set, also on a day that it was not in force.
        Raises `ConfigurationError` as `ruleset.load` does.
        """
        own = tuple(each for each in organisations if file_of(each) in self.contents)
        days = self._days_of(own)
        since = latest(days, day)
        if since == latest(days, self._as_at):
            since = self._as_at
        return self._built(since if since >= self._first else day, own, name)

    def _days_with(self, organisations: tuple[str, ...]) -> tuple[date, ...]:
        own = change_days({file: self.contents[file] for file in map(file_of, organisations)})
        return tuple(sorted({*self._days, *own}))

    def _build(self, day: date, organisations: tuple[str, ...], name: str | None) -> Policy:
        if not organisations:
            return build(self.contents, day, name)
        return self.on(day, (), name).of(organisations, day)


@lru_cache(maxsize=1)
def packaged() -> RuleBook:
    """The edition that came with this version."""
    return RuleBook(packaged_contents())
