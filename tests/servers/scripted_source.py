"""A source whose scopes hold what a test says: assets, gaps, errors, a flood of assets, an inventory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from connectors.base import INVENTORY, PermissionTried, ReadItem
from wolkenzicht.model import (
    AccountStanding,
    Asset,
    Certainty,
    DataLocation,
    Depth,
    Evidence,
    Holds,
    Operation,
    Scope,
)

#: What a scope holds: items, or a function that yields them (and may raise).
Content = Iterable[ReadItem] | Callable[[], Iterator[ReadItem]]

ACCOUNT = "111122223333"
#: The inventory that `listed` assets come from.
INVENTORY_NAME = "scripted-inventory"


def scope(name: str, kind: str = "AWS::S3::Bucket") -> Scope:
    """A scope of one account; its location is the name."""
    return Scope(ACCOUNT, name, kind)


def asset(name: str, kind: str = "AWS::S3::Bucket", filling: str = "") -> Asset:
    """A bucket in Ireland, its size set by `filling`."""
    return Asset(
        asset_id=f"arn:aws:s3:::{name}",
        provider="aws",
        partition="aws",
        account=ACCOUNT,
        service="s3",
        type=kind,
        name=name,
        location="eu-west-1",
        holds=Holds.CONTENT,
        locations=(
            DataLocation(
                Operation.STORED, "eu-west-1", Certainty.DECLARED, (Evidence("LocationConstraint", "EU"),)
            ),
        ),
        properties=(("filling", filling),) if filling else (),
    )


def inventory_scope(account: str = ACCOUNT) -> Scope:
    """The scope of an account's inventory."""
    return Scope(account, "global", INVENTORY)


def listed(name: str, kind: str = "AWS::S3::Bucket", location: str = "eu-west-1") -> Asset:
    """An asset as an inventory lists it."""
    return replace(
        asset(name, kind),
        location=location,
        depth=Depth.SHALLOW,
        properties=(("inventory", INVENTORY_NAME),),
    )


class ScriptedSource:
    """A source over a script; it remembers what was read and which groups were finished."""

    def __init__(
        self,
        contents: Mapping[Scope, Content],
        *,
        connector: str = "aws",
        plan_error: Exception | None = None,
        groups: int = 0,
        standings: Iterable[AccountStanding] = (),
        trials: Iterable[PermissionTried] = (),
        check_error: Exception | None = None,
    ) -> None:
        self.contents = dict(contents)
        self.reads: list[Scope] = []
        self.finished: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self._connector = connector
        self._plan_error = plan_error
        self._groups = groups
        self._standings = tuple(standings)
        self._trials = tuple(trials)
        self._check_error = check_error
        self._lock = threading.Lock()

    @property
    def connector(self) -> str:
        """Its name."""
        return self._connector

    def plan(self) -> Iterator[Scope]:
        """The script's scopes, then the error if there is one."""
        yield from self.contents
        if self._plan_error is not None:
            raise self._plan_error

    def standings(self) -> Iterator[AccountStanding]:
        """What the script says."""
        yield from self._standings

    def group(self, scope: Scope) -> str:
        """One group for each scope, or as many as were asked for."""
        if not self._groups:
            return scope.location
        return str(list(self.contents).index(scope) % self._groups)

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """What the script says."""
        with self._lock:
            self.reads.append(scope)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            content = self.contents[scope]
            yield from content() if callable(content) else content
        finally:
            with self._lock:
                self.at_once -= 1

    def finish_group(self, group: str) -> None:
        """Remember it."""
        with self._lock:
            self.finished.append(group)

    def check(self) -> Iterator[PermissionTried]:
        """What the script says, then the error if there is one."""
        yield from self._trials
        if self._check_error is not None:
            raise self._check_error
