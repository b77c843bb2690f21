"""What is asked of one element of a list alone: plain tests, which need neither a frame nor three values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from policy.language.analysis import children
from policy.language.nodes import (
    And,
    Call,
    Choice,
    Compare,
    Element,
    Literal,
    Node,
    Not,
    Or,
    Quantified,
    Variable,
)
from policy.language.schema import Schema

#: The checker has proved the types of what closures are given.
Test = Callable[[Any], bool]
_Value = Callable[[Any], Any]

#: Key and value of a pair.
_PARTS = {0, 1}

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def test_of(node: Node, slot: int, schema: Schema) -> Test | None:
    """The test that a condition is, or None where it asks for more than the element of this slot."""
    return _test(node, schema) if _is_of_element(node, slot) else None


def words_of(node: Node, part: int) -> frozenset[str] | None:
    """The words that a condition wants of one part of the element, where it wants no more than that."""
    if not isinstance(node, Compare) or node.operator not in ("==", "in"):
        return None
    if not isinstance(node.left, Element) or node.left.part != part or not isinstance(node.right, Literal):
        return None
    words = node.right.value if isinstance(node.right.value, tuple) else (node.right.value,)
    return frozenset(map(str, words))


def without_first(node: And) -> Node:
    """What is left of a condition without its first part."""
    return node.parts[1] if len(node.parts) == len(_PARTS) else And(node.parts[1:], node.place)


def applied(node: Call, values: Sequence[_Value], schema: Schema, *, of_element: bool = False) -> _Value:
    """A function with the values of its arguments, of what is given: an element alone, or a frame."""
    call = next(
        each.call for each in schema.callable if (each.name, each.method) == (node.function, node.method)
    )
    if len(values) == 1:
        (only,) = values
        return lambda given: call(only(given))
    first, second = values
    last = node.arguments[1]
    if isinstance(last, Literal):
        constant = last.value
        target = node.arguments[0]
        if isinstance(target, Element) and target.part is not None and of_element:
            part = target.part
            return lambda given: call(given[part], constant)
        return lambda given: call(first(given), constant)
    return lambda given: call(first(given), second(given))


def _is_of_element(node: Node, slot: int) -> bool:
    if isinstance(node, Variable | Quantified) or (isinstance(node, Element) and node.slot != slot):
        return False
    return all(_is_of_element(each, slot) for each in children(node))


def _test(node: Node, schema: Schema) -> Test:
    match node:
        case And():
            return _all([_test(each, schema) for each in node.parts])
        case Or():
            return reduce(_either, (_test(each, schema) for each in node.parts))
        case Not():
            inner = _test(node.operand, schema)
            return lambda element: not inner(element)
        case Choice():
            condition, then, otherwise = (_test(each, schema) for each in children(node))
            return lambda element: then(element) if condition(element) else otherwise(element)
        case Compare():
            return _compare(node, schema)
        case _:
            return _value(node, schema)


def _all(tests: Sequence[Test]) -> Test:
    first, second, *more = tests
    if not more:
        return lambda element: first(element) and second(element)
    third = _all(more) if len(more) > 1 else more[0]
    return lambda element: first(element) and second(element) and third(element)


def _either(first: Test, second: Test) -> Test:
    return lambda element: first(element) or second(element)


def _compare(node: Compare, schema: Schema) -> Test:
    left, right = _value(node.left, schema), node.right
    if node.operator == "in":
        words = (
            frozenset(right.value) if isinstance(right, Literal) and isinstance(right.value, tuple) else ()
        )
        if isinstance(node.left, Element) and node.left.part is not None:
            part = node.left.part
            return lambda element: element[part] in words
        return lambda element: left(element) in words
    compare = OPERATORS[node.operator]
    if isinstance(right, Literal):
        constant = right.value
        if node.operator == "==" and isinstance(node.left, Element) and node.left.part is not None:
            part = node.left.part
            return lambda element: bool(element[part] == constant)
        return lambda element: compare(left(element), constant)
    other = _value(right, schema)
    return lambda element: compare(left(element), other(element))


def _value(node: Node, schema: Schema) -> _Value:
    match node:
        case Literal():
            constant = node.value
            return lambda _: constant
        case Element():
            return _itself if node.part is None else operator.itemgetter(node.part)
        case Call():
            return applied(node, [_value(each, schema) for each in node.arguments], schema, of_element=True)
        case _:
            return _test(node, schema)


def _itself(element: Any) -> Any:
    return element
