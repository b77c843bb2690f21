"""Reads answers by a plan made once for each shape, equal in every field to what botocore's parsers make.

botocore walks its model anew for every resource of every page: four fifths of the CPU of reading EC2
instances. Here a structure's members are looked up once and kept with the shape, which lives as long
as its client. What is rare (unions, attributes, flattened maps, exceptions, a tag that repeats where it
should not) is left to botocore's own code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.model import Shape
from botocore.parsers import BaseJSONParser, BaseXMLResponseParser

Reader = Callable[[Any], Any]

#: Where a shape keeps its reader.
_KEPT = "_wolkenzicht_reader"
_ELSEWHERE = frozenset(BaseXMLResponseParser.KNOWN_LOCATIONS)


def of_xml(shape: Shape, parser: BaseXMLResponseParser) -> Reader:
    """The reader of an XML element of this shape; `parser` does what is rare."""
    return _kept(shape, lambda: _XmlReaders(parser).of(shape))


def of_json(shape: Shape, parser: BaseJSONParser) -> Reader:
    """The reader of a JSON value of this shape; `parser` does what is rare."""
    return _kept(shape, lambda: _JsonReaders(parser).of(shape) or _same)


def _kept(shape: Shape, make: Callable[[], Reader]) -> Reader:
    reader: Reader | None = shape.__dict__.get(_KEPT)
    if reader is None:
        reader = shape.__dict__[_KEPT] = make()
    return reader


def _same(value: Any) -> Any:
    return value


class _Repeated(Exception):  # noqa: N818 - a signal, caught where it is raised
    """A tag came twice where one was expected."""


class _XmlReaders:
    """Makes readers of XML elements; a structure looks at its members when it is first met."""

    def __init__(self, parser: BaseXMLResponseParser) -> None:
        self._parser: Any = parser

    def of(self, shape: Shape) -> Reader:
        """The reader of elements of this shape."""
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            return self._list(shape)
        if kind == "timestamp":
            moment: Reader = self._parser._timestamp_parser  # noqa: SLF001 - as botocore's handler does
            return lambda node: moment(node.text or "")
        return _SCALARS.get(kind) or self._slowly(shape)

    def _slowly(self, shape: Shape) -> Reader:
        return lambda node: self._parser._parse_shape(shape, node)  # noqa: SLF001 - botocore's own way

    def _list(self, shape: Any) -> Reader:
        read = self.of(shape.member)
        return lambda node: [read(item) for item in node]

    def _structure(self, shape: Any) -> Reader:
        if shape.is_tagged_union or shape.metadata.get("exception"):
            return self._slowly(shape)
        slowly = self._slowly(shape)
        plan: dict[str, tuple[str, Reader, bool]] = {}
        by_tag: dict[str, tuple[str, Reader, bool] | None] = {}
        planned = False

        def read(node: Any) -> Any:
            nonlocal planned
            if not planned:
                if not self._plan(shape, plan):
                    return slowly(node)
                planned = True
            try:
                return _elements(node, plan, by_tag)
            except _Repeated:
                return slowly(node)

        return read

    def _plan(self, shape: Any, plan: dict[str, tuple[str, Reader, bool]]) -> bool:
        """Fill the plan: tag → member, reader, whether the tag repeats. False where botocore must do it."""
        for name, member in shape.members.items():
            how = member.serialization
            if how.get("location") in _ELSEWHERE or how.get("eventheader"):
                continue
            flat = bool(how.get("flattened"))
            if how.get("xmlAttribute") or (flat and member.type_name != "list"):
                return False
            tag = self._parser._member_key_name(member, name)  # noqa: SLF001 - as botocore's handler does
            plan[tag] = (name, self.of(member.member if flat else member), flat)
        return True


def _elements(
    node: Any,
    plan: dict[str, tuple[str, Reader, bool]],
    by_tag: dict[str, tuple[str, Reader, bool] | None],
) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    for child in node:
        tag = child.tag
        try:
            entry = by_tag[tag]
        except KeyError:
            entry = by_tag[tag] = plan.get(tag.rpartition("}")[2])
        if entry is None:
            continue
        name, read, repeats = entry
        if repeats:
            parsed.setdefault(name, []).append(read(child))
        elif name in parsed:
            raise _Repeated
        else:
            parsed[name] = read(child)
    return parsed


def _text(node: Any) -> str:
    return node.text or ""


def _whole(node: Any) -> int:
    return int(node.text or "")


def _fraction(node: Any) -> float:
    return float(node.text or "")


def _truth(node: Any) -> bool:
    return bool(node.text == "true")


#: As botocore's handlers take the text of an element; blobs and maps are left to them.
_SCALARS: dict[str, Reader] = {
    "string": _text,
    "character": _text,
    "integer": _whole,
    "long": _whole,
    "float": _fraction,
    "double": _fraction,
    "boolean": _truth,
}


class _JsonReaders:
    """Makes readers of JSON values; `None` stands for a value that is taken as it is."""

    def __init__(self, parser: BaseJSONParser) -> None:
        self._parser: Any = parser

    def of(self, shape: Any) -> Reader | None:
        """The reader of values of this shape."""
        kind = shape.type_name
        if kind == "structure":
            return None if shape.is_document_type else self._structure(shape)
        if kind == "list":
            return self._list(shape)
        if kind == "map":
            return self._map(shape)
        if kind == "timestamp":
            moment: Reader = self._parser._timestamp_parser  # noqa: SLF001 - as botocore's handler does
            return moment
        if kind == "blob":
            blob: Reader = self._parser._blob_parser  # noqa: SLF001 - same
            return blob
        return None

    def _list(self, shape: Any) -> Reader:
        read = self.of(shape.member)
        if read is None:
            return list
        return lambda value: [None if item is None else read(item) for item in value]

    def _map(self, shape: Any) -> Reader:
        read = self.of(shape.value)
        if read is None:
            return dict
        return lambda value: {key: read(item) for key, item in value.items()}

    def _structure(self, shape: Any) -> Reader:
        if shape.is_tagged_union:
            return lambda value: self._parser._parse_shape(shape, value)  # noqa: SLF001 - botocore's own way
        plan: list[tuple[str, str, Reader | None]] = []
        planned = False

        def read(value: Any) -> Any:
            nonlocal planned
            if value is None:
                return None
            if not planned:
                plan.extend(
                    (member.serialization.get("name", name), name, self.of(member))
                    for name, member in shape.members.items()
                )
                planned = True
            parsed = {}
            for key, name, take in plan:
                item = value.get(key)
                if item is not None:
                    parsed[name] = item if take is None else take(item)
            return parsed

        return read
