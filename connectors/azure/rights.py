"""What the caller may read in a subscription: without that, an empty answer proves nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connectors.azure.client import ArmClient
from connectors.azure.kind import Call
from connectors.base import ReadError

#: Needs no action of its own. Documented for resource groups and resources; where a subscription does
#: not answer it, every kind is listed through Resource Manager, which refuses where it must.
#: Source: https://learn.microsoft.com/rest/api/authorization/permissions
PERMISSIONS = Call(
    "/subscriptions/{subscription}/providers/Microsoft.Authorization/permissions", "2022-04-01", ""
)


#: What the built-in role Reader grants: the reading of every type.
#: Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general#reader
EVERY_READ = "*/read"

#: Endings of what is no reading: an exception that ends so takes no type away.
_NO_READING = ("/action", "/delete", "/write")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role assignment grants: the actions without the exceptions."""

    actions: tuple[str, ...]
    exceptions: tuple[str, ...]

    def allows(self, action: str) -> bool:
        """Whether the action is granted."""
        return _matches(self.actions, action) and not _matches(self.exceptions, action)

    def reads_everything(self) -> bool:
        """Whether every type may be read, without an exception."""
        return _matches(self.actions, EVERY_READ) and all(
            each.lower().endswith(_NO_READING) for each in self.exceptions
        )


class Rights:
    """Resource Graph leaves out, without a word, what the caller may not read; the grants tell."""

    def __init__(self, client: ArmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Grant, ...] | None] = {}

    def missing(self, subscription: str, permission: str) -> bool | None:
        """Whether the permission is missing for the whole subscription; `None` where that is not told."""
        grants = self._of(subscription)
        return None if grants is None else not any(each.allows(permission) for each in grants)

    def reads_everything(self, subscription: str) -> bool | None:
        """Whether every type may be read in the subscription; `None` where that is not told."""
        grants = self._of(subscription)
        return None if grants is None else any(each.reads_everything() for each in grants)

    def _of(self, subscription: str) -> tuple[Grant, ...] | None:
        with self._lock:
            known = subscription in self._known
        if not known:
            found = self._grants(subscription)
            with self._lock:
                self._known[subscription] = found
        return self._known[subscription]

    def _grants(self, subscription: str) -> tuple[Grant, ...] | None:
        try:
            return tuple(
                Grant(_texts(each.get("actions")), _texts(each.get("notActions")))
                for each in self._client.items(PERMISSIONS, subscription)
            )
        except ReadError:
            return None  # not told: the caller asks Resource Manager itself, whose answer says why


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in values or ())


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE)
