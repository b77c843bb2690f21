"""How permissions are tried out: a kind's own reading, of the first few resources, with each answer noted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from connectors.aws.client import ServiceClient
from connectors.aws.errors import code_of
from connectors.aws.inventory import reading
from connectors.aws.kind import Call, ResourceKind
from connectors.base import Covers, Gap, PermissionTried, ReadError, tried
from wolkenzicht.model import Scope

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession

#: RDS, Redshift and ElastiCache accept no smaller page.
_PAGE = 20
#: Of a page so many resources are asked about: the first may be of another kind, or lack a part.
_RESOURCES = 3
#: AWS gives empty pages before the first item; so many are turned.
_PAGES = 3


class Trial:
    """What became of each permission; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Gap | None] = {}
        self._behind: dict[str, Gap] = {}

    def answered(self, call: Call) -> None:
        """A call was answered; one that was refused before stays so."""
        with self._lock:
            self._answers.setdefault(call.permission, None)

    def refused(self, call: Call, gap: Gap) -> None:
        """A call was not answered; its gap may name another permission, which the call stands behind."""
        missing = gap.permission or call.permission
        with self._lock:
            self._answers[missing] = gap
            if missing != call.permission:
                self._behind[call.permission] = gap

    def results(self, permissions: Sequence[str], scope: Scope, otherwise: str) -> Iterator[PermissionTried]:
        """What is known of these permissions, and of others that stood in the way."""
        with self._lock:
            answers, behind = dict(self._answers), dict(self._behind)
        for permission in permissions:
            if permission in answers:
                yield tried(permission, scope, answers.pop(permission))
            elif permission in behind:
                yield PermissionTried(permission, scope, message=f"not reached: {behind[permission].message}")
            else:
                yield PermissionTried(permission, scope, message=otherwise)
        for permission, gap in answers.items():
            if gap is not None:
                yield tried(permission, scope, gap)


class TryingClient(ServiceClient):
    """A client that notes each answer, and shows the first few resources of a listing only."""

    def __init__(self, session: AwsSession, service: str, region: str, trial: Trial) -> None:
        super().__init__(session, service, region)
        self._trial = trial

    def of(self, service: str, region: str) -> ServiceClient:
        """A service in a region, tried out too."""
        where = service, region
        if where == (self.service, self.region):
            return self
        if where not in self._elsewhere:
            self._elsewhere[where] = TryingClient(self._session, service, region, self._trial)
        return self._elsewhere[where]

    def pages(self, call: Call, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The first page with items, cut short. Raises `ReadError`."""
        small = replace(call, page_size=min(call.page_size, _PAGE))
        for number, page in enumerate(super().pages(small, **parameters), 1):
            self._trial.answered(call)
            items = page.get(call.items)
            yield {**page, call.items: items[:_RESOURCES]} if isinstance(items, list) else page
            if items or number == _PAGES:
                return
        self._trial.answered(call)

    def _call(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = super()._call(call, parameters)
        except ClientError as error:
            if code_of(error) in call.absent:
                self._trial.answered(call)
            raise
        self._trial.answered(call)
        return answer

    def _gap(self, error: Exception, call: Call) -> Gap:
        gap = super()._gap(error, call)
        self._trial.refused(call, gap)
        return gap


def permissions(
    kind: ResourceKind, scope: Scope, client: Callable[[Trial], TryingClient]
) -> Iterator[PermissionTried]:
    """Try each permission of a kind in one scope; `client` makes the client to try them with."""
    trial = Trial()
    try:
        seen = _reads(lambda trying: kind.fetch(trying, scope), client, trial)
    except ReadError as error:
        trial.refused(kind.calls[0], error.gap)
        yield from trial.results(kind.permissions, scope, f"not reached: {error.gap.message}")
        return
    some = "only some resources need it, and the first ones do not"
    none = f"needs a resource, and there is none in {scope.location}"
    yield from trial.results(kind.permissions, scope, some if seen else none)


def inventories(
    scope: Scope, regions: Sequence[str], client: Callable[[Trial], TryingClient]
) -> Iterator[PermissionTried]:
    """Try what the account's inventories need, as far as the first of them that answers."""
    trial = Trial()
    calls = [call for some in reading.CALLS.values() for call in some]
    needed = tuple(dict.fromkeys(call.permission for call in calls if call.permission))
    otherwise = "no inventory came so far; see `denied` and `failed`"
    try:
        if _reads(lambda trying: reading.read(trying, scope, regions), client, trial):
            otherwise = "not asked: another inventory answers"
    except ReadError as error:
        otherwise = f"not reached: {error.gap.message}"
    yield from trial.results(needed, scope, otherwise)


def _reads(
    read: Callable[[ServiceClient], Iterator[object]],
    client: Callable[[Trial], TryingClient],
    trial: Trial,
) -> bool:
    """Read until the first resource; whether there is one. Raises `ReadError`."""
    with ExitStack() as finally_:
        trying = client(trial)
        finally_.callback(trying.close)
        found = read(trying)
        # Before the client: what was asked ahead must not outlive it.
        finally_.callback(getattr(found, "close", bool))
        return any(not isinstance(raw, Gap | Covers) for raw in found)
