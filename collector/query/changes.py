"""What differs from one version of an asset to the next, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from google.protobuf.message import Message

from wolkenzicht.v1.asset_pb2 import ClassifiedAsset, DataLocation, LocationVerdict
from wolkenzicht.v1.overview_service_pb2 import FieldChange
from wolkenzicht.wire import (
    CERTAINTIES,
    DEPTHS,
    HOLDS,
    KEY_CUSTODIES,
    LAW_REACHES,
    LOCATION_CLASSES,
    MATERIAL_USES,
    OPERATIONS,
)

#: Fields whose values have words of their own.
_WORDS: dict[str, Callable[[int, str], str]] = {
    "depth": DEPTHS.decode,
    "holds": HOLDS.decode,
    "verdict.location_class": LOCATION_CLASSES.decode,
    "verdict.material": MATERIAL_USES.decode,
    "verdict.custody": KEY_CUSTODIES.decode,
    "verdict.law_reach": LAW_REACHES.decode,
}
#: Told in one list with what was judged of each.
_TOGETHER = frozenset({"locations"})


def between(before: ClassifiedAsset, after: ClassifiedAsset) -> list[FieldChange]:
    """The fields that differ, sorted by name."""
    earlier, later = dict(_fields(before)), dict(_fields(after))
    return [
        FieldChange(field=field, before=earlier.get(field, ""), after=later.get(field, ""))
        for field in sorted(earlier.keys() | later.keys())
        if earlier.get(field, "") != later.get(field, "")
    ]


def _fields(record: ClassifiedAsset) -> Iterator[tuple[str, str]]:
    yield from _of(record.asset, "")
    yield from _of(record.verdict, "verdict.")
    judged = zip(record.asset.locations, record.verdict.locations, strict=False)
    yield "locations", _listed(_place(location, verdict) for location, verdict in judged)


def _of(message: Message, above: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        name = f"{above}{field.name}"
        if field.name in _TOGETHER:
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            for key in value:
                yield f"{name}.{key}", str(value[key])
        elif field.is_repeated:
            yield name, _listed(_text(each) for each in value)
        elif name in _WORDS:
            yield name, str(_WORDS[name](value, name))
        elif field.message_type is not None and field.message_type.full_name.startswith("google."):
            yield name, value.ToJsonString()
        elif field.message_type is not None:
            yield from _of(value, f"{name}.")
        else:
            yield name, str(value)


def _place(location: DataLocation, verdict: LocationVerdict) -> str:
    operation = OPERATIONS.decode(location.operation, "operation").value
    countries = " ".join(verdict.countries) or "?"
    certainty = CERTAINTIES.decode(location.certainty, "certainty").value
    return f"{operation} {location.location or '?'} ({countries}, {certainty})"


def _text(value: object) -> str:
    if not isinstance(value, Message):
        return str(value)
    return " ".join(text for _, text in _of(value, "") if text)


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts)
