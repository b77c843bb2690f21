"""One edition of rules and facts, for any day and organisation: what agents and collector judge with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from policy.change_days import change_days, latest
from policy.ruleset import Policy, build, first_day, packaged_contents

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
        self._days = change_days(self.contents)
        self._as_at = self.base.settings.as_at
        self._first = first_day(self.contents)
        self._built = lru_cache(maxsize=_KEPT)(self._build)

    def on(self, day: date, organisations: Sequence[str] = (), name: str | None = None) -> Policy:
        """The policy of a day for an organisation, given with those above it, nearest first.

        Days between which nothing changes have one policy, with one version. With a name that rule set,
        also on a day that it was not in force. Raises `ConfigurationError` as `ruleset.load` does.
        """
        since = latest(self._days, day)
        if since == latest(self._days, self._as_at):
            since = self._as_at
        return self._built(since if since >= self._first else day, tuple(organisations), name)

    def _build(self, day: date, organisations: tuple[str, ...], name: str | None) -> Policy:
        # Which departments have rules of their own is the bundle's to say; `organisations` names whose count.
        del organisations
        return build(self.contents, day, name)


@lru_cache(maxsize=1)
def packaged() -> RuleBook:
    """The edition that came with this version."""
    return RuleBook(packaged_contents())
