"""Of which type a resource is, by its ARN, and for which types an inventory is authoritative.

The facts stand in `data/inventory_types.csv`, each row with its source. There `*` in an ARN stands for a
part without `/` and `:`, `+` for one without `:`, and `++` for anything.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from connectors.aws.facts_files import rows
from connectors.aws.global_services import control_region
from connectors.aws.kind import ResourceKind
from connectors.aws.kinds import KINDS
from wolkenzicht.model import Holds

_FILE = "inventory_types.csv"
_ARN_FIELDS = 6
_YES = "yes"

_SIGNS = (("++", ".+"), ("*", "[^/:]+"), ("+", "[^:]+"))


@dataclass(frozen=True, slots=True)
class Arn:
    """The fields of `arn:partition:service:region:account:resource`."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def of(cls, text: str) -> Arn | None:
        """The fields of the text; `None` where it is no ARN."""
        fields = text.split(":", _ARN_FIELDS - 1)
        if len(fields) != _ARN_FIELDS or fields[0] != "arn" or not (fields[2] and fields[5]):
            return None
        return cls(*fields[1:])

    def __str__(self) -> str:
        """The ARN as text."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


@dataclass(frozen=True, slots=True)
class ListedType:
    """A type that inventories list: what it holds, and the kind that reads it in depth, if there is one."""

    type: str
    holds: Holds
    kind: ResourceKind | None = None


def type_of(arn: Arn) -> ListedType | None:
    """The type that the ARN shows; `None` where no row knows it."""
    subject = f"{arn.service}:{arn.resource}"
    for pattern, found in _by_service().get(arn.service, ()):
        if pattern.fullmatch(subject):
            return found
    return None


def named_type(name: str) -> ListedType:
    """The type of this name (`AWS::EC2::VPC`, `ec2:vpc`); what nobody describes counts as metadata."""
    return _by_name().get(name) or ListedType(name, Holds.METADATA)


def own_name(arn: Arn) -> str:
    """What a resource is called whose type nobody tells: its service and the first part of its resource."""
    first = re.split("[/:]", arn.resource, maxsplit=1)
    return f"{arn.service}:{first[0]}" if len(first) > 1 else arn.service


def covered(inventory: str) -> frozenset[str]:
    """Types in regions of which the inventory lists every resource: a column of the file (`explorer`)."""
    return frozenset(row["type"] for row in rows(_FILE) if row[inventory] == _YES and row["home"] == "region")


def covered_globally(inventory: str, partition: str) -> dict[str, frozenset[str]]:
    """Types without a region that the inventory lists, by the region that their service is managed from."""
    found: dict[str, set[str]] = {}
    services = {kind.type: kind.service for kind in KINDS}
    for row in rows(_FILE):
        if row[inventory] == _YES and row["home"] == "global":
            region = control_region(services[row["type"]], partition)
            found.setdefault(region, set()).add(row["type"])
    return {region: frozenset(types) for region, types in found.items() if region}


@functools.cache
def _by_service() -> dict[str, tuple[tuple[re.Pattern[str], ListedType], ...]]:
    found: dict[str, list[tuple[re.Pattern[str], ListedType]]] = {}
    for row in rows(_FILE):
        if row["arn"]:
            text = re.escape(row["arn"])
            for sign, part in _SIGNS:
                text = text.replace(re.escape(sign), part)
            service = row["arn"].partition(":")[0]
            found.setdefault(service, []).append((re.compile(text), named_type(row["type"])))
    return {service: tuple(patterns) for service, patterns in found.items()}


@functools.cache
def _by_name() -> dict[str, ListedType]:
    found = {row["type"]: ListedType(row["type"], Holds(row["holds"])) for row in rows(_FILE) if row["holds"]}
    return found | {kind.type: ListedType(kind.type, kind.holds, kind) for kind in KINDS}
