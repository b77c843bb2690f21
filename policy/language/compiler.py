"""How an expression is evaluated: closures made once, that give true, false, or what must be known first."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from policy.language.analysis import deciding_keys
from policy.language.answers import Answer, Condition, Frame, Unknown, Value, Witness
from policy.language.element_tests import OPERATORS, applied, test_of, without_first, words_of
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
from policy.language.quantifiers import (
    every_pair,
    exists,
    exists_key,
    exists_word,
    quantified,
    quantified_pairs,
)
from policy.language.schema import BOOL, Schema


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
            return quantified(self._value(node.over), slot, body, every=node.every)
        path, position = node.over.path, self._positions[node.over.path]
        keys = deciding_keys(node)
        test = test_of(node.body, node.slot, self._schema)
        if test is None:
            slot = self._first + node.slot
            return quantified_pairs(position, slot, self.condition(node.body), path, keys, every=node.every)
        if node.every:
            return every_pair(position, test, path, keys)
        asked = words_of(node.body.parts[0], 0) if isinstance(node.body, And) else None
        if isinstance(node.body, And) and asked is not None:
            rest = without_first(node.body)
            words, more = words_of(rest, 1), test_of(rest, node.slot, self._schema)
            if words is not None:
                return exists_word(position, asked, words, path)
            if more is not None:
                return exists_key(position, asked, more, path)
        return exists(position, test, path, keys)


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
