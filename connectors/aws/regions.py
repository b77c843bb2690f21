"""Which regions of an account are read: those that are enabled for it, as the account itself says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.aws.client import ServiceClient
from connectors.aws.global_services import control_region
from connectors.aws.kind import Call
from connectors.base import Gap, ReadError
from wolkenzicht.logs import event
from wolkenzicht.model import Outcome

if TYPE_CHECKING:
    from connectors.aws.session import AwsSession

_log = logging.getLogger(__name__)

#: The calls that listing regions makes, by service.
OPERATIONS = {"account": ("ListRegions",), "ec2": ("DescribeRegions",)}

_LIST = Call("ListRegions", "account:ListRegions", items="Regions", page_size=50)
_DESCRIBE = Call("DescribeRegions", "ec2:DescribeRegions", items="Regions")

#: The other statuses are those of a region that does not answer: `DISABLED`, `ENABLING`, `DISABLING`.
#: Source: https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html
_ENABLED = frozenset({"ENABLED", "ENABLED_BY_DEFAULT"})

#: Regions that answer; the others do not exist for the account.
#: Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html
_OPTED_IN = frozenset({"opt-in-not-required", "opted-in"})


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions that are enabled for an account, and those that AWS has beside them; sorted."""

    enabled: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, found: dict[str, bool]) -> Regions:
        """The regions by name, each with whether it is enabled."""
        names = sorted(found)
        return cls(
            tuple(each for each in names if found[each]), tuple(each for each in names if not found[each])
        )


def known(session: AwsSession) -> Regions:
    """The regions as the account has them. Raises `ReadError` where nobody tells.

    `account:ListRegions` knows them best; where it is refused (it is answered in Virginia, which
    policies of European organisations often deny) EC2 is asked, and the log says so.
    """
    try:
        found = _listed(session)
        if found.enabled:
            return found
    except ReadError as error:
        event(
            _log,
            logging.WARNING,
            "aws.regions_from_ec2",
            account=session.account,
            reason=str(error),
            outcome=error.gap.outcome.value,
        )
    found = _described(session)
    if not found.enabled:
        raise ReadError(Gap(Outcome.FAILED, "ec2 DescribeRegions names no enabled region; set `regions`"))
    return found


def _listed(session: AwsSession) -> Regions:
    region = control_region("account", session.partition) or session.home_region
    client = ServiceClient(session, "account", region)
    try:
        found = {each["RegionName"]: each["RegionOptStatus"] in _ENABLED for each in client.items(_LIST)}
    finally:
        client.close()
    return Regions.of(found)


def _described(session: AwsSession) -> Regions:
    client = ServiceClient(session, "ec2", session.home_region)
    try:
        found = client.answer(_DESCRIBE, AllRegions=True)["Regions"]
    finally:
        client.close()
    # An answer without the status is of a partition that has no opt-in.
    return Regions.of(
        {each["RegionName"]: each.get("OptInStatus", "opt-in-not-required") in _OPTED_IN for each in found}
    )
