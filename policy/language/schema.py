"""What rules may name: typed fields and functions, and what of them an expression may leave unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import contains


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its CEL name; a list has its elements' type, a thing with fields has those."""

    name: str
    element: Type | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a rule may name, and what it is.

    The values of a `folded` one are compared without regard to case, Unicode form and white space: what a
    rule compares them with must be written folded. `choices` are the only values that there are.
    """

    name: str
    type: Type
    meaning: str
    folded: bool = False
    choices: tuple[str, ...] = ()


BOOL, INT, STRING = Type("bool"), Type("int"), Type("string")
STRINGS = Type("list(string)", STRING)


@dataclass(frozen=True, slots=True)
class Function:
    """A function, or a method of its first parameter; `call` is pure and total, `cost` its price in steps.

    Where it holds, the names among its arguments count as evidence if `witness` says so.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type
    call: Callable[..., object] = field(compare=False)
    meaning: str
    method: bool = False
    cost: int = 1
    witness: bool = False


@dataclass(frozen=True)
class Schema:
    """The names of one kind of rule. A variable of type bool may be unknown."""

    name: str
    fields: tuple[Field, ...]
    functions: tuple[Function, ...] = ()

    @cached_property
    def by_path(self) -> Mapping[str, Field]:
        """Every variable by its path; `declared.owner` is one."""
        found: dict[str, Field] = {}
        for each in self.fields:
            inner = {f"{each.name}.{part.name}": part for part in each.type.fields}
            found.update(inner or {each.name: each})
        return found

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where a frame holds each variable."""
        return {path: number for number, path in enumerate(self.by_path)}

    @cached_property
    def things(self) -> Mapping[str, Type]:
        """The variables that are only there for their fields."""
        return {each.name: each.type for each in self.fields if each.type.fields}

    @cached_property
    def callable(self) -> tuple[Function, ...]:
        """The functions of the language and those of this schema."""
        return (*STANDARD, *self.functions)


#: The functions of CEL that the subset has; `size` also counts the elements of a list.
STANDARD = (
    Function(
        "startsWith", (STRING, STRING), BOOL, str.startswith, "the text starts with another", method=True
    ),
    Function("endsWith", (STRING, STRING), BOOL, str.endswith, "the text ends with another", method=True),
    Function("contains", (STRING, STRING), BOOL, contains, "it has another text in it", method=True, cost=4),
    Function("size", (STRING,), INT, len, "how many characters, or elements"),
    Function("size", (STRING,), INT, len, "the same, as a method", method=True),
)
