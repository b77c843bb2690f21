"""How many calls AWS allows: the documented quotas, and what is assumed where none is published."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from connectors.aws.facts_files import rows

#: Stands in the file for "each operation of the service, counted by itself".
_EACH = "*"


@dataclass(frozen=True, slots=True)
class Quota:
    """A token bucket of AWS's: `burst` calls at once, refilled with `per_second`.

    `counts` names what is counted together: an operation, or the whole service where it is empty.
    """

    counts: str
    burst: float
    per_second: float


@functools.cache
def quotas(service: str, operation: str) -> tuple[Quota, ...]:
    """Every quota that a call of this operation counts towards; a call must fit in all of them."""
    table = _table()
    found = []
    own = table.get((service, operation)) or table.get((service, _EACH))
    if own is not None:
        found.append(Quota(operation, *own))
    # What no row speaks of falls under the assumption, also beside operations that have a row.
    together = table.get((service, "")) or (None if (service, _EACH) in table else table["", ""])
    if together is not None:
        found.append(Quota("", *together))
    return tuple(found)


@functools.cache
def _table() -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (row["service"], row["operation"]): (float(row["burst"]), float(row["per_second"]))
        for row in rows("api_quotas.csv")
    }
