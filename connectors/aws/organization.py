"""Which accounts an organization has, and which of them can be read at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.aws.client import ServiceClient
from connectors.aws.global_services import control_region
from connectors.aws.kind import Call
from wolkenzicht.model import AccountState

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession

#: The calls that listing an organization makes, by service.
OPERATIONS = {"organizations": ("ListAccounts",)}

_LIST = Call("ListAccounts", "organizations:ListAccounts", items="Accounts", page_size=20)
#: An account that is being closed is as shut as one that was; one that is not active yet will be opened.
#: Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
_STANDINGS = {
    "ACTIVE": AccountState.ACTIVE,
    "PENDING_CLOSURE": AccountState.CLOSED,
    "CLOSED": AccountState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Member:
    """An account of the organization; `state` is AWS's word for whether it is open (`SUSPENDED`)."""

    account: str
    state: str

    @property
    def standing(self) -> AccountState:
        """What the state means; `suspended` where it is one that nobody knows."""
        return _STANDINGS.get(self.state, AccountState.SUSPENDED)


def members(session: AwsSession) -> Iterator[Member]:
    """The accounts of the organization, page by page. Raises `ReadError`.

    Only the management account and a delegated administrator may list them. `Status` is the older
    name of `State`.
    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    region = control_region("organizations", session.partition) or session.home_region
    client = ServiceClient(session, "organizations", region)
    try:
        for each in client.items(_LIST):
            yield Member(each["Id"], each.get("State") or each.get("Status", ""))
    finally:
        client.close()
