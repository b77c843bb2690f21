"""How counts add up: by group, and in total; an asset counts once in the total, whatever its groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from collector.query.errors import BadQueryError
from collector.store.base import CountRow
from wolkenzicht.model import Holds, LocationClass, MaterialUse
from wolkenzicht.v1.overview_service_pb2 import GroupBy, OverviewCount

#: The group of assets of which no country is known.
NO_COUNTRY = "unknown"

Group = tuple[str, ...]

_CLASS_FIELDS = {
    LocationClass.INSIDE_EEA: "inside_eea",
    LocationClass.OUTSIDE_EEA_ADEQUATE: "outside_eea_adequate",
    LocationClass.UNKNOWN: "unknown",
    LocationClass.OUTSIDE_EEA: "outside_eea",
}

#: For each grouping the names of its values, and the groups that a row counts in.
_GROUPINGS: dict[int, tuple[Group, Callable[[CountRow], Sequence[Group]]]] = {
    GroupBy.GROUP_BY_UNSPECIFIED: (
        ("organisation", "provider", "class"),
        lambda row: [(row.organisation, row.provider, row.location_class)],
    ),
    GroupBy.GROUP_BY_ORGANISATION: (("organisation",), lambda row: [(row.organisation,)]),
    GroupBy.GROUP_BY_PROVIDER: (("provider",), lambda row: [(row.provider,)]),
    GroupBy.GROUP_BY_COUNTRY: (
        ("country",),
        lambda row: [(country,) for country in dict.fromkeys(row.countries)] or [(NO_COUNTRY,)],
    ),
    GroupBy.GROUP_BY_LOCATION_CLASS: (("class",), lambda row: [(row.location_class,)]),
    GroupBy.GROUP_BY_MATERIAL: (("material",), lambda row: [(row.material,)]),
    GroupBy.GROUP_BY_TYPE: (("type",), lambda row: [(row.type,)]),
    GroupBy.GROUP_BY_CUSTODY: (("custody",), lambda row: [(row.custody,)]),
}


def add_up(rows: Iterable[CountRow], group_by: int) -> tuple[list[OverviewCount], OverviewCount]:
    """Counts of every group, sorted by the group's values, and the total.

    Location classes sort from best to worst. Raises `BadQueryError` for an unknown grouping.
    """
    if group_by not in _GROUPINGS:
        raise BadQueryError("group_by", f"value {group_by} is not known; use a value of this contract")
    names, groups_of = _GROUPINGS[group_by]
    found: dict[Group, OverviewCount] = {}
    total = OverviewCount()
    for row in rows:
        _add(total, row)
        for group in groups_of(row):
            if group not in found:
                found[group] = OverviewCount(group=dict(zip(names, group, strict=True)))
            _add(found[group], row)
    return [found[group] for group in sorted(found, key=lambda group: _order(names, group))], total


def _order(names: Group, group: Group) -> Group:
    return tuple(
        str(LocationClass(value).badness) if name == "class" else value
        for name, value in zip(names, group, strict=True)
    )


def _add(count: OverviewCount, row: CountRow) -> None:
    count.assets += row.assets
    if row.holds == Holds.CONTENT:
        count.content += row.assets
        field = _CLASS_FIELDS[LocationClass(row.location_class)]
        setattr(count, field, getattr(count, field) + row.assets)
    if row.material == MaterialUse.MATERIAL:
        count.material += row.assets
    elif row.material == MaterialUse.UNDETERMINED:
        count.undetermined += row.assets
