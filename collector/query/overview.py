"""How counts add up: by group, and in total; an asset counts once in the total, whatever its groups.

Of what is inside the EER every count says for how much law from outside it reaches the operator.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import lru_cache

from collector.query.errors import BadQueryError
from collector.store.base import CountRow
from wolkenzicht.model import Holds, LawReach, LocationClass, MaterialUse
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

#: In which further count assets inside the EER stand.
_LAW_FIELDS = {
    LawReach.THROUGH_PARENT: "inside_eea_exposed",
    LawReach.DIRECT: "inside_eea_exposed",
    LawReach.UNKNOWN: "inside_eea_law_unknown",
}

#: The counts of an answer.
_COUNTED = (
    *("assets", "content", "material", "undetermined"),
    *_CLASS_FIELDS.values(),
    *("inside_eea_exposed", "inside_eea_law_unknown"),
)

#: In the order in which groups are shown; `unknown` comes last.
_REACHES = {reach.value: place for place, reach in enumerate(LawReach)}

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
    GroupBy.GROUP_BY_LAW: (
        ("class", "law_reach", "law"),
        lambda row: [(row.location_class, row.law_reach, ", ".join(row.law_countries))],
    ),
}


#: What the rows that are added up must tell apart, by grouping; the rest is told apart always.
_COLUMNS: dict[int, frozenset[str]] = {
    GroupBy.GROUP_BY_UNSPECIFIED: frozenset({"organisation", "provider"}),
    GroupBy.GROUP_BY_ORGANISATION: frozenset({"organisation"}),
    GroupBy.GROUP_BY_PROVIDER: frozenset({"provider"}),
    GroupBy.GROUP_BY_COUNTRY: frozenset({"countries"}),
    GroupBy.GROUP_BY_TYPE: frozenset({"type"}),
    GroupBy.GROUP_BY_CUSTODY: frozenset({"custody"}),
    GroupBy.GROUP_BY_LAW: frozenset({"law_countries"}),
}


def columns(group_by: int) -> frozenset[str]:
    """Which of the store's `COUNT_COLUMNS` a grouping needs."""
    return _COLUMNS.get(group_by, frozenset())


def add_up(
    rows: Iterable[CountRow], group_by: int, eea: Container[str] = frozenset()
) -> tuple[list[OverviewCount], OverviewCount]:
    """Counts of every group, sorted by the group's values, and the total.

    Of the countries of the law those outside the EER are told; `eea` has the codes of those in it. Location
    classes sort from best to worst. Raises `BadQueryError` for an unknown grouping.
    """
    if group_by not in _GROUPINGS:
        raise BadQueryError("group_by", f"value {group_by} is not known; use a value of this contract")
    names, groups_of = _GROUPINGS[group_by]
    found: dict[Group, list[int]] = {}
    total = [0] * len(_COUNTED)
    for row in _from_outside(rows, eea) if group_by == GroupBy.GROUP_BY_LAW else rows:
        assets = row.assets
        fields = _fields(row.holds, row.location_class, row.law_reach, row.material)
        for field in fields:
            total[field] += assets
        for group in groups_of(row):
            counts = found.get(group)
            if counts is None:
                counts = found[group] = [0] * len(_COUNTED)
            for field in fields:
                counts[field] += assets
    ordered = sorted(found, key=lambda group: _order(names, group))
    items = [_told(found[each], dict(zip(names, each, strict=True))) for each in ordered]
    return items, _told(total, {})


def _from_outside(rows: Iterable[CountRow], eea: Container[str]) -> Iterator[CountRow]:
    """The rows with those countries of the law that are outside the EER."""
    for row in rows:
        yield row._replace(law_countries=tuple(code for code in row.law_countries if code not in eea))


#: How the values of a group sort where not as texts.
_PLACES: dict[str, Callable[[str], str]] = {
    "class": lambda value: str(LocationClass(value).badness),
    "law_reach": lambda value: str(_REACHES[value]),
}


@lru_cache(maxsize=4096)
def _order(names: Group, group: Group) -> Group:
    return tuple(
        _PLACES[name](value) if name in _PLACES else value for name, value in zip(names, group, strict=True)
    )


def _told(counts: Sequence[int], group: dict[str, str]) -> OverviewCount:
    answer = OverviewCount(
        group=None, **{field: assets for field, assets in zip(_COUNTED, counts, strict=True) if assets}
    )
    # One by one: a map that is given whole is copied by Python code, and there are hundreds of groups.
    names = answer.group
    for name, value in group.items():
        names[name] = value
    return answer


@lru_cache(maxsize=1024)
def _fields(holds: str, location_class: str, law_reach: str, material: str) -> tuple[int, ...]:
    """In which of `_COUNTED` the assets of a row stand, by their places."""
    fields = ["assets"]
    if holds == Holds.CONTENT:
        fields += ["content", _CLASS_FIELDS[LocationClass(location_class)]]
        if location_class == LocationClass.INSIDE_EEA and law_reach in _LAW_FIELDS:
            fields.append(_LAW_FIELDS[LawReach(law_reach)])
    if material == MaterialUse.MATERIAL:
        fields.append("material")
    elif material == MaterialUse.UNDETERMINED:
        fields.append("undetermined")
    return tuple(map(_COUNTED.index, fields))
