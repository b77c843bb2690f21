"""What an expression is made of: as it was written, and as the checker understood it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wolkenzicht.errors import WolkenzichtError


class Place(NamedTuple):
    """Where something stands in the text of an expression, from 1."""

    line: int
    column: int


class ExpressionError(WolkenzichtError):
    """An expression is wrong at a place in its own text; the message says what to do."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place.line}:{place.column}: {message}")
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true or false, or the words of a list."""

    value: str | int | bool | tuple[str | int | bool, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list as it was written."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was written."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Select:
    """A field of something, as it was written."""

    operand: Node
    field: str
    place: Place


@dataclass(frozen=True, slots=True)
class Variable:
    """What the schema knows by this path, such as `type` or `declared.owner`."""

    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class Element:
    """What `exists` or `all` looks at: the element itself, or one of its fields by number."""

    slot: int
    part: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; a method's target is its first."""

    function: str
    arguments: tuple[Node, ...]
    method: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values and how they compare."""

    operator: str
    left: Node
    right: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    operand: Node
    place: Place


@dataclass(frozen=True, slots=True)
class And:
    """What must all hold."""

    parts: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Or:
    """Of what one must hold."""

    parts: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two, by a condition."""

    condition: Node
    then: Node
    otherwise: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Quantified:
    """`exists`, or `all` where `every`, over a list of the schema or of words; `slot` keeps the element."""

    every: bool
    over: Variable | Literal
    slot: int
    body: Node
    place: Place


Node = (
    Literal
    | Items
    | Name
    | Select
    | Variable
    | Element
    | Call
    | Compare
    | Not
    | And
    | Or
    | Choice
    | Quantified
)
