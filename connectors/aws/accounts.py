"""Which accounts of a tenant are read, how each is entered, and what stands in the way of the others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace

from connectors.aws import organization, regions
from connectors.aws.session import AwsSession, Identity
from connectors.aws.settings import AwsSettings
from connectors.base import Gap, ReadError
from wolkenzicht.model import AccountStanding, AccountState, Outcome

#: Accounts that are planned together: service by service, so that they share what calls a service.
TOGETHER = 64
#: Sessions of other accounts that are kept: those of two such groups, at the turn from one to the next.
#: One that was let go too early costs an AssumeRole.
_MOST_SESSIONS = 2 * TOGETHER


class Accounts:
    """The accounts that the settings name; safe to use from any thread.

    An account that cannot be entered keeps its gap until the next plan, so that its scopes end with it
    without a call for each.
    """

    def __init__(self, own: AwsSession, settings: AwsSettings) -> None:
        self._own = own
        self._settings = settings
        self._lock = threading.Lock()
        self._identity: Identity | None = None
        self._sessions: OrderedDict[str, _Entry] = OrderedDict()
        self._gaps: dict[str, Gap] = {}
        self._planned: dict[str, AccountState] = {}
        self._regions: dict[str, regions.Regions] = {}

    def identity(self) -> Identity:
        """Whose credentials the agent has. Raises `ReadError`."""
        with self._lock:
            if self._identity is None:
                self._identity = self._own.identity()
            return self._identity

    def listed(self) -> Iterator[str]:
        """Every account to be read, the agent's own first, as they come. Raises `ReadError`.

        What was known of them from the last time is forgotten, but for their regions.
        """
        with self._lock:
            self._identity = None
            self._sessions.clear()
            self._gaps.clear()
            self._planned.clear()
        own = self.identity().account
        for account, state in self._named(own):
            with self._lock:
                self._planned[account] = state
            yield account

    def standings(self) -> Iterator[AccountStanding]:
        """Yield how each account of the plan stands; without regions where they were not asked for.

        An account that cannot be entered is `active` if its organization says so, or if nobody tells.
        """
        with self._lock:
            planned, found = dict(self._planned), dict(self._regions)
        for account, state in planned.items():
            known = found.get(account) if state is AccountState.ACTIVE else None
            yield AccountStanding(
                account=account,
                provider="aws",
                state=state,
                regions=known.enabled if known else (),
                other_regions=known.others if known else (),
            )

    def readable(self, account: str) -> bool:
        """Whether the account is of the plan and nothing is known to stand in the way."""
        with self._lock:
            return account in self._planned and account not in self._gaps

    def session(self, account: str) -> AwsSession:
        """A session of the account. Raises `ReadError` where it cannot be entered."""
        with self._lock:
            gap = self._gaps.get(account)
        if gap is not None:
            raise ReadError(gap)
        if account == self.identity().account:
            return self._own
        with self._lock:
            entry = self._sessions.pop(account, None) or _Entry()
            self._sessions[account] = entry
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        with entry.lock:
            if entry.session is None:
                entry.session = self._entered(account)
            return entry.session

    def regions(self, account: str) -> tuple[str, ...]:
        """The regions to plan for the account; where they cannot be had, those that it is likely to have.

        Every scope of such an account ends with the gap. Raises `ReadError` where there is no other
        account.
        """
        if self._settings.regions:
            return self._settings.regions
        try:
            found = regions.known(self.session(account))
        except ReadError as error:
            if self._settings.accounts is None:
                raise
            with self._lock:
                self._gaps.setdefault(account, error.gap)
            return self._likely_regions(account)
        with self._lock:
            self._regions[account] = found
        return found.enabled

    def planned_regions(self, account: str) -> tuple[str, ...]:
        """The regions that the account was planned with."""
        return self._settings.regions or self._likely_regions(account)

    def _likely_regions(self, account: str) -> tuple[str, ...]:
        """Those of the last time, else those of another account, else all that the SDK knows."""
        with self._lock:
            found = self._regions.get(account) or next(reversed(self._regions.values()), None)
        return found.enabled if found else self._own.known_regions()

    def _named(self, own: str) -> Iterator[tuple[str, AccountState]]:
        accounts = self._settings.accounts
        if accounts is None:
            yield own, AccountState.ACTIVE
        elif isinstance(accounts, tuple):
            for account in sorted(accounts, key=lambda account: account != own):
                yield account, AccountState.ACTIVE
        else:
            yield own, AccountState.ACTIVE
            for member in organization.members(self._own):
                if member.account != own:
                    if member.standing is not AccountState.ACTIVE:
                        self._close(member)
                    yield member.account, member.standing

    def _close(self, member: organization.Member) -> None:
        # Not `not_enabled`, which says that nothing is there: what such an account holds is kept for months.
        gap = Gap(
            Outcome.FAILED,
            f"account {member.account} is {member.state or 'of unknown state'} in the organization; "
            "AWS lets nobody read what it holds",
        )
        with self._lock:
            self._gaps[member.account] = gap

    def _entered(self, account: str) -> AwsSession:
        with self._lock:
            known = self._gaps.get(account)
        if known is not None:
            raise ReadError(known)
        role = self._settings.role
        if role is None:
            raise ReadError(Gap(Outcome.FAILED, f"account {account} is not the agent's own; set `role_name`"))
        session = self._own.for_account(account, role)
        try:
            session.enter()
        except ReadError as error:
            remedy = f"check that role {role.name} exists there, trusts the agent and has this external id"
            gap = replace(error.gap, message=f"account {account}: {error.gap.message}; {remedy}")
            with self._lock:
                self._gaps[account] = gap
            raise ReadError(gap) from error
        return session


class _Entry:
    """A session that is made once, by the first thread that needs it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.session: AwsSession | None = None
