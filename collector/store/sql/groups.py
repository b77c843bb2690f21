"""In which group an asset counts: by all that an overview groups or filters by."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

#: What an asset counts by, in the order in which its group is numbered.
COLUMNS = (
    *("provider", "countries", "location_class", "material", "holds", "type", "custody", "law_reach"),
    "law_countries",
)
#: The values of `COLUMNS` of one asset.
Kind = tuple[str, ...]

#: The parts of the roll-up: the whole, and sums of it that leave columns out, so that a count reads few rows.
#: A part serves every question that asks for none of the columns that it leaves out.
WHOLE, PLACES, TYPES, CUSTODIES, BARE = range(5)
LEFT_OUT = {
    WHOLE: frozenset[str](),
    PLACES: frozenset({"type", "custody"}),
    TYPES: frozenset({"countries", "custody", "law_countries"}),
    CUSTODIES: frozenset({"countries", "type", "law_countries"}),
    BARE: frozenset({"countries", "type", "custody", "law_countries"}),
}
#: In place of a tenant: the sums over all of them, for who sees all. No tenant has this name.
ALL_TENANTS = ""
#: From the one with the fewest rows to the one with the most.
SMALLEST_FIRST = (BARE, PLACES, CUSTODIES, TYPES, WHOLE)

_NUMBER_BYTES = 8


@lru_cache(maxsize=16_384)
def group_no(*kind: str) -> int:
    """The number of the group of assets that are alike: made from the values, so that nobody hands it out."""
    digest = blake2b("\0".join(kind).encode(), digest_size=_NUMBER_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


@lru_cache(maxsize=16_384)
def in_part(part: int, kind: Kind) -> Kind:
    """The kind as a part of the roll-up has it: without what is left out there."""
    left_out = LEFT_OUT[part]
    return tuple("" if name in left_out else value for name, value in zip(COLUMNS, kind, strict=True))


def part_for(columns: frozenset[str]) -> int:
    """The smallest part that has all these columns."""
    return next(part for part in SMALLEST_FIRST if not LEFT_OUT[part] & columns)
