"""Clients that accounts share: who signs which call, and how long a client is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.credentials import Credentials

from connectors.aws.clients import Clients, Signer


def key_of(signer: Signer) -> str:
    """The access key that a call would be signed with now."""
    return str(signer.get_frozen_credentials().access_key)


def credentials_of(account: str) -> Callable[[], Credentials]:
    """Credentials whose key names their account."""
    return lambda: Credentials(f"key-{account}", "secret", account_id=account)


def test_a_call_is_signed_for_its_account() -> None:
    """Inside another account's call, as when a role is assumed for it, the inner account signs."""
    signer = Signer()
    asked = signer.get_deferred_property("account_id")
    with signer.signing("1", credentials_of("1")):
        with signer.signing("", credentials_of("own")):
            assert (signer.account, key_of(signer), asked()) == ("", "key-own", "own")
        assert (signer.account, key_of(signer), asked()) == ("1", "key-1", "1")


def test_threads_sign_for_accounts_of_their_own() -> None:
    """What one thread calls for does not change what another signs with."""
    signer = Signer()
    both = threading.Barrier(2)
    found: dict[str, str] = {}

    def call(account: str) -> None:
        with signer.signing(account, credentials_of(account)):
            both.wait(60)
            found[account] = key_of(signer)
            both.wait(60)

    threads = [threading.Thread(target=call, args=(each,)) for each in ("1", "2")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert found == {"1": "key-1", "2": "key-2"}


def test_a_call_for_nobody_is_refused() -> None:
    """A call that says not for which account is never signed with what another left behind."""
    signer = Signer()
    with signer.signing("1", credentials_of("1")):
        pass
    with pytest.raises(RuntimeError, match="not for which account"):
        signer.get_frozen_credentials()


def test_without_credentials_nothing_signs() -> None:
    """An account without credentials gives botocore none, which it says in its own error."""
    signer = Signer()
    with signer.signing("", lambda: None):
        assert signer.get_frozen_credentials() is None


class _Made:
    """Makes clients that remember whether they are open."""

    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []
        self.count = 0

    def __call__(self, service: str, region: str) -> Any:
        self.count += 1
        self.open.append((service, region))
        return SimpleNamespace(close=lambda: self.open.remove((service, region)))


def test_users_share_a_client() -> None:
    """A service in a region has one client, whoever takes it, also after it was given back."""
    made = _Made()
    clients = Clients(made)
    first = clients.take("ec2", "eu-west-1")
    assert clients.take("ec2", "eu-west-1") is first
    clients.give_back("ec2", "eu-west-1")
    clients.give_back("ec2", "eu-west-1")
    assert clients.take("ec2", "eu-west-1") is first
    assert (made.count, made.open) == (1, [("ec2", "eu-west-1")])


def test_only_the_last_idle_clients_are_kept() -> None:
    """The clients that nobody uses are closed, the oldest first; one in use never is."""
    made = _Made()
    clients = Clients(made)
    clients.take("ec2", "in-use")
    for number in range(40):
        clients.take("ec2", f"region-{number}")
        clients.give_back("ec2", f"region-{number}")
    assert made.open == [("ec2", "in-use"), *(("ec2", f"region-{number}") for number in range(24, 40))]
