"""How many resources of which kind each account has in each region."""

from __future__ import annotations

from dataclasses import dataclass

#: The regions that every account has without opting in, but for us-east-1's place at the end.
REGIONS = (
    "eu-west-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "sa-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "us-east-1",
)

#: Parts of an estate in hundredths, by what its kind of resource is called here.
MIXES = {
    "ec2": {"instance": 60, "volume": 30, "snapshot": 10},
    "all": {
        "instance": 25,
        "volume": 25,
        "snapshot": 10,
        "function": 8,
        "log-group": 8,
        "queue": 6,
        "topic": 5,
        "key": 5,
        "table": 3,
        "database": 3,
        "bucket": 2,
    },
    "details": {"bucket": 20, "queue": 20, "table": 20, "key": 20, "topic": 20},
}
#: Kinds that an account has once for all regions.
_GLOBAL = {"bucket"}
_FIRST_ACCOUNT = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Estate:
    """An organization with so many accounts and assets, spread evenly; the first account is the agent's."""

    assets: int
    accounts: int
    mix: str

    def account(self, place: int) -> str:
        """The number of an account."""
        return str(_FIRST_ACCOUNT + place)

    def count(self, kind: str, account: str, region: str) -> int:
        """How many of the kind are in an account and region, or in the account for kinds without regions."""
        place = int(account) - _FIRST_ACCOUNT
        cells = self.accounts
        if kind not in _GLOBAL:
            cells *= len(REGIONS)
            place = place * len(REGIONS) + REGIONS.index(region)
        each, over = divmod(self.total(kind), cells)
        return each + (place < over)

    def total(self, kind: str) -> int:
        """How many of the kind there are in all."""
        return self.assets * MIXES[self.mix].get(kind, 0) // 100

    @property
    def size(self) -> int:
        """How many assets there are in all."""
        return sum(self.total(kind) for kind in MIXES[self.mix])
