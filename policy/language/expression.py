"""An expression of a rule, checked and ready: what it asks, what it reads, and what came out for an asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from policy.language.analysis import Concerns, Reads, asks_for_absence, concerns, cost, reads, simplified
from policy.language.answers import Answer, Condition, Witness, elements
from policy.language.checker import Checker, Lists
from policy.language.compiler import Compiler
from policy.language.nodes import Node
from policy.language.parser import parse
from policy.language.schema import Schema

_REMEMBERED = 4096


class Found(NamedTuple):
    """The answer, and where it is true what shows that."""

    answer: Answer
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; two are equal where their text and the words of their lists are.

    `names` are the variables that it reads, in the order of the schema. `cost` is the most steps it takes.
    `absent` names the lists that it may hold for lacking something.
    """

    text: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    schema: str
    names: tuple[str, ...] = field(compare=False)
    reads: Reads = field(compare=False)
    concerns: Concerns = field(compare=False)
    absent: frozenset[str] = field(compare=False)
    cost: int = field(compare=False)
    slots: int = field(compare=False)
    condition: Condition = field(compare=False, repr=False)
    #: The same for an asset that `concerns` admits.
    rest: Condition = field(compare=False, repr=False)
    tree: Node = field(compare=False, repr=False)

    def evaluate(self, values: Sequence[object]) -> Found:
        """The answer for the values of the schema's variables, in its order; None is an unknown one."""
        witnesses: list[Witness] = []
        frame = [elements(each) if isinstance(each, tuple) else each for each in values]
        answer = self.condition([*frame, *([None] * self.slots)], witnesses)
        return Found(answer, tuple(dict.fromkeys(witnesses)))


def compile_expression(text: str, schema: Schema, lists: Lists) -> Expression:
    """Read, check and compile an expression; raises `ExpressionError` with a place in its text."""
    return _compiled(text, schema, tuple(sorted(lists.items())))


@lru_cache(maxsize=_REMEMBERED)
def _compiled(text: str, schema: Schema, lists: tuple[tuple[str, tuple[str, ...]], ...]) -> Expression:
    checker = Checker(schema, dict(lists))
    checked = checker.condition(parse(text))
    steps = cost(checked, schema)
    tree = simplified(checked)
    found, rest = concerns(tree)
    read, compiler = reads(tree, schema), Compiler(schema)
    return Expression(
        text=text,
        lists=lists,
        schema=schema.name,
        names=tuple(path for path in schema.by_path if path in read.names),
        reads=read,
        concerns=found,
        absent=frozenset(path for path in read.keys if asks_for_absence(tree, path)),
        cost=steps,
        slots=checker.slots,
        condition=compiler.condition(tree),
        rest=compiler.condition(rest),
        tree=tree,
    )
