"""How an expression is evaluated: closures made once, that give true, false, or what must be known first."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policy.language.analysis import deciding_keys
from policy.language.element_tests import OPERATORS, Test, applied, by_key_and_value, test_of
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
#: An element of a list of pairs: key and value as they are compared, then as they were written.
Pair = tuple[str, str, str, str]
#: The values of the schema's variables by position (a list as `elements` makes it), then the elements that
#: are being looked at. The checker has proved their types.
Frame = list[Any]

_KEY, _VALUE = operator.itemgetter(0), operator.itemgetter(1)

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
Value = Callable[[Frame], Any]


def elements(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], frozenset[str], frozenset[str]]:
    """A list as a frame holds it: with its keys and its values, to see soon that none is looked for."""
    return pairs, frozenset(map(_KEY, pairs)), frozenset(map(_VALUE, pairs))


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

    def _value(self, node: Node) -> Value:  # noqa: PLR0911  # a case for each kind
        match node:
            case Literal():
                constant = node.value
                return lambda _: constant
            case Variable():
                position = self._positions[node.path]
                if self._schema.by_path[node.path].type.element is not None:
                    return lambda frame: frame[position][0]
                return operator.itemgetter(position)
            case Element():
                slot, part = self._first + node.slot, node.part
                if part is None:
                    return operator.itemgetter(slot)
                return lambda frame: frame[slot][part]
            case Call():
                return self._applied(node)
            case _:
                condition = self.condition(node)
                return lambda frame: condition(frame, [])

    def _applied(self, node: Call) -> Value:
        return applied(node, [self._value(each) for each in node.arguments], self._schema)

    def _call(self, node: Call) -> Condition:
        value = self._applied(node)
        tells = any(each.name == node.function and each.witness for each in self._schema.callable)
        named = [
            (each.path, self._positions[each.path]) for each in node.arguments if isinstance(each, Variable)
        ]
        if not tells or not named:
            return lambda frame, _: bool(value(frame))

        def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
            found = bool(value(frame))
            if found:
                witnesses.extend((path, str(frame[place])) for path, place in named)
            return found

        return holds

    def _compare(self, node: Compare) -> Condition:
        left, right = self._value(node.left), self._value(node.right)
        if node.operator == "in":
            return _member(left, frozenset(right([])))
        compare = OPERATORS[node.operator]
        if _may_be_unknown(node.left, self._schema) or _may_be_unknown(node.right, self._schema):
            return self._compare_unknown(node, left, right)
        if isinstance(node.right, Literal):
            constant = node.right.value
            return lambda frame, _: compare(left(frame), constant)
        return lambda frame, _: compare(left(frame), right(frame))

    def _compare_unknown(self, node: Compare, left: Value, right: Value) -> Condition:
        compare = OPERATORS[node.operator]
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
        if isinstance(node.over, Literal):
            body, slot = self.condition(node.body), self._first + node.slot
            return _quantified(self._value(node.over), slot, body, every=node.every)
        path, position = node.over.path, self._positions[node.over.path]
        keys = deciding_keys(node)
        test = test_of(node.body, node.slot, self._schema)
        if test is None:
            slot = self._first + node.slot
            return _quantified_pairs(position, slot, self.condition(node.body), path, keys, every=node.every)
        if node.every:
            return _every(position, test, path, keys)
        split = by_key_and_value(node.body)
        if split is not None:
            return _exists_word(position, *split, path)
        return _exists(position, test, path, keys)


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


def _exists(position: int, test: Test, path: str, keys: frozenset[str] | None) -> Condition:
    prefix = f"{path}."

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, _ = frame[position]
        if keys is not None and keys.isdisjoint(present):
            return False
        for pair in pairs:
            if test(pair):
                witnesses.append((prefix + pair[2], pair[3]))
                return True
        return False

    return holds


def _exists_word(position: int, keys: frozenset[str], words: frozenset[str], path: str) -> Condition:
    """The most usual question by far: whether one of these keys has one of these values."""
    prefix = f"{path}."

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, values = frame[position]
        if keys.isdisjoint(present) or words.isdisjoint(values):
            return False
        for pair in pairs:
            if pair[1] in words and pair[0] in keys:
                witnesses.append((prefix + pair[2], pair[3]))
                return True
        return False

    return holds


def _every(position: int, test: Test, path: str, keys: frozenset[str] | None) -> Condition:
    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        pairs, present, _ = frame[position]
        for pair in pairs:
            if not test(pair):
                return False
        witnesses.extend(_not_set(path, keys, present))
        return True

    return holds


def _not_set(path: str, keys: frozenset[str] | None, present: frozenset[str]) -> Iterable[Witness]:
    """The keys that would decide and are on no element: that shows it too."""
    return ((f"{path}.{key}", NOT_SET) for key in sorted((keys or frozenset()) - present))


def _quantified_pairs(
    position: int, slot: int, body: Condition, path: str, keys: frozenset[str] | None, *, every: bool
) -> Condition:
    """Over pairs, where the body asks for more than the pair itself."""
    inner = _quantified(lambda frame: frame[position][0], slot, body, every=every)

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        found = inner(frame, witnesses)
        if found is True and every:
            witnesses.extend(_not_set(path, keys, frame[position][1]))
        elif found is True:
            pair: Pair = frame[slot]
            witnesses.insert(before, (f"{path}.{pair[2]}", pair[3]))
        return found

    return holds


def _quantified(over: Value, slot: int, body: Condition, *, every: bool) -> Condition:
    """Over any list; where `exists` holds the frame keeps the element, and the body's witnesses stay."""

    def holds(frame: Frame, witnesses: list[Witness]) -> Answer:
        before = len(witnesses)
        unknown: Unknown | None = None
        for element in over(frame):
            frame[slot] = element
            found = body(frame, witnesses)
            if found is not every and isinstance(found, bool):
                if every:
                    del witnesses[before:]
                return found
            del witnesses[before:]
            if isinstance(found, Unknown):
                unknown = found.and_also(unknown)
        return every if unknown is None else unknown

    return holds
