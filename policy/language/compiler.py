"""How an expression is evaluated: closures made once, that give true, false, or what must be known first."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from policy.language.analysis import deciding_keys
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
from policy.language.schema import BOOL, Schema

#: What shows that something holds: the path of a fact, and its value as it was written.
Witness = tuple[str, str]
#: The values of the schema's variables by position, then the elements that are being looked at.
Frame = list[object]
#: An element of a list of pairs: key and value as they are compared, then as they were written.
Pair = tuple[str, str, str, str]

NOT_SET = "not set"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not true and not false: it depends on these variables, in the order that they were met."""

    names: tuple[str, ...]

    def and_also(self, other: Unknown | None) -> Unknown:
        """What depends on both."""
        return self if other is None else Unknown(tuple(dict.fromkeys((*other.names, *self.names))))


Answer = bool | Unknown
#: Adds witnesses of what holds; none is left where the answer is false.
Condition = Callable[[Frame, list[Witness]], Answer]
Value = Callable[[Frame], object]

_OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": cast("Callable[[object, object], bool]", operator.lt),
    "<=": cast("Callable[[object, object], bool]", operator.le),
    ">": cast("Callable[[object, object], bool]", operator.gt),
    ">=": cast("Callable[[object, object], bool]", operator.ge),
}


class Compiler:
    """Makes closures of a simplified expression; elements are kept in the frame from `first` on."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._positions = schema.positions
        self._first = len(schema.positions)

    def condition(self, node: Node) -> Condition:  # noqa: PLR0911  # a case for each kind
        """The closure of something that is true or false."""
        match node:
            case And():
                return _all([self.condition(each) for each in node.parts])
            case Or():
                return _any([self.condition(each) for each in node.parts])
            case Choice():
                return _choice(*map(self.condition, (node.condition, node.then, node.otherwise)))
            case Quantified():
                return self._quantified(node)
            case Not():
                return self._not(node.operand)
            case Compare():
                return self._compare(node)
            case Variable():
                return _variable(self._positions[node.path], node.path, wanted=True)
            case Call():
                return self._call(node)
            case _:
                value = self._value(node)
                return lambda frame, _: bool(value(frame))

    def _not(self, node: Node) -> Condition:
        if isinstance(node, Variable):
            return _variable(self._positions[node.path], node.path, wanted=False)
        inner = self.condition(node)

        def differs(frame: Frame, _: list[Witness]) -> Answer:
            found = inner(frame, [])
            return found if isinstance(found, Unknown) else not found

        return differs

    def _value(self, node: Node) -> Value:
        match node:
            case Literal():
                constant = node.value
                return lambda _: constant
            case Variable():
                return operator.itemgetter(self._positions[node.path])
            case Element():
                slot, part = self._first + node.slot, node.part
                if part is None:
                    return operator.itemgetter(slot)
                return lambda frame: cast("Pair", frame[slot])[part]
            case Call():
                return self._applied(node)
            case _:
                condition = self.condition(node)
                return lambda frame: condition(frame, [])

    def _applied(self, node: Call) -> Value:
        call = next(
            each.call
            for each in self._schema.callable
            if (each.name, each.method) == (node.function, node.method)
        )
        values = [self._value(each) for each in node.arguments]
        if len(values) == 1:
            (only,) = values
            return lambda frame: call(only(frame))
        first, second = values
        if isinstance(node.arguments[1], Literal):
            constant = second([])
            return lambda frame: call(first(frame), constant)
        return lambda frame: call(first(frame), second(frame))

    def _call(self, node: Call) -> Condition:
        applied = self._applied(node)
        tells = any(each.name == node.function and each.witness for each in self._schema.callable)
        named = [
            (each.path, self._positions[each.path]) for each in node.arguments if isinstance(each, Variable)
        ]
        if not tells or not named:
            return lambda frame, _: bool(applied(frame))

        def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
            found = bool(applied(frame))
            if found:
                witnesses.extend((path, str(frame[place])) for path, place in named)
            return found

        return holds

    def _compare(self, node: Compare) -> Condition:
        left, right = self._value(node.left), self._value(node.right)
        if node.operator == "in":
            words = frozenset(cast("tuple[object, ...]", cast("Literal", node.right).value))
            return _member(left, words)
        compare = _OPERATORS[node.operator]
        if _may_be_unknown(node.left, self._schema) or _may_be_unknown(node.right, self._schema):
            return self._compare_unknown(node, left, right)
        if isinstance(node.right, Literal):
            constant = node.right.value
            return lambda frame, _: compare(left(frame), constant)
        return lambda frame, _: compare(left(frame), right(frame))

    def _compare_unknown(self, node: Compare, left: Value, right: Value) -> Condition:
        compare = _OPERATORS[node.operator]
        names = [each.path if isinstance(each, Variable) else "" for each in (node.left, node.right)]

        def holds(frame: Frame, _: list[Witness]) -> Answer:
            unknown: Unknown | None = None
            found = (left(frame), right(frame))
            for value, name in zip(found, names, strict=True):
                if value is None:
                    unknown = Unknown((name,)).and_also(unknown)
                elif isinstance(value, Unknown):
                    unknown = value.and_also(unknown)
            return compare(*found) if unknown is None else unknown

        return holds

    def _quantified(self, node: Quantified) -> Condition:
        body, slot = self.condition(node.body), self._first + node.slot
        over = self._value(node.over)
        pairs = isinstance(node.over, Variable)
        prefix = f"{node.over.path}." if isinstance(node.over, Variable) else ""
        if not node.every:
            return _exists(over, slot, body, prefix if pairs else None)
        return _every(
            over, slot, body, prefix, (deciding_keys(node) or frozenset()) if pairs else frozenset()
        )


def _may_be_unknown(node: Node, schema: Schema) -> bool:
    if isinstance(node, Variable):
        return schema.by_path[node.path].type is BOOL
    return isinstance(node, And | Or | Not | Choice | Compare | Quantified)


def _member(left: Value, words: frozenset[object]) -> Condition:
    def holds(frame: Frame, _: list[Witness]) -> Answer:
        return left(frame) in words

    return holds


def _variable(position: int, path: str, *, wanted: bool) -> Condition:
    unknown = Unknown((path,))
    witness = (path, "true" if wanted else "false")

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        found = frame[position]
        if found is None:
            return unknown
        if found is wanted:
            witnesses.append(witness)
            return True
        return False

    return holds


def _all(parts: Sequence[Condition]) -> Condition:
    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        unknown: Unknown | None = None
        for part in parts:
            found = part(frame, witnesses)
            if found is True:
                continue
            if found is False:
                del witnesses[before:]
                return False
            unknown = found.and_also(unknown)
        return True if unknown is None else unknown

    return holds


def _any(parts: Sequence[Condition]) -> Condition:
    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        unknown: Unknown | None = None
        for part in parts:
            found = part(frame, witnesses)
            if found is True:
                return True
            del witnesses[before:]
            if found is not False:
                unknown = found.and_also(unknown)
        return False if unknown is None else unknown

    return holds


def _choice(condition: Condition, then: Condition, otherwise: Condition) -> Condition:
    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        chosen = condition(frame, witnesses)
        if isinstance(chosen, Unknown):
            return chosen
        found = (then if chosen else otherwise)(frame, witnesses)
        if found is not True:
            del witnesses[before:]
        return found

    return holds


def _exists(over: Value, slot: int, body: Condition, prefix: str | None) -> Condition:
    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        unknown: Unknown | None = None
        for element in cast("Sequence[object]", over(frame)):
            frame[slot] = element
            found = body(frame, witnesses)
            if found is True:
                if prefix is not None:
                    pair = cast("Pair", element)
                    witnesses.insert(before, (prefix + pair[2], pair[3]))
                return True
            del witnesses[before:]
            if found is not False:
                unknown = found.and_also(unknown)
        return False if unknown is None else unknown

    return holds


def _every(over: Value, slot: int, body: Condition, prefix: str, keys: frozenset[str]) -> Condition:
    """Where it holds, the keys that would decide it and are on no element count as evidence."""
    asked = sorted(keys)

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        elements = cast("Sequence[object]", over(frame))
        unknown: Unknown | None = None
        for element in elements:
            frame[slot] = element
            found = body(frame, witnesses)
            if found is False:
                del witnesses[before:]
                return False
            if found is not True:
                unknown = found.and_also(unknown)
        del witnesses[before:]
        if unknown is not None:
            return unknown
        if asked:
            present = {cast("Pair", element)[0] for element in elements}
            witnesses.extend((prefix + key, NOT_SET) for key in asked if key not in present)
        return True

    return holds
