"""The SDK's clients: one for each service and region in use, shared by accounts and threads.

Making a client costs as much as ten calls, and a connection to AWS more still; an organization of two
hundred accounts has a hundred thousand of service, region and account, but a thousand of service and region.
So a client belongs to no account: each call says which account signs it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

#: Clients without a user that are kept for the next account.
_MOST_IDLE = 16

Where = tuple[str, str]


class Signer:
    """Stands where botocore expects credentials; gives those of the account that the thread calls for."""

    def __init__(self) -> None:
        self._thread = threading.local()

    @contextlib.contextmanager
    def signing(self, account: str, credentials: Callable[[], Any]) -> Iterator[None]:
        """Let the calls of this thread be signed for the account while the block runs."""
        outer = getattr(self._thread, "caller", None)
        self._thread.caller = account, credentials
        try:
            yield
        finally:
            self._thread.caller = outer

    @property
    def account(self) -> str:
        """The account that the call in hand is for; empty for the agent's own credentials."""
        return self._caller()[0]

    def get_frozen_credentials(self) -> Any:
        """What botocore signs a request with; `None` where there are no credentials."""
        credentials = self._caller()[1]()
        return None if credentials is None else credentials.get_frozen_credentials()

    def get_deferred_property(self, name: str) -> Callable[[], Any]:
        """What botocore asks of credentials whenever it looks for an endpoint: the account's number."""
        return lambda: getattr(self._caller()[1](), name, None)

    def load_credentials(self) -> Signer:
        """Be the credentials of a botocore session, as its component `credential_provider`."""
        return self

    def _caller(self) -> tuple[str, Callable[[], Any]]:
        caller: tuple[str, Callable[[], Any]] | None = getattr(self._thread, "caller", None)
        if caller is None:
            raise RuntimeError("a call to AWS that says not for which account")
        return caller


class Clients:
    """Lends clients, which `make` makes for a service and region; safe to use from any thread."""

    def __init__(self, make: Callable[[str, str], Any]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._lent: dict[Where, _Lent] = {}

    def take(self, service: str, region: str) -> Any:
        """The one client of the service and region; to be given back."""
        where = service, region
        with self._lock:
            lent = self._lent.pop(where, None) or _Lent(self._make(service, region))
            lent.users += 1
            self._lent[where] = lent  # the last in use comes last
            return lent.client

    def give_back(self, service: str, region: str) -> None:
        """Say that one user has done with it; those without a user are closed, but for the last few."""
        with self._lock:
            self._lent[service, region].users -= 1
            idle = [where for where, lent in self._lent.items() if not lent.users]
            for where in idle[: max(0, len(idle) - _MOST_IDLE)]:
                self._lent.pop(where).client.close()


class _Lent:
    """A client and how many use it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.users = 0
