"""What a wrong configuration is called: msgspec's message turned into file, line, key and remedy."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import inspect

from wolkenzicht import toml_lines

_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<key>.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<key>.*)`$", re.DOTALL)
_TYPES = re.compile(r"^Expected `(?P<expected>.*)`, got `(?P<got>.*)`$", re.DOTALL)
_NAMED = re.compile(r"^(?P<key>[A-Za-z0-9_-]+)[ :]")
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_WORDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a table ([section])",
    "array": "a list in square brackets",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a configuration came from; `overridden` are the keys that environment or flags set."""

    path: Path | None
    source: str
    struct: type[msgspec.Struct]
    overridden: frozenset[str]
    prefix: str


def explain(message: str, origin: Origin) -> str:
    """One line from msgspec's message: where, which key, what is wrong and what to do."""
    match = _PLACE.match(message)
    what, section = (match["what"], match["path"] or "") if match else (message, "")
    if unknown := _UNKNOWN.match(what):
        key = _joined(section, unknown["key"])
        problem = f"unknown key {key!r}; {_remedy(unknown['key'], _known(origin.struct, section))}"
    elif missing := _MISSING.match(what):
        key, lookup = _joined(section, missing["key"]), section
        variable = f", or set {origin.prefix}{key.replace('.', '_').upper()}" if "[" not in key else ""
        problem = f"key {key!r} is missing; add it{variable}"
        return f"{_place(origin, lookup)}: {problem}"
    else:
        key, problem = _fault(what, section, origin.struct)
    if re.sub(r"\[\d+\]", "", key) in origin.overridden:
        return f"environment or flag: {problem}"
    return f"{_place(origin, key)}: {problem}"


def _fault(what: str, section: str, struct: type[msgspec.Struct]) -> tuple[str, str]:
    """The key at fault and the sentence about it; a struct's own check begins with one of its keys."""
    named = _NAMED.match(what)
    if named and not _TYPES.match(what) and named["key"] in _known(struct, section):
        key = _joined(section, named["key"])
        return key, f"key {key!r}{what.removeprefix(named['key'])}"
    words = f"{reworded(what)}{_choices(struct, section)}"
    return section, f"key {section!r}: {words}" if section else words


def _place(origin: Origin, key: str) -> str:
    if origin.path is None:
        return "configuration"
    line = toml_lines.find(origin.source, key) if key else None
    return f"{origin.path}:{line}" if line else f"{origin.path}"


def _joined(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key


def _known(struct: type[msgspec.Struct], section: str) -> list[str]:
    """The keys that a section may have, of all kinds that may stand there."""
    kinds = _structs(struct, section)
    names = {field.encode_name for kind in kinds for field in kind.fields}
    return sorted(names | {kind.tag_field for kind in kinds if kind.tag_field})


def _structs(struct: type[msgspec.Struct], section: str) -> list[inspect.StructType]:
    """The structs that may stand at a dotted key such as `alerts.route[1]`."""
    found: list[inspect.Type] = [inspect.type_info(struct)]
    for step in re.sub(r"\[\d+\]", "", section).split(".") if section else []:
        inner = [
            field.type
            for kind in found
            if isinstance(kind, inspect.StructType)
            for field in kind.fields
            if field.encode_name == step
        ]
        found = [alternative for kind in inner for alternative in _alternatives(kind)]
    return [kind for kind in found if isinstance(kind, inspect.StructType)]


def _alternatives(kind: inspect.Type) -> list[inspect.Type]:
    if isinstance(kind, inspect.ListType | inspect.VarTupleType):
        return _alternatives(kind.item_type)
    if isinstance(kind, inspect.UnionType):
        return [alternative for one in kind.types for alternative in _alternatives(one)]
    return [kind]


def _choices(struct: type[msgspec.Struct], key: str) -> str:
    """The words that may stand at a key which says of which kind its section is."""
    section, _, last = key.rpartition(".")
    tags = sorted(str(kind.tag) for kind in _structs(struct, section) if kind.tag_field == last)
    return f"; choose one of {', '.join(tags)}" if tags else ""


def _remedy(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(known)}" if known else "remove it"


def reworded(what: str) -> str:
    """The library's words for a wrong value in words for people; no remedy beyond them."""
    types = _TYPES.match(what)
    if types is None:
        words = " ".join(what.split())
        return f"{words[:1].lower()}{words[1:]}"
    names = [_WORDS.get(name.strip(), name.strip()) for name in types["expected"].split("|")]
    return f"expected {' or '.join(names)}, not {_WORDS.get(types['got'], types['got'])}"
